"""What a surface talks to: every command is journalled, executed and answered, one at a time.

Commands that come in the same turn of the event loop share one transaction of the journal.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol, TypeVar

import msgspec

from zeebe_engine.engine import answers, commands
from zeebe_engine.engine.machine import Execution
from zeebe_engine.engine.refusals import Refusal, Status
from zeebe_engine.faults import exhausted
from zeebe_engine.generations import Generation
from zeebe_engine.journal.errors import JournalError
from zeebe_engine.journal.journal import as_journalled
from zeebe_engine.processing.alarm import PAUSE, Alarm
from zeebe_engine.processing.executor import Executor
from zeebe_engine.processing.polling import Polls
from zeebe_engine.processing.records import Records
from zeebe_engine.reading.index import Index
from zeebe_engine.settings import Settings

RESULT_TIMEOUT: Final = 15.0
POLL_TIMEOUT: Final = 10.0
"""The gateway's own, in seconds, where a request gives none."""

_log = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")


class Gateway(Protocol):
    """Of `Processor`, as far as the surfaces need it. Every method may raise Refusal."""

    @property
    def generation(self) -> Generation: ...

    @property
    def partitions(self) -> int: ...

    async def submit(self, command: commands.AnyCommand) -> answers.Answer:
        """Journalled and executed. Refused with RESOURCE_EXHAUSTED above the limit and while
        nothing can be written, UNAVAILABLE when the key's partition does not exist."""
        ...

    async def create_with_result(
        self,
        command: commands.CreateInstance,
        timeout: float,  # noqa: ASYNC109
    ) -> answers.Result:
        """`command.awaits` is set. `timeout`: seconds, 0: the gateway's own (15). Refused with
        DEADLINE_EXCEEDED past it; an instance that is cancelled is never answered (seen on 8.6)."""
        ...

    async def activate_jobs(
        self, command: commands.ActivateJobs, request_timeout: float
    ) -> answers.ActivatedJobs:
        """`request_timeout`: seconds of the long poll; 0: the gateway's own (10), below 0: none.

        Empty when none came. What is cancelled while it waits activates nothing.
        """
        ...

    def stream_jobs(self, command: commands.ActivateJobs) -> AsyncIterator[answers.ActivatedJob]:
        """Jobs as they come, until it is closed. `max_jobs` does not count."""
        ...


@dataclass(eq=False, frozen=True, slots=True)
class _Waiting:
    """Who waits for the answer; and for the result, if the command is to tell that too."""

    command: commands.AnyCommand
    answer: asyncio.Future[answers.Answer]
    result: asyncio.Future[answers.Result] | None = None


