"""ZeebeConnection: is the gateway there, and what does its cluster look like?"""

from dataclasses import replace

from zeebe_operator.model import connection, fields, spec
from zeebe_operator.model.engine import Topology
from zeebe_operator.model.outcome import Outcome, Ready, Removed
from zeebe_operator.model.reasons import Reason
from zeebe_operator.model.resource import Resource
from zeebe_operator.reconcilers.scope import Connection, Scope

LOOK_AGAIN = 30.0
"""Seconds between two looks at the topology: a partition without a leader shows within that."""


async def reconcile(scope: Scope, resource: Resource) -> Outcome:
    """Ready with the topology, which is looked at again from time to time."""
    settings = connection.settings_of(spec.read(resource.spec, spec.ConnectionSpec))
    gateway = scope.gateway(Connection(resource.key, settings))
    topology = await gateway.topology()
    return Ready(
        Reason.CONNECTED,
        f"connected to gateway {topology.gateway_version} at {settings.address}",
        {"topology": fields.of(_sorted(topology))},
        after=LOOK_AGAIN,
    )


async def remove(_scope: Scope, _resource: Resource) -> Outcome:
    """Nothing to clean up; who still uses it is told that it is missing."""
    return Removed()


def _sorted(topology: Topology) -> Topology:
    """A gateway lists brokers and partitions in any order: a new order is no change."""
    brokers = (
        replace(broker, partitions=sorted(broker.partitions, key=lambda p: p.partition_id))
        for broker in topology.brokers
    )
    return replace(topology, brokers=sorted(brokers, key=lambda broker: broker.node_id))
