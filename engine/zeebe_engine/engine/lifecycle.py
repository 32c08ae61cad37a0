"""The life of an element instance: a token enters, it completes, and tokens leave.

What can fail is evaluated before anything happens; a failure becomes an incident, and the same
function runs again when that is resolved.
"""

from collections import ChainMap
from collections.abc import Callable
from typing import Any

from zeebe_engine.bpmn.model import Element, ElementType, Flow, Link
from zeebe_engine.engine import (
    ending,
    incidents,
    joins,
    multi_instance,
    routing,
    values,
    variables,
    waiting,
)
from zeebe_engine.engine.behaviour import BEHAVIOURS
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.state import Activate, CatchUp, Complete, End, Instance
from zeebe_engine.engine.step import Failure, Step

PI = ValueType.PROCESS_INSTANCE


def activate(step: Step, action: Activate) -> None:
    """Nothing if its scope has ended, or if it is a join that waits for more tokens."""
    scope = step.state.instances.get(action.scope_key)
    if scope is None or scope.is_ending:
        return
    element = step.process(scope).elements[action.element_id]
    flows = joins.entering(step, scope, element, action.flow_id)
    if flows is None:
        return
    is_body = element.loop is not None and not action.loop_counter
    kind = ElementType.MULTI_INSTANCE_BODY if is_body else element.type
    told = {
        **values.of_element(step.state, scope, element, kind),
        "flows": flows,
        "loopCounter": action.loop_counter,
        "result": action.variables,
        "targets": [action.target] if action.target else [],
        "given": action.given,
    }
    key = step.key_near(scope.key)
    step.emit(PI, "ELEMENT_ACTIVATING", key, told)
    attempt(step, key, begin)


def attempt(step: Step, key: int, part: Callable[[Step, Instance, Element], None]) -> None:
    """Runs a part of an instance's life; what it cannot do becomes an incident."""
    instance = step.instance(key)
    try:
        part(step, instance, step.element(instance))
    except Failure as failure:
        incidents.raise_(step, instance, failure)


def begin(step: Step, instance: Instance, element: Element) -> None:
    """Evaluates all that it needs, and makes it active."""
    if instance.result is not None and instance.type not in waiting.SCOPES:
        _tell_active(step, instance, element)  # an event that has already happened
        step.later(Complete(instance.key, instance.result))
        return
    local = _inputs(step, instance, element)
    seen = step.variables(instance.key, local)
    behaviour = BEHAVIOURS[ElementType(instance.type)]
    prepared = behaviour.prepare(step, instance, element, seen)
    wanted = waiting.prepare(step, instance, element, seen)
    variables.set_local(step, instance, local)
    opened = waiting.open_all(step, instance, wanted)
    _tell_active(step, instance, element, prepared)
    behaviour.enter(step, instance, element, prepared)
    for key in opened:
        step.later(CatchUp(key))


def enter_again(step: Step, instance: Instance, element: Element) -> None:
    """After an incident of what is already active."""
    behaviour = BEHAVIOURS[ElementType(instance.type)]
    prepared = behaviour.prepare(step, instance, element, step.variables(instance.key))
    behaviour.enter(step, instance, element, prepared)


def complete(step: Step, action: Complete) -> None:
    """Nothing while something within it is still active."""
    instance = step.state.instances.get(action.key)
    if instance is None or instance.state != "ACTIVATED" or instance.children or instance.taken:
        return
    told = values.of_element(step.state, instance, step.element(instance))
    step.emit(PI, "ELEMENT_COMPLETING", instance.key, {**told, "result": dict(action.variables)})
    attempt(step, instance.key, finish)


