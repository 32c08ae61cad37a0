"""The port and the certificates."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import aiohttp
import pytest

from devstack.certificates import Authority
from tests.engine.grpc.rig import ScriptedFaults, ScriptedGateway
from zeebe_engine.faults import Faults
from zeebe_engine.reading.index import Index
from zeebe_engine.rest.server import RestServer
from zeebe_engine.settings import Settings, Tls


def server(settings: Settings) -> RestServer:
    index = Index(0, lambda: 0.0)
    return RestServer(ScriptedGateway(), index, settings, cast("Faults", ScriptedFaults()))


@asynccontextmanager
async def started(settings: Settings) -> AsyncIterator[int]:
    one = server(settings)
    port = await one.start()
    try:
        yield port
    finally:
        await one.stop()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def tls(authority: Authority, client_ca: Path | None = None) -> Settings:
    issued = authority.issue("127.0.0.1")
    return Settings(rest_port=0, tls=Tls(issued.certificate, issued.key, client_ca))


async def ready(url: str, context: ssl.SSLContext | bool = True) -> int:
    async with aiohttp.ClientSession() as session, session.get(url, ssl=context) as response:
        return response.status


async def test_a_port_is_opened_and_closed() -> None:
    one = server(Settings(rest_port=0))
    port = await one.start()
    assert await ready(f"http://127.0.0.1:{port}/ready") == 200
    await one.stop()
    await one.stop()
    with pytest.raises(aiohttp.ClientConnectorError):
        await ready(f"http://127.0.0.1:{port}/ready")


async def test_a_port_that_somebody_has_is_told() -> None:
    async with started(Settings(rest_port=0)) as port:
        with pytest.raises(OSError, match="address already in use"):
            await server(Settings(rest_port=port)).start()


async def test_tls_is_spoken(authority: Authority) -> None:
    context = ssl.create_default_context(cafile=str(authority.certificate))
    async with started(tls(authority)) as port:
        assert await ready(f"https://127.0.0.1:{port}/ready", context) == 200


async def test_a_client_must_show_its_certificate(authority: Authority) -> None:
    context = ssl.create_default_context(cafile=str(authority.certificate))
    async with started(tls(authority, authority.certificate)) as port:
        with pytest.raises(aiohttp.ClientError):
            await ready(f"https://127.0.0.1:{port}/ready", context)
        own = authority.issue(name="client")
        context.load_cert_chain(own.certificate, own.key)
        assert await ready(f"https://127.0.0.1:{port}/ready", context) == 200


async def test_a_certificate_that_is_none_is_told(tmp_path: Path) -> None:
    settings = Settings(rest_port=0, tls=Tls(tmp_path / "none", tmp_path / "none"))
    with pytest.raises(OSError, match="No such file"):
        await server(settings).start()
