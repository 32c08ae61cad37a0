"""An engine within a test: ports of its own, several at once, and errors in words at its start."""

import socket
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from devstack.certificates import Authority
from tests.engine.server.running import settings, stub
from zeebe_engine.journal.replay import replay
from zeebe_engine.server import Server, StartError
from zeebe_engine.settings import Tls
from zeebe_operator.zeebe.pb import gateway_pb2 as pb

MESSAGE = pb.PublishMessageRequest(name="paid", timeToLive=60_000)


async def test_both_surfaces_speak_of_the_same_engine() -> None:
    async with Server(settings(partitions=2), keeps_records=True) as server:
        async with stub(server.grpc_port) as gateway:
            assert (await gateway.Topology(pb.TopologyRequest())).partitionsCount == 2
            await gateway.PublishMessage(MESSAGE)
        url = f"http://127.0.0.1:{server.rest_port}/v2/messages/publication"
        body = {"name": "sent", "timeToLive": 60_000}
        async with aiohttp.ClientSession() as session, session.post(url, json=body) as answer:
            assert answer.status == 200
        published = [one for one in server.processor.records if one["intent"] == "PUBLISHED"]
        assert [one["value"]["name"] for one in published] == ["paid", "sent"]


async def test_many_engines_start_and_end_at_once() -> None:
    async with Server(settings()):  # what is imported and cached on the way
        pass
    begin = time.monotonic()
    for _ in range(20):
        async with Server(settings()) as server:
            assert len({server.grpc_port, server.rest_port, server.control_port, 0}) == 4
    assert time.monotonic() - begin < 2


async def test_data_is_there_in_the_next_engine(tmp_path: Path) -> None:
    for expected in (1, 2):
        async with Server(settings(data=tmp_path)) as server, stub(server.grpc_port) as gateway:
            await gateway.PublishMessage(MESSAGE)
            assert server.processor.position == expected
    assert replay(tmp_path).kept


@pytest.mark.parametrize("surface", ["grpc", "rest", "control"])
async def test_a_port_that_is_taken_is_named_with_its_option(surface: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        words = (
            rf"Cannot listen on 127\.0\.0\.1:{port}: .*\. .* choose another with --{surface}-port"
        )
        with pytest.raises(StartError, match=words):
            await Server(settings(**{f"{surface}_port": port})).start()


async def test_an_address_that_is_not_here_is_named_with_its_option() -> None:
    with pytest.raises(StartError, match=r"Cannot listen on 203\.0\.113\.7:0: .* with --host\."):
        await Server(settings(host="203.0.113.7")).start()


async def test_what_was_opened_is_closed_when_a_start_fails(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(StartError):
        await Server(settings(data=tmp_path, control_port=other.getsockname()[1])).start()
    async with Server(settings(data=tmp_path)):
        pass


async def test_data_in_use_by_another_engine_is_refused(tmp_path: Path) -> None:
    async with Server(settings(data=tmp_path)):
        with pytest.raises(StartError, match=r"is in use by another zeebe-engine \(process \d+\)"):
            await Server(settings(data=tmp_path)).start()


@pytest.mark.parametrize("broken", ["certificate", "key", "client_ca"])
@pytest.mark.parametrize("content", [b"no PEM", None], ids=["broken", "missing"])
async def test_a_certificate_that_cannot_be_used_is_named(
    tmp_path: Path, broken: str, content: bytes | None
) -> None:
    authority = Authority(tmp_path)
    issued = authority.issue("localhost")
    files: dict[str, Any] = {
        "certificate": issued.certificate,
        "key": issued.key,
        "client_ca": authority.certificate,
    }
    files[broken] = tmp_path / "other.pem"
    if content is not None:
        files[broken].write_bytes(content)
    with pytest.raises(StartError, match=r"certificate cannot be used: .*other\.pem"):
        await Server(settings(tls=Tls(**files))).start()
