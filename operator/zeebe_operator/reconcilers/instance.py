"""ZeebeInstance: one process instance, started once, and ended with the resource if so wished."""

from collections.abc import Sequence

from zeebe_operator.model import digest, spec
from zeebe_operator.model.capabilities import Capabilities
from zeebe_operator.model.commands import CancelInstance
from zeebe_operator.model.engine import CreatedInstance, CreateInstance
from zeebe_operator.model.errors import (
    DependencyError,
    InvalidSpecError,
    NotFoundError,
    NotSupportedByGatewayError,
    NotSupportedError,
    OutcomeUnknownError,
    RejectedError,
)
from zeebe_operator.model.names import Kind
from zeebe_operator.model.outcome import Outcome, Ready, Removed, Stalled, Unchanged, Waiting
from zeebe_operator.model.reasons import Reason
from zeebe_operator.model.resource import Resource
from zeebe_operator.reconcilers import failures, variables
from zeebe_operator.reconcilers.claims import ProcessId
from zeebe_operator.reconcilers.intents import with_finalizer, without_finalizer
from zeebe_operator.reconcilers.scope import Connection, ConnectionGoneError, Scope

LOOK_AGAIN = 30.0
"""Seconds between two tries to start a process that the engine does not know."""


async def reconcile(scope: Scope, resource: Resource) -> Outcome:
    """Starts it if it was never started, else keeps what follows from the spec."""
    wanted = spec.read(resource.spec, spec.InstanceSpec)
    if resource.status.get("processInstanceKey"):
        return await _keep(scope, resource, wanted)
    if wanted.on_uncertain == "Stop" and scope.world.intents.in_doubt(resource):
        return _uncertain()
    if wanted.desired_state == "Cancelled" or resource.status.get("state") == "Cancelled":
        return Ready(Reason.CANCELLED, "cancelled before it was started", {"state": "Cancelled"})
    if wanted.wait_for == "Completion":
        raise NotSupportedError("spec.waitFor: Completion is not supported yet; use Started")
    return await _start(scope, resource, wanted)


async def remove(scope: Scope, resource: Resource) -> Outcome:
    """With deletionPolicy Cancel a running instance is cancelled."""
    wanted = spec.read(resource.spec, spec.InstanceSpec)
    key = resource.status.get("processInstanceKey")
    if wanted.deletion_policy == "Retain":
        return Removed()
    if key is None:
        in_doubt = scope.world.intents.in_doubt(resource)
        return Removed(_LEFT_IN_DOUBT if in_doubt else "", Reason.OUTCOME_UNKNOWN)
    if resource.status.get("state", "Active") != "Active":
        return Removed()
    try:
        gateway = scope.gateway(await scope.connection(wanted.connection_ref))
    except ConnectionGoneError as error:
        return Removed(f"process instance {key} was not cancelled: {error}")
    try:
        await gateway.run(CancelInstance(int(key)))
    except NotFoundError:
        return Removed()
    return Removed()


async def _start(scope: Scope, resource: Resource, wanted: spec.InstanceSpec) -> Outcome:
    connection = await scope.connection(wanted.connection_ref)
    definition_key = _definition_key(scope, wanted)
    gathered = await variables.gather(scope, wanted.variables, wanted.variables_from)
    inputs = digest.of_values(
        wanted.variables, gathered.versions, str(connection), resource.request, definition_key
    )
    if resource.is_true("Stalled") and resource.status.get("inputsDigest") == inputs:
        return failures.still_refused(resource, inputs)
    gateway = scope.gateway(connection)
    can = await gateway.capabilities()
    _refuse_unsupported(wanted, can)
    request = _request(resource, wanted, definition_key, gathered, can)
    keep = wanted.deletion_policy == "Cancel"
    finalizers = with_finalizer(resource) if keep else without_finalizer(resource)
    try:
        async with scope.world.intents.once(resource, finalizers):
            created = await gateway.create_instance(request)
    except OutcomeUnknownError as error:
        if wanted.on_uncertain == "Stop":
            return _uncertain()
        return Waiting(Reason.OUTCOME_PENDING, f"no answer, starting it again: {error}")
    except NotFoundError as error:
        return _unknown_process(scope, wanted, connection, error, inputs)
    except RejectedError as error:
        return _refused(error, inputs)
    return _started(scope, wanted, created)


async def _keep(scope: Scope, resource: Resource, wanted: spec.InstanceSpec) -> Outcome:
    """What can still change once it is started: it can be cancelled, and its finalizer."""
    active = resource.status.get("state") == "Active"
    if active and wanted.desired_state == "Cancelled":
        return await _cancel(scope, resource, wanted)
    if active and resource.status.get("variablesDigest") != digest.of_values(wanted.variables):
        raise NotSupportedError(
            "spec.variables: setting variables of a started instance is not supported yet; restore"
            " the former variables"
        )
    clean_up = active and wanted.deletion_policy == "Cancel"
    finalizers = with_finalizer(resource) if clean_up else without_finalizer(resource)
    await scope.world.intents.set_finalizers(resource, finalizers)
    return _settled(resource)


def _settled(resource: Resource) -> Outcome:
    if resource.observed and resource.is_true("Ready"):
        return Unchanged()
    key = resource.status.get("processInstanceKey")
    match resource.status.get("state"):
        case "Cancelled":
            return Ready(Reason.CANCELLED, f"process instance {key} is cancelled")
        case "Active":
            return Ready(Reason.STARTED, f"process instance {key} is started")
        case _:
            return Ready(Reason.ENDED, f"process instance {key} has ended")


