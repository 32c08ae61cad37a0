"""What the core of the operator counts when somebody looks at the metrics."""

import pytest

from tests.reconcilers.rig import Rig
from zeebe_operator.model.census import Group, Link
from zeebe_operator.model.names import Kind
from zeebe_operator.reconcilers.census import Registrar

SPEC = {"gatewayAddress": "zeebe:26500", "plaintext": True}


@pytest.fixture
async def registrar(rig: Rig) -> Registrar:
    rig.gateways.room = 7
    return Registrar(rig.store, rig.queue, rig.gateways, rig.connections)


async def test_resources_are_counted_as_the_store_has_them(rig: Rig, registrar: Registrar) -> None:
    for name in ("one", "two"):
        rig.cluster.create(Kind.MESSAGE, name, {"messageName": "m", "correlationKey": "k"})
    await rig.settle()
    assert registrar.take().groups == {Group(Kind.MESSAGE, "ready", "Published"): 2}
    assert registrar.take().depth == 0


async def test_connections_and_the_own_one_are_told(rig: Rig, registrar: Registrar) -> None:
    rig.cluster.create(Kind.CONNECTION, "mine", SPEC)
    await rig.settle()
    assert registrar.take().links == (
        Link("", "", up=True, limit=7),
        Link("shop", "mine", up=True, limit=7),
    )


async def test_a_connection_that_cannot_be_used_is_down(rig: Rig, registrar: Registrar) -> None:
    rig.cluster.create(Kind.CONNECTION, "bad", {**SPEC, "keepAlive": "x"})
    await rig.settle()
    assert Link("shop", "bad", up=False, limit=0) in registrar.take().links


async def test_an_own_connection_that_nobody_uses_is_not_told(
    rig: Rig, registrar: Registrar
) -> None:
    rig.gateways.up = None
    assert registrar.take().links == ()
