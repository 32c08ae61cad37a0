"""Repairs by hand: variables of a running instance, and incidents that are resolved."""

from zeebe_engine.engine import incidents, lifecycle, variables
from zeebe_engine.engine.answers import Done
from zeebe_engine.engine.commands import ResolveIncident, SetVariables
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.jobs import NO_RETRIES
from zeebe_engine.engine.state import Incident
from zeebe_engine.engine.step import Failure, Step, not_found, wrong_state


def set_variables(step: Step, command: SetVariables) -> Done:
    scope = step.state.instances.get(command.element_instance_key)
    if scope is None:
        raise not_found(
            "UPDATE",
            "Expected to update variables for element with key"
            f" '{command.element_instance_key}', but no such element was found",
        )
    if command.local:
        variables.set_local(step, scope, command.variables)
    else:
        variables.merge(step, scope.key, command.variables)
    key = step.key_near(scope.key)
    told = {
        "scopeKey": scope.key,
        "updateSemantics": "LOCAL" if command.local else "PROPAGATE",
        "variables": command.variables,
    }
    step.emit(ValueType.VARIABLE_DOCUMENT, "UPDATED", key, told)
    return Done(key)


def resolve(step: Step, command: ResolveIncident) -> Done:
    """What failed is tried again; if it fails again, that is a new incident."""
    incident = step.state.incidents.get(command.key)
    if incident is None:
        raise not_found(
            "RESOLVE",
            f"Expected to resolve incident with key '{command.key}',"
            " but no such incident was found",
        )
    instance = step.instance(incident.element_key)
    if step.instance(incident.process_key).is_suspended:
        raise wrong_state(
            "RESOLVE",
            f"Expected to resolve incident with key '{command.key}',"
            " but its process instance is suspended",
        )
    incidents.end(step, incident)
    if incident.job_key:
        _job_goes_on(step, incident)
    elif instance.state == "ACTIVATING":
        lifecycle.attempt(step, instance.key, lifecycle.begin)
    elif instance.state == "ACTIVATED":
        lifecycle.attempt(step, instance.key, lifecycle.enter_again)
    else:
        lifecycle.attempt(step, instance.key, lifecycle.finish)
    return Done(command.key)


def _job_goes_on(step: Step, incident: Incident) -> None:
    job = step.state.jobs[incident.job_key]
    if job.retries < 1:
        failure = Failure("JOB_NO_RETRIES", job.error_message or NO_RETRIES)
        incidents.raise_(step, step.instance(job.element_key), failure, job.key)
    else:
        step.job_types.add(job.type)
