"""Takes the census: once for each look at /metrics, and never in a pass."""

from collections.abc import Iterator

from zeebe_operator.model import census
from zeebe_operator.model.census import Census, Link
from zeebe_operator.model.names import Kind, ObjectKey
from zeebe_operator.ports import Gateways
from zeebe_operator.reconcilers.connections import Connections
from zeebe_operator.reconcilers.queue import WorkQueue
from zeebe_operator.reconcilers.store import Store


class Registrar:
    """Looks at what the core of the operator has in memory; asks nobody else."""

    def __init__(
        self, store: Store, queue: WorkQueue, gateways: Gateways, connections: Connections
    ) -> None:
        self._store = store
        self._queue = queue
        self._gateways = gateways
        self._connections = connections

    def take(self) -> Census:
        return Census(
            depth=self._queue.depth(),
            oldest=self._queue.oldest_age(),
            links=tuple(self._links()),
            groups=census.count(self._store.all()),
        )

    def _links(self) -> Iterator[Link]:
        """The operator's own only if somebody uses it: nobody else opens it."""
        own = self._link(None, "", "")
        if own is not None:
            yield own
        for resource in self._store.of_kind(Kind.CONNECTION):
            key = resource.key
            unusable = Link(key.namespace, key.name, up=False, limit=0)
            yield self._link(key, key.namespace, key.name) or unusable

    def _link(self, key: ObjectKey | None, namespace: str, name: str) -> Link | None:
        settings = self._connections.known(key)
        up = None if settings is None else self._gateways.is_up(settings)
        if settings is None or up is None:
            return None
        return Link(namespace, name, up, self._gateways.limit(settings))
