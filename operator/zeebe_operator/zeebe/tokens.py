"""Bearer tokens: fetched once, kept in memory, renewed before they expire.

A token that is about to expire still serves while the next one is fetched, so calls wait for the
token server only when there is no valid token at all.
"""

import asyncio
from dataclasses import dataclass, field

from zeebe_operator.model.credentials import OAuth, Tls
from zeebe_operator.model.errors import GatewayError, GatewayUnavailableError
from zeebe_operator.zeebe import token_server


@dataclass(frozen=True, slots=True)
class Pace:
    """All in seconds."""

    ahead: float = 60.0
    """How long before its expiry a token is renewed, or a tenth of its life if that is shorter."""

    pause: float = 2.0
    """Between two requests to the token server, whatever happens: it has limits of its own."""


@dataclass(frozen=True, slots=True)
class _Token:
    header: str = field(repr=False)
    renewal: float
    expiry: float


class TokenSource:
    """Implements `authorization.Authorization`: at most one request to the token server at once."""

    def __init__(self, oauth: OAuth, tls: Tls, pace: Pace = Pace()) -> None:
        self._oauth = oauth
        self._tls = tls
        self._pace = pace
        self._token: _Token | None = None
        self._failure: GatewayError | None = None
        self._asked = float("-inf")
        self._fetching: asyncio.Task[None] | None = None

    async def header(self) -> str:
        token, now = self._token, _now()
        if token is None or now >= token.expiry:
            return await self._fetched()
        if now >= token.renewal and self._may_ask():
            self._fetch()
        return token.header

    async def renewed(self, refused: str) -> str | None:
        """Whoever was refused with an older token gets the one that is here by now."""
        if self._token and self._token.header == refused:
            await asyncio.sleep(self._asked + self._pace.pause - _now())
        if self._token and self._token.header == refused:
            self._token = None
        header = await self.header()
        return None if header == refused else header

    def close(self) -> None:
        if self._fetching:
            self._fetching.cancel()

    async def _fetched(self) -> str:
        """Raises what kept the last request from success, anew for each caller."""
        if self._fetching or self._may_ask():
            await asyncio.wait((self._fetch(),))  # its cancellation is not ours, nor the reverse
        if self._token and _now() < self._token.expiry:
            return self._token.header
        failure = self._failure or GatewayUnavailableError("there is no valid token")
        raise type(failure)(str(failure))

    def _may_ask(self) -> bool:
        return _now() >= self._asked + self._pace.pause

    def _fetch(self) -> asyncio.Task[None]:
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._ask(), name="fetch a token")
            self._fetching.add_done_callback(self._forget)
        return self._fetching

    def _forget(self, _: asyncio.Task[None]) -> None:
        self._fetching = None

    async def _ask(self) -> None:
        """A failure is kept, not raised: several wait for it, or nobody."""
        self._asked = _now()
        answer = await token_server.ask(self._oauth, self._tls)
        if isinstance(answer, GatewayError):
            self._failure = answer
            return
        ahead = min(self._pace.ahead, answer.lifetime / 10)
        expiry = _now() + answer.lifetime
        self._token = _Token(f"Bearer {answer.access_token}", expiry - ahead, expiry)
        self._failure = None


def _now() -> float:
    return asyncio.get_running_loop().time()
