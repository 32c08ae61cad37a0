"""The jobs of one worker that are under way: worked on, kept alive, and told to the engine."""

import asyncio
import logging
import traceback
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

from zeebe_operator.model.engine import Job
from zeebe_operator.model.errors import OperatorError
from zeebe_operator.model.worker import (
    Assignment,
    Completed,
    Failed,
    Progress,
    Result,
    Returned,
    Thrown,
)
from zeebe_operator.workers.desk import Desk
from zeebe_operator.workers.handler import Handler

logger = logging.getLogger(__name__)

GRACE = 1.0
"""Seconds for what can be given up at any moment, but better is not."""


@dataclass(frozen=True, slots=True)
class Post:
    """An assignment, and who can fulfil it."""

    assignment: Assignment
    handler: Handler = field(repr=False)
    desk: Desk = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Errand:
    job: Job
    post: Post
    task: asyncio.Task[None]


class Errands:
    """`count` is told what became of each job: completed, thrown, failed, returned, gone.
    `done` is called after each, `failed` when no job can be worked on."""

    def __init__(
        self,
        progress: Progress,
        count: Callable[[str], None],
        done: Callable[[], None],
        failed: Callable[[Post, OperatorError], None],
    ) -> None:
        self._progress = progress
        self._count = count
        self._done = done
        self._failed = failed
        self._errands: dict[tuple[int, int], _Errand] = {}
        self._returns: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._errands)

    @property
    def outlived(self) -> bool:
        """Whether anything is under way that goes on without us."""
        return any(each.post.handler.outlives for each in self._errands.values())

    @property
    def progress(self) -> Progress:
        return replace(self._progress, active=len(self._errands))

    def complain(self, text: str) -> None:
        """About something that may yet end well."""
        self._progress = replace(self._progress, last_error=text)

    def begin(self, job: Job, post: Post) -> None:
        """Unless this attempt is under way: then it was activated anew because its time ran out."""
        attempt = (job.key, job.retries)
        if attempt not in self._errands:
            task = asyncio.create_task(self._run(job, post))
            self._errands[attempt] = _Errand(job, post, task)

    def give_back(self, job: Job, post: Post, why: str) -> None:
        """For others to take, at once and with all its retries."""
        task = asyncio.create_task(self._return(job, post, why))
        self._returns.add(task)
        task.add_done_callback(self._returns.discard)

    async def finish(self, within: float, *, dismissed: bool) -> None:
        """In `within` seconds; what outlives us is left, or given back if nobody takes over."""
        staying = [each for each in self._errands.values() if each.post.handler.outlives]
        await end([each.task for each in staying], 0.0 if dismissed else GRACE)
        if dismissed:
            for each in staying:
                self.give_back(each.job, each.post, "the worker was deleted")
        await end([each.task for each in self._errands.values()], within)
        await end(self._returns, GRACE)

    async def _return(self, job: Job, post: Post, why: str) -> None:
        await post.desk.report(job, Returned(why), 0.0)
        self._count("returned")

    async def _run(self, job: Job, post: Post) -> None:
        try:
            await self._do(job, post)
        except Exception as error:  # noqa: BLE001 - a bug harms one job, until its time is up
            log_bug(post.assignment, error)
        finally:
            del self._errands[job.key, job.retries]
            self._done()

    async def _do(self, job: Job, post: Post) -> None:
        result = await self._held(job, post)
        if result is None:
            await post.handler.abandoned(job)
            self._count("gone")
            return
        known = await post.desk.report(job, result, post.assignment.retry_back_off)
        await post.handler.settled(job)
        self._note(job, known)

    async def _held(self, job: Job, post: Post) -> Result | None:
        """The result of the work. None: the engine has no such job any more.

        Of an adopted job nobody knows how long it still belongs to us.
        """
        work = asyncio.create_task(self._worked(job, post))
        half = post.assignment.timeout / 2
        extend_in = 0.0 if job.adopted else half
        try:
            while not (await asyncio.wait((work,), timeout=extend_in))[0]:
                if not await post.desk.extend(job, post.assignment.timeout):
                    return None
                extend_in = half
            return work.result()
        finally:
            work.cancel()

    async def _worked(self, job: Job, post: Post) -> Result:
        try:
            return await post.handler.work(job)
        except OperatorError as error:
            self._failed(post, error)
            return Returned("the worker cannot work at present")
        except Exception as error:  # noqa: BLE001 - a bug must not be tried for ever
            log_bug(post.assignment, error)
            return Failed(f"unexpected {type(error).__name__} in the operator; see its log")

    def _note(self, job: Job, result: Result | None) -> None:
        self._count(type(result).__name__.lower() if result else "gone")
        now = self._progress
        match result:
            case Completed() | Thrown():
                self._progress = replace(now, completed=now.completed + 1)
            case Failed(reason):
                text = f"job {job.key}: {reason}"
                self._progress = replace(now, failed=now.failed + 1, last_error=text)


async def end(tasks: Collection[asyncio.Task[None]], within: float) -> None:
    """Cancels what has not ended by then."""
    if tasks:
        _, late = await asyncio.wait(tasks, timeout=within)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


def log_bug(of: Assignment, error: Exception) -> None:
    """Without the text of the error, which may hold a user's values."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    logger.error("unexpected %s for %s\n%s", type(error).__name__, of.key, frames)
