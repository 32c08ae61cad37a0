"""Gateways that wait for more than one token."""

from zeebe_engine.bpmn.model import Element, ElementType, Process
from zeebe_engine.engine.state import Activate, Instance
from zeebe_engine.engine.step import Step


def entering(step: Step, scope: Instance, element: Element, flow_id: str) -> tuple[str, ...] | None:
    """The flows whose tokens go in, each with one of its tokens. None: not yet, or not any more."""
    if not flow_id:
        return ()
    if flow_id not in scope.taken:
        return None
    if len(element.incoming) > 1 and element.type == ElementType.PARALLEL_GATEWAY:
        flows = tuple(flow.id for flow in element.incoming)
        return flows if all(flow in scope.taken for flow in flows) else None
    if _is_inclusive_join(element):
        return _all_that_can_come(step, scope, element)
    return (flow_id,)


def look_again(step: Step, scope_key: int) -> None:
    """A token of the scope has moved: inclusive joins may have waited for it alone."""
    scope = step.state.instances.get(scope_key)
    if scope is None or not scope.taken:
        return
    model = step.process(scope)
    for flow_id in scope.taken:
        target = model.elements[model.flows[flow_id].target]
        if _is_inclusive_join(target):
            step.later(Activate(target.id, scope_key, flow_id))


def _is_inclusive_join(element: Element) -> bool:
    return len(element.incoming) > 1 and element.type == ElementType.INCLUSIVE_GATEWAY


def _all_that_can_come(step: Step, scope: Instance, element: Element) -> tuple[str, ...] | None:
    model = step.process(scope)
    own = {flow.id for flow in element.incoming}
    others = {step.instance(key).element_id for key in scope.children}
    others |= {model.flows[flow].target for flow in scope.taken if flow not in own}
    if others & _reaching(model, element):
        return None
    return tuple(flow.id for flow in element.incoming if flow.id in scope.taken)


def _reaching(model: Process, element: Element) -> set[str]:
    """Ids of the elements from which a token can still come to the gateway."""
    found: set[str] = set()
    left = [element]
    while left:
        one = left.pop()
        before = [flow.source for flow in one.incoming]
        if one.attached_to:
            before.append(one.attached_to)
        new = [source for source in before if source not in found and source != element.id]
        found.update(new)
        left += [model.elements[source] for source in new]
    return found
