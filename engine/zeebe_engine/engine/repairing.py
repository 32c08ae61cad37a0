"""Repairs by hand: variables of a running instance, and incidents that are resolved."""

from zeebe_engine.engine import incidents, lifecycle, variables
from zeebe_engine.engine.answers import Done
from zeebe_engine.engine.commands import ResolveIncident, SetVariables
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.state import Incident
from zeebe_engine.engine.step import Failure, Step, not_found, wrong_state

_AGAIN = {"ACTIVATING": lifecycle.begin, "ACTIVATED": lifecycle.enter_again}
"""What failed, by the state that it left behind; `finish` in every other."""


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
    expected = f"Expected to resolve incident with key '{command.key}', but"
    if incident is None:
        raise not_found("RESOLVE", f"{expected} no such incident was found")
    if step.process_of(incident.element_key).is_suspended:
        raise wrong_state("RESOLVE", f"{expected} its process instance is suspended")
    if incident.job_key:
        _give_back_job(step, incident)
        return Done(command.key)
    instance = step.instance(incident.element_key)
    incidents.end(step, incident)
    lifecycle.attempt(step, instance.key, _AGAIN.get(instance.state, lifecycle.finish))
    return Done(command.key)


def _give_back_job(step: Step, incident: Incident) -> None:
    """Without retries it is at once an incident again."""
    job = step.state.jobs[incident.job_key]
    incidents.end(step, incident)
    if job.retries < 1:
        failure = Failure(incident.error_type, incident.message)
        incidents.raise_(step, step.instance(job.element_key), failure, job.key)
    else:
        step.job_types.add(job.type)
