"""What a resource waits for beyond its passes: a call whose answer takes minutes, and since when.

Such a call runs beside the workers, so that it takes no room from anybody; its end queues the
resource, and the next pass collects the answer. None of it survives the process.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from zeebe_operator.model.engine import CompletedInstance, GatewaySettings
from zeebe_operator.model.names import ObjectKey
from zeebe_operator.model.resource import Resource


@dataclass(frozen=True, slots=True)
class Attempt:
    """To start an instance: by which connection (None: the operator's own), and on what inputs."""

    connection: ObjectKey | None
    settings: GatewaySettings
    inputs: str


@dataclass(frozen=True, slots=True)
class Call:
    attempt: Attempt
    answer: asyncio.Task[CompletedInstance]


class Awaited:
    """By uid. At most one call for each resource, which `add` queues when the call has ended."""

    def __init__(self, add: Callable[[ObjectKey], None]) -> None:
        self._add = add
        self._calls: dict[str, Call] = {}
        self._since: dict[str, float] = {}

    def start(
        self,
        of: Resource,
        attempt: Attempt,
        call: Coroutine[Any, Any, CompletedInstance],
    ) -> None:
        answer = asyncio.create_task(call, name=f"await {of.key}")
        self._calls[of.uid] = Call(attempt, answer)
        answer.add_done_callback(lambda ended: self._ended(of, ended))

    def of(self, uid: str) -> Call | None:
        """Under way, or ended and not collected yet."""
        return self._calls.get(uid)

    def waited(self, uid: str) -> float:
        """Seconds since this was asked for the first time; a restart begins anew."""
        now = asyncio.get_running_loop().time()
        return now - self._since.setdefault(uid, now)

    def forget(self, uid: str) -> None:
        """The answer is collected, or nobody wants it any more. The engine goes on regardless."""
        self._since.pop(uid, None)
        if call := self._calls.pop(uid, None):
            call.answer.cancel()

    async def close(self) -> None:
        """Hangs up. What the calls started in the engine goes on."""
        answers = [call.answer for call in self._calls.values()]
        for uid in list(self._calls):
            self.forget(uid)
        await asyncio.gather(*answers, return_exceptions=True)

    def _ended(self, of: Resource, answer: asyncio.Task[CompletedInstance]) -> None:
        if not answer.cancelled():
            answer.exception()  # looked at: asyncio must not log it, nor the engine's text
        if of.uid in self._calls:
            self._add(of.key)
