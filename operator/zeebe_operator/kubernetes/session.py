"""The one HTTP session to the API server, shared with kopf, replaced whenever kopf logs in anew."""

import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import aiohttp
from aiohttp.client_middlewares import ClientMiddlewareType

CONNECTIONS = 40
"""Sockets at most: as many patches at once as make sense for one API server, plus the watches."""


@dataclass(frozen=True, slots=True)
class Access:
    """What a login yields."""

    server: str
    tls: ssl.SSLContext | bool
    headers: Mapping[str, str] = field(repr=False)
    proxy: str | None = None


class Session:
    """Holds the current session; its former ones are closed by kopf, which asked for new ones."""

    def __init__(
        self,
        trace_configs: Sequence[aiohttp.TraceConfig] = (),
        middlewares: Sequence[ClientMiddlewareType] = (),
        allowed: Callable[[], bool] = lambda: True,
    ) -> None:
        """`allowed` is asked before each request of ours; what kopf asks for goes on."""
        self._traces = list(trace_configs)
        self._middlewares = tuple(middlewares)
        self._allowed = allowed
        self._current: aiohttp.ClientSession | None = None
        self.server = ""

    def open(self, access: Access) -> aiohttp.ClientSession:
        """A new session in place of the former one."""
        self.server = access.server.rstrip("/")
        self._current = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=CONNECTIONS, ssl=access.tls),
            headers=dict(access.headers),
            proxy=access.proxy,
            trace_configs=self._traces,
            middlewares=self._middlewares,
        )
        return self._current

    @property
    def current(self) -> aiohttp.ClientSession:
        """Raises RuntimeError before the first login, and while requests are not allowed."""
        if self._current is None:
            raise RuntimeError("nobody has logged in yet")
        if not self._allowed():
            raise RuntimeError("another operator may lead by now")
        return self._current

    async def close(self) -> None:
        if self._current is not None:
            await self._current.close()
