"""Everything that the engine knows between two commands, as data that a snapshot can hold.

Only `taking.take` changes it, by events. Indexes that can be derived are in `lookups.py`.
"""

import hashlib
from typing import Any

import msgspec

PARTITION_BITS = 51


class Definition(msgspec.Struct, kw_only=True):
    """One version of a resource. `kind`: PROCESS, DECISION, DECISION_REQUIREMENTS or FORM."""

    kind: str
    key: int
    id: str
    version: int
    resource_name: str
    checksum: str
    name: str = ""
    version_tag: str = ""
    deployment_key: int
    requirements_key: int = 0
    is_draining: bool = False
    tenant_id: str


class Instance(msgspec.Struct, kw_only=True):
    """One active element instance; that of the process has its own key as `process_key`.

    `scope_key` 0: it is a process. `taken`: how often each flow was taken and its target not yet
    entered. `targets`: elements within, at which it begins instead of at its start event; `given`:
    variables for the scopes on the way there, by their ids. `result`: what a completing one brings.
    `items`, `outputs`, `completed`, `terminated`, `loop_counter` are of multi-instance bodies and
    their instances. `correlation_key`: of the message that started the process.
    """

    key: int
    element_id: str
    type: str
    process_key: int
    definition_key: int
    scope_key: int
    state: str = "ACTIVATING"
    children: dict[int, bool] = {}
    variables: dict[str, Any] = {}
    variable_keys: dict[str, int] = {}
    taken: dict[str, int] = {}
    targets: list[str] = []
    given: dict[str, dict[str, Any]] = {}
    job_key: int = 0
    result: dict[str, Any] | None = None
    is_interrupted: bool = False
    called_key: int = 0
    items: list[Any] = []
    outputs: list[Any] = []
    completed: int = 0
    terminated: int = 0
    loop_counter: int = 0
    # of processes
    caller_key: int = 0
    depth: int = 1
    root_key: int = 0
    tags: list[str] = []
    business_id: str = ""
    correlation_key: str = ""
    awaits: bool = False
    fetch_variables: list[str] = []
    terminate_after: list[str] = []
    is_suspended: bool = False

    @property
    def is_ending(self) -> bool:
        return self.state not in ("ACTIVATING", "ACTIVATED")


class Job(msgspec.Struct, kw_only=True):
    """`due`: when its lease or its back-off ends, ms since 1970."""

    key: int
    type: str
    element_key: int
    process_key: int
    retries: int
    state: str = "ACTIVATABLE"
    headers: dict[str, str] = {}
    worker: str = ""
    due: int = 0
    lease: str = ""
    error_message: str = ""
    error_code: str = ""


class UserTask(msgspec.Struct, kw_only=True):
    key: int
    element_key: int
    assignee: str = ""


class Incident(msgspec.Struct, kw_only=True):
    key: int
    element_key: int
    error_type: str
    message: str
    job_key: int = 0


class Message(msgspec.Struct, kw_only=True):
    """A buffered one. `reached`: ids of the processes that it was correlated to."""

    key: int
    name: str
    correlation_key: str
    message_id: str
    variables: dict[str, Any]
    due: int
    tenant_id: str
    business_id: str = ""
    reached: dict[str, bool] = {}


class Subscription(msgspec.Struct, kw_only=True):
    """What waits for a message or a signal: an element instance, or a start event (owner 0)."""

    key: int
    kind: str
    name: str
    element_id: str
    owner_key: int = 0
    definition_key: int
    correlation_key: str = ""


class Timer(msgspec.Struct, kw_only=True):
    """`repetitions`: how often it is still to fire, -1: for ever. `cycle`: its text, "": none."""

    key: int
    element_id: str
    due: int
    owner_key: int = 0
    definition_key: int
    repetitions: int = 1
    cycle: str = ""


class Activate(msgspec.Struct, tag=True):
    """A token on its way. `variables` not None: the event has happened, and brought these."""

    element_id: str
    scope_key: int
    flow_id: str = ""
    variables: dict[str, Any] | None = None
    loop_counter: int = 0
    target: str = ""
    given: dict[str, dict[str, Any]] = {}


class Complete(msgspec.Struct, tag=True):
    """`variables`: what the element brings, the result of its job for example."""

    key: int
    variables: dict[str, Any] = {}


class End(msgspec.Struct, tag=True):
    """An element has ended after which its process instance is to end."""

    key: int


class CatchUp(msgspec.Struct, tag=True):
    """A subscription looks for a message that is buffered already."""

    subscription_key: int


class NextMessage(msgspec.Struct, tag=True):
    """An instance that a message started is over: another message may start the next one."""

    process_id: str
    tenant_id: str
    correlation_key: str


Action = Activate | Complete | End | CatchUp | NextMessage


class State(msgspec.Struct):
    """`time`: ms since 1970 of the newest entry; `pending`: tokens that are still on their way;
    `parked`: those of suspended instances, by the keys of their processes.

    The order of a mapping is part of the state. That of `jobs` is the one in which they became
    activatable; of everything else, the one in which it came to be.
    """

    partitions: int
    position: int = 0
    time: int = 0
    counters: list[int] = []
    turn: int = 0
    definitions: dict[int, Definition] = {}
    contents: dict[str, bytes] = {}
    versions: dict[str, int] = {}
    instances: dict[int, Instance] = {}
    jobs: dict[int, Job] = {}
    user_tasks: dict[int, UserTask] = {}
    incidents: dict[int, Incident] = {}
    messages: dict[int, Message] = {}
    subscriptions: dict[int, Subscription] = {}
    timers: dict[int, Timer] = {}
    pending: list[Action] = []
    parked: dict[int, list[Action]] = {}

    def can_be_triggered(self, key: int) -> bool:
        """Whether an event may happen to that element instance now."""
        instance = self.instances.get(key)
        if instance is None or instance.state != "ACTIVATED":
            return False
        return not self.instances[instance.process_key].is_suspended

    def next_key(self, partition: int) -> int:
        """Keys of a partition only grow, and none is given twice."""
        self.counters[partition - 1] += 1
        return (partition << PARTITION_BITS) + self.counters[partition - 1]

    def encode(self) -> bytes:
        return msgspec.msgpack.encode(self)

    def digest(self) -> str:
        return hashlib.sha256(self.encode()).hexdigest()


def fresh(partitions: int) -> State:
    return State(partitions, counters=[0] * partitions)


def decode(data: bytes) -> State:
    """Raises msgspec.DecodeError."""
    return msgspec.msgpack.decode(data, type=State)


def partition_of(key: int) -> int:
    return key >> PARTITION_BITS
