"""Errors and escalations: who catches them, from the inside out, and across calls."""

from collections.abc import Iterator
from typing import Any

from zeebe_engine.bpmn.model import Element, ElementType, Error, Escalation
from zeebe_engine.engine import triggering, values
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.state import Instance
from zeebe_engine.engine.step import Failure, Step

Catcher = tuple[Instance, Element]
"""The instance that is triggered, and its event."""


def catcher(
    step: Step, source: Instance, kind: type[Error | Escalation], code: str
) -> Catcher | None:
    """In the innermost scope that has one; there, the one for this code before that for any."""
    below = ""
    for instance in _outwards(step, source):
        found: dict[str | None, Element] = {}
        for event in _events(step, instance, below):
            if isinstance(event.trigger, kind):
                own = event.trigger.code
                found.setdefault(own.text if own else None, event)
        caught = found.get(code) or found.get(None)
        if caught is not None:
            return instance, caught
        below = instance.element_id
    return None


def throw_error(step: Step, source: Instance, code: str) -> None:
    """Raises Failure when nobody catches it."""
    found = catcher(step, source, Error, code)
    if found is None:
        raise unhandled(code)
    catch(step, found, {})


def catch(step: Step, found: Catcher, brought: dict[str, Any]) -> None:
    triggering.trigger(step, found[0], found[1].id, brought)


def unhandled(code: str, message: str = "") -> Failure:
    said = f" with message '{message}'" if message else ""
    return Failure(
        "UNHANDLED_ERROR_EVENT",
        f"Expected to throw an error event with the code '{code}'{said}, but it was not caught."
        " No error events are available in the scope.",
    )


def throw_escalation(step: Step, source: Instance, code: str) -> None:
    """Nobody needs to catch it."""
    found = catcher(step, source, Escalation, code)
    told = {
        **values.of_instance(step.state, source),
        "escalationCode": code,
        "throwElementId": source.element_id,
        "catchElementId": found[1].id if found else "",
    }
    intent = "ESCALATED" if found else "NOT_ESCALATED"
    step.emit(ValueType.ESCALATION, intent, step.key_near(source.key), told)
    if found is not None:
        catch(step, found, {})


def _outwards(step: Step, source: Instance) -> Iterator[Instance]:
    """The instance, its scopes, and on in the process that called its own."""
    key = source.key
    while key:
        scopes = step.scopes(key)
        yield from scopes
        key = scopes[-1].caller_key


def _events(step: Step, instance: Instance, below: str) -> Iterator[Element]:
    """`below`: from where the error comes; an event subprocess does not catch its own."""
    elements = step.process(instance).elements
    element = elements[instance.element_id]
    if not instance.is_interrupted and instance.type != ElementType.MULTI_INSTANCE_BODY:
        for subprocess in element.event_subprocesses:
            if subprocess != below:
                yield elements[elements[subprocess].starts[0]]
    if not instance.loop_counter:
        yield from (elements[boundary] for boundary in element.boundaries)
