"""When something becomes due: the engine's own clock, watched by the event loop."""

import asyncio
from collections.abc import Callable
from typing import Final

from zeebe_engine.processing.executor import Executor

PAUSE: Final = 1.0
"""Seconds before what could not be done is tried again."""

_LONGEST_SLEEP: Final = 60.0


class Alarm:
    """`ring` is called when something is due; whoever executes entries sets it anew."""

    def __init__(self, executor: Executor, ring: Callable[[], None]) -> None:
        self._executor = executor
        self._ring = ring
        self._loop = asyncio.get_running_loop()
        self._handle: asyncio.TimerHandle | None = None
        self._rung_for: int | None = None

    def set(self, at_least: float = 0.0) -> None:
        """`at_least`: seconds. What was rung for and is still due waits for a pause."""
        self.cancel()
        due = self._executor.machine.next_due()
        if due is None:
            return
        if due == self._rung_for:
            at_least = max(at_least, PAUSE)
        seconds = min((due - self._executor.now) / 1000, _LONGEST_SLEEP)
        self._handle = self._loop.call_later(max(seconds, at_least), self._wake)

    def cancel(self) -> None:
        if self._handle is not None:
            self._handle.cancel()

    def _wake(self) -> None:
        due = self._executor.machine.next_due()
        if due is not None and due <= self._executor.now:
            self._rung_for = due
            self._ring()
        else:
            self.set()
