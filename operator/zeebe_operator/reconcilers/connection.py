"""ZeebeConnection: is the gateway there, and what does its cluster look like?"""

import random
from collections.abc import Iterable
from dataclasses import replace

from zeebe_operator.model import connection, fields
from zeebe_operator.model.engine import Topology
from zeebe_operator.model.outcome import Outcome, Ready, Removed, Waiting
from zeebe_operator.model.reasons import Reason
from zeebe_operator.model.resource import Resource
from zeebe_operator.reconcilers.scope import Connection, Scope

LOOK_AGAIN = 30.0
"""Seconds between two looks at the topology: a partition without a leader shows within that."""

SECRETS = 15.0
"""Seconds at most between two looks at the Secrets: a change is noticed well within 30."""

RECOVERY = 5.0
"""Seconds between two looks at a cluster that is not whole."""


async def reconcile(scope: Scope, resource: Resource) -> Outcome:
    """Ready with the topology, which is looked at again from time to time, as the Secrets are.

    Also while it is stalled: a gateway renews its certificate without telling us.
    """
    scope.look_again = LOOK_AGAIN
    if connection.secret_names(connection.read(resource.spec)):
        scope.look_again = _pause()
    settings = await scope.world.connections.look(resource)
    gateway = scope.gateway(Connection(resource.key, settings))
    topology = await gateway.topology()
    shown = {"topology": fields.of(_sorted(topology))}
    if lame := sorted(_lame(topology)):
        numbers = ", ".join(map(str, lame))
        text = f"no healthy leader for partition {numbers}; what needs it waits"
        return Waiting(Reason.DEGRADED, text, shown, after=RECOVERY)
    text = f"connected to gateway {topology.gateway_version} at {settings.address}"
    return Ready(Reason.CONNECTED, text, shown)


async def remove(_scope: Scope, _resource: Resource) -> Outcome:
    """Nothing to clean up; who still uses it is told that it is missing."""
    return Removed()


def _pause() -> float:
    """Spread, lest all connections read their Secrets in the same second."""
    return random.uniform(0.7, 1.0) * SECRETS  # noqa: S311 - spreads load, hides nothing


def _lame(topology: Topology) -> Iterable[int]:
    """The partitions that nobody processes."""
    led = {
        partition.partition_id
        for broker in topology.brokers
        for partition in broker.partitions
        if (partition.role, partition.health) == ("LEADER", "HEALTHY")
    }
    return set(range(1, topology.partitions_count + 1)) - led


def _sorted(topology: Topology) -> Topology:
    """A gateway lists brokers and partitions in any order: a new order is no change."""
    brokers = (
        replace(broker, partitions=sorted(broker.partitions, key=lambda p: p.partition_id))
        for broker in topology.brokers
    )
    return replace(topology, brokers=sorted(brokers, key=lambda broker: broker.node_id))
