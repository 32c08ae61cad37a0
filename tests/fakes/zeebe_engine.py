"""An engine in memory, as far as the operator can tell it from a real one.

What it accepts, refuses and says was seen on a broker 8.6.0 and is checked against one by
`tests/zeebe/test_contract.py`. A refusal is a `Rejection`; everything executed is in `log`.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from zlib import crc32

from google.protobuf.message import Message

from tests.fakes.zeebe_resources import BrokenResourceError, Definition, Kind, read
from zeebe_operator.zeebe.pb import gateway_pb2 as pb

PARTITION_BITS = 51
WIRE_TYPES = {list: "ARRAY", str: "STRING", bool: "BOOLEAN", int: "INTEGER", float: "FLOAT"}


class Rejection(Exception):  # noqa: N818 - the engine's word for it
    """`kind` is the engine's rejection type, or None for what the gateway refuses by itself."""

    def __init__(self, kind: str | None, intent: str, reason: str) -> None:
        text = f"Command '{intent}' rejected with code '{kind}': {reason}" if kind else reason
        super().__init__(text)
        self.kind = kind or "INVALID_ARGUMENT"
        self.text = text


class State(StrEnum):
    ACTIVE = "ACTIVE"
    COMPLETED = "COMPLETED"
    TERMINATED = "TERMINATED"


@dataclass(frozen=True, slots=True)
class Executed:
    """One command that changed the engine, with the key that it made or was about."""

    rpc: str
    key: int
    request: Message


@dataclass(frozen=True, slots=True)
class Deployed:
    definition: Definition
    version: int
    key: int


@dataclass(slots=True)
class Instance:
    key: int
    process: Deployed
    variables: dict[str, object]
    state: State = State.ACTIVE


