"""Messages to commands: pure. What cannot be a command raises Refusal."""

from collections.abc import Iterable, Sequence
from typing import Final

from zeebe_engine.engine import commands, documents
from zeebe_engine.engine.answers import DEFAULT_TENANT
from zeebe_engine.engine.refusals import Refusal, Status
from zeebe_operator.zeebe.pb import gateway_pb2 as pb

_Modify = pb.ModifyProcessInstanceRequest
_KINDS: Final = {list: "ARRAY", str: "STRING", bool: "BOOLEAN", int: "INTEGER", float: "FLOAT"}
_QUOTED: Final = 1000


def variables(text: str) -> commands.Variables:
    """An empty text and `null` are the empty object. Refused in the words of a gateway 8.6.0."""
    if not text:
        return {}
    try:
        value = documents.decode(text)
    except documents.DocumentError as error:
        reason = f"Invalid JSON value: {text[:_QUOTED]} ({error})"
        raise Refusal(Status.INVALID_ARGUMENT, reason) from None
    if isinstance(value, dict | None):
        return value or {}
    reason = (
        "Property 'variables' is invalid: Expected document to be a root level object,"
        f" but was '{_KINDS[type(value)]}'"
    )
    raise Refusal(Status.INVALID_ARGUMENT, reason)


def deploy(request: pb.DeployResourceRequest) -> commands.Deploy:
    resources = [commands.Resource(one.name, one.content) for one in request.resources]
    return commands.Deploy(tenant_id=_tenant(request.tenantId), resources=resources)


def delete_resource(request: pb.DeleteResourceRequest) -> commands.DeleteResource:
    return commands.DeleteResource(key=request.resourceKey, delete_history=request.deleteHistory)


def create(
    request: pb.CreateProcessInstanceRequest, *, awaits: bool = False, fetch: Iterable[str] = ()
) -> commands.CreateInstance:
    return commands.CreateInstance(
        tenant_id=_tenant(request.tenantId),
        process_definition_key=request.processDefinitionKey,
        bpmn_process_id=request.bpmnProcessId,
        version=request.version,
        variables=variables(request.variables),
        start_element_ids=[one.elementId for one in request.startInstructions],
        terminate_after=[one.terminate.afterElementId for one in request.runtimeInstructions],
        tags=list(request.tags),
        business_id=request.businessId,
        awaits=awaits,
        fetch_variables=list(fetch),
    )


def create_with_result(
    request: pb.CreateProcessInstanceWithResultRequest,
) -> commands.CreateInstance:
    return create(request.request, awaits=True, fetch=request.fetchVariables)


def cancel(request: pb.CancelProcessInstanceRequest) -> commands.CancelInstance:
    return commands.CancelInstance(key=request.processInstanceKey)


def modify(request: pb.ModifyProcessInstanceRequest) -> commands.ModifyInstance:
    terminate = request.terminateInstructions
    return commands.ModifyInstance(
        key=request.processInstanceKey,
        activate=[_activate(one) for one in request.activateInstructions],
        terminate_keys=[one.elementInstanceKey for one in terminate if not one.elementId],
        terminate_ids=[one.elementId for one in terminate if one.elementId],
        move=[_move(one) for one in request.moveInstructions],
    )


def _activate(one: _Modify.ActivateInstruction) -> commands.ActivateInstruction:
    return commands.ActivateInstruction(
        element_id=one.elementId,
        ancestor_key=one.ancestorElementInstanceKey or -1,
        variables=_instructions(one.variableInstructions),
    )


def _move(one: _Modify.MoveInstruction) -> commands.MoveInstruction:
    if one.inferAncestorScopeFromSourceHierarchy or one.useSourceParentKeyAsAncestorScopeKey:
        reason = (
            "The local engine does not look for the ancestor of a move instruction:"
            " give 'ancestorElementInstanceKey'"
        )
        raise Refusal(Status.UNIMPLEMENTED, reason)
    return commands.MoveInstruction(
        target_id=one.targetElementId,
        source_id=one.sourceElementId,
        source_key=one.sourceElementInstanceKey,
        variables=_instructions(one.variableInstructions),
        ancestor_key=one.ancestorElementInstanceKey or -1,
    )


