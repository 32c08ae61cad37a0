"""The end of element instances: by force, and that of a process, however it comes."""

from zeebe_engine.engine import incidents, values, waiting
from zeebe_engine.engine.answers import Created, Result
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.state import Complete, Definition, End, Instance, NextMessage
from zeebe_engine.engine.step import Step

PI = ValueType.PROCESS_INSTANCE


def terminate(step: Step, key: int) -> None:
    """The instance with all within it and all that it called, inner ones first."""
    doomed = step.within(key, calls=True)
    for one in doomed:
        told = values.of_element(step.state, one, step.element(one))
        step.emit(PI, "ELEMENT_TERMINATING", one.key, told)
        _withdraw(step, one)
    for one in reversed(doomed):
        told = values.of_element(step.state, one, step.element(one))
        root = step.instance(one.process_key)
        step.emit(PI, "ELEMENT_TERMINATED", one.key, told)
        if one is root:
            _process_over(step, one)
        elif one.element_id in root.terminate_after:
            step.later(End(root.key))


def end(step: Step, action: End) -> None:
    if action.key in step.state.instances:
        terminate(step, action.key)


def drop_tokens(step: Step, scope: Instance, event_id: str, spared: int = 0) -> None:
    """Whatever is in the scope, or on its way, makes room for an event; so do those that wait for
    one. `spared`: the key of who stays."""
    waiting.close_starts_of_event_subprocesses(step, scope)
    for child in tuple(scope.children):
        if child != spared:
            terminate(step, child)
    told = values.of_instance(step.state, scope)
    told |= {"scopeKey": scope.key, "targetElementId": event_id}
    step.emit(ValueType.PROCESS_EVENT, "TRIGGERED", step.key_near(scope.key), told)


def process_completed(step: Step, process: Instance) -> None:
    if process.awaits:
        _tell_result(step, process)
    if process.caller_key in step.state.instances:
        _tell_caller(step, process)
    _process_over(step, process)


def _tell_result(step: Step, process: Instance) -> None:
    names = process.fetch_variables or process.variables
    found = {name: process.variables[name] for name in names if name in process.variables}
    definition = step.definition(process)
    created = Created(
        definition.key,
        definition.id,
        definition.version,
        process.key,
        tuple(process.tags),
        process.business_id,
        definition.tenant_id,
    )
    told = {"bpmnProcessId": definition.id, "processInstanceKey": process.key}
    step.emit(ValueType.PROCESS_INSTANCE_RESULT, "COMPLETED", process.key, told)
    step.results.append((process.key, Result(created, found)))


def _tell_caller(step: Step, process: Instance) -> None:
    """The call activity gets what the called process had."""
    caller = step.instance(process.caller_key)
    call = step.element(caller)
    assert call.call is not None
    wanted = call.outputs or call.call.propagate_all_child_variables
    step.later(Complete(caller.key, dict(process.variables) if wanted else {}))


def _process_over(step: Step, process: Instance) -> None:
    definition = step.definition(process)
    if process.correlation_key:
        next_one = NextMessage(definition.id, definition.tenant_id, process.correlation_key)
        step.later(next_one)
    end_draining(step, definition)


def end_draining(step: Step, definition: Definition) -> None:
    """A deleted definition is gone with the last of its instances."""
    if definition.is_draining and definition.key not in step.lookups.running:
        step.emit(ValueType.PROCESS, "DELETED", definition.key, values.of_definition(definition))


def _withdraw(step: Step, instance: Instance) -> None:
    """Nobody is to work for it any more."""
    waiting.close(step, instance.key)
    incidents.end_all(step, instance.key)
    job = step.state.jobs.get(instance.job_key)
    if job is not None:
        step.emit(ValueType.JOB, "CANCELED", job.key, values.of_job(step.state, job))
    if instance.job_key in step.state.user_tasks:
        told = values.of_instance(step.state, instance)
        step.emit(ValueType.USER_TASK, "CANCELED", instance.job_key, told)
