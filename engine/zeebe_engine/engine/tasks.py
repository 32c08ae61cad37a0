"""Tasks: jobs, scripts, decisions, user tasks, and calls of other processes."""

from dataclasses import dataclass
from typing import Any

from zeebe_engine.bpmn.model import CalledProcess, Element, ElementType, Link
from zeebe_engine.bpmn.model import Job as JobModel
from zeebe_engine.engine import decisions, definitions, elements, processes, values
from zeebe_engine.engine.behaviour import BEHAVIOURS, Behaviour, Variables
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.state import Complete, Definition, Instance
from zeebe_engine.engine.step import Failure, Step

DEEPEST_CALL = 1_000


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
        return _prepare_user_task(step, element, variables)
    return elements.prepare_throw(step, instance, element, variables)


def enter_task(step: Step, instance: Instance, element: Element, prepared: Any) -> None:
    if isinstance(prepared, _Job):
        _create_job(step, instance, element, prepared)
    elif isinstance(prepared, _Call):
        _call(step, instance, element, prepared)
    elif element.user_task is not None:
        told = {**_of_task(step, instance), **prepared}
        step.emit(ValueType.USER_TASK, "CREATED", step.key_near(instance.key), told)
    elif isinstance(prepared, dict):
        step.later(Complete(instance.key, prepared))
    else:
        elements.throw(step, instance, element, prepared)


def enter_catch(step: Step, instance: Instance, element: Element, prepared: Any) -> None:
    """A link has been followed already; everything else is waited for."""
    if isinstance(element.trigger, Link):
        step.later(Complete(instance.key))


def _prepare_job(step: Step, job: JobModel, variables: Variables) -> _Job:
    retries = step.evaluate(job.retries, variables)
    try:
        number = int(retries)
    except (TypeError, ValueError, OverflowError):
        text = job.retries.text.removeprefix("=")
        raise Failure(
            "EXTRACT_VALUE_ERROR",
            f"Expected result of the expression '{text}' to be 'NUMBER', but was '{retries!r}'.",
        ) from None
    return _Job(step.text(job.type, variables), number)


def _create_job(step: Step, instance: Instance, element: Element, prepared: _Job) -> None:
    assert element.job is not None
    told = {
        **_of_task(step, instance),
        "type": prepared.type,
        "retries": prepared.retries,
        "worker": "",
        "deadline": -1,
        "customHeaders": dict(element.job.headers),
    }
    step.emit(ValueType.JOB, "CREATED", step.key_near(instance.key), told)
    step.job_types.add(prepared.type)


def _of_task(step: Step, instance: Instance) -> dict[str, Any]:
    root = step.instance(instance.process_key)
    told = values.of_instance(step.state, instance)
    return {**told, "processDefinitionVersion": root.version, "tags": root.tags}


def _prepare_user_task(step: Step, element: Element, variables: Variables) -> dict[str, Any]:
    task = element.user_task
    assert task is not None

    def text(value: Any) -> str:
        return "" if value is None else str(step.evaluate(value, variables) or "")

    def texts(value: Any) -> list[str]:
        found = [] if value is None else step.evaluate(value, variables)
        if isinstance(found, str):
            found = [one.strip() for one in found.split(",") if one.strip()]
        return [str(one) for one in found or []]

    return {
        "assignee": text(task.assignee),
        "candidateGroupsList": texts(task.candidate_groups),
        "candidateUsersList": texts(task.candidate_users),
        "dueDate": text(task.due_date),
        "followUpDate": text(task.follow_up_date),
        "priority": int(text(task.priority) or 50),
        "formKey": -1,
        "externalFormReference": task.external_form_reference,
        "customHeaders": dict(task.headers),
    }


def _prepare_call(
    step: Step, instance: Instance, call: CalledProcess, variables: Variables
) -> _Call:
    process_id = step.text(call.process_id, variables)
    caller = step.instance(instance.process_key)
    if caller.depth >= DEEPEST_CALL:
        raise Failure(
            "CALLED_ELEMENT_ERROR",
            f"The call activity has reached the maximum depth of {DEEPEST_CALL}."
            " This is likely due to a recursive call.",
        )
    definition = definitions.bound(step, "PROCESS", process_id, call, caller)
    if definition is None:
        raise Failure(
            "CALLED_ELEMENT_ERROR",
            f"Expected process with BPMN process id '{process_id}' to be deployed, but not found.",
        )
    start = processes.none_start(step, definition)
    if not start:
        raise Failure(
            "CALLED_ELEMENT_ERROR",
            f"Expected process with BPMN process id '{process_id}' to have a none start event,"
            " but not found.",
        )
    return _Call(definition, start)


def _call(step: Step, instance: Instance, element: Element, prepared: _Call) -> None:
    assert element.call is not None
    if element.call.propagate_all_parent_variables:
        brought = dict(step.variables(instance.key))
    else:
        brought = dict(instance.variables)
    begin = processes.Beginning(start_id=prepared.start_id, variables=brought, caller=instance)
    processes.begin(step, prepared.definition, step.key_near(instance.key), begin)


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
