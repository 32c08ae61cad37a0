"""The table of the engine's commands: from the model's request to the RPC, and what it is about.

A new command is a new row, a message in proto/gateway.proto and a type in model/commands.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.json_format import MessageToDict

from zeebe_operator.model import commands as model
from zeebe_operator.zeebe.messages import sayable, variables_text
from zeebe_operator.zeebe.pb import gateway_pb2 as pb

NO_ANCESTOR: Final = -1


@dataclass(frozen=True, slots=True)
class Row:
    """`about`: the field of the command that holds the key, and with it the partition.

    `repeatable`: it changes nothing, so a lost answer is as good as no connection.
    """

    rpc: str
    request: Callable[[Any], Any]
    about: str | None = None
    repeatable: bool = False


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _set_variables(command: model.SetVariables) -> pb.SetVariablesRequest:
    return pb.SetVariablesRequest(
        elementInstanceKey=command.element_instance_key,
        variables=variables_text(command.variables),
        local=command.local,
    )


def _resolve_incident(command: model.ResolveIncident) -> pb.ResolveIncidentRequest:
    return pb.ResolveIncidentRequest(incidentKey=command.incident_key)


def _activate_jobs(command: model.ActivateJobs) -> pb.ActivateJobsRequest:
    """Answered at once: whoever waits for jobs is a worker, not a command."""
    return pb.ActivateJobsRequest(
        type=command.type,
        worker=command.worker,
        timeout=_milliseconds(command.timeout),
        maxJobsToActivate=command.max_jobs_to_activate,
        fetchVariable=command.fetch_variables,
        requestTimeout=-1,
        tenantIds=[command.tenant_id] if command.tenant_id else [],
    )


def _complete_job(command: model.CompleteJob) -> pb.CompleteJobRequest:
    return pb.CompleteJobRequest(
        jobKey=command.job_key, variables=variables_text(command.variables)
    )


def _fail_job(command: model.FailJob) -> pb.FailJobRequest:
    return pb.FailJobRequest(
        jobKey=command.job_key,
        retries=command.retries,
        errorMessage=command.error_message,
        retryBackOff=_milliseconds(command.retry_back_off),
        variables=variables_text(command.variables),
    )


def _update_job_retries(command: model.UpdateJobRetries) -> pb.UpdateJobRetriesRequest:
    return pb.UpdateJobRetriesRequest(jobKey=command.job_key, retries=command.retries)


def _update_job_timeout(command: model.UpdateJobTimeout) -> pb.UpdateJobTimeoutRequest:
    return pb.UpdateJobTimeoutRequest(
        jobKey=command.job_key, timeout=_milliseconds(command.timeout)
    )


def _throw_error(command: model.ThrowError) -> pb.ThrowErrorRequest:
    return pb.ThrowErrorRequest(
        jobKey=command.job_key,
        errorCode=command.error_code,
        errorMessage=command.error_message,
        variables=variables_text(command.variables),
    )


def _cancel_instance(command: model.CancelInstance) -> pb.CancelProcessInstanceRequest:
    return pb.CancelProcessInstanceRequest(processInstanceKey=command.process_instance_key)


def _migrate_instance(command: model.MigrateInstance) -> pb.MigrateProcessInstanceRequest:
    request = pb.MigrateProcessInstanceRequest(processInstanceKey=command.process_instance_key)
    request.migrationPlan.targetProcessDefinitionKey = command.target_process_definition_key
    for each in command.mapping_instructions:
        request.migrationPlan.mappingInstructions.add(
            sourceElementId=each.source_element_id, targetElementId=each.target_element_id
        )
    return request


def _modify_instance(command: model.ModifyInstance) -> pb.ModifyProcessInstanceRequest:
    request = pb.ModifyProcessInstanceRequest(processInstanceKey=command.process_instance_key)
    for activate in command.activate_instructions:
        ancestor = activate.ancestor_element_instance_key
        instruction = request.activateInstructions.add(
            elementId=activate.element_id,
            ancestorElementInstanceKey=NO_ANCESTOR if ancestor is None else ancestor,
        )
        for each in activate.variable_instructions:
            instruction.variableInstructions.add(
                variables=variables_text(each.variables), scopeId=each.scope_id
            )
    for key in command.terminate_element_instance_keys:
        request.terminateInstructions.add(elementInstanceKey=key)
    return request


def _broadcast_signal(command: model.BroadcastSignal) -> pb.BroadcastSignalRequest:
    return pb.BroadcastSignalRequest(
        signalName=command.signal_name,
        variables=variables_text(command.variables),
        tenantId=command.tenant_id or "",
    )


def _evaluate_decision(command: model.EvaluateDecision) -> pb.EvaluateDecisionRequest:
    return pb.EvaluateDecisionRequest(
        decisionKey=command.decision_key or 0,
        decisionId=command.decision_id or "",
        variables=variables_text(command.variables),
        tenantId=command.tenant_id or "",
    )


def _delete_resource(command: model.DeleteResource) -> pb.DeleteResourceRequest:
    return pb.DeleteResourceRequest(resourceKey=command.resource_key)


TABLE: Final[Mapping[type, Row]] = {
    model.SetVariables: Row("SetVariables", _set_variables, "element_instance_key"),
    model.ResolveIncident: Row("ResolveIncident", _resolve_incident, "incident_key"),
    model.ActivateJobs: Row("ActivateJobs", _activate_jobs),
    model.CompleteJob: Row("CompleteJob", _complete_job, "job_key"),
    model.FailJob: Row("FailJob", _fail_job, "job_key"),
    model.UpdateJobRetries: Row("UpdateJobRetries", _update_job_retries, "job_key"),
    model.UpdateJobTimeout: Row("UpdateJobTimeout", _update_job_timeout, "job_key"),
    model.ThrowError: Row("ThrowError", _throw_error, "job_key"),
    model.CancelInstance: Row("CancelProcessInstance", _cancel_instance, "process_instance_key"),
    model.MigrateInstance: Row("MigrateProcessInstance", _migrate_instance, "process_instance_key"),
    model.ModifyInstance: Row("ModifyProcessInstance", _modify_instance, "process_instance_key"),
    model.BroadcastSignal: Row("BroadcastSignal", _broadcast_signal),
    model.EvaluateDecision: Row("EvaluateDecision", _evaluate_decision, repeatable=True),
    model.DeleteResource: Row("DeleteResource", _delete_resource, "resource_key"),
}


def request(command: model.Command) -> Any:
    """Raises RejectedError for what the protocol cannot say."""
    return _build(TABLE[type(command)], command)


@sayable
def _build(row: Row, command: model.Command) -> Any:
    return row.request(command)


def answer(response: Any) -> Mapping[str, Any]:
    """Every field, also those at their default; 64-bit keys are strings, as in all JSON.

    Jobs come in parts, which are joined.
    """
    if isinstance(response, list):
        parts, response = response, pb.ActivateJobsResponse()
        for part in parts:
            response.MergeFrom(part)
    found: Mapping[str, Any] = MessageToDict(
        response, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    return found
