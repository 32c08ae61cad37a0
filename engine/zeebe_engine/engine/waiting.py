"""What an element instance waits for: its own event, boundary events, event subprocesses."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from zeebe_engine.bpmn.model import Element, ElementType, Message, Process, Signal, Timer
from zeebe_engine.engine import schedule, values
from zeebe_engine.engine import state as states
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.schedule import Schedule, ScheduleError
from zeebe_engine.engine.state import Instance
from zeebe_engine.engine.step import Failure, Step, told_warnings

SCOPES = (ElementType.PROCESS, ElementType.SUB_PROCESS, ElementType.EVENT_SUB_PROCESS)
_CATCHING = (ElementType.INTERMEDIATE_CATCH_EVENT, ElementType.RECEIVE_TASK)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One event to wait for. `kind`: TIMER, with its schedule; SIGNAL or MESSAGE, with a name."""

    element_id: str
    kind: str
    name: str = ""
    correlation_key: str = ""
    schedule: Schedule | None = None


def prepare(
    step: Step, instance: Instance, element: Element, variables: Mapping[str, Any]
) -> list[Wanted]:
    """All that it will wait for. Raises Failure."""
    return wanted(step, instance, events(step.process(instance), instance, element), variables)


def wanted(
    step: Step, instance: Instance, found: Iterable[Element], variables: Mapping[str, Any]
) -> list[Wanted]:
    """A boundary event does not see what is mapped into its activity. Raises Failure."""
    around = step.variables(instance.scope_key)
    seen = ((event, around if event.attached_to else variables) for event in found)
    return [one for event in seen if (one := wish(step, *event)) is not None]


def events(model: Process, instance: Instance, element: Element) -> Iterator[Element]:
    """The elements that may be triggered while the instance is active."""
    if instance.type in _CATCHING:
        yield element
    if instance.type == ElementType.EVENT_BASED_GATEWAY:
        yield from (model.elements[flow.target] for flow in element.outgoing)
    if instance.type in SCOPES and not instance.is_interrupted:
        for subprocess in element.event_subprocesses:
            yield model.elements[model.elements[subprocess].starts[0]]
    if not instance.loop_counter:  # those of a multi-instance activity are its body's
        yield from (model.elements[boundary] for boundary in element.boundaries)


def wish(step: Step, event: Element, variables: Mapping[str, Any]) -> Wanted | None:
    """None: for nothing that comes from outside, but for an error for example. Raises Failure."""
    match event.trigger:
        case Timer() as timer:
            return Wanted(event.id, "TIMER", schedule=_schedule(step, timer, variables))
        case Signal(name):
            return Wanted(event.id, "SIGNAL", step.text(name, variables))
        case Message(name) as message:
            text = step.text(name, variables)
            return Wanted(event.id, "MESSAGE", text, _correlation_key(step, message, variables))
    return None


def open_all(step: Step, instance: Instance, found: list[Wanted]) -> list[int]:
    """Keys of the new subscriptions to messages, for which one may be waiting already."""
    opened = {open_(step, one, instance.definition_key, instance.key): one.kind for one in found}
    return [key for key, kind in opened.items() if kind == "MESSAGE"]


def open_(step: Step, one: Wanted, definition_key: int, owner_key: int = 0) -> int:
    """For an element instance; owner 0: for a start event of the definition."""
    key = step.key_near(owner_key or definition_key)
    if one.schedule is not None:
        timer = states.Timer(
            key=key,
            element_id=one.element_id,
            due=one.schedule.due,
            owner_key=owner_key,
            definition_key=definition_key,
            repetitions=one.schedule.repetitions,
            cycle=one.schedule.cycle,
        )
        step.emit(ValueType.TIMER, "CREATED", key, values.of_timer(step.state, timer))
        return key
    subscription = states.Subscription(
        key=key,
        kind=one.kind,
        name=one.name,
        element_id=one.element_id,
        owner_key=owner_key,
        definition_key=definition_key,
        correlation_key=one.correlation_key,
    )
    tell(step, "CREATED", subscription)
    return key


def tell(step: Step, intent: str, subscription: states.Subscription, **more: Any) -> None:
    if subscription.kind == "SIGNAL":
        kind = ValueType.SIGNAL_SUBSCRIPTION
    elif subscription.owner_key:
        kind = ValueType.PROCESS_MESSAGE_SUBSCRIPTION
    else:
        kind = ValueType.MESSAGE_START_EVENT_SUBSCRIPTION
    told = values.of_subscription(step.state, subscription) | more
    step.emit(kind, intent, subscription.key, told)


def close(step: Step, owner_key: int) -> None:
    """All of an element instance, or of a definition's start events."""
    for key in step.lookups.owned(owner_key):
        close_one(step, key)


def close_starts_of_event_subprocesses(step: Step, scope: Instance) -> None:
    elements = step.process(scope).elements
    for key in step.lookups.owned(scope.key):
        if elements[owned(step, key).element_id].type == ElementType.START_EVENT:
            close_one(step, key)


def close_one(step: Step, key: int) -> None:
    waits = owned(step, key)
    if isinstance(waits, states.Timer):
        step.emit(ValueType.TIMER, "CANCELED", key, values.of_timer(step.state, waits))
    else:
        tell(step, "DELETED", waits)


def owned(step: Step, key: int) -> states.Subscription | states.Timer:
    return step.state.subscriptions.get(key) or step.state.timers[key]


def _schedule(step: Step, timer: Timer, variables: Mapping[str, Any]) -> Schedule:
    """Raises Failure when the expression gives no such time."""
    text = step.text(timer.value, variables)
    try:
        if timer.kind == "date":
            return schedule.at_date(text)
        return (schedule.after if timer.kind == "duration" else schedule.cycle)(text, step.time)
    except ScheduleError as error:
        raise Failure("EXTRACT_VALUE_ERROR", str(error)) from error


def _correlation_key(step: Step, message: Message, variables: Mapping[str, Any]) -> str:
    """A text, or an integer as text; a start event of a process has none."""
    value = message.correlation_key
    if value is None or value.expression is None:
        return value.text if value else ""
    found = value.expression.evaluate(variables, step.now)
    if isinstance(found.value, str | int) and not isinstance(found.value, bool):
        return str(found.value)
    raise Failure(
        "EXTRACT_VALUE_ERROR",
        f"Failed to extract the correlation key for '{value.expression.text}': The value must be"
        f" either a string or a number, but was '{found.type}'.{told_warnings(found)}",
    )
