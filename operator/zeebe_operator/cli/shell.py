"""What every command gets: the cluster, the terminal and the time."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from zeebe_operator.cli.cluster import Cluster, CommandError
from zeebe_operator.cli.terminal import Terminal
from zeebe_operator.cli.views import View
from zeebe_operator.model.names import Kind

_STEP = 0.25
"""Seconds between two looks."""


@dataclass(frozen=True, slots=True)
class Clock:
    """`pause` takes seconds."""

    now: Callable[[], datetime]
    pause: Callable[[float], None]


CLOCK = Clock(now=lambda: datetime.now(UTC), pause=time.sleep)


@dataclass(frozen=True, slots=True)
class Shell:
    """`connected` is asked when a command needs a cluster, and gives the same one every time."""

    connected: Callable[[], Cluster]
    terminal: Terminal
    clock: Clock

    def now(self) -> datetime:
        return self.clock.now()

    @property
    def cluster(self) -> Cluster:
        return self.connected()

    def wait(self, kind: Kind, name: str, within: float) -> View:
        """Until it is Ready or Stalled; `within` seconds, or CommandError."""
        for _ in range(max(1, int(within / _STEP))):
            view = View(self.cluster.get(kind, name))
            if view.settled:
                return view
            self.clock.pause(_STEP)
        raise CommandError(
            f"{kind}/{name} is not ready after {within:g} s: {view.reason or view.state}."
            f" {view.message or view.remedy}"
        )
