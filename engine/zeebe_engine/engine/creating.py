"""Process instances by command: created, cancelled, given a business id."""

from zeebe_engine.bpmn.model import Process
from zeebe_engine.engine import definitions, ending, modification, processes, values
from zeebe_engine.engine.answers import Created, Done
from zeebe_engine.engine.commands import AssignBusinessId, CancelInstance, CreateInstance
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.refusals import Rejection, RejectionType
from zeebe_engine.engine.state import Definition
from zeebe_engine.engine.step import Step, invalid, not_found, tenant_of, wrong_state

PI = ValueType.PROCESS_INSTANCE
_EXPECTED = "Expected to find process definition with"


def create(step: Step, command: CreateInstance) -> Created:
    definition = _wanted(step, command)
    targets = _targets(step, definition, command.start_element_ids)
    _check_ends(step, definition, command.terminate_after)
    _check_business_id(step, definition, command.business_id)
    key = step.key_on(processes.next_partition(step))
    _tell(step, key, definition, command)
    how = processes.Beginning(
        targets=targets,
        variables=command.variables,
        tags=tuple(command.tags),
        business_id=command.business_id,
        awaits=command.awaits,
        fetch_variables=tuple(command.fetch_variables),
        terminate_after=tuple(command.terminate_after),
    )
    processes.begin(step, definition, key, how)
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
    ending.terminate(step, instance.key)
    return Done(command.key)


def assign_business_id(step: Step, command: AssignBusinessId) -> Done:
    instance = processes.going_on(step, command.key, "ASSIGN", "assign a business id to")
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
    if command.bpmn_process_id:
        return _version(step, command, tenant)
    key = command.process_definition_key
    found = step.state.definitions.get(key)
    is_there = found is not None and (found.kind, found.tenant_id) == ("PROCESS", tenant)
    if found is None or not is_there or found.is_draining:
        raise not_found("CREATE", f"{_EXPECTED} key '{key}', but none found")
    return found


def _version(step: Step, command: CreateInstance, tenant: str) -> Definition:
    """Of several with the tag, the newest."""
    told = f"process ID '{command.bpmn_process_id}'"
    versions = definitions.versions(step, "PROCESS", command.bpmn_process_id, tenant)
    if command.version_tag:
        told += f" and version tag '{command.version_tag}'"
        versions = (one for one in versions if one.version_tag == command.version_tag)
    elif command.version >= 0:
        told += f" and version '{command.version}'"
        versions = (one for one in versions if one.version == command.version)
    found = next(versions, None)
    if found is None:
        raise not_found("CREATE", f"{_EXPECTED} {told}, but none found")
    return found


def _targets(step: Step, definition: Definition, wanted: list[str]) -> tuple[str, ...]:
    """Where it begins: at its none start event, or where it is told to."""
    if wanted:
        _check_targets(step.models.process(definition), wanted)
        return tuple(wanted)
    start = processes.none_start(step, definition)
    if not start:
        raise wrong_state(
            "CREATE",
            "Expected to create instance of process with none start event,"
            " but there is no such event",
        )
    return (start,)


def _check_ends(step: Step, definition: Definition, wanted: list[str]) -> None:
    elements = step.models.process(definition).elements
    for element_id in wanted:
        if element_id not in elements:
            raise invalid(
                "CREATE",
                "Expected to create instance of process with runtime instructions but no element"
                f" found with id '{element_id}'.",
            )


def _check_business_id(step: Step, definition: Definition, business_id: str) -> None:
    if processes.is_taken(step, definition, business_id):
        raise Rejection(
            RejectionType.ALREADY_EXISTS,
            "CREATE",
            f"Expected to create instance of process '{definition.id}' with business id"
            f" '{business_id}', but an active instance with this business id already exists",
        )


def _check_targets(model: Process, wanted: list[str]) -> None:
    expected = "Expected to create instance of process with start instructions but"
    for element_id in wanted:
        if element_id not in model.elements:
            raise invalid("CREATE", f"{expected} no element found with id '{element_id}'.")
        refusal = modification.cannot_be_activated(model, element_id)
        if not refusal and modification.is_in_multi_instance(model, element_id):
            refusal = "is inside a multi-instance subprocess"
        if refusal:
            raise invalid("CREATE", f"{expected} the element with id '{element_id}' {refusal}.")


def _tell(step: Step, key: int, definition: Definition, command: CreateInstance) -> None:
    told = {
        **values.of_definition(definition),
        "processInstanceKey": key,
        "variables": command.variables,
        "startInstructions": [{"elementId": one} for one in command.start_element_ids],
        "tags": command.tags,
        "businessId": command.business_id,
    }
    step.emit(ValueType.PROCESS_INSTANCE_CREATION, "CREATED", key, told)
