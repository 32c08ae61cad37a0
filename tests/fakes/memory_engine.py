"""The local engine without a process, a wire or a file: commands in, answers out, at once.

Its clock is that of the event loop, which a test may put forward.
"""

import asyncio
from typing import Any, Final

from zeebe_engine.engine.answers import ActivatedJobs, Result
from zeebe_engine.engine.commands import ActivateJobs, AnyCommand, Entry, Tick
from zeebe_engine.engine.events import Event
from zeebe_engine.engine.machine import Machine
from zeebe_engine.engine.state import State
from zeebe_engine.generations import GENERATIONS
from zeebe_engine.reading.index import Index
from zeebe_engine.settings import Settings

START: Final = 1_800_000_000_000
"""When the clock of the loop was at zero, ms since 1970."""
CHANCE: Final = 7
SETTINGS: Final = Settings(generation=GENERATIONS["8.9"], partitions=1)


class MemoryEngine:
    """`events`: everything that happened, in order."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._machine = Machine(SETTINGS)
        self._position = 0
        self._ahead = 0.0
        self._due: asyncio.TimerHandle | None = None
        self._jobs_came = asyncio.Event()
        self._results: dict[int, asyncio.Future[Result]] = {}
        self._index = Index(0.0, lambda: 0.0)
        self._read = 0
        self._readable = True

    @property
    def state(self) -> State:
        return self._machine.state

    @property
    def readable(self) -> bool:
        """False: what can be read is what could be read when that began."""
        return self._readable

    @readable.setter
    def readable(self, readable: bool) -> None:
        self.reading()
        self._readable = readable

    def do(self, command: AnyCommand) -> Any:
        """The answer. Raises Refusal."""
        self._machine.check(command)
        return self._execute(command)

    async def activate(self, command: ActivateJobs, wait: float) -> ActivatedJobs:
        try:
            async with asyncio.timeout(wait):
                while not self._machine.has_jobs(command):
                    await self._jobs_came.wait()
        except TimeoutError:
            return ActivatedJobs(())
        found: ActivatedJobs = self.do(command)
        return found

    async def result(self, key: int, within: float) -> Result:
        """Of an instance that was created with `awaits`. Raises TimeoutError: one that is
        cancelled never answers (seen on 8.6)."""
        async with asyncio.timeout(within):
            return await self._result(key)

    def hang_up(self, error: Exception) -> None:
        """It befalls whoever waits for a result."""
        for waiting in self._results.values():
            if not waiting.done():
                waiting.set_exception(error)

    def advance(self, seconds: float) -> None:
        """What is due by then happens at once."""
        self._ahead += seconds
        self._execute(Tick())

    def happened(self, value_type: str, intent: str) -> list[Event]:
        return [one for one in self.events if (one.value_type, one.intent) == (value_type, intent)]

    def reading(self) -> Index:
        if self._readable:
            self._index.take(self._position, self.events[self._read :])
            self._read = len(self.events)
        return self._index

    def _execute(self, command: AnyCommand) -> Any:
        self._position += 1
        execution = self._machine.execute(Entry(self._position, self._now(), CHANCE, command))
        self.events += execution.events
        for key, result in execution.results:
            if not self._result(key).done():
                self._result(key).set_result(result)
        if execution.job_types:
            self._jobs_came.set()
            self._jobs_came = asyncio.Event()
        self._wait_for_what_is_due()
        if execution.rejection is not None:
            raise execution.rejection
        return execution.answer

    def _result(self, key: int) -> asyncio.Future[Result]:
        return self._results.setdefault(key, asyncio.get_running_loop().create_future())

    def _now(self) -> int:
        return START + round((asyncio.get_running_loop().time() + self._ahead) * 1000)

    def _wait_for_what_is_due(self) -> None:
        if self._due is not None:
            self._due.cancel()
        due = self._machine.next_due()
        if due is not None:
            seconds = (due - self._now()) / 1000
            self._due = asyncio.get_running_loop().call_later(seconds, self._execute, Tick())
