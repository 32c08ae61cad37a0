"""The life of an element instance: a token enters, it completes and tokens leave, or it is ended.

What can fail is evaluated before anything happens; a failure becomes an incident, and the same
function runs again when that is resolved.
"""

from collections.abc import Callable, Mapping
from typing import Any

from zeebe_engine.bpmn.model import Element, ElementType, Flow, Link
from zeebe_engine.engine import incidents, joins, multi_instance, values, variables, waiting
from zeebe_engine.engine.answers import Created, Result
from zeebe_engine.engine.behaviour import BEHAVIOURS
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.routing import leaving
from zeebe_engine.engine.state import Activate, CatchUp, Complete, Instance, NextMessage
from zeebe_engine.engine.step import Failure, Step

PI = ValueType.PROCESS_INSTANCE


def activate(step: Step, action: Activate) -> int:
    """The key of the new instance; 0: its scope has ended, or a join waits for more tokens."""
    scope = step.state.instances.get(action.scope_key)
    if scope is None or scope.is_ending:
        return 0
    element = step.process(scope).elements[action.element_id]
    flows = joins.entering(step, scope, element, action.flow_id)
    if flows is None:
        return 0
    key = step.key_near(scope.key)
    step.emit(PI, "ELEMENT_ACTIVATING", key, beginning(step, scope, element, action, flows))
    attempt(step, key, begin)
    return key


def attempt(step: Step, key: int, part: Callable[[Step, Instance, Element], None]) -> None:
    """Runs a part of an instance's life; what it cannot do becomes an incident."""
    instance = step.instance(key)
    try:
        part(step, instance, step.element(instance))
    except Failure as failure:
        incidents.raise_(step, instance, failure)


def begin(step: Step, instance: Instance, element: Element) -> None:
    """Evaluates all that it needs, and makes it active."""
    if instance.result is not None and element.type != ElementType.PROCESS and not element.children:
        _tell_active(step, instance, element)  # an event that has already happened
        step.later(Complete(instance.key, instance.result))
        return
    local = _inputs(step, instance, element)
    seen = step.variables(instance.key, local)
    prepared = BEHAVIOURS[ElementType(instance.type)].prepare(step, instance, element, seen)
    wanted = waiting.prepare(step, instance, element, seen)
    variables.set_local(step, instance, local)
    opened = waiting.open_(step, instance, wanted)
    _tell_active(step, instance, element, prepared)
    BEHAVIOURS[ElementType(instance.type)].enter(step, instance, element, prepared)
    for subscription in opened:
        step.later(CatchUp(subscription.key))


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
    ended = multi_instance.ended(step, instance, element, seen)
    outputs = _outputs(step, instance, element, seen)
    flows = leaving(step, instance, element, step.variables(instance.key))
    if outputs is None:
        variables.merge(step, instance.key, brought)
    else:
        variables.set_local(step, instance, brought)
        variables.merge(step, instance.scope_key or instance.key, outputs)
    waiting.close(step, instance.key)
    told = {**values.of_element(step.state, instance, element), **ended.output}
    step.emit(PI, "ELEMENT_COMPLETED", instance.key, told)
    if instance.type == ElementType.PROCESS:
        _tell_result(step, instance)
        _tell_caller(step, instance)
        _process_over(step, instance)
    elif instance.loop_counter:
        _inner_ended(step, step.instance(instance.scope_key), element, ended)
    else:
        _go_on(step, step.instance(instance.scope_key), element, flows)


def interrupt(step: Step, instance: Instance, action: Activate) -> None:
    """The event takes the place of the instance."""
    terminate(step, instance.key)
    activate(step, action)
    joins.look_again(step, action.scope_key)


def terminate(step: Step, key: int) -> None:
    """The instance with all within it and all that it called, inner ones first."""
    doomed = list(_within(step, key))
    for one in doomed:
        told = values.of_element(step.state, one, step.element(one))
        step.emit(PI, "ELEMENT_TERMINATING", one.key, told)
        _withdraw(step, one)
    for one in reversed(doomed):
        told = values.of_element(step.state, one, step.element(one))
        step.emit(PI, "ELEMENT_TERMINATED", one.key, told)
        if one.type == ElementType.PROCESS:
            _process_over(step, one)


def drop_tokens(step: Step, scope: Instance, event_id: str) -> None:
    """Whatever is in the scope, or on its way, makes room for an event."""
    for child in tuple(scope.children):
        terminate(step, child)
    told = {
        **values.of_instance(step.state, scope),
        "scopeKey": scope.key,
        "targetElementId": event_id,
    }
    step.emit(ValueType.PROCESS_EVENT, "TRIGGERED", step.key_near(scope.key), told)


def _go_on(step: Step, scope: Instance, element: Element, flows: tuple[Flow, ...]) -> None:
    for flow in flows:
        take(step, scope, flow)
    if isinstance(element.trigger, Link) and element.type == ElementType.INTERMEDIATE_THROW_EVENT:
        activate(step, Activate(_link_target(step, scope, element), scope.key))
    elif not flows:
        step.later(Complete(scope.key))
    joins.look_again(step, scope.key)
    root = step.instance(scope.process_key)
    if element.id in root.terminate_after:  # a caller of 8.8 may want that
        terminate(step, root.key)


def _inner_ended(step: Step, body: Instance, element: Element, ended: multi_instance.Ended) -> None:
    if ended.is_enough:
        for child in tuple(body.children):
            terminate(step, child)
    if ended.is_enough or body.ended == len(body.items):
        step.later(Complete(body.key, multi_instance.results(body, element)))
    elif element.loop is not None and element.loop.is_sequential:
        step.later(Activate(element.id, body.key, loop_counter=body.ended + 1))


