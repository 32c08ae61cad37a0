"""ConfigMaps: read whole when needed, watched as metadata only, and only where one is used."""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any

from zeebe_operator.kubernetes.client import Client
from zeebe_operator.kubernetes.session import Session
from zeebe_operator.kubernetes.watch import Followed, Raw, Watch, Watches
from zeebe_operator.model.names import Kind, ObjectKey


class ConfigMaps:
    """Implements `ports.ConfigMaps`. `on_change` gets the key of every ConfigMap that changed."""

    def __init__(
        self, client: Client, session: Session, on_change: Callable[[ObjectKey], None]
    ) -> None:
        self._client = client
        self._session = session
        self._on_change = on_change
        self._watches = Watches()
        self._versions: dict[str, dict[str, str]] = {}

    async def get(self, key: ObjectKey) -> dict[str, Any]:
        """The watch starts first: no change can fall between the reading and the watching."""
        self._watch(key.namespace)
        return await self._client.get(key)

    def keep(self, namespaces: Collection[str]) -> None:
        """Ends the watches of all other namespaces."""
        for namespace in self._watches.keep(namespaces):
            self._versions.pop(namespace, None)

    async def close(self) -> None:
        await self._watches.close()

    def _watch(self, namespace: str) -> None:
        followed = Followed(Kind.CONFIG_MAP, namespace, metadata_only=True)
        listed, saw = partial(self._listed, namespace), partial(self._saw, namespace)
        self._watches.start(Watch(self._session, followed, listed, saw))

    def _listed(self, namespace: str, items: Sequence[Raw], _version: str) -> None:
        known = self._versions.setdefault(namespace, {})
        for name in known.keys() - {item["metadata"]["name"] for item in items}:
            self._saw(namespace, "DELETED", {"metadata": {"name": name}})
        for item in items:
            self._saw(namespace, "ADDED", item)

    def _saw(self, namespace: str, change: str, item: Raw) -> None:
        known = self._versions.setdefault(namespace, {})
        name = item["metadata"]["name"]
        version = "" if change == "DELETED" else item["metadata"]["resourceVersion"]
        if known.get(name, "") != version:
            known[name] = version
            self._on_change(ObjectKey(Kind.CONFIG_MAP, namespace, name))
        if not version:
            known.pop(name, None)
