"""How a resource is, in the words of its conditions, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from zeebe_operator.model.names import DEFAULT_CONNECTION, Kind
from zeebe_operator.model.reasons import Reason
from zeebe_operator.model.remedies import REMEDIES
from zeebe_operator.model.resource import Resource

LONG = 60.0
"""Seconds of waiting that a person should hear of."""

_UNSEEN = "The operator has not looked at it yet. Is it running, and does it watch this namespace?"
_NOT_ONE_VALUE = ("conditions", "response", "result")


class State(StrEnum):
    READY = "Ready"
    WAITING = "Waiting"
    STALLED = "Stalled"
    UNSEEN = "Not seen"


SYMBOLS: Mapping[State, tuple[str, str]] = {
    State.READY: ("✓", "green"),
    State.WAITING: ("…", "yellow"),
    State.STALLED: ("✗", "red"),
    State.UNSEEN: ("?", "yellow"),
}


@dataclass(frozen=True, slots=True)
class View:
    """`columns` are those of kubectl, if it was listed."""

    resource: Resource
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        return self.resource.key.kind

    @property
    def name(self) -> str:
        return self.resource.key.name

    @property
    def namespace(self) -> str:
        return self.resource.key.namespace

    @property
    def state(self) -> State:
        if not self._ready or not self.resource.observed:
            return State.UNSEEN
        if self.resource.is_true("Stalled"):
            return State.STALLED
        return State.READY if self.resource.is_true("Ready") else State.WAITING

    @property
    def settled(self) -> bool:
        return self.state in (State.READY, State.STALLED)

    @property
    def reason(self) -> str:
        return str(self._ready.get("reason", ""))

    @property
    def told(self) -> str:
        """One word: the reason, as long as it speaks of what the spec says now."""
        return self.state if self.state is State.UNSEEN else self.reason

    @property
    def message(self) -> str:
        return str(self._ready.get("message", ""))

    @property
    def remedy(self) -> str:
        if self.state is State.UNSEEN:
            return _UNSEEN
        known = self.reason in set(Reason)
        return REMEDIES[Reason(self.reason)] if known else "See docs/reasons.md."

    @property
    def connection(self) -> str:
        """Its name; that of a ZeebeConnection is its own."""
        if self.kind is Kind.CONNECTION:
            return self.name
        reference = self.resource.spec.get("connectionRef") or {}
        return reference.get("name") or DEFAULT_CONNECTION

    def age(self, now: datetime) -> float:
        """Seconds."""
        return _since(self.resource.created, now)

    def seconds_in_state(self, now: datetime) -> float:
        moment = self._ready.get("lastTransitionTime") or self.resource.created
        return _since(moment, now)

    def needs_attention(self, now: datetime) -> bool:
        match self.state:
            case State.READY:
                return False
            case State.STALLED:
                return True
            case State.WAITING:
                return self.seconds_in_state(now) >= LONG
            case State.UNSEEN:
                return self.age(now) >= LONG

    def facts(self) -> dict[str, Any]:
        """For programs: never a variable, which are in the spec, `response` and `result`."""
        status = self.resource.status.items()
        return {
            "kind": str(self.kind),
            "namespace": self.namespace,
            "name": self.name,
            "state": str(self.state),
            "reason": self.reason,
            "message": self.message,
            "created": self.resource.created,
            "status": {
                name: value
                for name, value in status
                if name not in _NOT_ONE_VALUE and isinstance(value, str | int)
            },
        }

    @property
    def _ready(self) -> Mapping[str, Any]:
        return self.resource.condition("Ready")


def duration(seconds: float) -> str:
    """As kubectl shows an age, in its largest unit."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= 2 * size:
            return f"{int(seconds / size)}{unit}"
    return f"{int(max(seconds, 0))}s"


def _since(moment: str, now: datetime) -> float:
    return (now - datetime.fromisoformat(moment)).total_seconds() if moment else 0.0
