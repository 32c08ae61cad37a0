"""A rig of clients, and gateways to talk to."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from tests.zeebe.gateway import LocalGateway
from tests.zeebe.rig import Rig
from tests.zeebe.visitor import PREFIX, TARGET, Visitor, visited
from zeebe_operator.zeebe.client import GatewayClient


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    rig = Rig()
    yield rig
    await rig.pool.close()


@pytest.fixture
async def gateway() -> AsyncIterator[LocalGateway]:
    async with LocalGateway() as gateway:
        yield gateway


@pytest.fixture
async def client(rig: Rig, gateway: LocalGateway) -> GatewayClient:
    return rig.client(gateway.address)


@pytest.fixture
def name() -> str:
    """Nobody else uses it in the cluster."""
    return f"{PREFIX}{uuid4().hex}"


@pytest.fixture
async def visitor(pytestconfig: pytest.Config, rig: Rig, name: str) -> AsyncIterator[Visitor]:
    """At the cluster that `make conformance` is about, else at an engine that answers as 8.6."""
    async with visited(rig, name, pytestconfig.stash.get(TARGET, None)) as visitor:
        yield visitor
