"""Which lane of the queue a resource waits in, and how much room its gateway has."""

from zeebe_operator.model import connection, spec
from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.model.errors import InvalidSpecError, NotSupportedError
from zeebe_operator.model.names import Kind, ObjectKey
from zeebe_operator.ports import Gateways
from zeebe_operator.reconcilers.queue import Gateway, Lane
from zeebe_operator.reconcilers.store import Store

_NO_GATEWAY = 32
"""Room for resources whose connection does not exist or cannot be used."""


class Lanes:
    """A gateway is known here by its connection; None is the operator's own."""

    def __init__(
        self, store: Store, gateways: Gateways, default_connection: GatewaySettings | None
    ) -> None:
        self._store = store
        self._gateways = gateways
        self._default = default_connection

    def lane_of(self, key: ObjectKey) -> Lane:
        if key.kind is Kind.CONNECTION:
            return Lane(key.namespace, key)
        resource = self._store.get(key)
        return Lane(key.namespace, resource and self._store.connection_of(resource))

    def room(self, gateway: Gateway) -> int:
        settings = self._settings(gateway)
        return self._gateways.limit(settings) if settings else _NO_GATEWAY

    def _settings(self, gateway: Gateway) -> GatewaySettings | None:
        if not isinstance(gateway, ObjectKey):
            return self._default
        found = self._store.get(gateway)
        if found is None:
            return None
        try:
            return connection.settings_of(spec.read(found.spec, spec.ConnectionSpec))
        except (InvalidSpecError, NotSupportedError):
            return None
