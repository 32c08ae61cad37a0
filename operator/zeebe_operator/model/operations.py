"""The table of the operations of ZeebeCommand: what each becomes, and what a second time would do.

Called by the reconciler of commands. It knows nothing of sending.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Final

import msgspec

from zeebe_operator.model import command_spec as asked
from zeebe_operator.model import commands, duration
from zeebe_operator.model.engine import Variables
from zeebe_operator.model.errors import InvalidSpecError


class Twice(Enum):
    """What the engine makes of a command that it has executed before (seen on 8.6)."""

    HARMLESS = auto()
    """Executes it again, to the same end."""
    REFUSED = auto()
    """Finds nothing to execute it on: the first time ended what it is about."""
    HAPPENS_AGAIN = auto()


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the spec only points at. `instance_key` is that of the process instance, if any."""

    variables: Variables = field(default_factory=dict, repr=False)
    instance_key: int | None = None
    tenant_id: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    request: Callable[[Any, Inputs], commands.Command]
    twice: Twice


@dataclass(frozen=True, slots=True)
class Operation:
    """`name`: the field of the spec; `asked`: what stands in it."""

    name: str
    asked: Any = field(repr=False)
    twice: Twice

    def request(self, inputs: Inputs) -> commands.Command:
        """Raises InvalidSpecError for a duration of another form."""
        return TABLE[type(self.asked)].request(self.asked, inputs)


def of(wanted: asked.CommandSpec) -> Operation:
    """Raises InvalidSpecError unless there is exactly one."""
    found = list(_found(wanted))
    if len(found) != 1:
        raise InvalidSpecError("spec: needs exactly one operation, for example cancelInstance")
    return found[0]


def _found(wanted: asked.CommandSpec) -> Iterator[Operation]:
    for each in msgspec.structs.fields(wanted):
        value = getattr(wanted, each.name)
        if row := TABLE.get(type(value)):
            yield Operation(each.encode_name, value, row.twice)


def _key(key: asked.Key | None, inputs: Inputs) -> int:
    """Of the process instance, unless the spec has one of its own."""
    found = inputs.instance_key if key is None else int(key)
    assert found is not None
    return found


def _set_variables(op: asked.SetVariables, inputs: Inputs) -> commands.SetVariables:
    return commands.SetVariables(
        _key(op.element_instance_key, inputs), inputs.variables, local=op.local
    )


def _resolve_incident(op: asked.ResolveIncident, _: Inputs) -> commands.ResolveIncident:
    return commands.ResolveIncident(int(op.incident_key))


def _activate_jobs(op: asked.ActivateJobs, inputs: Inputs) -> commands.ActivateJobs:
    return commands.ActivateJobs(
        type=op.job_type,
        max_jobs_to_activate=op.max_jobs_to_activate,
        timeout=duration.seconds(op.timeout, "spec.activateJobs.timeout"),
        worker=op.worker_name,
        fetch_variables=op.fetch_variables,
        tenant_id=inputs.tenant_id,
    )


def _complete_job(op: asked.CompleteJob, inputs: Inputs) -> commands.CompleteJob:
    return commands.CompleteJob(int(op.job_key), inputs.variables)


def _fail_job(op: asked.FailJob, inputs: Inputs) -> commands.FailJob:
    return commands.FailJob(
        job_key=int(op.job_key),
        retries=op.retries,
        retry_back_off=duration.seconds(op.retry_back_off, "spec.failJob.retryBackOff"),
        error_message=op.error_message,
        variables=inputs.variables,
    )


def _update_job_retries(op: asked.UpdateJobRetries, _: Inputs) -> commands.UpdateJobRetries:
    return commands.UpdateJobRetries(int(op.job_key), op.retries)


def _update_job_timeout(op: asked.UpdateJobTimeout, _: Inputs) -> commands.UpdateJobTimeout:
    seconds = duration.seconds(op.timeout, "spec.updateJobTimeout.timeout")
    return commands.UpdateJobTimeout(int(op.job_key), seconds)


def _throw_error(op: asked.ThrowError, inputs: Inputs) -> commands.ThrowError:
    return commands.ThrowError(int(op.job_key), op.error_code, op.error_message, inputs.variables)


def _cancel_instance(op: asked.CancelInstance, inputs: Inputs) -> commands.CancelInstance:
    return commands.CancelInstance(_key(op.process_instance_key, inputs))


def _migrate_instance(op: asked.MigrateInstance, inputs: Inputs) -> commands.MigrateInstance:
    return commands.MigrateInstance(
        process_instance_key=_key(op.process_instance_key, inputs),
        target_process_definition_key=int(op.target_process_definition_key),
        mapping_instructions=[
            commands.ElementMapping(each.source_element_id, each.target_element_id)
            for each in op.mapping_instructions
        ],
    )


def _modify_instance(op: asked.ModifyInstance, inputs: Inputs) -> commands.ModifyInstance:
    return commands.ModifyInstance(
        process_instance_key=_key(op.process_instance_key, inputs),
        activate_instructions=[_activate(each) for each in op.activate_instructions],
        terminate_element_instance_keys=[
            int(each.element_instance_key) for each in op.terminate_instructions
        ],
    )


def _activate(each: asked.ActivateInstruction) -> commands.Activate:
    ancestor = each.ancestor_element_instance_key
    return commands.Activate(
        element_id=each.element_id,
        ancestor_element_instance_key=None if ancestor is None else int(ancestor),
        variable_instructions=[
            commands.VariableInstruction(one.variables, one.scope_id)
            for one in each.variable_instructions
        ],
    )


def _broadcast_signal(op: asked.BroadcastSignal, inputs: Inputs) -> commands.BroadcastSignal:
    return commands.BroadcastSignal(op.signal_name, inputs.variables, inputs.tenant_id)


def _evaluate_decision(op: asked.EvaluateDecision, inputs: Inputs) -> commands.EvaluateDecision:
    key = None if op.decision_key is None else int(op.decision_key)
    return commands.EvaluateDecision(key, op.decision_id, inputs.variables, inputs.tenant_id)


def _delete_resource(op: asked.DeleteResource, _: Inputs) -> commands.DeleteResource:
    return commands.DeleteResource(int(op.resource_key))


TABLE: Final[Mapping[type, Row]] = {
    asked.SetVariables: Row(_set_variables, Twice.HARMLESS),
    asked.UpdateJobRetries: Row(_update_job_retries, Twice.HARMLESS),
    asked.UpdateJobTimeout: Row(_update_job_timeout, Twice.HARMLESS),
    asked.EvaluateDecision: Row(_evaluate_decision, Twice.HARMLESS),
    asked.ResolveIncident: Row(_resolve_incident, Twice.REFUSED),
    asked.CompleteJob: Row(_complete_job, Twice.REFUSED),
    asked.ThrowError: Row(_throw_error, Twice.REFUSED),
    asked.CancelInstance: Row(_cancel_instance, Twice.REFUSED),
    asked.DeleteResource: Row(_delete_resource, Twice.REFUSED),
    asked.ActivateJobs: Row(_activate_jobs, Twice.HAPPENS_AGAIN),
    asked.FailJob: Row(_fail_job, Twice.HAPPENS_AGAIN),
    asked.MigrateInstance: Row(_migrate_instance, Twice.HAPPENS_AGAIN),
    asked.ModifyInstance: Row(_modify_instance, Twice.HAPPENS_AGAIN),
    asked.BroadcastSignal: Row(_broadcast_signal, Twice.HAPPENS_AGAIN),
}
