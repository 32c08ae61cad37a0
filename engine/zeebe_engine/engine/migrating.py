"""Migration: a running instance goes on in another version, element by element."""

from collections.abc import Mapping

from zeebe_engine.bpmn.model import Element
from zeebe_engine.engine import processes, values
from zeebe_engine.engine.answers import Done
from zeebe_engine.engine.commands import MigrateInstance
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.state import Definition, Instance
from zeebe_engine.engine.step import Step, invalid, not_found, wrong_state
from zeebe_engine.engine.waiting import SUBSCRIPTION_TYPES

PI = ValueType.PROCESS_INSTANCE


def migrate(step: Step, command: MigrateInstance) -> Done:
    process = processes.existing(step, command.key, "MIGRATE", "migrate")
    target = step.state.definitions.get(command.target_key)
    if target is None or target.kind != "PROCESS" or target.is_draining:
        raise not_found(
            "MIGRATE",
            "Expected to migrate process instance to process definition but no process definition"
            f" found with key '{command.target_key}'",
        )
    mapping = _mapping(step, process, target, command)
    active = _active(step, process)
    for instance in active:
        _check(step, process, target, instance, mapping)
    if process.is_suspended:
        raise wrong_state("MIGRATE", f"{_expected(process)} the process instance is suspended.")
    for instance in active:
        _migrate(step, instance, target, mapping)
    told = {"processInstanceKey": process.key, "targetProcessDefinitionKey": target.key}
    step.emit(ValueType.PROCESS_INSTANCE_MIGRATION, "MIGRATED", process.key, told)
    return Done(process.key)


def _expected(process: Instance) -> str:
    return f"Expected to migrate process instance '{process.key}' but"


def _mapping(
    step: Step, process: Instance, target: Definition, command: MigrateInstance
) -> dict[str, str]:
    known = step.process(process).elements
    wanted = step.models.process(target).elements
    mapping: dict[str, str] = {}
    for source, destination in command.mapping:
        if source not in known:
            raise invalid(
                "MIGRATE",
                f"{_expected(process)} mapping instructions contain a non-existing source element"
                f" id '{source}'. Elements provided in mapping instructions must exist in the"
                " source process definition.",
            )
        if destination not in wanted:
            raise invalid(
                "MIGRATE",
                f"{_expected(process)} mapping instructions contain a non-existing target element"
                f" id '{destination}'. Elements provided in mapping instructions must exist in the"
                " target process definition.",
            )
        if source in mapping:
            raise invalid(
                "MIGRATE",
                f"{_expected(process)} the mapping instructions contain duplicate source element"
                f" ids '[{source}]'.",
            )
        mapping[source] = destination
    return mapping | {process.element_id: target.id}


def _active(step: Step, process: Instance) -> list[Instance]:
    found, left = [], [process.key]
    while left:
        found.append(step.instance(left.pop()))
        left += reversed(found[-1].children)
    return found


def _check(
    step: Step,
    process: Instance,
    target: Definition,
    instance: Instance,
    mapping: Mapping[str, str],
) -> None:
    if instance.element_id not in mapping:
        raise wrong_state(
            "MIGRATE",
            f"{_expected(process)} no mapping instruction defined for active element with id"
            f" '{instance.element_id}'. Elements cannot be migrated without a mapping.",
        )
    old = step.element(instance)
    new = step.models.process(target).elements[mapping[instance.element_id]]
    if old.type != new.type or bool(old.loop) != bool(new.loop):
        raise wrong_state(
            "MIGRATE",
            f"{_expected(process)} active element with id '{old.id}' and type '{old.type}' is"
            f" mapped to an element with id '{new.id}' and different type '{new.type}'."
            " Elements must be mapped to elements of the same type.",
        )
    if instance.scope_key and mapping.get(old.scope) != new.scope:
        raise wrong_state(
            "MIGRATE",
            f"{_expected(process)} the flow scope of active element with id '{old.id}' is changed."
            " The flow scope of the active element is expected to be the same.",
        )
    _check_events(step, process, instance, new, mapping)


def _check_events(
    step: Step, process: Instance, instance: Instance, new: Element, mapping: Mapping[str, str]
) -> None:
    """What is waited for must be waited for afterwards; more is not begun."""
    for key in step.lookups.owned(instance.key):
        waits = step.state.subscriptions.get(key) or step.state.timers[key]
        if waits.element_id != instance.element_id and waits.element_id not in mapping:
            raise wrong_state(
                "MIGRATE",
                f"{_expected(process)} active element with id '{instance.element_id}' has an event"
                f" with id '{waits.element_id}' that is not mapped.",
            )


def _migrate(
    step: Step, instance: Instance, target: Definition, mapping: Mapping[str, str]
) -> None:
    told = {
        **values.of_element(step.state, instance, step.element(instance)),
        "elementId": mapping[instance.element_id],
        "bpmnProcessId": target.id,
        "version": target.version,
        "processDefinitionKey": target.key,
    }
    step.emit(PI, "ELEMENT_MIGRATED", instance.key, told)
    for key in step.lookups.owned(instance.key):
        _migrate_waiting(step, key, told, mapping)
    job = step.state.jobs.get(instance.job_key)
    if job is not None:
        step.emit(ValueType.JOB, "MIGRATED", job.key, values.of_job(step.state, job))
    if instance.job_key in step.state.user_tasks:
        where = values.of_instance(step.state, instance)
        step.emit(ValueType.USER_TASK, "MIGRATED", instance.job_key, where)
    for key in step.lookups.incidents.get(instance.key, ()):
        where = values.of_instance(step.state, instance)
        step.emit(ValueType.INCIDENT, "MIGRATED", key, where)


def _migrate_waiting(
    step: Step, key: int, told: dict[str, object], mapping: Mapping[str, str]
) -> None:
    timer = step.state.timers.get(key)
    if timer is not None:
        moved = {**told, "targetElementId": mapping[timer.element_id]}
        step.emit(ValueType.TIMER, "MIGRATED", key, moved)
        return
    subscription = step.state.subscriptions[key]
    moved = {
        **values.of_subscription(step.state, subscription),
        "elementId": mapping[subscription.element_id],
        "processDefinitionKey": told["processDefinitionKey"],
        "bpmnProcessId": told["bpmnProcessId"],
    }
    step.emit(SUBSCRIPTION_TYPES[subscription.kind], "MIGRATED", key, moved)
