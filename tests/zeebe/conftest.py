"""A rig of clients, and a gateway to talk to."""

from collections.abc import AsyncIterator

import pytest

from tests.fakes.gateway import FakeGateway
from tests.zeebe.rig import Rig
from zeebe_operator.zeebe.client import GatewayClient


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    rig = Rig()
    yield rig
    await rig.pool.close()


@pytest.fixture
async def gateway() -> AsyncIterator[FakeGateway]:
    async with FakeGateway() as gateway:
        yield gateway


@pytest.fixture
async def client(rig: Rig, gateway: FakeGateway) -> GatewayClient:
    return rig.client(gateway.address)


@pytest.fixture(params=["fake", pytest.param("local", marks=pytest.mark.engine)])
async def either(request: pytest.FixtureRequest, rig: Rig) -> AsyncIterator[GatewayClient]:
    """For what must hold for both: the fake gateway, and the local engine."""
    if request.param == "local":
        yield rig.client(request.getfixturevalue("engine").gateway_address)
    else:
        async with FakeGateway() as gateway:
            yield rig.client(gateway.address)
