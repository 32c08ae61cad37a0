"""Suspension: nothing of an instance goes on until it is resumed; what it calls does."""

from zeebe_engine.engine import processes, values
from zeebe_engine.engine.answers import Done
from zeebe_engine.engine.commands import ResumeInstance, SuspendInstance
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.state import Action, Activate, CatchUp, Complete
from zeebe_engine.engine.step import Step, wrong_state

PI = ValueType.PROCESS_INSTANCE


def suspend(step: Step, command: SuspendInstance) -> Done:
    instance = processes.existing(step, command.key, "SUSPEND", "suspend")
    if instance.is_suspended:
        raise wrong_state(
            "SUSPEND",
            f"Expected to suspend process instance with key '{command.key}',"
            " but it is already suspended",
        )
    told = values.of_element(step.state, instance, step.element(instance))
    step.emit(PI, "SUSPENDED", instance.key, told)
    return Done(command.key)


def resume(step: Step, command: ResumeInstance) -> Done:
    """Its jobs can be activated again, and messages that are still buffered are correlated."""
    instance = processes.existing(step, command.key, "RESUME", "resume")
    if not instance.is_suspended:
        raise wrong_state(
            "RESUME",
            f"Expected to resume process instance with key '{command.key}',"
            " but it is not suspended",
        )
    told = values.of_element(step.state, instance, step.element(instance))
    step.emit(PI, "RESUMED", instance.key, told)
    for one in step.within(instance.key):
        if one.job_key in step.state.jobs:
            step.job_types.add(step.state.jobs[one.job_key].type)
        for key in step.lookups.owned(one.key):
            step.later(CatchUp(key))
    return Done(command.key)


def park(step: Step, action: Action) -> bool:
    """Whether it waits for its process instance to be resumed."""
    match action:
        case Activate():
            instance = step.state.instances.get(action.scope_key)
        case Complete():
            instance = step.state.instances.get(action.key)
        case _:
            instance = None
    if instance is None or not step.instance(instance.process_key).is_suspended:
        return False
    step.state.parked.setdefault(instance.process_key, []).append(action)
    return True
