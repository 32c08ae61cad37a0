"""The handler `http` on real sockets."""

import asyncio
from collections.abc import AsyncIterator, Callable
from ipaddress import ip_network

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from zeebe_operator.model.engine import Job
from zeebe_operator.model.worker import Completed, Failed, Http, Result, Thrown
from zeebe_operator.workers.http import HttpClient, HttpHandler

JOB = Job(7, "pay", 3, variables={"a": 1})
Answer = Callable[[web.Request], web.StreamResponse]


class Service:
    """Answers as a test wants; `requests` has headers and bodies."""

    def __init__(self) -> None:
        self.answer: Callable[[], web.Response] = lambda: web.json_response({})
        self.slowness = 0.0
        self.requests: list[tuple[web.Request, dict[str, object]]] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        self.requests.append((request, await request.json()))
        await asyncio.sleep(self.slowness)
        return self.answer()


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    service = Service()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", service.handle)
    async with TestServer(application) as server:
        service.url = str(server.make_url("/do"))
        yield service


@pytest.fixture
async def client() -> AsyncIterator[HttpClient]:
    client = HttpClient([ip_network("127.0.0.0/8")])
    yield client
    await client.close()


async def work(client: HttpClient, url: str, *, seconds: float = 20.0, **headers: str) -> Result:
    return await HttpHandler(Http(url, "POST", headers, seconds), client).work(JOB)


async def test_the_job_is_sent(client: HttpClient, service: Service) -> None:
    assert await work(client, service.url, authorization="Bearer x") == Completed()
    [(request, body)] = service.requests
    assert request.method == "POST"
    assert request.headers["Idempotency-Key"] == "7-3"
    assert request.headers["Authorization"] == "Bearer x"
    assert (body["key"], body["variables"]) == ("7", {"a": 1})


@pytest.mark.parametrize(
    ("status", "text", "result"),
    [
        (200, '{"a": 1}', Completed({"a": 1})),
        (201, "", Completed()),
        (204, "", Completed()),
        (200, "  ", Completed()),
        (200, "[1]", Failed("HTTP 200, but the answer is no JSON object")),
        (200, "ok", Failed("HTTP 200, but the answer is no JSON object")),
        (422, '{"errorCode": "E", "errorMessage": "m"}', Thrown("E", "m")),
        (422, '{"errorCode": "E"}', Thrown("E", "")),
        (422, '{"detail": "bad"}', Failed("HTTP 422", '{"detail": "bad"}')),
        (500, "why", Failed("HTTP 500", "why")),
        (404, "", Failed("HTTP 404")),
    ],
)
async def test_the_answer_is_the_result(
    client: HttpClient, service: Service, status: int, text: str, result: Result
) -> None:
    service.answer = lambda: web.Response(status=status, text=text)
    assert await work(client, service.url) == result


async def test_redirects_are_not_followed(client: HttpClient, service: Service) -> None:
    headers = {"Location": service.url}
    service.answer = lambda: web.Response(status=307, headers=headers)
    assert await work(client, service.url) == Failed("HTTP 307: redirects are not followed")
    assert len(service.requests) == 1


async def test_a_slow_answer_is_not_waited_for(client: HttpClient, service: Service) -> None:
    service.slowness = 60
    assert await work(client, service.url, seconds=0.2) == Failed("no answer within 0.2 s")


@pytest.mark.parametrize("compressed", [False, True])
async def test_a_large_answer_is_refused(
    client: HttpClient, service: Service, compressed: bool
) -> None:
    def answer() -> web.Response:
        response = web.Response(body=b" " * (2 * 1024 * 1024))
        if compressed:
            response.enable_compression()
        return response

    service.answer = answer
    assert await work(client, service.url) == Failed("the answer is larger than 1 MiB")


async def test_a_service_that_is_not_there(client: HttpClient, unused_tcp_port: int) -> None:
    result = await work(client, f"http://127.0.0.1:{unused_tcp_port}/c4n4ry")
    assert isinstance(result, Failed)
    assert result.reason.startswith("no connection: ")
    assert "c4n4ry" not in f"{result.reason} {result.detail}"


async def test_a_url_that_is_none(client: HttpClient) -> None:
    result = await work(client, "http://[x/")
    assert isinstance(result, Failed)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0"])
async def test_addresses_of_the_pod_are_not_called(service: Service, host: str) -> None:
    """Neither as a number nor by a name that leads to one."""
    client = HttpClient(())
    port = service.url.rpartition(":")[2]
    result = await work(client, f"http://{host}:{port}")
    await client.close()
    assert result == Failed("the host of spec.handler.http.url has an address that is not allowed")
    assert service.requests == []


async def test_the_environment_sends_nothing_elsewhere(
    client: HttpClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert await work(client, service.url) == Completed()
