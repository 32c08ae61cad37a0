"""Errors and escalations: who catches them, from the inside out, and across calls."""

from collections.abc import Iterator
from typing import Any

from zeebe_engine.bpmn.model import Element, ElementType, Error, Escalation, Process
from zeebe_engine.engine import triggering, values
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.state import Instance
from zeebe_engine.engine.step import Failure, Step


def throw_error(step: Step, source: Instance, code: str, brought: dict[str, Any]) -> bool:
    """Whether anybody catches it."""
    found = _catcher(step, source, Error, code)
    if found is None:
        return False
    triggering.trigger(step, found[0], found[1].id, brought)
    return True


def unhandled(code: str, message: str = "") -> Failure:
    said = f" with message '{message}'" if message else ""
    return Failure(
        "UNHANDLED_ERROR_EVENT",
        f"Expected to throw an error event with the code '{code}'{said}, but it was not caught."
        " No error events are available in the scope.",
    )


def throw_escalation(step: Step, source: Instance, code: str) -> None:
    """Nobody needs to catch it."""
    found = _catcher(step, source, Escalation, code)
    told = {
        **values.of_instance(step.state, source),
        "escalationCode": code,
        "throwElementId": source.element_id,
        "catchElementId": found[1].id if found else "",
    }
    intent = "ESCALATED" if found else "NOT_ESCALATED"
    step.emit(ValueType.ESCALATION, intent, step.key_near(source.key), told)
    if found is not None:
        triggering.trigger(step, found[0], found[1].id, {})


def _catcher(
    step: Step, source: Instance, kind: type, code: str
) -> tuple[Instance, Element] | None:
    """The instance that is to be triggered, and its event. A code goes before any code."""
    below = ""
    for instance in _outwards(step, source):
        model = step.process(instance)
        events = [
            event
            for event in _events(model, instance, below)
            if isinstance(event.trigger, kind) and _code(step, instance, event) in (code, None)
        ]
        events.sort(key=lambda event: _code(step, instance, event) is None)
        if events:
            return instance, events[0]
        below = instance.element_id
    return None


def _outwards(step: Step, source: Instance) -> Iterator[Instance]:
    """The instance, its scopes, and on in the process that called its own."""
    key = source.key
    while key:
        scopes = step.scopes(key)
        yield from scopes
        key = scopes[-1].caller_key


def _events(model: Process, instance: Instance, below: str) -> Iterator[Element]:
    """`below`: from where the error comes; an event subprocess does not catch its own."""
    element = model.elements[instance.element_id]
    if not instance.is_interrupted:
        for subprocess in element.event_subprocesses:
            if subprocess != below and instance.type != ElementType.MULTI_INSTANCE_BODY:
                yield model.elements[model.elements[subprocess].starts[0]]
    if not instance.loop_counter:
        yield from (model.elements[boundary] for boundary in element.boundaries)


def _code(step: Step, instance: Instance, event: Element) -> str | None:
    assert isinstance(event.trigger, Error | Escalation)
    if event.trigger.code is None:
        return None
    try:
        return step.text(event.trigger.code, step.variables(instance.key))
    except Failure:
        return ""