def _instructions(
    given: Iterable[_Modify.VariableInstruction],
) -> list[commands.VariableInstruction]:
    return [commands.VariableInstruction(variables(one.variables), one.scopeId) for one in given]


def migrate(request: pb.MigrateProcessInstanceRequest) -> commands.MigrateInstance:
    plan = request.migrationPlan
    mapping = [(one.sourceElementId, one.targetElementId) for one in plan.mappingInstructions]
    target = plan.targetProcessDefinitionKey
    return commands.MigrateInstance(
        key=request.processInstanceKey, target_key=target, mapping=mapping
    )


def set_variables(request: pb.SetVariablesRequest) -> commands.SetVariables:
    return commands.SetVariables(
        element_instance_key=request.elementInstanceKey,
        variables=variables(request.variables),
        local=request.local,
    )


def resolve(request: pb.ResolveIncidentRequest) -> commands.ResolveIncident:
    return commands.ResolveIncident(key=request.incidentKey)


def publish(request: pb.PublishMessageRequest) -> commands.PublishMessage:
    return commands.PublishMessage(
        tenant_id=_tenant(request.tenantId),
        name=request.name,
        correlation_key=request.correlationKey,
        time_to_live=request.timeToLive,
        message_id=request.messageId,
        variables=variables(request.variables),
    )


def broadcast(request: pb.BroadcastSignalRequest) -> commands.BroadcastSignal:
    return commands.BroadcastSignal(
        tenant_id=_tenant(request.tenantId),
        name=request.signalName,
        variables=variables(request.variables),
    )


def evaluate(request: pb.EvaluateDecisionRequest) -> commands.EvaluateDecision:
    return commands.EvaluateDecision(
        tenant_id=_tenant(request.tenantId),
        decision_key=request.decisionKey,
        decision_id=request.decisionId,
        variables=variables(request.variables),
    )


def activate_jobs(
    request: pb.ActivateJobsRequest | pb.StreamActivatedJobsRequest, assigned: Iterable[str]
) -> commands.ActivateJobs:
    """`assigned`: the tenants of the caller. A stream does not say how many it takes."""
    wants_all = request.tenantFilter == pb.TenantFilter.ASSIGNED
    return commands.ActivateJobs(
        type=request.type,
        worker=request.worker,
        timeout=request.timeout,
        max_jobs=getattr(request, "maxJobsToActivate", 1),
        fetch_variables=list(request.fetchVariable),
        tenant_ids=_tenants(sorted(assigned) if wants_all else request.tenantIds),
    )


def complete_job(request: pb.CompleteJobRequest) -> commands.CompleteJob:
    return commands.CompleteJob(key=request.jobKey, variables=variables(request.variables))


def fail_job(request: pb.FailJobRequest) -> commands.FailJob:
    return commands.FailJob(
        key=request.jobKey,
        retries=request.retries,
        message=request.errorMessage,
        back_off=request.retryBackOff,
        variables=variables(request.variables),
    )


def throw_error(request: pb.ThrowErrorRequest) -> commands.ThrowError:
    return commands.ThrowError(
        key=request.jobKey,
        error_code=request.errorCode,
        message=request.errorMessage,
        variables=variables(request.variables),
    )


def update_retries(request: pb.UpdateJobRetriesRequest) -> commands.UpdateJob:
    return commands.UpdateJob(key=request.jobKey, retries=request.retries)


def update_timeout(request: pb.UpdateJobTimeoutRequest) -> commands.UpdateJob:
    return commands.UpdateJob(key=request.jobKey, timeout=request.timeout)


def _tenant(named: str) -> str:
    """The default tenant has two names; the commands have one."""
    return "" if named == DEFAULT_TENANT else named


def _tenants(named: Sequence[str]) -> list[str]:
    return [_tenant(one) for one in named]
