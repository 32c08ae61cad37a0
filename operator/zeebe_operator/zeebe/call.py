"""One call to a gateway: deadline, repetition under overload, what it teaches the limit."""

import asyncio
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import grpc.aio
from grpc import StatusCode

from zeebe_operator.model.errors import (
    BackpressureError,
    GatewayError,
    GatewayUnavailableError,
    OutcomeUnknownError,
)
from zeebe_operator.zeebe import errors
from zeebe_operator.zeebe.connection import Connection

Observe = Callable[[str, str, float], None]
"""Called after each attempt with the RPC, its status code and the seconds that it took."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """How a command that the engine is too busy for is repeated; all in seconds."""

    first: float = 0.05
    longest: float = 1.0
    in_all: float = 10.0

    def delays(self) -> Iterator[float]:
        """Without end: doubled up to the longest, and spread, lest all come back at once."""
        delay = self.first
        while True:
            yield delay * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, hides nothing
            delay = min(delay * 2, self.longest)


@dataclass(frozen=True, slots=True)
class _Failure:
    code: StatusCode
    error: GatewayError


class Caller:
    """Makes the calls of one connection."""

    def __init__(self, connection: Connection, observe: Observe, backoff: Backoff) -> None:
        self._connection = connection
        self._observe = observe
        self._backoff = backoff

    async def call(
        self, rpc: str, request: Any, *, repeatable: bool = False, patience: float | None = None
    ) -> Any:
        """`repeatable` is for what changes nothing: see `errors.translate`.

        `patience`, in seconds, is for a call that waits for something else than the engine's
        capacity: how long it takes says nothing about that, and it takes no room from others.
        Returns the answer, or the list of its parts where the gateway answers with a stream.
        """
        clock = asyncio.get_running_loop().time
        give_up = clock() + self._backoff.in_all
        delays = self._backoff.delays()
        while True:
            if patience is None:
                answer = await self._attempt(rpc, request, repeatable=repeatable)
            else:
                answer = await self._await(rpc, request, patience)
            if not isinstance(answer, _Failure):
                return answer
            delay = next(delays)
            if not isinstance(answer.error, BackpressureError) or clock() + delay > give_up:
                raise answer.error
            await asyncio.sleep(delay)

    async def poll(self, rpc: str, request: Any, wait: float) -> Any:
        """A call that the gateway keeps for up to `wait` seconds: it is no load for the engine, so
        that neither its presence nor its end says anything about the limit. A lost answer is as
        good as no connection."""
        timeout = wait + self._connection.settings.request_timeout
        answer = await self._observed(rpc, request, timeout, repeatable=True)
        if isinstance(answer, _Failure):
            raise answer.error
        return answer

    async def _attempt(self, rpc: str, request: Any, *, repeatable: bool) -> Any:
        clock = asyncio.get_running_loop().time
        started, code, overload = clock(), StatusCode.CANCELLED, False
        self._connection.under_way += 1
        try:
            patience = self._connection.settings.request_timeout
            answer = await self._exchange(rpc, request, patience, repeatable=repeatable)
            code = answer.code if isinstance(answer, _Failure) else StatusCode.OK
            overload = _shows_overload(answer)
            return answer
        finally:  # also when the task that waits is cancelled
            self._learn(code, overload=overload)
            self._observe(rpc, code.name, clock() - started)

    async def _await(self, rpc: str, request: Any, patience: float) -> Any:
        """Of its answers only a refusal for lack of capacity teaches the limit."""
        answer = await self._observed(rpc, request, patience, repeatable=False)
        if isinstance(answer, _Failure) and isinstance(answer.error, BackpressureError):
            connection = self._connection
            connection.limit = connection.limit.after_overload(connection.under_way + 1)
        return answer

    async def _observed(self, rpc: str, request: Any, patience: float, *, repeatable: bool) -> Any:
        """Counted and timed, also if the task that waits is cancelled. The limit learns nothing."""
        clock = asyncio.get_running_loop().time
        started, code = clock(), StatusCode.CANCELLED
        try:
            answer = await self._exchange(rpc, request, patience, repeatable=repeatable)
            code = answer.code if isinstance(answer, _Failure) else StatusCode.OK
            return answer
        finally:
            self._observe(rpc, code.name, clock() - started)

    async def _exchange(self, rpc: str, request: Any, patience: float, *, repeatable: bool) -> Any:
        """Once more with a new token if the gateway refuses the one that it got."""
        authorization = self._connection.authorization
        try:
            header = await authorization.header()
            answer = await self._send(rpc, request, header, patience, repeatable=repeatable)
            refused = isinstance(answer, _Failure) and answer.code is StatusCode.UNAUTHENTICATED
            if refused and header and (renewed := await authorization.renewed(header)):
                answer = await self._send(rpc, request, renewed, patience, repeatable=repeatable)
            return answer
        except GatewayError as error:  # there is no token
            away = isinstance(error, GatewayUnavailableError)
            return _Failure(StatusCode.UNAVAILABLE if away else StatusCode.UNAUTHENTICATED, error)

    async def _send(
        self, rpc: str, request: Any, header: str | None, patience: float, *, repeatable: bool
    ) -> Any:
        """A failure is returned, not raised: its error must not have gRPC's as its context,
        because a traceback would then show the engine's text, and with it variables."""
        try:
            metadata = (("authorization", header),) if header else None
            call = self._connection.method(rpc)(request, timeout=patience, metadata=metadata)
            if isinstance(call, grpc.aio.UnaryStreamCall):
                return [part async for part in call]
            return await call
        except grpc.aio.AioRpcError as error:
            code, text = error.code(), error.details()
            found = errors.translate(code, text, repeatable=repeatable)
            return _Failure(code, self._connection.explained(found))
        except grpc.aio.UsageError:
            return _Failure(StatusCode.UNAVAILABLE, GatewayUnavailableError("channel closed"))
        except grpc.aio.InternalError:
            return _Failure(StatusCode.INTERNAL, OutcomeUnknownError("gRPC failed internally"))
        except asyncio.CancelledError:
            if _we_are_cancelled():
                raise
            return _Failure(StatusCode.CANCELLED, OutcomeUnknownError("channel closed"))

    def _learn(self, code: StatusCode, *, overload: bool) -> None:
        connection = self._connection
        if overload:
            connection.limit = connection.limit.after_overload(connection.under_way)
        elif code not in (StatusCode.UNAVAILABLE, StatusCode.CANCELLED):
            connection.limit = connection.limit.after_success(connection.under_way)
        connection.under_way -= 1


def _shows_overload(answer: Any) -> bool:
    """Turned away, or no answer in time."""
    return isinstance(answer, _Failure) and (
        isinstance(answer.error, BackpressureError) or answer.code is StatusCode.DEADLINE_EXCEEDED
    )


def _we_are_cancelled() -> bool:
    """Awaiting a call raises CancelledError for the call's sake as well as for ours."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
