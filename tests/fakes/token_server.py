"""A token server: the client credentials grant, counted, slow or broken on request.

async with TokenServer({"me": "secret"}) as server:
    ...
    assert len(server.requests) == 1
"""

import asyncio
import ssl
from collections.abc import Mapping
from typing import Any, Self

from aiohttp import web

from devstack.certificates import Certificate

HOST = "127.0.0.1"


class TokenServer:
    """`requests` are the forms that arrived; `tokens` what was given out, in order."""

    def __init__(
        self, clients: Mapping[str, str], lifetime: float = 3600, tls: Certificate | None = None
    ) -> None:
        self.clients = dict(clients)
        self.lifetime = lifetime
        self.requests: list[dict[str, str]] = []
        self.tokens: list[str] = []
        self.delay = 0.0
        self.fault: web.Response | None = None
        self._context = _context(tls) if tls else None
        self._runner: web.AppRunner | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"{'https' if self._context else 'http'}://{HOST}:{self.port}/oauth/token"

    def breaks(self, status: int, text: str = "", **headers: str) -> None:
        """From now on; `works` ends it."""
        self.fault = web.Response(status=status, text=text, headers=headers)

    def works(self) -> None:
        self.fault = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/oauth/token", self._answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, self.port, ssl_context=self._context)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.requests.append(form)
        await asyncio.sleep(self.delay)
        if self.fault:
            fault = self.fault
            return web.Response(status=fault.status, text=fault.text, headers=fault.headers)
        if self.clients.get(form["client_id"]) != form["client_secret"]:
            return _json(401, error="invalid_client", error_description="no such client, or secret")
        self.tokens.append(f"token-{len(self.tokens) + 1}-of-{form['client_id']}")
        return _json(
            200, access_token=self.tokens[-1], expires_in=self.lifetime, token_type="Bearer"
        )


def _context(tls: Certificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls.certificate, tls.key)
    return context


def _json(status: int, **body: Any) -> web.Response:
    return web.json_response(body, status=status)
