"""One worker: fetches jobs for its free places, as long as it is wanted and able to work."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeGuard

from zeebe_operator.model.engine import Job
from zeebe_operator.model.errors import (
    BackpressureError,
    InvalidSpecError,
    NotSupportedByGatewayError,
    OperatorError,
    RejectedError,
)
from zeebe_operator.model.worker import Assignment, Progress
from zeebe_operator.workers.errands import GRACE, Errands, Post, end, log_bug
from zeebe_operator.workers.pauses import pauses

LONG_POLL = 30.0
"""Seconds for which the gateway keeps a request until there is a job."""

ACCEPTED = 2.0
"""Seconds. A request that the gateway has kept for so long is in order; one that it answers earlier
without a job (some do not wait) is not repeated before."""

_FOR_A_PERSON = (InvalidSpecError, RejectedError, NotSupportedByGatewayError)
"""Not tried again until there is another assignment."""


class Pump:
    """`changed` is called when the worker gets into trouble or out of it, `count` with what became
    of each job. Made inside of a running event loop."""

    def __init__(
        self, progress: Progress, changed: Callable[[], None], count: Callable[[str], None]
    ) -> None:
        self._changed = changed
        self._post: Post | None = None
        self._prepared: Post | None = None
        self._closed = False
        self._news = asyncio.Event()
        self.trouble: OperatorError | None = None
        self.errands = Errands(progress, count, self._news.set, self._unable)
        self._fetching = asyncio.create_task(self._fetch())

    @property
    def assignment(self) -> Assignment | None:
        return self._post.assignment if self._post else None

    @property
    def prepared(self) -> bool:
        return self._post is not None and self._prepared is self._post

    @property
    def outlived(self) -> bool:
        """Whether some of its work goes on without us, or may."""
        mine = self._post is not None and self._post.handler.outlives
        return mine or self.errands.outlived

    def take(self, post: Post | None) -> None:
        """From now on; None: nothing. What is under way is finished as it was begun."""
        self._post = post
        self.trouble = None
        self._news.set()

    async def close(self, within: float, *, dismissed: bool = False) -> None:
        """Takes no more jobs; what is under way gets `within` seconds to finish."""
        self._closed = True
        self._news.set()
        await end([self._fetching], within)
        await self.errands.finish(within, dismissed=dismissed)

    async def _fetch(self) -> None:
        """Until it is closed."""
        delays = pauses()
        while not self._closed:
            self._news.clear()
            post = self._post
            if not self._is_wanted(post):
                await self._news.wait()
                continue
            try:
                await self._step(post)
                delays = pauses()
            except Exception as error:  # noqa: BLE001 - a bug harms this worker only
                self._suffer(post, error)
                await self._while_it_stays(post, None, next(delays))

    def _is_wanted(self, post: Post | None) -> TypeGuard[Post]:
        """What was left by a former operator is wanted of a suspended worker too."""
        if post is None or isinstance(self.trouble, _FOR_A_PERSON):
            return False
        if self._prepared is not post:
            return True
        return not post.assignment.suspended and self._places(post) > 0

    def _places(self, post: Post) -> int:
        return post.assignment.max_jobs_active - len(self.errands)

    async def _step(self, post: Post) -> None:
        if self._prepared is not post:
            for job in await post.handler.prepare():
                self.errands.begin(job, post)
            self._prepared = post
            self._changed()
            return
        for job in await self._poll(post):
            if self._stays(post):
                self.errands.begin(job, post)
            else:
                self.errands.give_back(job, post, "the worker does not take it any more")

    async def _poll(self, post: Post) -> Sequence[Job]:
        """A job that the gateway sends at the moment of a cancellation is lost until its
        activation ends (seen): so a call that is not wanted any more gets a moment to end."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        request = post.assignment.activation(self._places(post))
        call = asyncio.ensure_future(post.desk.gateway.activate_jobs(request, LONG_POLL))
        well = loop.call_later(ACCEPTED, self._recovered, post)
        try:
            await self._while_it_stays(post, call, None)
            await asyncio.wait((call,), timeout=GRACE)
        finally:
            well.cancel()
            call.cancel()
            await asyncio.wait((call,))
        jobs = () if call.cancelled() else call.result()
        self._recovered(post)
        if not jobs and loop.time() - started < ACCEPTED:
            await self._while_it_stays(post, None, ACCEPTED)
        return jobs

    async def _while_it_stays(
        self, post: Post, call: asyncio.Future[Any] | None, within: float | None
    ) -> None:
        """Until the call has ended, or the time is up, or the post is another one."""
        unwanted = asyncio.create_task(self._until_unwanted(post))
        waiting: list[asyncio.Future[Any]] = [unwanted, *([call] if call else ())]
        try:
            await asyncio.wait(waiting, timeout=within, return_when=asyncio.FIRST_COMPLETED)
        finally:
            unwanted.cancel()

    async def _until_unwanted(self, post: Post) -> None:
        while self._stays(post):
            self._news.clear()
            await self._news.wait()

    def _stays(self, post: Post) -> bool:
        return self._post is post and not self._closed

    def _suffer(self, post: Post, error: Exception) -> None:
        if not isinstance(error, OperatorError):
            log_bug(post.assignment, error)
        elif not isinstance(error, BackpressureError):
            self._fall(post, error)

    def _fall(self, post: Post, error: OperatorError) -> None:
        """Into trouble, which is told once."""
        if self._post is not post:
            return
        before, self.trouble = self.trouble, error
        if str(before) != str(error):
            self._changed()

    def _unable(self, post: Post, error: OperatorError) -> None:
        """What befell one job would befall the next: it is prepared anew before that."""
        if self._post is post:
            self._prepared = None
        self._fall(post, error)

    def _recovered(self, post: Post) -> None:
        if self._post is post and self.trouble is not None:
            self.trouble = None
            self._changed()
