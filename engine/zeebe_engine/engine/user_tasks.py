"""User tasks of the engine itself: created, assigned, and completed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from zeebe_engine.bpmn.model import UserTask, Value
from zeebe_engine.engine import definitions, lifecycle, schedule, state, values
from zeebe_engine.engine.answers import Done
from zeebe_engine.engine.commands import AssignUserTask, CompleteUserTask
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.state import Complete, Instance
from zeebe_engine.engine.step import Failure, Step, not_found, wrong_state

_PRIORITY: Final = 50
_HIGHEST_PRIORITY: Final = 100


@dataclass(frozen=True, slots=True)
class Work:
    """What the record of a new user task says beyond where it is."""

    told: dict[str, Any]


def prepare(step: Step, instance: Instance, task: UserTask, variables: Mapping[str, Any]) -> Work:
    """Raises Failure."""
    told = {
        "assignee": _text(step, task.assignee, variables),
        "candidateGroupsList": _texts(step, task.candidate_groups, variables),
        "candidateUsersList": _texts(step, task.candidate_users, variables),
        "dueDate": _date(step, task.due_date, variables),
        "followUpDate": _date(step, task.follow_up_date, variables),
        "priority": _priority(step, task.priority, variables),
        "formKey": _form_key(step, instance, task),
        "externalFormReference": task.external_form_reference,
        "customHeaders": dict(task.headers),
    }
    return Work(told)


def create(step: Step, instance: Instance, work: Work) -> None:
    told = values.of_instance(step.state, instance) | work.told
    step.emit(ValueType.USER_TASK, "CREATED", step.key_near(instance.key), told)


def complete(step: Step, command: CompleteUserTask) -> Done:
    task = _existing(step, command.key, "COMPLETE", "complete")
    told = values.of_instance(step.state, step.instance(task.element_key))
    step.emit(ValueType.USER_TASK, "COMPLETED", task.key, {**told, "assignee": task.assignee})
    lifecycle.complete(step, Complete(task.element_key, command.variables))
    return Done(task.key)


def assign(step: Step, command: AssignUserTask) -> Done:
    task = _existing(step, command.key, "ASSIGN", "assign")
    if task.assignee and command.assignee and not command.allow_override:
        raise wrong_state(
            "ASSIGN",
            f"Expected to assign user task with key '{task.key}', but it has already been assigned",
        )
    told = values.of_instance(step.state, step.instance(task.element_key))
    step.emit(ValueType.USER_TASK, "ASSIGNED", task.key, {**told, "assignee": command.assignee})
    return Done(task.key)


def _existing(step: Step, key: int, intent: str, verb: str) -> state.UserTask:
    task = step.state.user_tasks.get(key)
    expected = f"Expected to {verb} user task with key '{key}', but"
    if task is None:
        raise not_found(intent, f"{expected} no such user task was found")
    if step.process_of(task.element_key).is_suspended:
        raise wrong_state(intent, f"{expected} its process instance is suspended")
    return task


def _text(step: Step, value: Value | None, variables: Mapping[str, Any]) -> str:
    found = None if value is None else step.typed(value, variables, "STRING", str, type(None))
    return found or ""


def _texts(step: Step, value: Value | None, variables: Mapping[str, Any]) -> list[str]:
    """A list, or a fixed text with commas."""
    if value is None:
        return []
    found = step.typed(value, variables, "ARRAY", list, type(None)) or []
    names = found.split(",") if isinstance(found, str) else map(str, found)
    return [name.strip() for name in names if name.strip()]


def _date(step: Step, value: Value | None, variables: Mapping[str, Any]) -> str:
    text = _text(step, value, variables)
    try:
        if text:
            schedule.at_date(text)
    except schedule.ScheduleError as error:
        raise Failure("EXTRACT_VALUE_ERROR", str(error)) from error
    return text


def _priority(step: Step, value: Value | None, variables: Mapping[str, Any]) -> int:
    if value is None:
        return _PRIORITY
    number = int(step.typed(value, variables, "NUMBER", int))
    if not 0 <= number <= _HIGHEST_PRIORITY:
        raise Failure(
            "EXTRACT_VALUE_ERROR",
            f"Expected priority to be in the range [0,{_HIGHEST_PRIORITY}] but was '{number}'.",
        )
    return number


def _form_key(step: Step, instance: Instance, task: UserTask) -> int:
    if not task.form_id:
        return values.NOBODY
    found = definitions.bound(step, "FORM", task.form_id, task, instance)
    if found is None:
        raise Failure(
            "FORM_NOT_FOUND",
            f"Expected to find a form with id '{task.form_id}', but no form with this id is found,"
            " at least a form with this id should be available. To resolve the Incident please"
            " deploy a form with the same id",
        )
    return found.key
