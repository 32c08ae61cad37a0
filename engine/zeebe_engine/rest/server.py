"""The server: its port, its certificates, and what every request goes through."""

import ssl
from functools import partial
from http import HTTPStatus
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler as Next

from zeebe_engine.access import authenticate
from zeebe_engine.engine.refusals import Refusal, Status
from zeebe_engine.faults import Broken, Faults
from zeebe_engine.processing.processor import Gateway
from zeebe_engine.reading.index import Index
from zeebe_engine.rest import problems
from zeebe_engine.rest.requests import LARGEST
from zeebe_engine.rest.routes import ROUTES, Route
from zeebe_engine.rest.surface import Surface, json
from zeebe_engine.settings import Settings, Tls

PREFIX: Final = "/v2"
_OPEN: Final = frozenset({"/v2/status", "/v2/license"})
"""For these a client needs no credentials."""
_NOT_DONE: Final = """
    agent-definitions agent-instances audit-logs authorizations backups batch-operation-items
    batch-operations clock cluster-variables conditionals decision-instances documents exporting
    expression forms groups mapping-rules mode restore roles secrets setup system tenants users
"""
"""Beginnings of paths that a cluster has and the local engine has not."""
_DONE: Final = frozenset(route.path.split("/")[1] for route in ROUTES)


class RestServer:
    def __init__(self, gateway: Gateway, index: Index, settings: Settings, faults: Faults) -> None:
        self._surface = Surface(gateway, index, settings)
        self._faults = faults
        self._runner: web.AppRunner | None = None

    async def start(self) -> int:
        """The port. Raises OSError if that, or a file of the certificates, cannot be had."""
        settings = self._surface.settings
        application = web.Application(client_max_size=LARGEST, middlewares=[self._meet])
        application.router.add_get("/ready", _ready)
        for route in ROUTES:
            handler = partial(_handle, self._surface, route)
            application.router.add_route(route.method, PREFIX + route.path, handler)
        runner = web.AppRunner(
            application,
            access_log=None,
            auto_decompress=False,
            handler_cancellation=True,
            shutdown_timeout=0.1,
        )
        await runner.setup()
        try:
            tls = _context(settings.tls) if settings.tls else None
            site = web.TCPSite(runner, settings.host, settings.rest_port, ssl_context=tls)
            await site.start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        return int(runner.addresses[0][1])

    async def stop(self) -> None:
        """At once: who waits is cut off."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @web.middleware
    async def _meet(self, request: web.Request, handler: Next) -> web.StreamResponse:
        """Nobody gets a traceback. Faults know a call by its method and its path as in ROUTES."""
        try:
            if request.path == "/ready":
                return await handler(request)
            if request.path not in _OPEN:
                header = request.headers.get("Authorization")
                authenticate(self._surface.settings.auth, header)
            return await self._answer(request, handler)
        except Broken:
            return await _broken(request)
        except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
            return problems.of(_unknown(request, self._surface.minor), request)
        except Exception as error:  # noqa: BLE001 - what nobody foresaw is told in words as well
            return problems.of(error, request)

    async def _answer(self, request: web.Request, handler: Next) -> web.StreamResponse:
        resource = request.match_info.route.resource
        if resource is None:
            return await handler(request)
        call = f"{request.method} {resource.canonical}"
        await self._faults.before(call)
        response = await handler(request)
        await self._faults.after(call)
        return response


async def _ready(_: web.Request) -> web.Response:
    return json({"status": "UP"})


async def _handle(surface: Surface, route: Route, request: web.Request) -> web.Response:
    if surface.minor < route.since:
        raise _missing(request)
    return await route.handler(surface, request)


def _unknown(request: web.Request, minor: int) -> Refusal:
    head = request.path.removeprefix(PREFIX).strip("/").split("/")[0]
    if minor >= 8 and head in _DONE | set(_NOT_DONE.split()):
        text = f"The local engine does not do {request.method} {request.path}. A cluster may."
        return Refusal(Status.UNIMPLEMENTED, text)
    return _missing(request)


def _missing(request: web.Request) -> Refusal:
    return Refusal(Status.NOT_FOUND, f"There is no {request.method} {request.path}.")


async def _broken(request: web.Request) -> web.StreamResponse:
    """The connection ends within an answer."""
    response = web.StreamResponse(status=HTTPStatus.OK, headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b"{")
    if request.transport is not None:
        request.transport.abort()
    return response


def _context(tls: Tls) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls.certificate, tls.key)
    if tls.client_ca is not None:
        context.load_verify_locations(tls.client_ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context
