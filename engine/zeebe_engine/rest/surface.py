"""What every route is given, and the form of its answers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from aiohttp import web

from zeebe_engine.processing.processor import Gateway
from zeebe_engine.reading.index import Index
from zeebe_engine.settings import Settings


@dataclass(frozen=True, slots=True)
class Surface:
    gateway: Gateway
    index: Index
    settings: Settings

    @property
    def minor(self) -> int:
        return self.settings.generation.minor


Handler = Callable[[Surface, web.Request], Awaitable[web.Response]]
"""May raise Refusal, Broken, and what aiohttp raises for a status."""


def json(value: Any) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), content_type="application/json")


def empty() -> web.Response:
    return web.Response(status=204)
