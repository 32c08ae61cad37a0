"""Tasks and throw events: jobs, scripts, decisions, user tasks, and calls of other processes."""

from dataclasses import dataclass
from typing import Any

from zeebe_engine.bpmn.model import CalledProcess, Element, ElementType, Link
from zeebe_engine.bpmn.model import Job as JobModel
from zeebe_engine.engine import (
    decisions,
    definitions,
    elements,
    jobs,
    processes,
    user_tasks,
)
from zeebe_engine.engine.behaviour import BEHAVIOURS, Behaviour, Variables
from zeebe_engine.engine.state import Complete, Definition, Instance
from zeebe_engine.engine.step import Failure, Step

DEEPEST_CALL = 1_000
MOST_RETRIES = 2**31 - 1


@dataclass(frozen=True, slots=True)
class _Job:
    type: str
    retries: int


@dataclass(frozen=True, slots=True)
class _Call:
    definition: Definition
    start_id: str


def prepare_task(step: Step, instance: Instance, element: Element, variables: Variables) -> Any:
    """A job's type, a script's or a decision's result, who is to be called: by what it has."""
    if element.job is not None:
        return _prepare_job(step, element.job, variables)
    if element.script is not None:
        value = step.evaluate(element.script.expression, variables)
        return {element.script.result_variable: value}
    if element.decision is not None:
        output = decisions.evaluate_called(step, instance, element.decision, variables)
        return {element.decision.result_variable: output}
    if element.call is not None:
        return _prepare_call(step, instance, element.call, variables)
    if element.user_task is not None:
        return user_tasks.prepare(step, instance, element.user_task, variables)
    return elements.prepare_throw(step, instance, element, variables)


def enter_task(step: Step, instance: Instance, element: Element, prepared: Any) -> None:
    match prepared:
        case _Job(job_type, retries):
            assert element.job is not None
            jobs.create(step, instance, job_type, retries, element.job.headers)
        case _Call():
            _call(step, instance, element, prepared)
        case user_tasks.Work():
            user_tasks.create(step, instance, prepared)
        case dict():
            step.later(Complete(instance.key, prepared))
        case _:
            elements.throw(step, instance, element, prepared)


def enter_catch(step: Step, instance: Instance, element: Element, prepared: Any) -> None:
    """A link has been followed already; everything else is waited for."""
    if isinstance(element.trigger, Link):
        step.later(Complete(instance.key))


def _prepare_job(step: Step, job: JobModel, variables: Variables) -> _Job:
    retries = int(step.typed(job.retries, variables, "NUMBER", int, float))
    if not -MOST_RETRIES <= retries <= MOST_RETRIES:
        raise Failure(
            "EXTRACT_VALUE_ERROR",
            f"Expected the retries of a job to be {MOST_RETRIES} at most, but was '{retries}'.",
        )
    return _Job(step.text(job.type, variables), retries)


def _prepare_call(
    step: Step, instance: Instance, call: CalledProcess, variables: Variables
) -> _Call:
    process_id = step.text(call.process_id, variables)
    if step.process_of(instance.key).depth >= DEEPEST_CALL:
        raise Failure(
            "CALLED_ELEMENT_ERROR",
            f"The call activity has reached the maximum depth of {DEEPEST_CALL}."
            " This is likely due to a recursive call.",
        )
    definition = definitions.bound(step, "PROCESS", process_id, call, instance)
    expected = f"Expected process with BPMN process id '{process_id}' to"
    if definition is None:
        raise Failure("CALLED_ELEMENT_ERROR", f"{expected} be deployed, but not found.")
    start = processes.none_start(step, definition)
    if not start:
        raise Failure("CALLED_ELEMENT_ERROR", f"{expected} have a none start event, but not found.")
    return _Call(definition, start)


def _call(step: Step, instance: Instance, element: Element, prepared: _Call) -> None:
    assert element.call is not None
    if element.call.propagate_all_parent_variables:
        brought = dict(step.variables(instance.key))
    else:
        brought = dict(instance.variables)
    how = processes.Beginning((prepared.start_id,), variables=brought, caller=instance)
    processes.begin(step, prepared.definition, step.key_near(instance.key), how)


_TASK = Behaviour(enter_task, prepare_task)
BEHAVIOURS.update(
    {
        ElementType.SERVICE_TASK: _TASK,
        ElementType.SEND_TASK: _TASK,
        ElementType.SCRIPT_TASK: _TASK,
        ElementType.BUSINESS_RULE_TASK: _TASK,
        ElementType.USER_TASK: _TASK,
        ElementType.CALL_ACTIVITY: _TASK,
        ElementType.INTERMEDIATE_THROW_EVENT: _TASK,
        ElementType.END_EVENT: _TASK,
        ElementType.INTERMEDIATE_CATCH_EVENT: Behaviour(enter_catch),
    }
)
