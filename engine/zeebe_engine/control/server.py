"""What a test tells an engine, over HTTP on the loopback interface.

Bodies are JSON objects without unknown fields; what is wrong with one is answered with 400.
"""

import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final, TypeVar

import msgspec
from aiohttp import web

from zeebe_engine.engine.refusals import Refusal
from zeebe_engine.faults import Fault, Faults
from zeebe_engine.processing.processor import Processor

HOST: Final = "127.0.0.1"
_LARGEST: Final = 64 * 1024
_YEARS: Final = 100 * 366 * 24 * 3600
_Body = TypeVar("_Body")


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class _Overload(_Strict, frozen=True):
    on: bool


class _Freeze(_Strict, frozen=True):
    seconds: Annotated[float, msgspec.Meta(ge=0, le=600)]


class _Clock(_Strict, frozen=True):
    """`advance`: seconds."""

    advance: Annotated[float, msgspec.Meta(ge=0, le=_YEARS)]


class ControlServer:
    def __init__(self, processor: Processor, faults: Faults, port: int) -> None:
        self._processor = processor
        self._faults = faults
        self._port = port
        self._runner: web.AppRunner | None = None

    async def start(self) -> int:
        """The port. Raises OSError when it cannot be had."""
        application = web.Application(client_max_size=_LARGEST, middlewares=[_in_words])
        application.add_routes(
            [
                web.get("/ready", self._ready),
                web.get("/state", self._state),
                web.get("/faults", self._list),
                web.post("/faults", self._add),
                web.delete("/faults", self._clear),
                web.post("/overload", self._overload),
                web.post("/freeze", self._freeze),
                web.post("/lose-data", self._lose_data),
                web.post("/clock", self._clock),
            ]
        )
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, self._port).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        return int(runner.addresses[0][1])

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _ready(self, _: web.Request) -> web.Response:
        return _json({"status": "UP"})

    async def _state(self, _: web.Request) -> web.Response:
        processor = self._processor
        state = {"position": processor.position, "time": processor.time}
        return _json({**state, "digest": processor.digest()})

    async def _list(self, _: web.Request) -> web.Response:
        return _json(
            [{**msgspec.to_builtins(one.fault), "met": one.met} for one in self._faults.all]
        )

    async def _add(self, request: web.Request) -> web.Response:
        self._faults.add(await _body(request, Fault))
        return web.Response(status=204)

    async def _clear(self, _: web.Request) -> web.Response:
        self._faults.clear()
        return web.Response(status=204)

    async def _overload(self, request: web.Request) -> web.Response:
        self._faults.is_overloaded = (await _body(request, _Overload)).on
        return web.Response(status=204)

    async def _freeze(self, request: web.Request) -> web.Response:
        """Answered first, so that the caller sees a frozen engine and is not frozen with it."""
        seconds = (await _body(request, _Freeze)).seconds
        response = web.Response(status=204)
        await response.prepare(request)
        await response.write_eof()
        time.sleep(seconds)  # noqa: ASYNC251 - everything stands still: that is the fault
        return response

    async def _lose_data(self, _: web.Request) -> web.Response:
        self._processor.lose_data()
        return web.Response(status=204)

    async def _clock(self, request: web.Request) -> web.Response:
        self._processor.advance_clock((await _body(request, _Clock)).advance)
        return web.Response(status=204)


async def _body(request: web.Request, kind: type[_Body]) -> _Body:
    """Raises ValueError, as msgspec does."""
    return msgspec.json.decode(await request.read(), type=kind)


def _json(value: Any) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), content_type="application/json")


@web.middleware
async def _in_words(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    try:
        return await handler(request)
    except ValueError as error:
        return web.Response(status=400, text=f"{request.path}: {error}")
    except Refusal as refusal:
        return web.Response(status=503, text=refusal.text)
