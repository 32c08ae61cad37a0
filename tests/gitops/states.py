"""Objects in every state that a tool can meet them in, told by the operator's own status code."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from zeebe_operator.model import conditions, resource
from zeebe_operator.model.names import API_VERSION, Kind
from zeebe_operator.model.outcome import Ready, Stalled, Waiting
from zeebe_operator.model.reasons import Reason
from zeebe_operator.reconcilers.kinds import KINDS

ROOT = Path(__file__).parents[2]
READY = Ready(Reason.DEPLOYED, "as it should be")
WAITING = Waiting(Reason.GATEWAY_UNAVAILABLE, "the gateway is away")
STALLED = Stalled(Reason.REJECTED, "the engine refused it")

Object = dict[str, Any]
Told = Ready | Waiting | Stalled


def fresh(kind: Kind) -> Object:
    """As the API server stores it, before the operator has seen it."""
    crd = yaml.safe_load((ROOT / "crds" / f"{kind.plural}.yaml").read_text())
    schema = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    return {
        "apiVersion": API_VERSION,
        "kind": str(kind),
        "metadata": {
            "name": "subject",
            "namespace": "shop",
            "uid": "00000000-0000-4000-8000-000000000001",
            "resourceVersion": "1",
            "generation": 1,
            "creationTimestamp": "2026-01-01T00:00:00Z",
        },
        "spec": {},
        "status": dict(schema["properties"]["status"]["default"]),
    }


def told(kind: Kind, outcome: Told) -> Object:
    """After a pass that ended so."""
    return after(kind, outcome, fresh(kind))


def after(kind: Kind, outcome: Told, raw: Object) -> Object:
    of = resource.of(kind, raw)
    status = conditions.status_of(
        of,
        outcome,
        one_shot=KINDS[kind].one_shot(of),
        initial=KINDS[kind].initial,
        now="2026-01-01T00:00:01Z",
    )
    return {**raw, "status": status}


def edited(raw: Object) -> Object:
    """The spec was changed, and the operator has not seen it yet."""
    generation = raw["metadata"]["generation"] + 1
    return {**raw, "metadata": {**raw["metadata"], "generation": generation}}


def deleting(raw: Object) -> Object:
    """Something still holds it."""
    gone = {"deletionTimestamp": "2026-01-01T00:00:02Z", "finalizers": ["example.com/hold"]}
    return {**raw, "metadata": {**raw["metadata"], **gone}}


STATES: Mapping[str, Callable[[Kind], Object]] = {
    "fresh": fresh,
    "ready": lambda kind: told(kind, READY),
    "waiting": lambda kind: told(kind, WAITING),
    "stalled": lambda kind: told(kind, STALLED),
    "edited": lambda kind: edited(told(kind, READY)),
    "edited after a refusal": lambda kind: edited(told(kind, STALLED)),
    "ready after a refusal": lambda kind: after(kind, READY, told(kind, STALLED)),
    "stalled after it was ready": lambda kind: after(kind, STALLED, told(kind, READY)),
    "deleting": lambda kind: deleting(told(kind, READY)),
    "deleting, and waiting for it": lambda kind: deleting(told(kind, WAITING)),
}