async def _cancel(scope: Scope, resource: Resource, wanted: spec.InstanceSpec) -> Outcome:
    """Written down first; the finalizer goes with the next pass, which follows at once."""
    key = resource.status["processInstanceKey"]
    gateway = scope.gateway(await scope.connection(wanted.connection_ref))
    ended = {"endedAt": scope.world.now()}
    try:
        await gateway.run(CancelInstance(int(key)))
    except NotFoundError:
        text = f"process instance {key} had ended before it could be cancelled"
        return Ready(Reason.ENDED, text, {"state": "Ended", **ended}, after=0.0)
    text = f"process instance {key} is cancelled"
    return Ready(Reason.CANCELLED, text, {"state": "Cancelled", **ended}, after=0.0)


def _definition_key(scope: Scope, wanted: spec.InstanceSpec) -> int | None:
    """Of the process that the spec names by reference or by key; None: it names an id."""
    if wanted.process_ref is None:
        key = wanted.process_definition_key
        return None if key is None else int(key)
    name = wanted.process_ref.name
    process = scope.find(Kind.PROCESS, name)
    if process is None:
        raise DependencyError(f"ZeebeProcess {name!r} does not exist")
    if process.deleting:
        raise DependencyError(f"ZeebeProcess {name!r} is being deleted")
    if not (process.is_true("Ready") and process.observed):
        reason = process.condition("Ready").get("reason", "not handled yet")
        raise DependencyError(f"ZeebeProcess {name!r} is not ready: {reason}")
    return _pick(wanted.process_ref, process.status.get("processes") or ())


def _pick(reference: spec.ProcessReference, processes: Sequence[dict[str, str]]) -> int:
    wanted = reference.bpmn_process_id
    found = [p for p in processes if wanted in (None, p["bpmnProcessId"])]
    if len(found) == 1:
        return int(found[0]["processDefinitionKey"])
    if not found:
        what = f"no process {wanted!r}" if wanted else "no process"
        raise DependencyError(f"ZeebeProcess {reference.name!r} contains {what}")
    raise InvalidSpecError(
        f"spec.processRef: ZeebeProcess {reference.name!r} contains several processes; delete this"
        " resource and apply it with spec.processRef.bpmnProcessId"
    )


def _refuse_unsupported(wanted: spec.InstanceSpec, can: Capabilities) -> None:
    if wanted.tags and not can.tags:
        raise NotSupportedByGatewayError("spec.tags: needs a gateway of version 8.8 or later")
    if wanted.business_id is not None and not can.business_id:
        raise NotSupportedByGatewayError("spec.businessId: needs a gateway of version 8.9 or later")


def _request(
    resource: Resource,
    wanted: spec.InstanceSpec,
    definition_key: int | None,
    gathered: variables.Gathered,
    can: Capabilities,
) -> CreateInstance:
    """Where the gateway knows tags, one of ours makes the instance findable by the resource."""
    return CreateInstance(
        process_definition_key=definition_key,
        bpmn_process_id=wanted.bpmn_process_id,
        version=wanted.version,
        variables=gathered.values,
        tenant_id=wanted.tenant_id,
        start_element_ids=[start.element_id for start in wanted.start_instructions],
        tags=[*wanted.tags, f"k8s-uid:{resource.uid}"] if can.tags else [],
        business_id=wanted.business_id,
    )


def _started(scope: Scope, wanted: spec.InstanceSpec, created: CreatedInstance) -> Ready:
    return Ready(
        Reason.STARTED,
        f"process instance {created.process_instance_key} is started",
        {
            "state": "Active",
            "processInstanceKey": str(created.process_instance_key),
            "processDefinitionKey": str(created.process_definition_key),
            "bpmnProcessId": created.bpmn_process_id,
            "version": created.version,
            "tenantId": created.tenant_id or None,
            "startedAt": scope.world.now(),
            "variablesDigest": digest.of_values(wanted.variables),
        },
    )


def _unknown_process(
    scope: Scope,
    wanted: spec.InstanceSpec,
    connection: Connection,
    error: NotFoundError,
    inputs: str,
) -> Outcome:
    """An id or a version may yet be deployed, by whomever; a key that is unknown stays so."""
    if wanted.process_definition_key is not None:
        return _refused(error, inputs)
    if wanted.bpmn_process_id is not None:
        scope.look_at(ProcessId(connection.key, wanted.tenant_id, wanted.bpmn_process_id))
    return Waiting(Reason.PROCESS_NOT_FOUND, f"the engine answers: {error}", after=LOOK_AGAIN)


def _refused(error: RejectedError, inputs: str) -> Stalled:
    return Stalled(
        Reason.REJECTED,
        f"the engine refused it: {error}; delete the resource and apply a correct one",
        {"inputsDigest": inputs},
    )


def _uncertain() -> Stalled:
    return Stalled(
        Reason.OUTCOME_UNKNOWN,
        "the process instance may or may not have been started: the answer of the engine was lost;"
        " look for it in Operate; to start it (again) set spec.onUncertain: Retry, otherwise delete"
        " the resource and cancel by hand what you found",
        {"state": "Uncertain"},
    )


_LEFT_IN_DOUBT = (
    "it is unknown whether the process instance was started; if it was, it is still running"
)
