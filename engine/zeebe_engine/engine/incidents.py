"""Incidents: an element that cannot go on says why, and goes on when it is resolved."""

from typing import Any

from zeebe_engine.engine import values
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.state import Incident, Instance
from zeebe_engine.engine.step import Failure, Step


def raise_(step: Step, instance: Instance, failure: Failure, job_key: int = 0) -> None:
    key = step.key_near(instance.key)
    incident = Incident(
        key=key,
        element_key=instance.key,
        error_type=failure.error_type,
        message=failure.message,
        job_key=job_key,
    )
    step.emit(ValueType.INCIDENT, "CREATED", key, _told(step, incident))


def end(step: Step, incident: Incident) -> None:
    step.emit(ValueType.INCIDENT, "RESOLVED", incident.key, _told(step, incident))


def end_all(step: Step, element_key: int) -> None:
    """Those of an element instance that is over."""
    for key in tuple(step.lookups.incidents.get(element_key, ())):
        end(step, step.state.incidents[key])


def _told(step: Step, incident: Incident) -> dict[str, Any]:
    return {
        **values.of_instance(step.state, step.instance(incident.element_key)),
        "errorType": incident.error_type,
        "errorMessage": incident.message,
        "jobKey": incident.job_key or values.NOBODY,
        "variableScopeKey": incident.element_key,
    }
