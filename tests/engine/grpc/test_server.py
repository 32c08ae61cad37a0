"""The port, the certificates, and the health service."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import grpc
import grpc.aio
import pytest
from grpc import StatusCode
from grpc_health.v1 import health_pb2, health_pb2_grpc

from devstack.certificates import Authority
from tests.engine.grpc.rig import LONG, Rig, ScriptedFaults, ScriptedGateway, channel, served
from zeebe_engine.faults import Faults
from zeebe_engine.grpc.server import GrpcServer
from zeebe_engine.settings import Settings, Tls
from zeebe_operator.zeebe.pb import gateway_pb2 as pb
from zeebe_operator.zeebe.pb import gateway_pb2_grpc


def server(settings: Settings) -> GrpcServer:
    return GrpcServer(ScriptedGateway(), settings, cast("Faults", ScriptedFaults()))


@asynccontextmanager
async def started(settings: Settings) -> AsyncIterator[int]:
    one = server(settings)
    port = await one.start()
    try:
        yield port
    finally:
        await one.stop()


async def version(opened: grpc.aio.Channel) -> str:
    stub: Any = gateway_pb2_grpc.GatewayStub(opened)  # type: ignore[no-untyped-call]
    call = stub.Topology(pb.TopologyRequest(), timeout=LONG)
    return cast("str", (await call).gatewayVersion)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def tls(authority: Authority, client_ca: Path | None = None) -> Settings:
    issued = authority.issue("127.0.0.1")
    return Settings(grpc_port=0, tls=Tls(issued.certificate, issued.key, client_ca))


def credentials(authority: Authority, *, shows: bool = False) -> grpc.ChannelCredentials:
    trusted = authority.certificate.read_bytes()
    if not shows:
        return grpc.ssl_channel_credentials(trusted)
    own = authority.issue(name="client")
    return grpc.ssl_channel_credentials(trusted, own.key.read_bytes(), own.certificate.read_bytes())


async def test_a_port_is_opened_and_closed() -> None:
    one = server(Settings(grpc_port=0))
    port = await one.start()
    async with channel(port) as opened:
        assert await version(opened) == "8.10.0"
    await one.stop()
    again = server(Settings(grpc_port=port))
    assert await again.start() == port
    await again.stop()
    await again.stop()


async def test_a_port_that_somebody_has_is_told() -> None:
    async with started(Settings(grpc_port=0)) as port:
        with pytest.raises(OSError, match="the port is in use"):
            await server(Settings(grpc_port=port)).start()


async def test_ipv6_is_spoken() -> None:
    async with (
        started(Settings(host="::1", grpc_port=0)) as port,
        channel(port, "[::1]") as opened,
    ):
        assert await version(opened) == "8.10.0"


async def test_calls_that_go_on_end_with_the_server() -> None:
    async with served() as rig:
        rig.gateway.meanwhile = asyncio.get_running_loop().create_future
        call = asyncio.ensure_future(rig.stub.PublishMessage(pb.PublishMessageRequest()).code())
        while not rig.gateway.seen:  # noqa: ASYNC110 - the other side of a connection tells nobody
            await asyncio.sleep(0.01)
    assert await asyncio.wait_for(call, LONG) in (StatusCode.UNAVAILABLE, StatusCode.CANCELLED)


async def test_tls_is_spoken(authority: Authority) -> None:
    async with (
        started(tls(authority)) as port,
        grpc.aio.secure_channel(f"127.0.0.1:{port}", credentials(authority)) as opened,
    ):
        assert await version(opened) == "8.10.0"


async def test_a_client_certificate_is_wanted(authority: Authority) -> None:
    async with started(tls(authority, authority.certificate)) as port:
        address = f"127.0.0.1:{port}"
        async with grpc.aio.secure_channel(address, credentials(authority, shows=True)) as opened:
            assert await version(opened) == "8.10.0"
        async with grpc.aio.secure_channel(address, credentials(authority)) as opened:
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await version(opened)
        assert caught.value.code() is StatusCode.UNAVAILABLE


async def test_a_missing_certificate_is_named(authority: Authority) -> None:
    wanted = tls(authority)
    assert wanted.tls
    wanted.tls.certificate.unlink()
    with pytest.raises(FileNotFoundError, match=r"server\.crt"):
        await server(wanted).start()


@pytest.mark.parametrize("service", ["", "gateway_protocol.Gateway"])
async def test_the_health_service_says_that_it_serves(rig: Rig, service: str) -> None:
    stub: Any = health_pb2_grpc.HealthStub(rig.channel)
    answer = await stub.Check(health_pb2.HealthCheckRequest(service=service))
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


async def test_the_health_of_an_unknown_service_is_not_known(rig: Rig) -> None:
    stub: Any = health_pb2_grpc.HealthStub(rig.channel)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.Check(health_pb2.HealthCheckRequest(service="somebody"))
    assert caught.value.code() is StatusCode.NOT_FOUND
