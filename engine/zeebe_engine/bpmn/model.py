"""What a deployed process is: frozen, and complete enough to execute without the XML.

A `Value` is what a field of a modeler holds: fixed text, or `=` and a FEEL expression.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from zeebe_engine.feel import Expression


class ElementType(StrEnum):
    """Names are those of `bpmnElementType` in the records."""

    PROCESS = "PROCESS"
    SUB_PROCESS = "SUB_PROCESS"
    EVENT_SUB_PROCESS = "EVENT_SUB_PROCESS"
    START_EVENT = "START_EVENT"
    INTERMEDIATE_CATCH_EVENT = "INTERMEDIATE_CATCH_EVENT"
    INTERMEDIATE_THROW_EVENT = "INTERMEDIATE_THROW_EVENT"
    BOUNDARY_EVENT = "BOUNDARY_EVENT"
    END_EVENT = "END_EVENT"
    TASK = "TASK"
    MANUAL_TASK = "MANUAL_TASK"
    SERVICE_TASK = "SERVICE_TASK"
    SEND_TASK = "SEND_TASK"
    SCRIPT_TASK = "SCRIPT_TASK"
    BUSINESS_RULE_TASK = "BUSINESS_RULE_TASK"
    USER_TASK = "USER_TASK"
    RECEIVE_TASK = "RECEIVE_TASK"
    CALL_ACTIVITY = "CALL_ACTIVITY"
    EXCLUSIVE_GATEWAY = "EXCLUSIVE_GATEWAY"
    PARALLEL_GATEWAY = "PARALLEL_GATEWAY"
    INCLUSIVE_GATEWAY = "INCLUSIVE_GATEWAY"
    EVENT_BASED_GATEWAY = "EVENT_BASED_GATEWAY"
    SEQUENCE_FLOW = "SEQUENCE_FLOW"
    MULTI_INSTANCE_BODY = "MULTI_INSTANCE_BODY"


@dataclass(frozen=True, slots=True)
class Value:
    """`expression` None: `text` is the value; else `text` is the source with its `=`."""

    text: str
    expression: Expression | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """`correlation_key` None: only start events of a process may do without."""

    name: Value
    correlation_key: Value | None = None


@dataclass(frozen=True, slots=True)
class Timer:
    """`value` gives ISO 8601: a date and time, a duration, or a cycle (`R3/PT10S`, or cron)."""

    kind: Literal["date", "duration", "cycle"]
    value: Value


@dataclass(frozen=True, slots=True)
class Signal:
    name: Value


@dataclass(frozen=True, slots=True)
class Error:
    """`code` None, on a catching event: any error."""

    code: Value | None


@dataclass(frozen=True, slots=True)
class Escalation:
    """`code` None, on a catching event: any escalation."""

    code: Value | None


@dataclass(frozen=True, slots=True)
class Link:
    name: str


@dataclass(frozen=True, slots=True)
class Terminate:
    pass


Trigger = Message | Timer | Signal | Error | Escalation | Link | Terminate


@dataclass(frozen=True, slots=True)
class Job:
    type: Value
    retries: Value
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mapped:
    """One input or output mapping; `target` may be a path: `order.total`."""

    source: Value
    target: str


@dataclass(frozen=True, slots=True)
class Loop:
    """Of a multi-instance activity. `output_collection` "": results are not collected."""

    is_sequential: bool
    input_collection: Value
    input_element: str = ""
    output_collection: str = ""
    output_element: Value | None = None
    completion_condition: Value | None = None


Binding = Literal["latest", "deployment", "versionTag"]


@dataclass(frozen=True, slots=True)
class Script:
    expression: Value
    result_variable: str


@dataclass(frozen=True, slots=True)
class CalledDecision:
    decision_id: Value
    result_variable: str
    binding: Binding = "latest"
    version_tag: str = ""


@dataclass(frozen=True, slots=True)
class CalledProcess:
    process_id: Value
    binding: Binding = "latest"
    version_tag: str = ""
    propagate_all_parent_variables: bool = True
    propagate_all_child_variables: bool = True


@dataclass(frozen=True, slots=True)
class UserTask:
    """Of the engine itself (`zeebe:userTask`); a user task without it is a job.

    `binding`, `version_tag`: which version of the form.
    """

    assignee: Value | None = None
    candidate_groups: Value | None = None
    candidate_users: Value | None = None
    due_date: Value | None = None
    follow_up_date: Value | None = None
    priority: Value | None = None
    form_id: str = ""
    binding: Binding = "latest"
    version_tag: str = ""
    external_form_reference: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow. `condition` None: always, unless it is its source's `default_flow`."""

    id: str
    source: str
    target: str
    condition: Value | None = None


@dataclass(frozen=True, slots=True)
class Element:
    """One node of a process, or the process itself.

    `scope`: the id of the process or subprocess around it ("": it is the process).
    `children`: ids of the nodes directly within it; `starts`: those that are its start events,
    without those of its event subprocesses; `event_subprocesses`: their ids.
    `boundaries`: ids of the boundary events attached to it. `interrupting` is of a boundary event,
    or of the start event of an event subprocess.
    """

    id: str
    type: ElementType
    name: str = ""
    scope: str = ""
    trigger: Trigger | None = None
    incoming: tuple[Flow, ...] = ()
    outgoing: tuple[Flow, ...] = ()
    default_flow: str = ""
    children: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    event_subprocesses: tuple[str, ...] = ()
    boundaries: tuple[str, ...] = ()
    attached_to: str = ""
    interrupting: bool = True
    inputs: tuple[Mapped, ...] = ()
    outputs: tuple[Mapped, ...] = ()
    loop: Loop | None = None
    job: Job | None = None
    script: Script | None = None
    decision: CalledDecision | None = None
    call: CalledProcess | None = None
    user_task: UserTask | None = None


@dataclass(frozen=True, slots=True)
class Process:
    """`elements` holds every node by its id, the process too (under `id`); `flows` by their ids."""

    id: str
    name: str
    version_tag: str
    elements: Mapping[str, Element]
    flows: Mapping[str, Flow]

    @property
    def root(self) -> Element:
        return self.elements[self.id]
