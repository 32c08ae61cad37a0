"""An event happens to an element instance that waits for it."""

from typing import Any

from zeebe_engine.bpmn.model import Element, ElementType
from zeebe_engine.engine import joins, lifecycle, values, waiting
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.state import Activate, Complete, Instance
from zeebe_engine.engine.step import Step

PI = ValueType.PROCESS_INSTANCE


def can_be_triggered(step: Step, owner_key: int) -> bool:
    owner = step.state.instances.get(owner_key)
    return (
        owner is not None
        and owner.state == "ACTIVATED"
        and not step.instance(owner.process_key).is_suspended
    )


def trigger(step: Step, owner: Instance, element_id: str, brought: dict[str, Any]) -> None:
    """`element_id`: the event; it is the owner itself, or at its edge, behind it or within it."""
    event = step.process(owner).elements[element_id]
    if element_id == owner.element_id:
        lifecycle.complete(step, Complete(owner.key, brought))
    elif owner.type == ElementType.EVENT_BASED_GATEWAY:
        _choose(step, owner, element_id, brought)
    elif event.type == ElementType.START_EVENT:
        _start_event_subprocess(step, owner, event, brought)
    elif event.interrupting:
        lifecycle.interrupt(step, owner, Activate(element_id, owner.scope_key, variables=brought))
    else:
        lifecycle.activate(step, Activate(element_id, owner.scope_key, variables=brought))


def _choose(step: Step, gateway: Instance, element_id: str, brought: dict[str, Any]) -> None:
    element = step.element(gateway)
    flow = next(one for one in element.outgoing if one.target == element_id)
    scope = step.instance(gateway.scope_key)
    told = values.of_element(step.state, gateway, element)
    waiting.close(step, gateway.key)
    step.emit(PI, "ELEMENT_COMPLETING", gateway.key, {**told, "result": {}})
    step.emit(PI, "ELEMENT_COMPLETED", gateway.key, told)
    lifecycle.take(step, scope, flow, brought)
    joins.look_again(step, scope.key)


def _start_event_subprocess(
    step: Step, scope: Instance, event: Element, brought: dict[str, Any]
) -> None:
    if event.interrupting:
        waiting.close_starts_of_event_subprocesses(step, scope)
        lifecycle.drop_tokens(step, scope, event.id)
    lifecycle.activate(step, Activate(event.scope, scope.key, variables=brought))
