"""One entry that is being executed: what its handlers read, evaluate and let happen."""

from collections import ChainMap
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from zeebe_engine.bpmn.model import Element, Process, Value
from zeebe_engine.engine import documents
from zeebe_engine.engine.answers import DEFAULT_TENANT, Result
from zeebe_engine.engine.events import Event, ValueType
from zeebe_engine.engine.lookups import Lookups
from zeebe_engine.engine.models import Models
from zeebe_engine.engine.refusals import Rejection, RejectionType
from zeebe_engine.engine.schedule import LATEST
from zeebe_engine.engine.state import Action, Definition, Instance, State, partition_of
from zeebe_engine.engine.taking import take
from zeebe_engine.feel import Evaluation
from zeebe_engine.settings import Settings

_STOPPED: Final = ("ASSERT_FAILURE", "LIMIT_EXCEEDED")


class Failure(Exception):  # noqa: N818 - not ours: the process cannot go on
    """An element cannot go on: it becomes an incident of that type, with that message."""

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self.error_type = error_type
        self.message = message


class Step:
    """The state changes through `emit` alone."""

    def __init__(
        self, settings: Settings, state: State, lookups: Lookups, models: Models, chance: int
    ) -> None:
        self.settings = settings
        self.state = state
        self.lookups = lookups
        self.models = models
        self.chance = chance
        self.events: list[Event] = []
        self.results: list[tuple[int, Result]] = []
        self.job_types: set[str] = set()

    @property
    def time(self) -> int:
        return self.state.time

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.state.time / 1000, UTC)

    def after(self, milliseconds: int) -> int:
        return min(self.state.time + milliseconds, LATEST)

    def emit(self, value_type: ValueType, intent: str, key: int, value: dict[str, Any]) -> None:
        event = Event(value_type, intent, key, value, self.state.time, partition_of(key))
        take(self.state, self.lookups, event)
        self.events.append(event)

    def later(self, action: Action) -> None:
        self.state.pending.append(action)

    def key_near(self, key: int) -> int:
        """A new key on the partition of that one."""
        return self.state.next_key(partition_of(key))

    def key_on(self, partition: int) -> int:
        return self.state.next_key(partition)

    def instance(self, key: int) -> Instance:
        return self.state.instances[key]

    def process_of(self, key: int) -> Instance:
        """The process instance of an element instance."""
        return self.state.instances[self.state.instances[key].process_key]

    def definition(self, instance: Instance) -> Definition:
        return self.state.definitions[instance.definition_key]

    def process(self, instance: Instance) -> Process:
        return self.models.process(self.state.definitions[instance.definition_key])

    def element(self, instance: Instance) -> Element:
        return self.process(instance).elements[instance.element_id]

    def scopes(self, key: int) -> list[Instance]:
        """The element instance and those around it, up to its process."""
        found = []
        while key:
            found.append(self.state.instances[key])
            key = found[-1].scope_key
        return found

    def within(self, key: int, *, calls: bool = False) -> list[Instance]:
        """The element instance first, then what is in it, at any depth; `calls`: in what it calls,
        too."""
        found, left = [], [key]
        while left:
            found.append(self.state.instances[left.pop()])
            left += reversed(found[-1].children)
            if calls and found[-1].called_key:
                left.append(found[-1].called_key)
        return found

    def variables(self, key: int, *local: dict[str, Any]) -> ChainMap[str, Any]:
        """What an expression there can see: the nearest scope hides those around it."""
        return ChainMap(*local, *(one.variables for one in self.scopes(key)))

    def evaluate(
        self, value: Value, variables: Mapping[str, Any], failing: str = "EXTRACT_VALUE_ERROR"
    ) -> Any:
        """Null where there is no value. Raises Failure of that type if it was stopped."""
        if value.expression is None:
            return value.text
        found = value.expression.evaluate(variables, self.now)
        if _was_stopped(found):
            raise Failure(
                failing,
                f"Failed to evaluate the expression '{value.expression.text}'."
                f"{told_warnings(found)}",
            )
        return documents.fitting(found.value)

    def text(self, value: Value, variables: Mapping[str, Any]) -> str:
        """Raises Failure when it is none."""
        return str(self.typed(value, variables, "STRING", str))

    def typed(self, value: Value, variables: Mapping[str, Any], name: str, *kinds: type) -> Any:
        """The value, which must be of one of the Python types; `name` is FEEL's for them.

        Raises Failure.
        """
        if value.expression is None:
            return value.text
        found = value.expression.evaluate(variables, self.now)
        if type(found.value) in kinds and not _was_stopped(found):
            return documents.fitting(found.value)
        raise Failure(
            "EXTRACT_VALUE_ERROR",
            f"Expected result of the expression '{value.expression.text}' to be '{name}',"
            f" but was '{found.type}'.{told_warnings(found)}",
        )


def _was_stopped(found: Evaluation) -> bool:
    """By an assertion of its own, or by a limit."""
    return bool(found.warnings) and found.warnings[-1].kind in _STOPPED


def told_warnings(found: Evaluation) -> str:
    """Why it became what it is, behind a sentence that says so."""
    if not found.warnings:
        return ""
    lines = "\n".join(f"[{one.kind}] {one.text}" for one in found.warnings)
    return f" The evaluation reported the following warnings:\n{lines}"


def tenant_of(tenant_id: str) -> str:
    return tenant_id or DEFAULT_TENANT


def not_found(intent: str, reason: str) -> Rejection:
    return Rejection(RejectionType.NOT_FOUND, intent, reason)


def invalid(intent: str, reason: str) -> Rejection:
    return Rejection(RejectionType.INVALID_ARGUMENT, intent, reason)


def wrong_state(intent: str, reason: str) -> Rejection:
    return Rejection(RejectionType.INVALID_STATE, intent, reason)
