"""The surface on a real port, above a gateway that answers what a test has told it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, cast

import aiohttp

from tests.engine.grpc.rig import ScriptedFaults, ScriptedGateway
from zeebe_engine.faults import Faults
from zeebe_engine.reading.index import Index
from zeebe_engine.rest.server import RestServer
from zeebe_engine.settings import Settings


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any
    """JSON, or a text where it is none."""

    @property
    def problem(self) -> tuple[int, str]:
        """Its status and title."""
        assert set(self.body) == {"type", "title", "status", "detail", "instance"}
        assert self.body["status"] == self.status
        return self.status, self.body["title"]

    @property
    def detail(self) -> str:
        return str(self.body["detail"])


@dataclass(slots=True)
class Rig:
    port: int
    gateway: ScriptedGateway
    faults: ScriptedFaults
    index: Index
    session: aiohttp.ClientSession

    async def ask(self, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        """`path`: below /v2, or from the root if it begins there."""
        url = path if path.startswith("/") else f"/v2/{path}"
        if body is not None:
            options["json"] = body
        async with self.session.request(method, url, **options) as response:
            if "json" in response.content_type:
                return Answer(response.status, await response.json())
            return Answer(response.status, await response.text())

    async def post(self, path: str, body: Any = None, **options: Any) -> Answer:
        return await self.ask("POST", path, body, **options)

    async def get(self, path: str, **options: Any) -> Answer:
        return await self.ask("GET", path, **options)


@asynccontextmanager
async def served(settings: Settings | None = None) -> AsyncIterator[Rig]:
    """A surface without TLS, and a session with it."""
    settings = replace(settings or Settings(), rest_port=0)
    gateway, faults = ScriptedGateway(settings.generation), ScriptedFaults()
    index = Index(0, lambda: 0.0)
    server = RestServer(gateway, index, settings, cast("Faults", faults))
    port = await server.start()
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            yield Rig(port, gateway, faults, index, session)
    finally:
        await server.stop()