def finish(step: Step, instance: Instance, element: Element) -> None:
    """Evaluates what leaves it, and lets that happen."""
    brought = instance.result or {}
    variables.check(brought)
    seen = step.variables(instance.key, brought)
    outputs = _outputs(step, instance, element, seen)
    ended = multi_instance.ended(step, instance, element, seen.new_child(outputs or {}))
    flows = routing.leaving(step, instance, element, seen)
    _bring(step, instance, brought, outputs)
    waiting.close(step, instance.key)
    told = values.of_element(step.state, instance, element)
    step.emit(PI, "ELEMENT_COMPLETED", instance.key, {**told, **ended.output})
    if instance.type == ElementType.PROCESS:
        ending.process_completed(step, instance)
    elif instance.loop_counter:
        _inner_ended(step, step.instance(instance.scope_key), element, ended)
    else:
        leave(step, step.instance(instance.scope_key), element, flows)


def leave(
    step: Step,
    scope: Instance,
    element: Element,
    flows: tuple[Flow, ...],
    brought: dict[str, Any] | None = None,
) -> None:
    """A token on each of the flows. `brought`: by the event that they lead to, and which has
    happened."""
    root = step.instance(scope.process_key)
    if element.id in root.terminate_after:
        step.later(End(root.key))
        return
    for flow in flows:
        _take(step, scope, flow, brought)
    if isinstance(element.trigger, Link) and element.type == ElementType.INTERMEDIATE_THROW_EVENT:
        (target,) = routing.linked(step.process(scope), element)
        activate(step, Activate(target.id, scope.key))
    elif not flows:
        step.later(Complete(scope.key))
    joins.look_again(step, scope.key)


def _bring(
    step: Step, instance: Instance, brought: dict[str, Any], outputs: dict[str, Any] | None
) -> None:
    """With mappings, nothing goes up but what they give."""
    if outputs is None:
        variables.merge(step, instance.key, brought)
        return
    variables.set_local(step, instance, brought)
    variables.merge(step, _above(instance), outputs)


def _inner_ended(step: Step, body: Instance, element: Element, ended: multi_instance.Ended) -> None:
    if ended.is_enough:
        for child in tuple(body.children):
            ending.terminate(step, child)
    done = body.completed + body.terminated
    if ended.is_enough or done == len(body.items):
        step.later(Complete(body.key, multi_instance.results(body, element)))
    elif element.loop is not None and element.loop.is_sequential:
        step.later(Activate(element.id, body.key, loop_counter=done + 1))


def _take(step: Step, scope: Instance, flow: Flow, brought: dict[str, Any] | None) -> None:
    kind = ElementType.SEQUENCE_FLOW
    told = values.of_element(step.state, scope, step.element(scope), kind)
    told["elementId"] = flow.id
    step.emit(PI, "SEQUENCE_FLOW_TAKEN", step.key_near(scope.key), told)
    step.later(Activate(flow.target, scope.key, flow.id, brought))


def _tell_active(step: Step, instance: Instance, element: Element, prepared: object = None) -> None:
    told = values.of_element(step.state, instance, element)
    if isinstance(prepared, multi_instance.Items):
        told["items"] = prepared.values
    step.emit(PI, "ELEMENT_ACTIVATED", instance.key, told)


def _inputs(step: Step, instance: Instance, element: Element) -> dict[str, Any]:
    """Its local variables. A scope that does not begin at its start has no mappings."""
    local = instance.given.get(element.id, {}) | multi_instance.item_of(step, instance, element)
    if instance.type == ElementType.MULTI_INSTANCE_BODY or instance.targets:
        return local
    seen = step.variables(instance.key, local)
    return local | variables.mapped(step, element.inputs, seen, local)


def _outputs(
    step: Step, instance: Instance, element: Element, seen: ChainMap[str, Any]
) -> dict[str, Any] | None:
    """None: the element has no mappings, so all that it brings goes up as it is."""
    if not element.outputs or instance.type == ElementType.MULTI_INSTANCE_BODY:
        return None
    return variables.mapped(step, element.outputs, seen, step.variables(_above(instance)))


def _above(instance: Instance) -> int:
    """Where outputs go. Instances of a multi-instance activity have a result of their own."""
    return instance.key if instance.loop_counter else instance.scope_key
