"""How things stand, in numbers: what /metrics tells of everything that there is at one moment."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from zeebe_operator.model.names import Kind
from zeebe_operator.model.reasons import Reason
from zeebe_operator.model.resource import Resource

_REASONS = frozenset(Reason)
_STATES = {"True": "ready", "False": "stalled"}
"""By what the condition Ready says."""


class Group(NamedTuple):
    """`state` is ready, reconciling or stalled; `reason` is empty before the first outcome."""

    kind: Kind
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class Link:
    """A connection to a gateway; without namespace and name: the operator's own."""

    namespace: str
    name: str
    up: bool
    limit: int


@dataclass(frozen=True, slots=True)
class Census:
    """`oldest` is an age in seconds."""

    depth: int = 0
    oldest: float = 0.0
    links: Sequence[Link] = ()
    groups: Mapping[Group, int] = field(default_factory=dict)


def count(resources: Iterable[Resource]) -> Mapping[Group, int]:
    """How many there are of each kind in each state."""
    return Counter(map(_group, resources))


def _group(resource: Resource) -> Group:
    """The reason is one of ours: others may write a status too, and labels must be few."""
    ready = resource.condition("Ready")
    reason = ready.get("reason", "")
    state = _STATES.get(ready.get("status", ""), "reconciling")
    return Group(resource.key.kind, state, reason if reason in _REASONS else "")
