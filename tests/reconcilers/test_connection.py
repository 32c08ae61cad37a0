"""ZeebeConnection: whether the gateway is there, and what its cluster looks like."""

from typing import Any

import pytest

from tests.reconcilers.rig import Rig
from zeebe_operator.model.engine import Broker, Partition, Topology
from zeebe_operator.model.errors import CredentialsRejectedError
from zeebe_operator.model.names import Kind, ObjectKey
from zeebe_operator.reconcilers import connection

SPEC = {"gatewayAddress": "zeebe:26500", "plaintext": True}
P1, P2 = Partition(1, "LEADER", "HEALTHY"), Partition(2, "LEADER", "HEALTHY")
F1, F2 = Partition(1, "FOLLOWER", "HEALTHY"), Partition(2, "FOLLOWER", "HEALTHY")
B0, B1 = Broker(0, "z-0", 26501, "8.6.0", [P1, P2]), Broker(1, "z-1", 26501, "8.6.0", [F2, F1])


def topology(*brokers: Broker) -> Topology:
    return Topology(len(brokers), 2, 1, "8.6.0", brokers)


async def connected(rig: Rig, **spec: Any) -> ObjectKey:
    key = rig.cluster.create(Kind.CONNECTION, "zeebe", {**SPEC, **spec})
    await rig.settle()
    return key


async def test_the_status_shows_the_topology_in_order(rig: Rig) -> None:
    rig.gateway.topologies = [topology(B1, B0)]
    key = await connected(rig)
    assert rig.told(key) == ("True", "Connected")
    assert rig.message(key) == "connected to gateway 8.6.0 at zeebe:26500"
    shown = rig.cluster.status(key)["topology"]
    assert (shown["clusterSize"], shown["partitionsCount"], shown["gatewayVersion"]) == (
        2,
        2,
        "8.6.0",
    )
    assert [broker["nodeId"] for broker in shown["brokers"]] == [0, 1]
    for broker in shown["brokers"]:
        assert [p["partitionId"] for p in broker["partitions"]] == [1, 2]


async def test_a_topology_in_another_order_is_no_change(rig: Rig) -> None:
    rig.gateway.topologies = [topology(B0, B1), topology(B1, B0)]
    await connected(rig)
    await rig.settle_for(3600)
    assert rig.passes.results["ready"] >= 3600 / connection.LOOK_AGAIN
    assert len(rig.cluster.writes) == 1
    assert rig.cluster.events == []


async def test_a_changed_topology_is_written_within_half_a_minute(rig: Rig) -> None:
    rig.gateway.topologies = [topology(B0, B1), topology(B0)]
    key = await connected(rig)
    await rig.settle_for(connection.LOOK_AGAIN + 1)
    assert connection.LOOK_AGAIN <= 30
    assert rig.cluster.status(key)["topology"]["clusterSize"] == 1
    assert len(rig.cluster.writes) == 2


@pytest.mark.parametrize("sick", [F2, Partition(2, "LEADER", "UNHEALTHY")])
async def test_a_partition_that_nobody_processes_is_told_until_it_is_led_again(
    rig: Rig, sick: Partition
) -> None:
    rig.gateway.topologies = [topology(Broker(0, "z-0", 26501, "8.6.0", [P1, sick])), topology(B0)]
    key = await connected(rig)
    assert rig.told(key, "Reconciling") == ("True", "Degraded")
    assert "no healthy leader for partition 2" in rig.message(key)
    assert rig.cluster.status(key)["topology"]["clusterSize"] == 1
    await rig.settle_for(connection.RECOVERY + 1)
    assert rig.told(key) == ("True", "Connected")


async def test_a_gateway_that_goes_away_is_told_and_the_last_topology_stays(rig: Rig) -> None:
    key = await connected(rig)
    rig.gateway.up = False
    await rig.settle_for(60)
    assert rig.told(key, "Reconciling") == ("True", "GatewayUnavailable")
    assert rig.cluster.status(key)["topology"]["gatewayVersion"] == "8.6.0"
    rig.gateway.up = True
    await rig.settle_for(60)
    assert rig.told(key) == ("True", "Connected")


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ({"auth": {"basic": {"secretRef": {"name": "s"}}}}, "InvalidSpec"),
        ({"tls": {}}, "InvalidSpec"),
        ({"keepAlive": "10s"}, "InvalidSpec"),
    ],
)
async def test_what_cannot_be_used_is_stalled(rig: Rig, spec: dict[str, Any], reason: str) -> None:
    key = await connected(rig, **spec)
    assert rig.told(key, "Stalled") == ("True", reason)
    await rig.settle_for(600)
    assert len(rig.cluster.writes) == 1


async def test_refused_credentials_are_stalled(rig: Rig) -> None:
    rig.gateway.fail("topology", CredentialsRejectedError("who are you"))
    key = await connected(rig)
    assert rig.told(key, "Stalled") == ("True", "CredentialsRejected")


async def test_a_deletion_waits_for_nothing(rig: Rig) -> None:
    key = await connected(rig)
    rig.cluster.delete(key)
    await rig.settle()
    assert key not in rig.cluster.objects
    assert rig.delay(key) is None
