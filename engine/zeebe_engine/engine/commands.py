"""Everything that the engine can be told, as values that the journal can keep.

Durations are milliseconds. Variables are JSON objects. A key of 0 and a text of "" mean: not given.
"""

from typing import Any

import msgspec

Variables = dict[str, Any]


class Command(msgspec.Struct, frozen=True, tag_field="command", tag=True, kw_only=True):
    """Of all commands. `tenant_id` "": the default tenant."""

    tenant_id: str = ""


class Resource(msgspec.Struct, frozen=True):
    name: str
    content: bytes


class Deploy(Command, frozen=True, tag=True):
    resources: list[Resource]


class DeleteResource(Command, frozen=True, tag=True):
    key: int
    delete_history: bool = False


class CreateInstance(Command, frozen=True, tag=True):
    """By `process_definition_key`, or by `bpmn_process_id` with a `version_tag` (8.10) or a
    `version` (-1: the latest).

    `awaits`: its answer is the result; `fetch_variables` which of it, [] all.
    `terminate_after`: element ids after which the instance ends (8.8).
    """

    process_definition_key: int = 0
    bpmn_process_id: str = ""
    version: int = -1
    version_tag: str = ""
    variables: Variables = {}
    start_element_ids: list[str] = []
    terminate_after: list[str] = []
    tags: list[str] = []
    business_id: str = ""
    awaits: bool = False
    fetch_variables: list[str] = []


class CancelInstance(Command, frozen=True, tag=True):
    key: int


class SuspendInstance(Command, frozen=True, tag=True):
    key: int


class ResumeInstance(Command, frozen=True, tag=True):
    key: int


class AssignBusinessId(Command, frozen=True, tag=True):
    key: int
    business_id: str


class VariableInstruction(msgspec.Struct, frozen=True):
    """`scope_id` "": the process instance."""

    variables: Variables
    scope_id: str = ""


class ActivateInstruction(msgspec.Struct, frozen=True):
    element_id: str
    ancestor_key: int = -1
    variables: list[VariableInstruction] = []


class MoveInstruction(msgspec.Struct, frozen=True):
    """All instances of `source_id` (or the one of `source_key`) end; as many begin there.

    `ancestor_key` -1: each in the scopes of its source, where they are those of the target too.
    """

    target_id: str
    source_id: str = ""
    source_key: int = 0
    variables: list[VariableInstruction] = []
    ancestor_key: int = -1


class ModifyInstance(Command, frozen=True, tag=True):
    """`terminate_ids`: every active instance of these elements."""

    key: int
    activate: list[ActivateInstruction] = []
    terminate_keys: list[int] = []
    terminate_ids: list[str] = []
    move: list[MoveInstruction] = []


class MigrateInstance(Command, frozen=True, tag=True):
    """`mapping`: pairs of source and target element ids."""

    key: int
    target_key: int
    mapping: list[tuple[str, str]] = []


class SetVariables(Command, frozen=True, tag=True):
    element_instance_key: int
    variables: Variables
    local: bool = False


class ResolveIncident(Command, frozen=True, tag=True):
    key: int


class PublishMessage(Command, frozen=True, tag=True):
    name: str
    correlation_key: str = ""
    time_to_live: int = 0
    message_id: str = ""
    variables: Variables = {}
    business_id: str = ""


class CorrelateMessage(Command, frozen=True, tag=True):
    """Delivered now, or refused with NOT_FOUND: never buffered."""

    name: str
    correlation_key: str = ""
    variables: Variables = {}
    business_id: str = ""


class BroadcastSignal(Command, frozen=True, tag=True):
    name: str
    variables: Variables = {}


class EvaluateDecision(Command, frozen=True, tag=True):
    decision_key: int = 0
    decision_id: str = ""
    variables: Variables = {}


class ActivateJobs(Command, frozen=True, tag=True):
    """`with_lease` (8.10): each job gets a token, without which nobody can end it."""

    type: str
    worker: str
    timeout: int
    max_jobs: int
    fetch_variables: list[str] = []
    tenant_ids: list[str] = []
    with_lease: bool = False


class CompleteJob(Command, frozen=True, tag=True):
    key: int
    variables: Variables = {}
    lease: str = ""


class FailJob(Command, frozen=True, tag=True):
    key: int
    retries: int
    message: str = ""
    back_off: int = 0
    variables: Variables = {}
    lease: str = ""


class ThrowError(Command, frozen=True, tag=True):
    key: int
    error_code: str
    message: str = ""
    variables: Variables = {}
    lease: str = ""


class UpdateJob(Command, frozen=True, tag=True):
    """None: stays as it is. `timeout` counts from now. Both given: both or neither."""

    key: int
    retries: int | None = None
    timeout: int | None = None


class CompleteUserTask(Command, frozen=True, tag=True):
    key: int
    variables: Variables = {}


class AssignUserTask(Command, frozen=True, tag=True):
    """`assignee` "": nobody's from now on. `allow_override` False: refused when somebody has it."""

    key: int
    assignee: str
    allow_override: bool = True


class Tick(Command, frozen=True, tag=True):
    """Nothing but the time: what has become due by then happens."""


AnyCommand = (
    Deploy
    | DeleteResource
    | CreateInstance
    | CancelInstance
    | SuspendInstance
    | ResumeInstance
    | AssignBusinessId
    | ModifyInstance
    | MigrateInstance
    | SetVariables
    | ResolveIncident
    | PublishMessage
    | CorrelateMessage
    | BroadcastSignal
    | EvaluateDecision
    | ActivateJobs
    | CompleteJob
    | FailJob
    | ThrowError
    | UpdateJob
    | CompleteUserTask
    | AssignUserTask
    | Tick
)


class Entry(msgspec.Struct, frozen=True):
    """A command as it is journalled: when it came (ms since 1970), and the chance it brings."""

    position: int
    time: int
    chance: int
    command: AnyCommand
