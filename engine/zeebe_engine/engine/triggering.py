"""An event happens to an element instance that waits for it."""

from typing import Any

from zeebe_engine.bpmn.model import Element, ElementType
from zeebe_engine.engine import ending, joins, lifecycle, values, waiting
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.state import Activate, Complete, Instance
from zeebe_engine.engine.step import Step

PI = ValueType.PROCESS_INSTANCE


def trigger(step: Step, owner: Instance, element_id: str, brought: dict[str, Any]) -> None:
    """`element_id`: the event; it is the owner itself, or at its edge, behind it or within it."""
    event = step.process(owner).elements[element_id]
    if element_id == owner.element_id:
        lifecycle.complete(step, Complete(owner.key, brought))
    elif owner.type == ElementType.EVENT_BASED_GATEWAY:
        _choose(step, owner, element_id, brought)
    elif event.type == ElementType.START_EVENT:
        _start_event_subprocess(step, owner, event, brought)
    else:
        _leave_by_edge(step, owner, event, brought)


def _choose(step: Step, gateway: Instance, element_id: str, brought: dict[str, Any]) -> None:
    element = step.element(gateway)
    flows = tuple(flow for flow in element.outgoing if flow.target == element_id)
    told = values.of_element(step.state, gateway, element)
    waiting.close(step, gateway.key)
    step.emit(PI, "ELEMENT_COMPLETING", gateway.key, {**told, "result": {}})
    step.emit(PI, "ELEMENT_COMPLETED", gateway.key, told)
    lifecycle.leave(step, step.instance(gateway.scope_key), element, flows, brought)


def _start_event_subprocess(
    step: Step, scope: Instance, event: Element, brought: dict[str, Any]
) -> None:
    if event.interrupting:
        ending.drop_tokens(step, scope, event.id)
    lifecycle.activate(step, Activate(event.scope, scope.key, variables=brought))


def _leave_by_edge(step: Step, owner: Instance, event: Element, brought: dict[str, Any]) -> None:
    """An interrupting boundary event takes the place of its activity."""
    scope_key = owner.scope_key
    if event.interrupting:
        ending.terminate(step, owner.key)
    lifecycle.activate(step, Activate(event.id, scope_key, variables=brought))
    joins.look_again(step, scope_key)
