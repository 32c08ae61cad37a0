"""Migration: a running instance goes on in another version, element by element."""

from zeebe_engine.engine import ending, processes, values, waiting
from zeebe_engine.engine.answers import Done
from zeebe_engine.engine.commands import MigrateInstance
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.migration import Migration, Move
from zeebe_engine.engine.state import CatchUp, Definition, Timer
from zeebe_engine.engine.step import Step, not_found


def migrate(step: Step, command: MigrateInstance) -> Done:
    """All or nothing."""
    process = processes.going_on(step, command.key, "MIGRATE", "migrate")
    target = step.state.definitions.get(command.target_key)
    if target is None or target.kind != "PROCESS" or target.is_draining:
        raise not_found(
            "MIGRATE",
            "Expected to migrate process instance to process definition but no process definition"
            f" found with key '{command.target_key}'",
        )
    source = step.definition(process)
    for move in Migration(step, process, target, command.mapping).moves():
        _migrate(step, move, target)
    told = {"processInstanceKey": process.key, "targetProcessDefinitionKey": target.key}
    step.emit(ValueType.PROCESS_INSTANCE_MIGRATION, "MIGRATED", process.key, told)
    ending.end_draining(step, source)
    return Done(process.key)


def _migrate(step: Step, move: Move, target: Definition) -> None:
    instance = move.instance
    for key in move.closed:
        waiting.close_one(step, key)
    told = values.of_element(step.state, instance, move.element)
    told |= values.of_definition(target)
    step.emit(
        ValueType.PROCESS_INSTANCE, "ELEMENT_MIGRATED", instance.key, {**told, "taken": move.taken}
    )
    for key, event_id in move.kept.items():
        _keep(step, key, event_id, target)
    for key in waiting.open_all(step, instance, list(move.opened)):
        step.later(CatchUp(key))
    _tell_what_belongs_to_it(step, move)


def _keep(step: Step, key: int, event_id: str, target: Definition) -> None:
    waits = waiting.owned(step, key)
    moved = {"processDefinitionKey": target.key, "bpmnProcessId": target.id}
    if isinstance(waits, Timer):
        told = values.of_timer(step.state, waits) | moved | {"targetElementId": event_id}
        step.emit(ValueType.TIMER, "MIGRATED", key, told)
    else:
        waiting.tell(step, "MIGRATED", waits, elementId=event_id, **moved)


def _tell_what_belongs_to_it(step: Step, move: Move) -> None:
    """The reading side knows jobs, user tasks and incidents by the definition, too."""
    instance = move.instance
    where = values.of_instance(step.state, instance)
    job = step.state.jobs.get(instance.job_key)
    if job is not None:
        step.emit(ValueType.JOB, "MIGRATED", job.key, values.of_job(step.state, job))
    if instance.job_key in step.state.user_tasks:
        step.emit(ValueType.USER_TASK, "MIGRATED", instance.job_key, where)
    for key in step.lookups.incidents.get(instance.key, ()):
        step.emit(ValueType.INCIDENT, "MIGRATED", key, where)
