"""How a pass over a resource ends: the only thing that a reconciler returns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zeebe_operator.model.reasons import Reason

Fields = Mapping[str, Any]
"""Fields of `status` to set; None removes one."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What the spec asks for is so."""

    reason: Reason
    message: str
    fields: Fields = field(default_factory=dict)
    after: float | None = None
    """Seconds until a look at the engine is due again; None: only when something changes."""
    succeeded: bool = True
    """Of a one-shot resource: whether it came to what it was made for."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Not yet, and it can heal by itself."""

    reason: Reason
    message: str
    fields: Fields = field(default_factory=dict)
    after: float | None = None
    """Seconds until the next try; None: growing delays."""


@dataclass(frozen=True, slots=True)
class Stalled:
    """Not until a person changes something."""

    reason: Reason
    message: str
    fields: Fields = field(default_factory=dict)
    after: float | None = None
    """Seconds until something is due that does not wait for that person."""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """What `status` says still holds."""


@dataclass(frozen=True, slots=True)
class Again:
    """Nothing to tell anybody: overload or a lost race. Try again after growing delays."""


@dataclass(frozen=True, slots=True)
class Removed:
    """The resource is being deleted and nothing holds it any more."""

    warning: str = ""
    reason: Reason = Reason.CONNECTION_GONE


Outcome = Ready | Waiting | Stalled | Unchanged | Again | Removed
