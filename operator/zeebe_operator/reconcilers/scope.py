"""What one pass may look at. Every look is remembered, and a change of it wakes the resource."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from zeebe_operator.model import names, spec
from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.model.errors import DependencyError, ForbiddenError, ObjectNotFoundError
from zeebe_operator.model.names import Kind, ObjectKey
from zeebe_operator.model.resource import Resource
from zeebe_operator.ports import Cluster, ConfigMaps, Gateway, Gateways, Workers
from zeebe_operator.reconcilers.awaited import Awaited
from zeebe_operator.reconcilers.claims import Claims
from zeebe_operator.reconcilers.connections import OWN, Connections
from zeebe_operator.reconcilers.dependents import Reference
from zeebe_operator.reconcilers.intents import Intents
from zeebe_operator.reconcilers.store import Store

SECRETS = 10.0
"""Seconds between two looks at a Secret that a resource waits for, or is stalled by."""


class ConnectionGoneError(DependencyError):
    """There is no connection, not even a default one."""


@dataclass(frozen=True, slots=True)
class World:
    """Everything that outlives a pass.

    `now` tells the time as RFC 3339, in UTC. `first_sent` remembers, by uid, at which monotonic
    second a message was sent for the first time of which no answer has come yet.
    """

    store: Store
    claims: Claims
    intents: Intents
    awaited: Awaited
    cluster: Cluster
    config_maps: ConfigMaps
    gateways: Gateways
    connections: Connections
    workers: Workers
    now: Callable[[], str]
    add: Callable[[ObjectKey], None]
    """Queues one resource."""
    wake: Callable[[Reference], None]
    """Queues everybody who looks at this."""
    look: Callable[[ObjectKey, Reference], None]
    """From now on, also while its pass is under way, that resource looks at this."""
    first_sent: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Connection:
    """`key` is None for the operator's own default."""

    key: ObjectKey | None
    settings: GatewaySettings


class Scope:
    """One pass over one resource."""

    def __init__(self, world: World, resource: Resource) -> None:
        self.world = world
        self.namespace = resource.key.namespace
        self._key = resource.key
        self.looked_at: set[Reference] = set()
        self.look_again: float | None = None
        """Seconds until the resource must look again at what nobody tells it a change of."""

    def look_at(self, reference: Reference) -> None:
        """From now on a change of it wakes the resource."""
        self.looked_at.add(reference)
        self.world.look(self._key, reference)

    def find(self, kind: Kind, name: str) -> Resource | None:
        """One of our own kinds in the namespace of the resource."""
        key = ObjectKey(kind, self.namespace, name)
        self.look_at(key)
        return self.world.store.get(key)

    async def config_map(self, name: str) -> Mapping[str, Any]:
        """The whole object. Raises DependencyError while there is none."""
        key = ObjectKey(Kind.CONFIG_MAP, self.namespace, name)
        self.look_at(key)
        with _missing(key):
            return await self.world.config_maps.get(key)

    async def secret(self, name: str) -> Mapping[str, Any]:
        """The whole object, read anew each time: Secrets are never watched."""
        self.look_again = SECRETS
        key = ObjectKey(Kind.SECRET, self.namespace, name)
        with _missing(key):
            return await self.world.cluster.get(key)

    async def connection(self, reference: spec.ConnectionReference | None) -> Connection:
        """The named one, else `default` of the namespace, else the operator's own.

        Raises DependencyError for one that cannot be used, ConnectionGoneError for none.
        Nothing is read if the connection is known.
        """
        name = reference.name if reference else None
        if found := self.find(Kind.CONNECTION, name or names.DEFAULT_CONNECTION):
            return Connection(found.key, await self.world.connections.settings(found))
        if name:
            raise ConnectionGoneError(f"ZeebeConnection {name!r} does not exist")
        self.look_at(OWN)
        own = self.world.connections.own()
        if own is None:
            raise ConnectionGoneError(
                "no connection: name a ZeebeConnection in spec.connectionRef, or create one called"
                " 'default' in this namespace, or start the operator with --connection-address"
            )
        return Connection(None, own)

    def gateway(self, used: Connection) -> Gateway:
        """The gateway behind a connection; its return from an outage wakes the resource."""
        self.look_at(used.settings)
        return self.world.gateways.get(used.settings)


@contextmanager
def _missing(key: ObjectKey) -> Iterator[None]:
    """Around the reading of what a user refers to."""
    try:
        yield
    except ObjectNotFoundError:
        raise DependencyError(f"{key.kind} {key.name!r} does not exist") from None
    except ForbiddenError:
        raise DependencyError(
            f"the role of the operator does not let it read {key.kind} {key.name!r}"
        ) from None
