"""The alarm by itself: it rings when something is due, and not on and on for what does not move."""

import asyncio
from dataclasses import dataclass
from typing import Any, cast

from zeebe_engine.processing.alarm import Alarm


@dataclass
class _Executor:
    """Also its own machine."""

    due: int | None
    now: int = 1000

    @property
    def machine(self) -> "_Executor":
        return self

    def next_due(self) -> int | None:
        return self.due


async def test_it_rings_at_once_for_what_is_due_and_pauses_if_that_stays() -> None:
    rings: list[int] = []

    def ring() -> None:
        rings.append(executor.now)
        alarm.set()

    executor = _Executor(due=900)
    alarm = Alarm(cast("Any", executor), ring)
    alarm.set()
    for _ in range(20):
        await asyncio.sleep(0.001)
    assert rings == [1000]
    executor.due = 950
    alarm.set()
    await asyncio.sleep(0.001)
    assert len(rings) == 2
    alarm.cancel()


async def test_it_sleeps_while_nothing_is_due() -> None:
    alarm = Alarm(cast("Any", _Executor(due=None)), lambda: None)
    alarm.set()
    assert alarm._handle is None


async def test_a_wake_that_comes_too_early_sets_it_anew() -> None:
    rings: list[None] = []
    executor = _Executor(due=1001)
    alarm = Alarm(cast("Any", executor), lambda: rings.append(None))
    alarm.set()
    await asyncio.sleep(0.01)
    assert rings == []
    executor.now = 1001
    await asyncio.sleep(0.01)
    assert rings == [None]
