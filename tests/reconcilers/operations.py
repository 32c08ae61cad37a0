"""What the tests of ZeebeCommand share: an operation of each sort, and how it is asked for."""

from typing import Any

from tests.reconcilers.rig import Rig
from zeebe_operator.model.errors import OutcomeUnknownError
from zeebe_operator.model.names import Kind, ObjectKey

KEY = "2251799813685249"
LOST = OutcomeUnknownError("lost")

HARMLESS = {
    "setVariables": {"elementInstanceKey": KEY, "variables": {"a": 1}},
    "updateJobRetries": {"jobKey": KEY, "retries": 2},
    "updateJobTimeout": {"jobKey": KEY, "timeout": "45s"},
    "evaluateDecision": {"decisionId": "d"},
}
REFUSED = {
    "resolveIncident": {"incidentKey": KEY},
    "completeJob": {"jobKey": KEY},
    "throwError": {"jobKey": KEY, "errorCode": "E"},
    "cancelInstance": {"processInstanceKey": KEY},
    "deleteResource": {"resourceKey": KEY},
}
HAPPENS_AGAIN = {
    "activateJobs": {"jobType": "t", "maxJobsToActivate": 1},
    "failJob": {"jobKey": KEY, "retries": 1},
    "migrateInstance": {
        "processInstanceKey": KEY,
        "targetProcessDefinitionKey": KEY,
        "mappingInstructions": [{"sourceElementId": "a", "targetElementId": "b"}],
    },
    "modifyInstance": {
        "processInstanceKey": KEY,
        "activateInstructions": [{"elementId": "a"}],
    },
    "broadcastSignal": {"signalName": "s"},
}
ALL = {**HARMLESS, **REFUSED, **HAPPENS_AGAIN}
SIGNAL = {"broadcastSignal": {"signalName": "s"}}


def command(rig: Rig, **spec: Any) -> ObjectKey:
    return rig.cluster.create(Kind.COMMAND, "c", spec)


def one(rig: Rig, name: str, **more: Any) -> ObjectKey:
    """With something in the engine for it to be about."""
    rig.gateway.instances[int(KEY)] = 0
    rig.gateway.variables[int(KEY)] = {}
    rig.gateway.definitions[int(KEY)] = ...  # type: ignore[assignment]
    return command(rig, **{name: ALL[name]}, **more)


def method(name: str) -> str:
    """What the gateway calls it."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
