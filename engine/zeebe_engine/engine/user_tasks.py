"""User tasks of the engine itself: assigned, and completed."""

from zeebe_engine.engine import lifecycle, values
from zeebe_engine.engine.answers import Done
from zeebe_engine.engine.commands import AssignUserTask, CompleteUserTask
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.state import Complete, UserTask
from zeebe_engine.engine.step import Step, not_found, wrong_state


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


def _existing(step: Step, key: int, intent: str, verb: str) -> UserTask:
    task = step.state.user_tasks.get(key)
    if task is None:
        raise not_found(
            intent,
            f"Expected to {verb} user task with key '{key}', but no such user task was found",
        )
    if step.instance(task.process_key).is_suspended:
        raise wrong_state(
            intent,
            f"Expected to {verb} user task with key '{key}', but its process instance is suspended",
        )
    return task
