"""Where workers talk to an engine: beside the loop, with a share of the gateway's limit of their
own, and until the engine has taken note."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from zeebe_operator.model import worker
from zeebe_operator.model.commands import Command, UpdateJobTimeout
from zeebe_operator.model.engine import GatewaySettings, Job
from zeebe_operator.model.errors import (
    GatewayError,
    InvalidStateError,
    NotFoundError,
    OutcomeUnknownError,
    RejectedError,
)
from zeebe_operator.model.worker import Failed, Result
from zeebe_operator.ports import Gateway, Gateways
from zeebe_operator.workers.pauses import pauses

SHARE = 2
"""Workers get this part of what a gateway can take: a half. Resources always have the other."""


class Desk:
    """One for each gateway, for all workers that use it: first come, first served."""

    def __init__(self, gateways: Gateways, settings: GatewaySettings) -> None:
        self._gateways = gateways
        self._settings = settings
        self._under_way = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def gateway(self) -> Gateway:
        return self._gateways.get(self._settings)

    async def report(self, job: Job, result: Result, retry_back_off: float) -> Result | None:
        """Until it is known that the engine knows. Returns what it knows; None: no such job.

        An answer may be lost: then "no such job" is what a repetition is told after a success.
        """
        doubtful, delays = False, pauses()
        while True:
            try:
                await self._run(worker.command(job, result, retry_back_off))
            except (NotFoundError, InvalidStateError):
                return result if doubtful else None
            except RejectedError as error:
                if isinstance(result, Failed):
                    return None  # nothing can be said of it: its activation ends by itself
                result = Failed("the engine refuses the result", str(error))
            except GatewayError as error:
                doubtful = doubtful or isinstance(error, OutcomeUnknownError)
                await asyncio.sleep(next(delays))
            else:
                return result

    async def extend(self, job: Job, seconds: float) -> bool:
        """Keeps the job for so long from now on. False: there is no such job any more."""
        try:
            await self._run(UpdateJobTimeout(job.key, seconds))
        except NotFoundError:
            return False
        except GatewayError:
            return (
                True  # its activation may have ended meanwhile; the work is under way all the same
            )
        return True

    async def _run(self, command: Command) -> None:
        async with self._turn():
            await self.gateway.run(command)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        while self._room() <= 0:
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                self._call_next()
                raise
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            self._call_next()

    def _room(self) -> int:
        return max(1, self._gateways.limit(self._settings) // SHARE) - self._under_way

    def _call_next(self) -> None:
        """As many as there is room for: the limit may have grown."""
        room = self._room()
        while self._waiting and room > 0:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                room -= 1
