"""How a process instance is started, once: which process, with what, and what can go wrong."""

from collections.abc import Sequence

from zeebe_operator.model import digest, duration, names, spec
from zeebe_operator.model.capabilities import Capabilities
from zeebe_operator.model.engine import CreateInstance
from zeebe_operator.model.errors import (
    AlreadyExistsError,
    DependencyError,
    GatewayError,
    InvalidSpecError,
    NotFoundError,
    NotSupportedByGatewayError,
    OutcomeUnknownError,
    RejectedError,
    ResultTimeoutError,
)
from zeebe_operator.model.names import Kind
from zeebe_operator.model.outcome import Outcome, Stalled, Waiting
from zeebe_operator.model.reasons import Reason
from zeebe_operator.model.resource import Resource
from zeebe_operator.ports import Gateway
from zeebe_operator.reconcilers import completion, doubt, failures, variables
from zeebe_operator.reconcilers.awaited import Attempt, Call
from zeebe_operator.reconcilers.claims import ProcessId
from zeebe_operator.reconcilers.intents import with_finalizer, without_finalizer
from zeebe_operator.reconcilers.scope import Scope

LOOK_AGAIN = 30.0
"""Seconds between two tries to start a process that the engine does not know."""


async def start(scope: Scope, resource: Resource, wanted: spec.InstanceSpec) -> Outcome:
    """Writes the intent down, and starts it."""
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
    attempt = Attempt(connection.key, connection.settings, inputs)
    if wanted.wait_for == "Completion" and not can.reads:
        return await _start_and_await(scope, resource, wanted, gateway, request, attempt)
    try:
        async with scope.world.intents.once(resource, _finalizers(resource, wanted)):
            created = await gateway.create_instance(request)
    except OutcomeUnknownError as error:
        if can.reads:
            return doubt.looking()
        return _lost(resource, wanted, error)
    except RejectedError as error:
        return _rejected(scope, wanted, attempt, error)
    return completion.started(scope, wanted, created)


async def collect(
    scope: Scope, resource: Resource, wanted: spec.InstanceSpec, call: Call
) -> Outcome:
    """What has become of the awaiting call, if it has ended."""
    if not call.answer.done():
        await scope.world.intents.set_finalizers(resource, _finalizers(resource, wanted))
        return completion.awaiting(scope, resource, wanted, call)
    scope.world.awaited.forget(resource.uid)
    try:
        return completion.answered(scope, call.answer.result())
    except ResultTimeoutError:
        return completion.never_answered(wanted)
    except OutcomeUnknownError as error:
        return _lost(resource, wanted, error)
    except GatewayError as error:
        await scope.world.intents.withdraw(resource)
        if isinstance(error, RejectedError):
            return _rejected(scope, wanted, call.attempt, error)
        raise


async def _start_and_await(
    scope: Scope,
    resource: Resource,
    wanted: spec.InstanceSpec,
    gateway: Gateway,
    request: CreateInstance,
    attempt: Attempt,
) -> Outcome:
    """The call goes on beside the passes: it takes as long as the instance."""
    timeout = duration.seconds(wanted.timeout, "spec.timeout")
    await scope.world.intents.declare(resource, _finalizers(resource, wanted))
    call = gateway.create_instance_with_result(request, wanted.fetch_variables, timeout)
    scope.world.awaited.start(resource, attempt, call)
    return completion.sent(scope, wanted)


def _finalizers(resource: Resource, wanted: spec.InstanceSpec) -> Sequence[str]:
    if wanted.deletion_policy == "Cancel":
        return with_finalizer(resource)
    return without_finalizer(resource)


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
        tags=[*wanted.tags, f"{names.UID_TAG}:{resource.uid}"] if can.tags else [],
        business_id=wanted.business_id,
    )


def _lost(resource: Resource, wanted: spec.InstanceSpec, error: OutcomeUnknownError) -> Outcome:
    if wanted.on_uncertain == "Stop":
        return doubt.uncertain(resource)
    return Waiting(Reason.OUTCOME_PENDING, f"no answer, starting it again: {error}")


def _rejected(
    scope: Scope, wanted: spec.InstanceSpec, attempt: Attempt, error: RejectedError
) -> Outcome:
    match error:
        case NotFoundError():
            return _unknown_process(scope, wanted, attempt, error)
        case AlreadyExistsError():
            return Stalled(
                Reason.REJECTED,
                f"spec.businessId: an active instance has it already: {error}; when that one has"
                " ended, ask for another try, or delete this resource",
                {"inputsDigest": attempt.inputs},
            )
    return _refused(error, attempt)


def _unknown_process(
    scope: Scope, wanted: spec.InstanceSpec, attempt: Attempt, error: NotFoundError
) -> Outcome:
    """An id or a version may yet be deployed, by whomever; a key that is unknown stays so."""
    if wanted.process_definition_key is not None:
        return _refused(error, attempt)
    if wanted.bpmn_process_id is not None:
        scope.look_at(ProcessId(attempt.connection, wanted.tenant_id, wanted.bpmn_process_id))
    return Waiting(Reason.PROCESS_NOT_FOUND, f"the engine answers: {error}", after=LOOK_AGAIN)


def _refused(error: RejectedError, attempt: Attempt) -> Stalled:
    return Stalled(
        Reason.REJECTED,
        f"the engine refused it: {error}; delete the resource and apply a correct one",
        {"inputsDigest": attempt.inputs},
    )
