"""A Zeebe engine in memory: `ports.Gateway` and `ports.Gateways`, without a wire.

`executed` is what the engine did; `calls` is what it was asked. Errors are scripted, before the
command is executed or after it (then the answer was lost).
"""

import asyncio
import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from tests.fakes.memory_jobs import ABOUT_JOBS, MemoryJobs
from zeebe_operator.model import bpmn, capabilities, commands
from zeebe_operator.model.capabilities import Capabilities
from zeebe_operator.model.engine import (
    Broker,
    CompletedInstance,
    CreatedInstance,
    CreateInstance,
    DeployedProcess,
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
    AlreadyExistsError,
    GatewayError,
    GatewayUnavailableError,
    InvalidStateError,
    NotFoundError,
    OutcomeUnknownError,
    ResultTimeoutError,
)

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
    """Versions, message ids and instances as the engine has them (measured on 8.6)."""

    def __init__(self, version: str = "8.6.0") -> None:
        self.version = version
        self.up = True
        self.calls: list[Command] = []
        self.executed: list[Command] = []
        self.topologies: list[Topology] = []
        """What it tells, the last one for ever."""
        self.definitions: dict[int, tuple[DeployedProcess, bytes]] = {}
        self.instances: dict[int, int] = {}
        """Keys of the running instances, and of their definitions."""
        self.created: dict[int, tuple[CreatedInstance, CreateInstance]] = {}
        """All instances that there ever were."""
        self.variables: dict[int, dict[str, Any]] = {}
        self.ends: dict[int, str] = {}
        """COMPLETED or TERMINATED, by the keys of those that have ended."""
        self.rest = False
        """Whether instances can be read; needs a version that can."""
        self.readable = True
        """False: what can be read lags behind, and has nothing yet."""
        self.buffer: dict[str, PublishMessage] = {}
        """By message id; a test lets a message expire by taking it out."""
        self.jobs = MemoryJobs()
        self.answers: dict[str, Mapping[str, Any]] = {}
        """What other commands are answered with, by their names."""
        self.during: Callable[[str], None] = lambda _method: None
        """Called between a command's arrival and its execution."""
        self._failures: list[_Failure] = []
        self._awaiting: dict[int, asyncio.Future[None]] = {}
        self._keys = itertools.count(2251799813685249)

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
        return self._do("deploy", tuple(files), lambda: self._deploy(files))

    async def create_instance(self, request: CreateInstance) -> CreatedInstance:
        return self._do("create_instance", request, lambda: self._create(request))

    async def create_instance_with_result(
        self, request: CreateInstance, fetch_variables: Sequence[str], within: float
    ) -> CompletedInstance:
        """Never answers for one that is terminated (seen on 8.6)."""
        created = self._do("create_instance_with_result", request, lambda: self._create(request))
        key = created.process_instance_key
        self._awaiting[key] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(within):
                await self._awaiting[key]
        except TimeoutError:
            raise ResultTimeoutError("Time out between gateway and broker") from None
        return CompletedInstance(created, await self._result(key, fetch_variables))

    async def find_instance(self, key: int) -> FoundInstance | None:
        if not self.readable or key not in self.created:
            return None
        created, _ = self.created[key]
        return FoundInstance(created, self.ends.get(key, "ACTIVE"))

    async def find_instances_by_tag(self, tag: str) -> Sequence[FoundInstance]:
        self._scripted("find_instances_by_tag", lambda: None)
        tagged = [key for key, (_, request) in self.created.items() if tag in request.tags]
        found = [await self.find_instance(key) for key in tagged]
        return [each for each in found if each]

    async def variables_of(self, key: int, names: Sequence[str]) -> Mapping[str, Any]:
        return await self._result(key, names)

    async def publish_message(self, request: PublishMessage) -> int:
        return self._do("publish_message", request, lambda: self._publish(request))

    async def activate_jobs(self, request: commands.ActivateJobs, wait: float) -> Sequence[Job]:
        self._do("activate_jobs", request, lambda: None)
        return await self.jobs.activate(request, wait)

    async def run(self, command: commands.Command) -> Mapping[str, Any]:
        """Counted under the name of its type, in the manner of the methods."""
        return self._do(_method(command), command, lambda: self._run(command))

    # What befalls instances.

    def complete(self, key: int, **variables: Any) -> None:
        """It reaches its end, with further variables."""
        self.variables[key].update(variables)
        self._leave(key, "COMPLETED")
        answer = self._awaiting.pop(key, None)
        if answer and not answer.done():
            answer.set_result(None)

    def terminate(self, key: int) -> None:
        self._leave(key, "TERMINATED")

    def hang_up(self) -> None:
        """Who waits for a result loses the connection."""
        for answer in self._awaiting.values():
            answer.set_exception(OutcomeUnknownError("Stream removed"))
        self._awaiting.clear()

    def _leave(self, key: int, end: str) -> None:
        del self.instances[key]
        self.ends[key] = end

    async def _result(self, key: int, names: Sequence[str]) -> Mapping[str, Any]:
        return {n: v for n, v in self.variables[key].items() if not names or n in names}

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
        if isinstance(command, ABOUT_JOBS) and self.jobs.knows(command.job_key):
            self.jobs.run(command)
        match command:
            case commands.DeleteResource(key):
                self._delete(key)
            case commands.CancelInstance(key):
                self._cancel(key)
            case commands.SetVariables(key, variables):
                if key not in self.instances:
                    raise NotFoundError(f"no such element was found: {key}")
                self.variables[key].update(variables)
        return self.answers.get(_method(command), {})

    def _deploy(self, files: Sequence[File]) -> Deployment:
        deployed = [
            self._version_of(file, name) for file in files for name in bpmn.process_ids([file])
        ]
        return Deployment(next(self._keys), processes=deployed)

    def _version_of(self, file: File, process_id: str) -> DeployedProcess:
        """The latest version if it has the same name and bytes, else a new one."""
        known = [d for d in self.definitions.values() if d[0].bpmn_process_id == process_id]
        latest = max(known, key=lambda d: d[0].version, default=None)
        if latest and (latest[0].resource_name, latest[1]) == (file.name, file.content):
            return latest[0]
        version = latest[0].version + 1 if latest else 1
        process = DeployedProcess(process_id, version, next(self._keys), file.name)
        self.definitions[process.process_definition_key] = process, file.content
        return process

    def _delete(self, key: int) -> None:
        if key not in self.definitions:
            raise NotFoundError(f"no resource found with key `{key}`")
        if key in self.instances.values():
            raise InvalidStateError(f"instances of {key} are running")
        del self.definitions[key]

    def _create(self, request: CreateInstance) -> CreatedInstance:
        processes = [
            process for process, _ in self.definitions.values() if _is_meant(process, request)
        ]
        if not processes:
            raise NotFoundError("no process definition found")
        process = max(processes, key=lambda p: p.version)
        key = next(self._keys)
        self.instances[key] = process.process_definition_key
        self.variables[key] = dict(request.variables)
        created = CreatedInstance(
            key,
            process.process_definition_key,
            process.bpmn_process_id,
            process.version,
            request.tenant_id or "<default>",
        )
        self.created[key] = created, request
        return created

    def _cancel(self, key: int) -> None:
        if key not in self.instances:
            raise NotFoundError(f"no such process instance: {key}")
        self._leave(key, "TERMINATED")

    def _publish(self, request: PublishMessage) -> int:
        if request.message_id in self.buffer:
            raise AlreadyExistsError(f"a message with id '{request.message_id}' is published")
        self.buffer[request.message_id] = request
        return next(self._keys)


def _method(command: commands.Command) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(command).__name__).lower()


def _is_meant(process: DeployedProcess, request: CreateInstance) -> bool:
    if request.process_definition_key is not None:
        return process.process_definition_key == request.process_definition_key
    same_version = request.version in (None, process.version)
    return process.bpmn_process_id == request.bpmn_process_id and same_version


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
