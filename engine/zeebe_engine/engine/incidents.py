"""Incidents: an element that cannot go on says why, and goes on when it is resolved."""

from zeebe_engine.engine import values
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.state import Incident, Instance
from zeebe_engine.engine.step import Failure, Step


def raise_(step: Step, instance: Instance, failure: Failure, job_key: int = 0) -> None:
    key = step.key_near(instance.key)
    told = {
        **values.of_instance(step.state, instance),
        "errorType": failure.error_type,
        "errorMessage": failure.message,
        "jobKey": job_key or values.NOBODY,
        "variableScopeKey": instance.key,
    }
    step.emit(ValueType.INCIDENT, "CREATED", key, told)


def end(step: Step, incident: Incident) -> None:
    instance = step.instance(incident.element_key)
    told = {
        **values.of_instance(step.state, instance),
        "errorType": incident.error_type,
        "errorMessage": incident.message,
        "jobKey": incident.job_key or values.NOBODY,
    }
    step.emit(ValueType.INCIDENT, "RESOLVED", incident.key, told)


def end_all(step: Step, element_key: int) -> None:
    """Those of an element instance that is over."""
    for key in tuple(step.lookups.incidents.get(element_key, ())):
        end(step, step.state.incidents[key])
