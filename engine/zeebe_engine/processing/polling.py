"""Who waits for jobs: in order of arrival, one at a time for each type, while there are some."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from zeebe_engine.engine.commands import ActivateJobs


@dataclass(eq=False, slots=True)
class Waiter:
    """`may_look`: it has not looked since jobs of its type last came."""

    command: ActivateJobs
    may_look: bool = True
    turn: asyncio.Event = field(default_factory=asyncio.Event)


class Polls:
    """`has_jobs`: whether a command would find any now."""

    def __init__(self, has_jobs: Callable[[ActivateJobs], bool]) -> None:
        self._has_jobs = has_jobs
        self._lines: dict[str, list[Waiter]] = {}
        self._looking: dict[str, Waiter] = {}

    def join(self, command: ActivateJobs) -> Waiter:
        waiter = Waiter(command)
        self._lines.setdefault(command.type, []).append(waiter)
        self._advance(command.type)
        return waiter

    def look_in_vain(self, waiter: Waiter) -> None:
        """It has had its turn, and keeps its place until jobs come again."""
        waiter.turn.clear()
        self._end_turn(waiter)

    def leave(self, waiter: Waiter) -> None:
        line = self._lines[waiter.command.type]
        line.remove(waiter)
        if not line:
            del self._lines[waiter.command.type]
        self._end_turn(waiter)

    def came(self, types: Iterable[str]) -> None:
        for job_type in types:
            for waiter in self._lines.get(job_type, ()):
                waiter.may_look = True
            self._advance(job_type)

    def _end_turn(self, waiter: Waiter) -> None:
        if self._looking.get(waiter.command.type) is waiter:
            del self._looking[waiter.command.type]
            self._advance(waiter.command.type)

    def _advance(self, job_type: str) -> None:
        if job_type in self._looking:
            return
        for waiter in self._lines.get(job_type, ()):
            if waiter.may_look and self._has_jobs(waiter.command):
                waiter.may_look = False
                self._looking[job_type] = waiter
                waiter.turn.set()
                return
