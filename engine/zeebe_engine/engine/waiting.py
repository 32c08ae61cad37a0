"""What an element instance waits for: its own event, boundary events, event subprocesses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from zeebe_engine.bpmn.model import Element, ElementType, Message, Process, Signal, Timer
from zeebe_engine.engine import schedule, values
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.schedule import Schedule, ScheduleError
from zeebe_engine.engine.state import Instance, Subscription
from zeebe_engine.engine.step import Failure, Step, told_warnings

_SCOPES = (ElementType.PROCESS, ElementType.SUB_PROCESS, ElementType.EVENT_SUB_PROCESS)
_CATCHING = (ElementType.INTERMEDIATE_CATCH_EVENT, ElementType.RECEIVE_TASK)
SUBSCRIPTION_TYPES = {
    "MESSAGE": ValueType.PROCESS_MESSAGE_SUBSCRIPTION,
    "SIGNAL": ValueType.SIGNAL_SUBSCRIPTION,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One event to wait for: a schedule, or the name (and correlation key) of what is to come."""

    element_id: str
    interrupting: bool
    schedule: Schedule | None = None
    kind: str = ""
    name: str = ""
    correlation_key: str = ""


def prepare(
    step: Step, instance: Instance, element: Element, variables: Mapping[str, Any]
) -> list[Wanted]:
    """All that it will wait for. Raises Failure."""
    model = step.process(instance)
    around = step.variables(instance.scope_key) if instance.scope_key else variables
    found = []
    for event in _events(model, instance, element):
        # A boundary event does not see what is mapped into its activity.
        seen = around if event.type == ElementType.BOUNDARY_EVENT else variables
        if (wanted := _wanted(step, event, seen)) is not None:
            found.append(wanted)
    return found


def open_(step: Step, instance: Instance, wanted: list[Wanted]) -> list[Subscription]:
    """The new subscriptions to messages, for which one may be waiting already."""
    opened = []
    for one in wanted:
        key = step.key_near(instance.key)
        if one.schedule is not None:
            step.emit(ValueType.TIMER, "CREATED", key, _timer(step, instance, one, one.schedule))
            continue
        step.emit(SUBSCRIPTION_TYPES[one.kind], "CREATED", key, _subscription(step, instance, one))
        if one.kind == "MESSAGE":
            opened.append(step.state.subscriptions[key])
    return opened


def close(step: Step, owner_key: int) -> None:
    """All of an element instance, or of a definition's start events."""
    for key in step.lookups.owned(owner_key):
        close_one(step, key)


def close_starts_of_event_subprocesses(step: Step, scope: Instance) -> None:
    elements = step.process(scope).elements
    for key in step.lookups.owned(scope.key):
        waits = step.state.subscriptions.get(key) or step.state.timers[key]
        if elements[waits.element_id].type == ElementType.START_EVENT:
            close_one(step, key)


def close_one(step: Step, key: int) -> None:
    timer = step.state.timers.get(key)
    if timer is not None:
        told = {"targetElementId": timer.element_id, "elementInstanceKey": timer.owner_key}
        step.emit(ValueType.TIMER, "CANCELED", key, told)
        return
    subscription = step.state.subscriptions[key]
    kind = SUBSCRIPTION_TYPES[subscription.kind]
    if subscription.kind == "MESSAGE" and not subscription.owner_key:
        kind = ValueType.MESSAGE_START_EVENT_SUBSCRIPTION
    step.emit(kind, "DELETED", key, values.of_subscription(step.state, subscription))


def timer_schedule(step: Step, timer: Timer, variables: Mapping[str, Any]) -> Schedule:
    """Raises Failure when the expression gives no such time."""
    text = step.text(timer.value, variables)
    try:
        if timer.kind == "date":
            return schedule.at_date(text)
        return (schedule.after if timer.kind == "duration" else schedule.cycle)(text, step.time)
    except ScheduleError as error:
        raise Failure("EXTRACT_VALUE_ERROR", str(error)) from error


def _events(model: Process, instance: Instance, element: Element) -> Iterator[Element]:
    """The elements that may be triggered while the instance is active."""
    if instance.type in _CATCHING:
        yield element
    if instance.type == ElementType.EVENT_BASED_GATEWAY:
        yield from (model.elements[flow.target] for flow in element.outgoing)
    if instance.type in _SCOPES:
        for subprocess in element.event_subprocesses:
            yield model.elements[model.elements[subprocess].starts[0]]
    if not instance.loop_counter:  # those of a multi-instance activity are its body's
        yield from (model.elements[boundary] for boundary in element.boundaries)


def _wanted(step: Step, event: Element, variables: Mapping[str, Any]) -> Wanted | None:
    """None: nothing that comes from outside, an error for example."""
    match event.trigger:
        case Timer() as timer:
            found = timer_schedule(step, timer, variables)
            return Wanted(event.id, event.interrupting, found)
        case Signal(name):
            return Wanted(event.id, event.interrupting, None, "SIGNAL", step.text(name, variables))
        case Message(name, correlation_key):
            text = step.text(name, variables)
            key = "" if correlation_key is None else _correlation_key(step, event, variables)
            return Wanted(event.id, event.interrupting, None, "MESSAGE", text, key)
    return None


def _correlation_key(step: Step, event: Element, variables: Mapping[str, Any]) -> str:
    """A text, or an integer as text."""
    assert isinstance(event.trigger, Message)
    assert event.trigger.correlation_key is not None
    value = event.trigger.correlation_key
    if value.expression is None:
        return value.text
    found = value.expression.evaluate(variables, step.now)
    if isinstance(found.value, str | int) and not isinstance(found.value, bool):
        return str(found.value)
    raise Failure(
        "EXTRACT_VALUE_ERROR",
        f"Failed to extract the correlation key for '{value.expression.text}': The value must be"
        f" either a string or a number, but was '{found.type}'.{told_warnings(found)}",
    )


def _timer(step: Step, instance: Instance, one: Wanted, due: Schedule) -> dict[str, Any]:
    return {
        **values.of_instance(step.state, instance),
        "targetElementId": one.element_id,
        "dueDate": due.due,
        "repetitions": due.repetitions,
        "cycle": due.cycle,
    }


def _subscription(step: Step, instance: Instance, one: Wanted) -> dict[str, Any]:
    name = "messageName" if one.kind == "MESSAGE" else "signalName"
    return {
        **values.of_instance(step.state, instance),
        "elementId": one.element_id,
        name: one.name,
        "correlationKey": one.correlation_key,
        "interrupting": one.interrupting,
    }
