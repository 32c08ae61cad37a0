"""The control port: what a test can do to an engine, and what it is told when it asks wrongly."""

import json
import socket
import time
from typing import Any
from urllib.request import Request, urlopen

import pytest
from grpc import StatusCode
from grpc.aio import AioRpcError

from tests.engine.server.running import FREE, Control, command, get, settings, stub
from zeebe_engine.server import Server
from zeebe_operator.zeebe.pb import gateway_pb2 as pb

MESSAGE = pb.PublishMessageRequest(name="paid", timeToLive=60_000)


async def test_faults_are_added_listed_with_their_calls_and_cleared() -> None:
    async with Server(settings()) as server, stub(server.grpc_port) as gateway:
        control = Control(server.control_port)
        given = {"call": "PublishMessage", "action": "status", "status": "INTERNAL", "text": "oh"}
        await control.post("/faults", given)
        with pytest.raises(AioRpcError, match="oh") as refused:
            await gateway.PublishMessage(MESSAGE)
        assert refused.value.code() is StatusCode.INTERNAL
        _, listed = await control.ask("GET", "/faults")
        defaults = {"when": "before", "seconds": 0.0, "times": 1}
        assert json.loads(listed) == [{**given, **defaults, "met": 1}]
        assert await control.ask("DELETE", "/faults") == (204, "")
        assert await control.ask("GET", "/faults") == (200, "[]")


async def test_an_overload_comes_and_goes() -> None:
    async with Server(settings()) as server, stub(server.grpc_port) as gateway:
        control = Control(server.control_port)
        await control.post("/overload", {"on": True})
        with pytest.raises(AioRpcError) as refused:
            await gateway.PublishMessage(MESSAGE)
        assert refused.value.code() is StatusCode.RESOURCE_EXHAUSTED
        await control.post("/overload", {"on": False})
        assert (await gateway.PublishMessage(MESSAGE)).key > 0


async def test_lost_data_begins_again_with_the_first_key() -> None:
    async with Server(settings()) as server, stub(server.grpc_port) as gateway:
        control = Control(server.control_port)
        first = (await gateway.PublishMessage(MESSAGE)).key
        assert (await gateway.PublishMessage(MESSAGE)).key != first
        await control.post("/lose-data")
        assert (await gateway.PublishMessage(MESSAGE)).key == first


async def test_the_state_tells_how_far_the_engine_is() -> None:
    async with Server(settings()) as server, stub(server.grpc_port) as gateway:
        control = Control(server.control_port)
        await control.post("/clock", {"advance": 7200})
        await gateway.PublishMessage(MESSAGE)
        status, text = await control.ask("GET", "/state")
        state = json.loads(text)
        assert status == 200
        assert (state["position"], state["digest"]) == (1, server.processor.digest())
        assert state["time"] / 1000 - time.time() == pytest.approx(7200, abs=30)


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/faults", "{", "Input data was truncated"),
        ("/faults", {"action": "explode"}, "Invalid enum value 'explode' - at `$.action`"),
        ("/faults", {"action": "break", "often": 2}, "unknown field `often`"),
        ("/faults", {"action": "delay", "seconds": -1}, "Expected `float` >= 0.0 - at `$.seconds`"),
        ("/faults", {"action": "status", "status": "BAD"}, "Invalid enum value 'BAD'"),
        ("/overload", {}, "missing required field `on`"),
        ("/freeze", {"seconds": "long"}, "Expected `float`, got `str`"),
        ("/clock", {"advance": -5}, "Expected `float` >= 0.0"),
    ],
)
async def test_a_wrong_body_is_answered_with_words(path: str, body: Any, words: str) -> None:
    async with Server(settings()) as server:
        status, text = await Control(server.control_port).ask("POST", path, body)
        assert status == 400
        assert text.startswith(f"{path}: ")
        assert words in text


async def test_a_body_without_end_is_not_read() -> None:
    async with Server(settings()) as server:
        status, _ = await Control(server.control_port).ask("POST", "/faults", "x" * 100_000)
        assert status == 413


async def test_without_a_control_port_there_is_none() -> None:
    async with Server(settings(control_port=None)) as server:
        assert server.control_port == 0


def test_a_frozen_engine_answers_nobody_for_that_time() -> None:
    """In a process of its own: it is the whole event loop that stands still."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    with command("run", *FREE[:4], "--control-port", str(port)) as process:
        try:
            assert process.stdout is not None
            assert "control" not in process.stdout.readline()
            assert get(port, "/ready") == 200
            _post(port, "/freeze", {"seconds": 1})
            begin = time.monotonic()
            assert get(port, "/ready") == 200
            assert time.monotonic() - begin > 0.7
        finally:
            process.kill()


def _post(port: int, path: str, body: object) -> None:
    request = Request(f"http://127.0.0.1:{port}{path}", json.dumps(body).encode())
    with urlopen(request, timeout=20) as answer:
        assert answer.status == 204
