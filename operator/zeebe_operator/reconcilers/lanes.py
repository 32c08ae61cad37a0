"""Which lane of the queue a resource waits in, and how much room its gateway has."""

from zeebe_operator.model.names import Kind, ObjectKey
from zeebe_operator.ports import Gateways
from zeebe_operator.reconcilers.connections import Connections
from zeebe_operator.reconcilers.queue import Gateway, Lane
from zeebe_operator.reconcilers.store import Store

_NO_GATEWAY = 32
"""Room for resources whose connection does not exist, cannot be used, or is not known yet."""


class Lanes:
    """A gateway is known here by its connection; None is the operator's own."""

    def __init__(self, store: Store, gateways: Gateways, connections: Connections) -> None:
        self._store = store
        self._gateways = gateways
        self._connections = connections

    def lane_of(self, key: ObjectKey) -> Lane:
        if key.kind is Kind.CONNECTION:
            return Lane(key.namespace, key)
        resource = self._store.get(key)
        return Lane(key.namespace, resource and self._store.connection_of(resource))

    def room(self, gateway: Gateway) -> int:
        key = gateway if isinstance(gateway, ObjectKey) else None
        settings = self._connections.known(key)
        return self._gateways.limit(settings) if settings else _NO_GATEWAY
