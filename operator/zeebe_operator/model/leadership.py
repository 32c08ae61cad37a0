"""Who leads, of several operators: decided from a Lease and from our own clock.

Clocks of two hosts are never compared. A lease is free when we have watched it for as long as it
lasts and its holder has not renewed it; and a leader counts from before it asked, so that it stops
while nobody else can think that it is gone.
"""

from dataclasses import dataclass
from typing import Final

DURATION: Final = 15.0
"""Seconds that a lease lasts after each renewal."""

RENEW: Final = 5.0
"""Seconds between two renewals."""

RETRY: Final = 2.0
"""Seconds between two tries that fail, and between two looks of who stands by."""

DEADLINE: Final = 10.0
"""Seconds without a renewal after which a leader stops, in what is left of the duration."""

MARGIN: Final = 1.0
"""Seconds before the end of the duration after which nothing is written any more."""


@dataclass(frozen=True, slots=True)
class Lease:
    """As the API server has it: each renewal makes another `version`; free without a holder."""

    holder: str
    duration: float
    transitions: int
    version: str


@dataclass(frozen=True, slots=True)
class Sight:
    """A lease, and when we saw it first, by our own monotonic clock."""

    lease: Lease
    since: float


def look(before: Sight | None, lease: Lease, now: float) -> Sight:
    """Only a change starts the time anew."""
    return before if before and before.lease == lease else Sight(lease, now)


def may_claim(sight: Sight, me: str, now: float) -> bool:
    """Whether the lease is ours, nobody's, or has run out."""
    free = sight.lease.holder in ("", me)
    return free or now - sight.since >= sight.lease.duration


def may_act(renewed: float, now: float) -> bool:
    """Asked before each write, also in the time that the work takes to end: who was frozen and
    wakes up knows by this that it is too late, before anything else."""
    return now - renewed < DURATION - MARGIN


def left(renewed: float, now: float) -> float:
    """Seconds that a leader may go on; `renewed` is when it sent its last good renewal."""
    return max(0.0, renewed + DEADLINE - now)
