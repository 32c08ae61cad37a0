"""From an outcome to the status that tells it. Called by the loop, nowhere else."""

from collections.abc import Iterable, Mapping
from typing import Any

from zeebe_operator.model.outcome import Fields, Ready, Stalled, Waiting
from zeebe_operator.model.resource import Resource

Status = dict[str, Any]
Told = Ready | Waiting | Stalled

_MESSAGE_LIMIT = 2048
"""Characters: an engine's explanation of a broken BPMN fits, a dump of variables does not."""


def status_of(
    resource: Resource, outcome: Told, *, one_shot: bool, initial: Fields, now: str
) -> Status:
    """The whole new status: the old one, the outcome's fields, the conditions.

    `inputsDigest` is what a refusal depended on: it goes with the refusal.
    """
    status = {**initial, **resource.status, "inputsDigest": None, **outcome.fields}
    status["observedGeneration"] = resource.generation
    status["lastHandledRequest"] = resource.request
    status["conditions"] = [
        _condition(resource, kind, value, outcome, now)
        for kind, value in _values(outcome, one_shot=one_shot)
    ]
    return {name: value for name, value in status.items() if value is not None}


def merge_patch(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The smallest merge patch (RFC 7386) that turns `old` into `new`; empty if they are equal."""
    patch: dict[str, Any] = {name: None for name in old if name not in new}
    for name, value in new.items():
        before = old.get(name)
        if isinstance(value, Mapping) and isinstance(before, Mapping):
            if inner := merge_patch(before, value):
                patch[name] = inner
        elif value != before:
            patch[name] = value
    return patch


def _values(outcome: Told, *, one_shot: bool) -> Iterable[tuple[str, str]]:
    """Reconciling and Stalled exist only while True (kstatus reads them so)."""
    ready = {Ready: "True", Waiting: "Unknown", Stalled: "False"}[type(outcome)]
    yield "Ready", ready
    if one_shot:
        failed = isinstance(outcome, Ready) and not outcome.succeeded
        yield "Succeeded", "False" if failed else ready
    if isinstance(outcome, Waiting):
        yield "Reconciling", "True"
    if isinstance(outcome, Stalled):
        yield "Stalled", "True"


def _condition(
    resource: Resource, kind: str, value: str, outcome: Told, now: str
) -> dict[str, Any]:
    before = resource.condition(kind)
    changed = before.get("status") != value
    return {
        "type": kind,
        "status": value,
        "reason": str(outcome.reason),
        "message": _cut(outcome.message),
        "lastTransitionTime": now if changed else before.get("lastTransitionTime", now),
        "observedGeneration": resource.generation,
    }


def _cut(message: str) -> str:
    if len(message) <= _MESSAGE_LIMIT:
        return message
    return message[: _MESSAGE_LIMIT - 4] + " ..."
