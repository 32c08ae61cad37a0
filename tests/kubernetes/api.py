"""An API server that says what a test tells it to, and remembers what it was asked."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from zeebe_operator.kubernetes.session import Access


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


Answer = web.Response | dict[str, Any]


@dataclass
class ScriptedApi:
    """`answers` are given in order, the last one for ever; or `choose` picks one."""

    answers: list[Answer] = field(default_factory=list)
    choose: Callable[[Request], Answer] | None = None
    requests: list[Request] = field(default_factory=list)
    address: str = ""

    @property
    def access(self) -> Access:
        return Access(self.address, tls=False, headers={"Authorization": "Bearer c4n4ry"})

    async def handle(self, request: web.Request) -> web.Response:
        asked = Request(
            request.method,
            request.path,
            dict(request.query),
            dict(request.headers),
            await request.read(),
        )
        self.requests.append(asked)
        answer = self.choose(asked) if self.choose else self._next()
        if isinstance(answer, dict):
            return web.json_response(answer)
        return web.Response(
            status=answer.status, body=answer.body, content_type=answer.content_type
        )

    def _next(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@asynccontextmanager
async def scripted_api() -> AsyncIterator[ScriptedApi]:
    api = ScriptedApi()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", api.handle)
    server = TestServer(application)
    await server.start_server()
    api.address = str(server.make_url("/"))
    yield api
    await server.close()


def failure(status: int, reason: str = "", message: str = "") -> web.Response:
    """As the API server words it."""
    return web.json_response(
        {"kind": "Status", "code": status, "reason": reason, "message": message}, status=status
    )
