"""Gateways that wait for more than one token."""

from zeebe_engine.bpmn.model import Element, ElementType, Flow, Link, Process
from zeebe_engine.engine import routing
from zeebe_engine.engine.state import Activate, Instance
from zeebe_engine.engine.step import Step


def entering(step: Step, scope: Instance, element: Element, flow_id: str) -> tuple[str, ...] | None:
    """The flows whose tokens go in, each with one of its tokens. None: not yet, or not any more."""
    if not flow_id:
        return ()
    if flow_id not in scope.taken:
        return None
    if not is_join(element):
        return (flow_id,)
    taken = tuple(flow.id for flow in element.incoming if flow.id in scope.taken)
    untaken = [flow for flow in element.incoming if flow.id not in scope.taken]
    if not untaken:
        return taken
    if element.type == ElementType.PARALLEL_GATEWAY or _can_come(step, scope, element, untaken):
        return None
    return taken


def look_again(step: Step, scope_key: int) -> None:
    """A token of the scope has moved: inclusive joins may have waited for it alone."""
    scope = step.state.instances.get(scope_key)
    if scope is None or not scope.taken:
        return
    model = step.process(scope)
    for flow_id in scope.taken:
        target = model.elements[model.flows[flow_id].target]
        if is_join(target) and target.type == ElementType.INCLUSIVE_GATEWAY:
            step.later(Activate(target.id, scope_key, flow_id))


def is_join(element: Element) -> bool:
    return len(element.incoming) > 1 and element.type in (
        ElementType.PARALLEL_GATEWAY,
        ElementType.INCLUSIVE_GATEWAY,
    )


def _can_come(step: Step, scope: Instance, element: Element, flows: list[Flow]) -> bool:
    """Whether a token in the scope can still reach the gateway by one of the flows."""
    model = step.process(scope)
    active = {step.instance(key).element_id for key in scope.children}
    active |= {model.flows[flow].target for flow in scope.taken}
    return bool((active - {element.id}) & _sources(model, element, flows))


def _sources(model: Process, element: Element, flows: list[Flow]) -> set[str]:
    """Ids of the elements from which a path leads to the flows, without the gateway itself."""
    found = {element.id}
    left = [flow.source for flow in flows]
    while left:
        source = left.pop()
        if source not in found:
            found.add(source)
            left += _before(model, model.elements[source])
    return found


def _before(model: Process, element: Element) -> list[str]:
    found = [flow.source for flow in element.incoming]
    if element.attached_to:
        found.append(element.attached_to)
    if isinstance(element.trigger, Link) and element.type == ElementType.INTERMEDIATE_CATCH_EVENT:
        found += [one.id for one in routing.linked(model, element)]
    return found