class Processor:
    """Meets `Gateway`. Made within a running event loop.

    Raises JournalError and RecordsError when it cannot go on with what is on disk.
    """

    def __init__(self, settings: Settings, *, keeps_records: bool = False) -> None:
        self._settings = settings
        self._executor = Executor(settings, Records(settings.records, keeps=keeps_records))
        self._loop = asyncio.get_running_loop()
        self._queue: list[_Waiting] = []
        self._results: dict[int, asyncio.Future[answers.Result]] = {}
        self._polls = Polls(self._has_jobs)
        self._alarm = Alarm(self._executor, lambda: self._enqueue_unheard(commands.Tick()))
        self._refusal: Refusal | None = None
        """Of everything, once it is closed or has failed."""
        self._alarm.set()

    @property
    def generation(self) -> Generation:
        return self._settings.generation

    @property
    def partitions(self) -> int:
        return self._settings.partitions

    @property
    def index(self) -> Index:
        return self._executor.index

    @property
    def position(self) -> int:
        return self._executor.machine.state.position

    @property
    def time(self) -> int:
        """Of the engine's own clock, ms since 1970."""
        return self._executor.now

    @property
    def records(self) -> list[dict[str, Any]]:
        """Everything so far, as in the file of records; [] unless they are kept."""
        return self._executor.records.kept or []

    def digest(self) -> str:
        return self._executor.machine.digest()

    async def submit(self, command: commands.AnyCommand) -> answers.Answer:
        return await self._enqueue(command).answer

    async def create_with_result(
        self,
        command: commands.CreateInstance,
        timeout: float,  # noqa: ASYNC109
    ) -> answers.Result:
        seconds = timeout or RESULT_TIMEOUT
        result: asyncio.Future[answers.Result] = self._loop.create_future()
        try:
            async with asyncio.timeout(seconds):
                await self._enqueue(command, result).answer
                return await result
        except TimeoutError:
            text = f"Time out between gateway and broker: Request timed out after {_iso(seconds)}"
            raise Refusal(Status.DEADLINE_EXCEEDED, text) from None
        finally:
            result.cancel()

    async def activate_jobs(
        self, command: commands.ActivateJobs, request_timeout: float
    ) -> answers.ActivatedJobs:
        self._check(command)
        if request_timeout < 0:
            found = self._has_jobs(command)
            return await self._activate(command) if found else answers.ActivatedJobs(())
        try:
            async with asyncio.timeout(request_timeout or POLL_TIMEOUT):
                return await self._next_jobs(command)
        except TimeoutError:
            return answers.ActivatedJobs(())

    async def stream_jobs(
        self, command: commands.ActivateJobs
    ) -> AsyncGenerator[answers.ActivatedJob, None]:
        """One at a time, so that several streams share what comes."""
        single = msgspec.structs.replace(command, max_jobs=1)
        self._check(single)
        while True:
            for job in (await self._next_jobs(single)).jobs:
                yield job

    def advance_clock(self, seconds: float) -> None:
        self._executor.advance(round(seconds * 1000))
        self._alarm.set()

    def lose_data(self) -> None:
        """Raises Refusal when that cannot be written."""
        try:
            self._executor.lose_data()
        except JournalError as error:
            raise Refusal(Status.RESOURCE_EXHAUSTED, str(error)) from error
        self._results.clear()
        self._alarm.set()

    def close(self) -> None:
        """What is not journalled by now is refused."""
        has_failed = self._refusal is not None
        self._stop(self._queue, Refusal(Status.UNAVAILABLE, "The engine is ending."))
        self._executor.close(in_order=not has_failed)

    def _check(self, command: commands.AnyCommand) -> None:
        if self._refusal is not None:
            raise Refusal(self._refusal.status, self._refusal.text)
        self._executor.machine.check(command)

    def _has_jobs(self, command: commands.ActivateJobs) -> bool:
        return self._executor.machine.has_jobs(command)

    async def _next_jobs(self, command: commands.ActivateJobs) -> answers.ActivatedJobs:
        waiter = self._polls.join(command)
        try:
            while True:
                await waiter.turn.wait()
                if (found := await self._activate(command)).jobs:
                    return found
                self._polls.look_in_vain(waiter)
        finally:
            self._polls.leave(waiter)

    async def _activate(self, command: commands.ActivateJobs) -> answers.ActivatedJobs:
        """Who is cancelled when the jobs are already activated gives them back."""
        waiting = self._enqueue(command)
        try:
            return _as(answers.ActivatedJobs, await waiting.answer)
        except asyncio.CancelledError:
            if not waiting.answer.cancelled() and waiting.answer.exception() is None:
                self._give_back(_as(answers.ActivatedJobs, waiting.answer.result()))
            raise

    def _give_back(self, activated: answers.ActivatedJobs) -> None:
        for job in activated.jobs:
            text = "The client that asked for it has gone away."
            self._enqueue_unheard(
                commands.FailJob(key=job.key, retries=job.retries, message=text, lease=job.lease)
            )

    def _enqueue(
        self,
        command: commands.AnyCommand,
        result: asyncio.Future[answers.Result] | None = None,
    ) -> _Waiting:
        """Raises Refusal. Executed is what the journal will give to a replay, and nothing else."""
        self._check(command)
        limit = self._settings.backpressure_limit
        if limit and len(self._queue) >= limit:
            raise exhausted()
        return self._wait_in_line(_as_journalled(command), result)

    def _enqueue_unheard(self, command: commands.AnyCommand) -> None:
        if self._refusal is None:
            waiting = self._wait_in_line(command, None)
            waiting.answer.add_done_callback(lambda done: done.cancelled() or done.exception())

    def _wait_in_line(
        self, command: commands.AnyCommand, result: asyncio.Future[answers.Result] | None
    ) -> _Waiting:
        waiting = _Waiting(command, self._loop.create_future(), result)
        if not self._queue:
            self._loop.call_soon(self._execute_all)
        self._queue.append(waiting)
        return waiting

    def _execute_all(self) -> None:
        """All but those whose callers have gone away."""
        line = [one for one in self._queue if not one.answer.done()]
        self._queue = []
        if not line:
            return
        try:
            executions = self._executor.run([one.command for one in line])
        except JournalError as error:
            self._refuse(line, Refusal(Status.RESOURCE_EXHAUSTED, str(error)))
            self._alarm.set(PAUSE)
            return
        except Exception:  # noqa: BLE001 - state and journal have parted: nothing more is done
            _log.exception("The engine has failed.")
            text = "The engine has failed: its log says why. It must be started again."
            self._stop(line, Refusal(Status.INTERNAL, text))
            return
        for waiting, execution in zip(line, executions, strict=True):
            self._answer(waiting, execution)
        self._polls.came({one for execution in executions for one in execution.job_types})
        self._alarm.set()

    def _answer(self, waiting: _Waiting, execution: Execution) -> None:
        if isinstance(execution.answer, answers.Created) and waiting.result is not None:
            key = execution.answer.process_instance_key
            self._results[key] = waiting.result
            waiting.result.add_done_callback(partial(self._forget, key))
        for key, result in execution.results:
            if (heard := self._results.get(key)) is not None and not heard.done():
                heard.set_result(result)
        if execution.answer is not None:
            waiting.answer.set_result(execution.answer)
        elif execution.rejection is not None:
            waiting.answer.set_exception(execution.rejection)

    def _forget(self, key: int, _: asyncio.Future[answers.Result]) -> None:
        self._results.pop(key, None)

    def _stop(self, line: Sequence[_Waiting], refusal: Refusal) -> None:
        self._refusal = refusal
        self._alarm.cancel()
        self._refuse(line, refusal)
        self._queue = []

    def _refuse(self, line: Sequence[_Waiting], refusal: Refusal) -> None:
        for waiting in line:
            if not waiting.answer.done():
                waiting.answer.set_exception(Refusal(refusal.status, refusal.text))


def _as_journalled(command: commands.AnyCommand) -> commands.AnyCommand:
    try:
        return as_journalled(command)
    except (OverflowError, RecursionError, UnicodeEncodeError) as error:
        text = f"The command cannot be written down: {error}"
        raise Refusal(Status.INVALID_ARGUMENT, text) from None


def _as(kind: type[_Answer], answer: answers.Answer) -> _Answer:
    assert isinstance(answer, kind)
    return answer


def _iso(seconds: float) -> str:
    """As PT15S, PT1M0.5S: in the words of java.time.Duration."""
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    parts = ((hours, "H"), (minutes, "M"), (round(rest, 3), "S"))
    return "PT" + "".join(f"{amount:g}{unit}" for amount, unit in parts if amount)
