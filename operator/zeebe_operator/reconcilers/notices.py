"""When a change of the outcome is worth an event, and what the event says."""

from collections.abc import Mapping
from typing import Any

from zeebe_operator.model import names
from zeebe_operator.model.outcome import Ready, Removed, Stalled, Waiting
from zeebe_operator.model.reasons import Reason
from zeebe_operator.model.resource import Resource

_LONGEST = 900
"""Characters; the API allows 1024."""

_ENGINE_WORDS = {
    Reason.REJECTED,
    Reason.CREDENTIALS_REJECTED,
    Reason.TLS_FAILED,
    Reason.NOT_SUPPORTED_BY_GATEWAY,
    Reason.OUTCOME_PENDING,
}
"""Their messages quote the engine, which may quote a user's variables."""


def event(
    resource: Resource, outcome: Ready | Waiting | Stalled | Removed, now: str
) -> Mapping[str, Any] | None:
    """A core/v1 Event, or None if nobody needs to be told.

    A straight way to Ready is told by the status alone, and waiting is no news either: what is
    told is what goes wrong, and what happens to a resource that had settled before.
    """
    match outcome:
        case Stalled() if _is_new(resource, outcome.reason, outcome.message):
            return _event(resource, "Warning", outcome.reason, outcome.message, now)
        case Ready() if resource.condition("Ready") and _is_new(
            resource, outcome.reason, outcome.message
        ):
            return _event(resource, "Normal", outcome.reason, outcome.message, now)
        case Removed(warning=str(warning)) if warning:
            return _event(resource, "Warning", outcome.reason, warning, now)
    return None


def _is_new(resource: Resource, reason: Reason, message: str) -> bool:
    before = resource.condition("Ready")
    return (before.get("reason"), before.get("message")) != (reason, message)


def _event(
    resource: Resource, kind: str, reason: Reason, message: str, now: str
) -> Mapping[str, Any]:
    text = (
        "see status.conditions for the words of the engine" if reason in _ENGINE_WORDS else message
    )
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"generateName": f"{resource.key.name[:200]}."},
        "type": kind,
        "reason": str(reason),
        "message": text[:_LONGEST],
        "involvedObject": {
            "apiVersion": names.API_VERSION,
            "kind": str(resource.key.kind),
            "namespace": resource.key.namespace,
            "name": resource.key.name,
            "uid": resource.uid,
            "resourceVersion": resource.resource_version,
        },
        "source": {"component": "zeebe-operator"},
        "firstTimestamp": now,
        "lastTimestamp": now,
        "count": 1,
    }
