"""Which sequence flows a token takes when it leaves an element, and where a link leads."""

from collections.abc import Iterator

from zeebe_engine.bpmn.model import Element, ElementType, Flow, Process
from zeebe_engine.engine.behaviour import Variables
from zeebe_engine.engine.state import Instance
from zeebe_engine.engine.step import Failure, Step

_OTHER_END = {
    ElementType.INTERMEDIATE_THROW_EVENT: ElementType.INTERMEDIATE_CATCH_EVENT,
    ElementType.INTERMEDIATE_CATCH_EVENT: ElementType.INTERMEDIATE_THROW_EVENT,
}


def leaving(
    step: Step, instance: Instance, element: Element, variables: Variables
) -> tuple[Flow, ...]:
    """Raises Failure when a condition is not boolean, or when no flow can be taken."""
    if instance.loop_counter:
        return ()
    if element.type == ElementType.EXCLUSIVE_GATEWAY:
        first = next(_met(step, element, variables), None)
        return (first,) if first else _default(element)
    if element.type == ElementType.INCLUSIVE_GATEWAY:
        return tuple(_met(step, element, variables)) or _default(element)
    return element.outgoing


def linked(model: Process, element: Element) -> list[Element]:
    """The other ends of a link event: where a throwing one leads, what leads to a catching one."""
    return [
        one
        for one in model.elements.values()
        if one.type == _OTHER_END[element.type]
        and (one.scope, one.trigger) == (element.scope, element.trigger)
    ]


def _met(step: Step, element: Element, variables: Variables) -> Iterator[Flow]:
    """A flow that is the only one needs no condition."""
    for flow in element.outgoing:
        if flow.condition is None:
            if len(element.outgoing) == 1:
                yield flow
        elif step.typed(flow.condition, variables, "BOOLEAN", bool):
            yield flow


def _default(element: Element) -> tuple[Flow, ...]:
    if not element.outgoing:
        return ()
    found = tuple(flow for flow in element.outgoing if flow.id == element.default_flow)
    if not found:
        raise Failure(
            "CONDITION_ERROR",
            "Expected at least one condition to evaluate to true, or to have a default flow",
        )
    return found
