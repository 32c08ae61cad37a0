"""Process instances by command: created, cancelled, suspended, resumed."""

from typing import Any

from zeebe_engine.engine import definitions, lifecycle, modifying, processes, values
from zeebe_engine.engine.answers import Created, Done
from zeebe_engine.engine.commands import (
    AssignBusinessId,
    CancelInstance,
    CreateInstance,
    ResumeInstance,
    SuspendInstance,
)
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.refusals import Rejection, RejectionType
from zeebe_engine.engine.state import Definition
from zeebe_engine.engine.step import Step, invalid, not_found, tenant_of, wrong_state
from zeebe_engine.engine.taking.instances import business_identity

PI = ValueType.PROCESS_INSTANCE


def create(step: Step, command: CreateInstance) -> Created:
    definition = _wanted(step, command)
    start = _start(step, definition, command)
    _check_business_id(step, definition, command.business_id)
    key = step.key_on(processes.next_partition(step))
    _tell(step, key, definition, command)
    how = processes.Beginning(
        start_id=start,
        variables=command.variables,
        tags=tuple(command.tags),
        business_id=command.business_id,
        awaits=command.awaits,
        fetch_variables=tuple(command.fetch_variables),
        terminate_after=tuple(command.terminate_after),
    )
    processes.begin(step, definition, key, how)
    for element_id in command.start_element_ids:
        modifying.activate_element(step, step.instance(key), element_id)
    return Created(
        definition.key,
        definition.id,
        definition.version,
        key,
        tuple(command.tags),
        command.business_id,
        definition.tenant_id,
    )


def cancel(step: Step, command: CancelInstance) -> Done:
    instance = step.state.instances.get(command.key)
    expected = f"Expected to cancel a process instance with key '{command.key}',"
    if instance is None or instance.type != "PROCESS":
        raise not_found("CANCEL", f"{expected} but no such process was found")
    if instance.caller_key:
        raise wrong_state(
            "CANCEL",
            f"{expected} but it is created by a parent process instance. Cancel the root process"
            f" instance '{instance.root_key}' instead.",
        )
    lifecycle.terminate(step, instance.key)
    return Done(command.key)


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
    instance = processes.existing(step, command.key, "RESUME", "resume")
    if not instance.is_suspended:
        raise wrong_state(
            "RESUME",
            f"Expected to resume process instance with key '{command.key}',"
            " but it is not suspended",
        )
    told = values.of_element(step.state, instance, step.element(instance))
    step.emit(PI, "RESUMED", instance.key, told)
    for job in step.state.jobs.values():
        if job.process_key == instance.key:
            step.job_types.add(job.type)
    return Done(command.key)


def assign_business_id(step: Step, command: AssignBusinessId) -> Done:
    instance = processes.existing(step, command.key, "ASSIGN", "assign a business id to")
    expected = f"Expected to assign a business id to process instance with key '{command.key}', but"
    if instance.caller_key:
        raise wrong_state("ASSIGN", f"{expected} it was called by another process instance")
    if instance.business_id:
        raise wrong_state("ASSIGN", f"{expected} it has one already")
    if step.settings.business_id_uniqueness:
        raise wrong_state("ASSIGN", f"{expected} business ids are unique in this cluster")
    told = values.of_element(step.state, instance, step.element(instance))
    step.emit(PI, "BUSINESS_ID_ASSIGNED", instance.key, {**told, "businessId": command.business_id})
    return Done(command.key)


def _wanted(step: Step, command: CreateInstance) -> Definition:
    tenant = tenant_of(command.tenant_id)
    name = command.bpmn_process_id
    if name and command.version < 0:
        found = definitions.latest(step, "PROCESS", name, tenant)
        missing = f"process ID '{name}', but none found"
    elif name:
        versions = definitions.versions(step, "PROCESS", name, tenant)
        found = next((one for one in versions if one.version == command.version), None)
        missing = f"process ID '{name}' and version '{command.version}', but none found"
    else:
        key = command.process_definition_key
        found = step.state.definitions.get(key)
        missing = f"key '{key}', but none found"
    is_there = found is not None and found.kind == "PROCESS" and found.tenant_id == tenant
    if found is None or not is_there or found.is_draining:
        raise not_found("CREATE", f"Expected to find process definition with {missing}")
    return found


def _start(step: Step, definition: Definition, command: CreateInstance) -> str:
    elements = step.models.process(definition).elements
    for element_id in command.start_element_ids:
        if element_id not in elements:
            raise invalid(
                "CREATE",
                "Expected to create instance of process with start instructions but no element"
                f" found with id '{element_id}'.",
            )
        if (refusal := modifying.cannot_be_activated(elements[element_id])) is not None:
            raise invalid(
                "CREATE",
                "Expected to create instance of process with start instructions but the element"
                f" with id '{element_id}' {refusal}.",
            )
    if command.start_element_ids:
        return ""
    start = processes.none_start(step, definition)
    if not start:
        raise wrong_state(
            "CREATE",
            "Expected to create instance of process with none start event,"
            " but there is no such event",
        )
    return start


def _check_business_id(step: Step, definition: Definition, business_id: str) -> None:
    identity = business_identity(definition.tenant_id, definition.id, business_id)
    if business_id and step.settings.business_id_uniqueness and identity in step.state.business_ids:
        raise Rejection(
            RejectionType.ALREADY_EXISTS,
            "CREATE",
            f"Expected to create instance of process '{definition.id}' with business id"
            f" '{business_id}', but an active instance with this business id already exists",
        )


def _tell(step: Step, key: int, definition: Definition, command: CreateInstance) -> None:
    told: dict[str, Any] = {
        **values.of_definition(definition),
        "processInstanceKey": key,
        "variables": command.variables,
        "startInstructions": [{"elementId": one} for one in command.start_element_ids],
        "tags": command.tags,
        "businessId": command.business_id,
    }
    step.emit(ValueType.PROCESS_INSTANCE_CREATION, "CREATED", key, told)