@dataclass(slots=True)
class Engine:
    partitions: int = 1
    now: Callable[[], float] = time.monotonic
    log: list[Executed] = field(default_factory=list)
    instances: dict[int, Instance] = field(default_factory=dict)
    deployed: list[Deployed] = field(default_factory=list)
    _versions: dict[tuple[Kind, str], int] = field(default_factory=dict)
    _buffered: dict[tuple[str, str, str], float] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _turn: Iterator[int] = field(default_factory=count)

    def key(self, partition: int = 1) -> int:
        return (partition << PARTITION_BITS) + next(self._numbers)

    def executed(self, rpc: str) -> list[Executed]:
        return [one for one in self.log if one.rpc == rpc]

    def deploy(self, request: pb.DeployResourceRequest) -> tuple[int, Sequence[Deployed]]:
        """All or nothing: one change gives every resource of the request a new version."""
        definitions = self._read(request.resources)
        known = [one for definition in definitions if (one := self._duplicate_of(definition))]
        if len(known) == len(definitions):
            result = known
        else:
            result = [self._add(definition) for definition in definitions]
        key = self.key()
        self.log.append(Executed("DeployResource", key, request))
        return key, result

    def delete(self, request: pb.DeleteResourceRequest) -> None:
        key = request.resourceKey
        found = [one for one in self.deployed if one.key == key]
        if not found:
            reason = f"Expected to delete resource but no resource found with key `{key}`"
            raise Rejection("NOT_FOUND", "DELETE", reason)
        if any(one.process.key == key for one in self.active()):
            reason = (
                f"Expected to delete resource with key `{key}`"
                " but there are still running instances"
            )
            raise Rejection("INVALID_STATE", "DELETE", reason)
        self.deployed.remove(found[0])
        self.log.append(Executed("DeleteResource", key, request))

    def create(self, request: pb.CreateProcessInstanceRequest) -> Instance:
        variables = self._variables(request.variables)
        process = self._wanted(request)
        for start in request.startInstructions:
            if start.elementId not in process.definition.elements:
                reason = (
                    "Expected to create instance of process with start instructions but no element"
                    f" found with id '{start.elementId}'."
                )
                raise Rejection("INVALID_ARGUMENT", "CREATE", reason)
        if not process.definition.has_none_start and not request.startInstructions:
            reason = (
                "Expected to create instance of process with none start event,"
                " but there is no such event"
            )
            raise Rejection("INVALID_STATE", "CREATE", reason)
        partition = next(self._turn) % self.partitions + 1
        instance = Instance(self.key(partition), process, variables)
        if not process.definition.waits:
            instance.state = State.COMPLETED
        self.instances[instance.key] = instance
        self.log.append(Executed("CreateProcessInstance", instance.key, request))
        return instance

    def cancel(self, request: pb.CancelProcessInstanceRequest) -> None:
        key = request.processInstanceKey
        instance = self.instances.get(key)
        if instance is None or instance.state is not State.ACTIVE:
            reason = (
                f"Expected to cancel a process instance with key '{key}',"
                " but no such process was found"
            )
            raise Rejection("NOT_FOUND", "CANCEL", reason)
        instance.state = State.TERMINATED
        self.log.append(Executed("CancelProcessInstance", key, request))

    def publish(self, request: pb.PublishMessageRequest) -> int:
        self._variables(request.variables)
        identity = (request.name, request.correlationKey, request.messageId)
        if request.messageId and self._buffered.get(identity, 0.0) > self.now():
            reason = (
                f"Expected to publish a new message with id '{request.messageId}',"
                " but a message with that id was already published"
            )
            raise Rejection("ALREADY_EXISTS", "PUBLISH", reason)
        if request.timeToLive > 0:
            self._buffered[identity] = self.now() + request.timeToLive / 1000
        key = self.key(crc32(request.correlationKey.encode()) % self.partitions + 1)
        self.log.append(Executed("PublishMessage", key, request))
        return key

    def complete(self, key: int) -> None:
        """What a worker would bring about."""
        self.instances[key].state = State.COMPLETED

    def active(self) -> list[Instance]:
        return [one for one in self.instances.values() if one.state is State.ACTIVE]

    def _read(self, resources: Sequence[pb.Resource]) -> list[Definition]:
        if not resources:
            reason = "Expected to deploy at least one resource, but none given"
            raise Rejection("INVALID_ARGUMENT", "CREATE", reason)
        try:
            definitions = [one for file in resources for one in read(file.name, file.content)]
        except BrokenResourceError as error:
            reason = (
                f"Expected to deploy new resources, but encountered the following errors:{error}"
            )
            raise Rejection("INVALID_ARGUMENT", "CREATE", reason) from error
        seen: dict[tuple[Kind, str], str] = {}
        for one in definitions:
            if (
                other := seen.setdefault((one.kind, one.id), one.resource_name)
            ) is not one.resource_name:
                reason = (
                    "Expected to deploy new resources, but encountered the following errors:\n"
                    f"Duplicated process id in resources '{other}' and '{one.resource_name}'"
                )
                raise Rejection("INVALID_ARGUMENT", "CREATE", reason)
        return definitions

    def _add(self, definition: Definition) -> Deployed:
        version = self._versions.get(definition.identity, 0) + 1
        self._versions[definition.identity] = version
        deployed = Deployed(definition, version, self.key())
        self.deployed.append(deployed)
        return deployed

    def _duplicate_of(self, definition: Definition) -> Deployed | None:
        """Compared with the version deployed last; once that is deleted, with nothing."""
        latest = self._latest(definition.kind, definition.id)
        newest = self._versions.get(definition.identity)
        same = latest and latest.version == newest and latest.definition == definition
        return latest if same else None

    def _latest(self, kind: Kind, name: str) -> Deployed | None:
        same = [one for one in self.deployed if one.definition.identity == (kind, name)]
        return max(same, key=lambda one: one.version, default=None)

    def _wanted(self, request: pb.CreateProcessInstanceRequest) -> Deployed:
        name, version, key = request.bpmnProcessId, request.version, request.processDefinitionKey
        processes = [one for one in self.deployed if one.definition.kind is Kind.PROCESS]
        if name and version < 0:
            found, missing = (
                self._latest(Kind.PROCESS, name),
                f"process ID '{name}', but none found",
            )
        elif name:
            missing = f"process ID '{name}' and version '{version}', but none found"
            matches = [p for p in processes if (p.definition.id, p.version) == (name, version)]
            found = matches[0] if matches else None
        else:
            missing = f"key '{key}', but none found"
            found = next((one for one in processes if one.key == key), None)
        if found is None:
            reason = f"Expected to find process definition with {missing}"
            raise Rejection("NOT_FOUND", "CREATE", reason)
        return found

    @staticmethod
    def _variables(text: str) -> dict[str, object]:
        try:
            value = json.loads(text or "null")
        except ValueError as error:
            raise Rejection(None, "", f"Invalid JSON value: {text}") from error
        if value is not None and not isinstance(value, dict):
            reason = (
                "Property 'variables' is invalid: Expected document to be a root level object,"
                f" but was '{WIRE_TYPES[type(value)]}'"
            )
            raise Rejection(None, "", reason)
        return value or {}
