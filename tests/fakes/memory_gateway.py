"""`ports.Gateway` and `ports.Gateways` without a wire: the local engine, asked and answered as
over gRPC, and failures that a test has asked for.

`executed` is what the engine did; `calls` is what it was asked. Errors are scripted, before the
command is executed or after it (then the answer was lost).
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from grpc import StatusCode

from tests.fakes.memory_engine import SETTINGS, MemoryEngine
from zeebe_engine.engine import commands as engine_commands
from zeebe_engine.engine.commands import AnyCommand
from zeebe_engine.engine.refusals import Refusal
from zeebe_engine.grpc import requests, responses
from zeebe_engine.grpc.surface import ROWS
from zeebe_engine.reading.catalogue import COLLECTIONS
from zeebe_engine.reading.fields import Document
from zeebe_engine.reading.pages import Query
from zeebe_operator.model import capabilities, commands
from zeebe_operator.model.capabilities import Capabilities
from zeebe_operator.model.engine import (
    Broker,
    CompletedInstance,
    CreatedInstance,
    CreateInstance,
    Deployment,
    File,
    FoundInstance,
    GatewaySettings,
    Job,
    Partition,
    PublishMessage,
    Topology,
)
from zeebe_operator.model.errors import (
    GatewayError,
    GatewayUnavailableError,
    OutcomeUnknownError,
    ResultTimeoutError,
)
from zeebe_operator.zeebe import commands as wire
from zeebe_operator.zeebe import errors, messages

T = TypeVar("T")


@dataclass(frozen=True)
class Command:
    """One call of a method that changes the engine."""

    method: str
    argument: Any


@dataclass(frozen=True)
class _Failure:
    method: str
    error: GatewayError
    executed: bool


class MemoryGateway:
    """It serves every tenant. `version` is what it tells of itself; it does what 8.9 does."""

    def __init__(self, version: str = "8.6.0") -> None:
        self.engine = MemoryEngine()
        self.version = version
        self.up = True
        self.calls: list[Command] = []
        self.executed: list[Command] = []
        self.answers: list[Mapping[str, Any]] = []
        """To what was run, in order."""
        self.topologies: list[Topology] = []
        """What it tells, the last one for ever."""
        self.rest = False
        """Whether instances can be read; needs a version that can."""
        self.during: Callable[[str], None] = lambda _method: None
        """Called between a command's arrival and its execution."""
        self._failures: list[_Failure] = []

    def fail(
        self, method: str, error: GatewayError, *, times: int = 1, executed: bool = False
    ) -> None:
        """The next calls end in the error; `executed`: only their answer is lost."""
        self._failures += [_Failure(method, error, executed)] * times

    def methods(self) -> list[str]:
        """The names of what was executed, in order."""
        return [command.method for command in self.executed]

    async def capabilities(self) -> Capabilities:
        if not self.up:
            raise GatewayUnavailableError("there is no connection")
        return capabilities.of_version(self.version, rest=self.rest)

    async def topology(self) -> Topology:
        await self.capabilities()
        self._scripted("topology", lambda: None)
        if len(self.topologies) > 1:
            return self.topologies.pop(0)
        return self.topologies[0] if self.topologies else whole(self.version)

    async def deploy(self, files: Sequence[File], tenant_id: str | None) -> Deployment:
        asked = messages.deploy_request(files, tenant_id)
        told = self._do("deploy", tuple(files), lambda: self._ask("DeployResource", asked))
        return messages.deployment(told)

    async def create_instance(self, request: CreateInstance) -> CreatedInstance:
        asked = messages.create_request(request)
        told = self._do(
            "create_instance", request, lambda: self._ask("CreateProcessInstance", asked)
        )
        return messages.created_instance(told)

    async def create_instance_with_result(
        self, request: CreateInstance, fetch_variables: Sequence[str], within: float
    ) -> CompletedInstance:
        asked = messages.create_with_result_request(request, fetch_variables, within)
        command = requests.create_with_result(asked)
        made = self._do("create_instance_with_result", request, lambda: self._execute(command))
        try:
            result = await self.engine.result(made.process_instance_key, within)
        except TimeoutError:
            raise ResultTimeoutError("Time out between gateway and broker") from None
        return messages.completed_instance(responses.result(result))

    async def find_instance(self, key: int) -> FoundInstance | None:
        found = self.engine.reading().get(COLLECTIONS["process-instances"], str(key))
        return _found(found) if found else None

    async def find_instances_by_tag(self, tag: str) -> Sequence[FoundInstance]:
        self._scripted("find_instances_by_tag", lambda: None)
        return [_found(one) for one in self._search("process-instances", {"tags": [tag]})]

    async def variables_of(self, key: int, names: Sequence[str]) -> Mapping[str, Any]:
        found = self._search("variables", {"scopeKey": str(key)})
        told = {one["name"]: json.loads(one["value"]) for one in found}
        return {name: value for name, value in told.items() if not names or name in names}

    async def publish_message(self, request: PublishMessage) -> int:
        asked = messages.publish_request(request)
        told = self._do("publish_message", request, lambda: self._ask("PublishMessage", asked))
        return int(told.key)

    async def activate_jobs(self, request: commands.ActivateJobs, wait: float) -> Sequence[Job]:
        self._do("activate_jobs", request, lambda: None)
        command = requests.activate_jobs(wire.request(request), ())
        found = await self.engine.activate(command, wait)
        return [messages.job(one) for one in responses.activated(found).jobs]

    async def run(self, command: commands.Command) -> Mapping[str, Any]:
        """Counted under the name of its type, in the manner of the methods."""
        method = re.sub(r"(?<!^)(?=[A-Z])", "_", type(command).__name__).lower()
        return self._do(method, command, lambda: self._run(command))

    # What befalls instances.

    @property
    def created(self) -> list[int]:
        """The keys of all instances that there ever were."""
        return [one.key for one in self.engine.happened("PROCESS_INSTANCE_CREATION", "CREATED")]

    @property
    def instances(self) -> dict[int, int]:
        """Keys of the running instances, and of their definitions."""
        found = self.engine.state.instances.values()
        return {one.key: one.definition_key for one in found if one.key == one.process_key}

    @property
    def definitions(self) -> list[int]:
        """Keys of the versions that are there."""
        return [one.key for one in self.engine.state.definitions.values() if one.kind == "PROCESS"]

    def variables(self, key: int) -> dict[str, Any]:
        return self.engine.state.instances[key].variables

    def start(self, definition_key: int) -> None:
        """Somebody else does."""
        self.engine.do(engine_commands.CreateInstance(process_definition_key=definition_key))

    def complete(self, key: int, **variables: Any) -> None:
        """It reaches its end, with further variables, as somebody has done its only job."""
        (job,) = (one for one in self.engine.state.jobs.values() if one.process_key == key)
        self.engine.do(engine_commands.CompleteJob(key=job.key, variables=variables))

    def terminate(self, *keys: int) -> None:
        """Somebody else cancels them; none given: all."""
        for key in keys or self.instances:
            self.engine.do(engine_commands.CancelInstance(key=key))

    def hang_up(self) -> None:
        """Who waits for a result loses the connection."""
        self.engine.hang_up(OutcomeUnknownError("Stream removed"))

    def _do(self, method: str, argument: object, work: Callable[[], T]) -> T:
        if not self.up:
            raise GatewayUnavailableError("there is no connection")
        command = Command(method, argument)
        self.calls.append(command)

        def execute() -> T:
            self.during(method)
            result = work()
            self.executed.append(command)
            return result

        return self._scripted(method, execute)

    def _scripted(self, method: str, work: Callable[[], T]) -> T:
        failure = next((f for f in self._failures if f.method == method), None)
        if failure is None:
            return work()
        self._failures.remove(failure)
        if failure.executed:
            work()
        raise failure.error

    def _run(self, command: commands.Command) -> Mapping[str, Any]:
        asked = wire.request(command)
        if isinstance(command, commands.ActivateJobs):
            told = responses.activated(self._execute(requests.activate_jobs(asked, ())))
        else:
            told = self._ask(wire.TABLE[type(command)].rpc, asked)
        self.answers.append(wire.answer(told))
        return self.answers[-1]

    def _ask(self, rpc: str, request: Any) -> Any:
        """From message to message, as an engine's surface does it."""
        row = ROWS[rpc]
        return row.response(self._execute(row.command(request)))

    def _execute(self, command: AnyCommand) -> Any:
        try:
            return self.engine.do(command)
        except Refusal as refusal:
            code = StatusCode[refusal.status.name]
            raise errors.translate(code, refusal.text, repeatable=False) from None

    def _search(self, what: str, wanted: dict[str, Any]) -> Sequence[Document]:
        query, minor = Query(filter=wanted), SETTINGS.generation.minor
        return self.engine.reading().search(COLLECTIONS[what], query, minor).documents


def _found(document: Document) -> FoundInstance:
    created = CreatedInstance(
        int(document["processInstanceKey"]),
        int(document["processDefinitionKey"]),
        document["processDefinitionId"],
        document["processDefinitionVersion"],
        document["tenantId"],
    )
    return FoundInstance(created, document["state"])


def whole(version: str) -> Topology:
    """A cluster of one broker that leads its one partition."""
    partitions = [Partition(1, "LEADER", "HEALTHY")]
    return Topology(1, 1, 1, version, [Broker(0, "zeebe", 26501, version, partitions)])


class MemoryGateways:
    """One engine for every settings; a test puts others in."""

    def __init__(self, default: MemoryGateway) -> None:
        self.default = default
        self.others: dict[GatewaySettings, MemoryGateway] = {}
        self.room = 64
        self.up: bool | None = True

    def check(self, settings: GatewaySettings) -> None:
        """Every certificate is a good one."""

    def get(self, settings: GatewaySettings) -> MemoryGateway:
        return self.others.get(settings, self.default)

    def limit(self, settings: GatewaySettings) -> int:
        return self.room

    def is_up(self, settings: GatewaySettings) -> bool | None:
        return self.up