def _tell_caller(step: Step, process: Instance) -> None:
    """The call activity gets what the called process had."""
    caller = step.state.instances.get(process.caller_key)
    if caller is None:
        return
    call = step.element(caller)
    assert call.call is not None
    wanted = call.outputs or call.call.propagate_all_child_variables
    step.later(Complete(caller.key, dict(process.variables) if wanted else {}))


def _tell_result(step: Step, process: Instance) -> None:
    if not process.awaits:
        return
    names = process.fetch_variables or process.variables
    found = {name: process.variables[name] for name in names if name in process.variables}
    created = Created(
        process.definition_key,
        process.bpmn_process_id,
        process.version,
        process.key,
        tuple(process.tags),
        process.business_id,
        process.tenant_id,
    )
    told = {"bpmnProcessId": process.bpmn_process_id, "processInstanceKey": process.key}
    step.emit(ValueType.PROCESS_INSTANCE_RESULT, "COMPLETED", process.key, told)
    step.results.append((process.key, Result(created, found)))


def _process_over(step: Step, process: Instance) -> None:
    if process.message_lock:
        step.later(NextMessage(process.message_lock, process.definition_key))
    definition = step.state.definitions[process.definition_key]
    if definition.is_draining and not step.lookups.running[definition.key]:
        step.emit(ValueType.PROCESS, "DELETED", definition.key, values.of_definition(definition))


def take(step: Step, scope: Instance, flow: Flow, brought: dict[str, Any] | None = None) -> None:
    """A token on that flow; `brought`: by the event that it leads to, which has happened."""
    root = step.instance(scope.process_key)
    told = {
        "bpmnElementType": ElementType.SEQUENCE_FLOW,
        "bpmnEventType": "UNSPECIFIED",
        "elementId": flow.id,
        "flowScopeKey": scope.key,
        "bpmnProcessId": root.bpmn_process_id,
        "version": root.version,
        "processDefinitionKey": scope.definition_key,
        "processInstanceKey": scope.process_key,
        "tenantId": root.tenant_id,
    }
    step.emit(PI, "SEQUENCE_FLOW_TAKEN", step.key_near(scope.key), told)
    step.later(Activate(flow.target, scope.key, flow.id, brought))


def beginning(
    step: Step, scope: Instance, element: Element, action: Activate, flows: tuple[str, ...]
) -> dict[str, Any]:
    is_body = element.loop is not None and not action.loop_counter
    root = step.instance(scope.process_key)
    return {
        "bpmnElementType": ElementType.MULTI_INSTANCE_BODY if is_body else element.type,
        "bpmnEventType": values.event_type(element),
        "elementId": element.id,
        "bpmnProcessId": root.bpmn_process_id,
        "version": root.version,
        "processDefinitionKey": scope.definition_key,
        "processInstanceKey": scope.process_key,
        "flowScopeKey": scope.key,
        "parentProcessInstanceKey": values.NOBODY,
        "parentElementInstanceKey": values.NOBODY,
        "rootProcessInstanceKey": root.root_key,
        "tenantId": root.tenant_id,
        "flows": flows,
        "loopCounter": action.loop_counter,
        "result": action.variables,
    }


def _tell_active(step: Step, instance: Instance, element: Element, prepared: object = None) -> None:
    told = values.of_element(step.state, instance, element)
    if isinstance(prepared, multi_instance.Items):
        told["items"] = prepared.values
    step.emit(PI, "ELEMENT_ACTIVATED", instance.key, told)


def _inputs(step: Step, instance: Instance, element: Element) -> dict[str, Any]:
    if instance.type == ElementType.MULTI_INSTANCE_BODY:
        return {}
    local = multi_instance.item_of(step, instance, element)
    seen = step.variables(instance.scope_key, local) if instance.scope_key else {}
    return local | variables.mapped(step, element.inputs, seen, local)


def _outputs(
    step: Step, instance: Instance, element: Element, seen: Mapping[str, Any]
) -> dict[str, Any] | None:
    """None: the element has no mappings, so all that it brings goes up as it is."""
    if not element.outputs or instance.type == ElementType.MULTI_INSTANCE_BODY:
        return None
    above = step.variables(instance.scope_key) if instance.scope_key else {}
    return variables.mapped(step, element.outputs, seen, dict(above))


def _within(step: Step, key: int) -> list[Instance]:
    """The instance first, then what is in it, at any depth and in called processes."""
    found, left = [], [key]
    while left:
        instance = step.instance(left.pop())
        found.append(instance)
        left += [
            *reversed(instance.children),
            *([instance.called_key] if instance.called_key else []),
        ]
    return found


def _withdraw(step: Step, instance: Instance) -> None:
    """Nobody is to work for it any more."""
    waiting.close(step, instance.key)
    incidents.end_all(step, instance.key)
    job = step.state.jobs.get(instance.job_key)
    if job is not None and job.state != "ERROR_THROWN":
        step.emit(ValueType.JOB, "CANCELED", job.key, values.of_job(step.state, job))
    if instance.job_key in step.state.user_tasks:
        told = values.of_instance(step.state, instance)
        step.emit(ValueType.USER_TASK, "CANCELED", instance.job_key, told)


def _link_target(step: Step, scope: Instance, element: Element) -> str:
    elements = step.process(scope).elements
    assert isinstance(element.trigger, Link)
    return next(
        one.id
        for one in elements.values()
        if one.type == ElementType.INTERMEDIATE_CATCH_EVENT
        and one.scope == element.scope
        and one.trigger == element.trigger
    )
