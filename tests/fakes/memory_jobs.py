"""The jobs of an engine in memory: activated, failed, timed out as on a broker 8.6 (seen there)."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from zeebe_operator.model import commands
from zeebe_operator.model.engine import Job
from zeebe_operator.model.errors import InvalidStateError, NotFoundError

ABOUT_JOBS = (
    commands.CompleteJob,
    commands.FailJob,
    commands.ThrowError,
    commands.UpdateJobTimeout,
)


class MemoryJobs:
    """`history` is what happened to each key: ACTIVATED, COMPLETED, FAILED, ..."""

    def __init__(self) -> None:
        self.history: list[tuple[int, str]] = []
        self._jobs: dict[int, Job] = {}
        self._states: dict[int, str] = {}
        self._timers: dict[int, asyncio.TimerHandle] = {}
        self._offered = asyncio.Event()

    def offer(self, *jobs: Job) -> None:
        for job in jobs:
            self._jobs[job.key] = job
            self._states[job.key] = "ACTIVATABLE"
        self._offered.set()

    def cancel(self, key: int) -> None:
        """With its process instance."""
        self._enter(key, "CANCELED")

    def knows(self, key: int) -> bool:
        return key in self._jobs

    def happened(self, what: str) -> list[int]:
        """The keys that it happened to, in order."""
        return [key for key, each in self.history if each == what]

    def retries(self, key: int) -> int:
        return self._jobs[key].retries

    async def activate(self, request: commands.ActivateJobs, wait: float) -> Sequence[Job]:
        try:
            async with asyncio.timeout(wait):
                while not (found := self._take(request)):
                    self._offered.clear()
                    await self._offered.wait()
        except TimeoutError:
            return []
        return found

    def _take(self, request: commands.ActivateJobs) -> list[Job]:
        found = [
            job
            for key, job in self._jobs.items()
            if job.type == request.type and self._states[key] == "ACTIVATABLE"
        ][: request.max_jobs_to_activate]
        for job in found:
            self._enter(job.key, "ACTIVATED")
            self._after(request.timeout, job.key, "TIMED_OUT")
        return found

    def run(self, command: commands.Command) -> None:
        match command:
            case commands.CompleteJob(key):
                self._end(key, "COMPLETED")
            case commands.ThrowError(key):
                self._end(key, "ERROR_THROWN")
            case commands.FailJob(key, retries, back_off):
                self._fail(key, retries, back_off)
            case commands.UpdateJobTimeout(key, timeout):
                if self._state(key) != "ACTIVATED":
                    raise InvalidStateError("it is not active")
                self.history.append((key, "TIMEOUT_UPDATED"))
                self._after(timeout, key, "TIMED_OUT")

    def _state(self, key: int) -> str:
        state = self._states[key]
        if state in ("COMPLETED", "CANCELED"):
            raise NotFoundError("no such job was found")
        return state

    def _end(self, key: int, how: str) -> None:
        if (state := self._state(key)) not in ("ACTIVATABLE", "ACTIVATED"):
            raise InvalidStateError(f"it is in state '{state}'")
        self._enter(key, how)

    def _fail(self, key: int, retries: int, back_off: float) -> None:
        self._end(key, "FAILED")
        self._jobs[key] = replace(self._jobs[key], retries=retries)
        if retries:
            self._after(back_off, key, "RECURRED")

    def _enter(self, key: int, state: str) -> None:
        if timer := self._timers.pop(key, None):
            timer.cancel()
        self._states[key] = state
        self.history.append((key, state))

    def _after(self, seconds: float, key: int, event: str) -> None:
        if timer := self._timers.pop(key, None):
            timer.cancel()
        loop = asyncio.get_running_loop()
        self._timers[key] = loop.call_later(seconds, self._again, key, event)

    def _again(self, key: int, event: str) -> None:
        self._enter(key, event)
        self._states[key] = "ACTIVATABLE"
        self._offered.set()
