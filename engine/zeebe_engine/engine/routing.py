"""Which sequence flows a token takes when it leaves an element."""

from zeebe_engine.bpmn.model import Element, ElementType, Flow
from zeebe_engine.engine.behaviour import Variables
from zeebe_engine.engine.state import Instance
from zeebe_engine.engine.step import Failure, Step


def leaving(
    step: Step, instance: Instance, element: Element, variables: Variables
) -> tuple[Flow, ...]:
    """Raises Failure when a condition is not boolean, or when no flow can be taken."""
    if instance.loop_counter:
        return ()
    if element.type == ElementType.EXCLUSIVE_GATEWAY:
        return _met(step, element, variables)[:1] or _default(element)
    if element.type == ElementType.INCLUSIVE_GATEWAY:
        return _met(step, element, variables) or _default(element)
    return element.outgoing


def _met(step: Step, element: Element, variables: Variables) -> tuple[Flow, ...]:
    if len(element.outgoing) == 1 and element.outgoing[0].condition is None:
        return element.outgoing
    return tuple(
        flow
        for flow in element.outgoing
        if flow.condition is not None
        and step.typed(flow.condition, variables, "BOOLEAN", bool) is True
    )


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
