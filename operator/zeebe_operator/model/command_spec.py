"""The spec of ZeebeCommand: one struct for each operation, of which a resource has exactly one.

What it becomes for the engine is in model/operations.py.
"""

from collections.abc import Mapping
from typing import Any, Literal

from zeebe_operator.model.spec import ConnectionReference, Reference, Struct, VariableSource

Key = str | int


class SetVariables(Struct, frozen=True):
    element_instance_key: Key | None = None
    instance_ref: Reference | None = None
    variables: Mapping[str, Any] = {}
    variables_from: tuple[VariableSource, ...] = ()
    local: bool = False


class ResolveIncident(Struct, frozen=True):
    incident_key: Key


class ActivateJobs(Struct, frozen=True):
    job_type: str
    max_jobs_to_activate: int
    timeout: str = "5m"
    worker_name: str = "default"
    fetch_variables: tuple[str, ...] = ()


class CompleteJob(Struct, frozen=True):
    job_key: Key
    variables: Mapping[str, Any] = {}
    variables_from: tuple[VariableSource, ...] = ()


class FailJob(Struct, frozen=True):
    job_key: Key
    retries: int
    retry_back_off: str = "0s"
    error_message: str = ""
    variables: Mapping[str, Any] = {}
    variables_from: tuple[VariableSource, ...] = ()


class UpdateJobRetries(Struct, frozen=True):
    job_key: Key
    retries: int


class UpdateJobTimeout(Struct, frozen=True):
    job_key: Key
    timeout: str


class ThrowError(Struct, frozen=True):
    job_key: Key
    error_code: str
    error_message: str = ""
    variables: Mapping[str, Any] = {}
    variables_from: tuple[VariableSource, ...] = ()


class CancelInstance(Struct, frozen=True):
    process_instance_key: Key | None = None
    instance_ref: Reference | None = None


class MappingInstruction(Struct, frozen=True):
    source_element_id: str
    target_element_id: str


class MigrateInstance(Struct, frozen=True):
    target_process_definition_key: Key
    process_instance_key: Key | None = None
    instance_ref: Reference | None = None
    mapping_instructions: tuple[MappingInstruction, ...] = ()


class VariableInstruction(Struct, frozen=True):
    variables: Mapping[str, Any]
    scope_id: str = ""


class ActivateInstruction(Struct, frozen=True):
    element_id: str
    ancestor_element_instance_key: Key | None = None
    variable_instructions: tuple[VariableInstruction, ...] = ()


class TerminateInstruction(Struct, frozen=True):
    element_instance_key: Key


class ModifyInstance(Struct, frozen=True):
    process_instance_key: Key | None = None
    instance_ref: Reference | None = None
    activate_instructions: tuple[ActivateInstruction, ...] = ()
    terminate_instructions: tuple[TerminateInstruction, ...] = ()


class BroadcastSignal(Struct, frozen=True):
    signal_name: str
    variables: Mapping[str, Any] = {}
    variables_from: tuple[VariableSource, ...] = ()


class EvaluateDecision(Struct, frozen=True):
    decision_id: str | None = None
    decision_key: Key | None = None
    variables: Mapping[str, Any] = {}
    variables_from: tuple[VariableSource, ...] = ()


class DeleteResource(Struct, frozen=True):
    resource_key: Key


class CommandSpec(Struct, frozen=True):
    set_variables: SetVariables | None = None
    resolve_incident: ResolveIncident | None = None
    activate_jobs: ActivateJobs | None = None
    complete_job: CompleteJob | None = None
    fail_job: FailJob | None = None
    update_job_retries: UpdateJobRetries | None = None
    update_job_timeout: UpdateJobTimeout | None = None
    throw_error: ThrowError | None = None
    cancel_instance: CancelInstance | None = None
    migrate_instance: MigrateInstance | None = None
    modify_instance: ModifyInstance | None = None
    broadcast_signal: BroadcastSignal | None = None
    evaluate_decision: EvaluateDecision | None = None
    delete_resource: DeleteResource | None = None
    on_uncertain: Literal["Stop", "Retry"] = "Stop"
    connection_ref: ConnectionReference | None = None
    tenant_id: str | None = None


WithVariables = (
    SetVariables | CompleteJob | FailJob | ThrowError | BroadcastSignal | EvaluateDecision
)
OnInstance = SetVariables | CancelInstance | MigrateInstance | ModifyInstance
