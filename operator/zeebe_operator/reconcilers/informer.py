"""Events in: keeps the store current and wakes whoever an event concerns."""

import asyncio
from collections.abc import Collection, Mapping
from typing import Any

from zeebe_operator.model import resource as resources
from zeebe_operator.model.names import Kind, ObjectKey
from zeebe_operator.model.resource import Resource
from zeebe_operator.reconcilers.queue import WorkQueue
from zeebe_operator.reconcilers.scope import World


class Informer:
    """Told every watch event and every complete list; `synced` once all first lists are in.

    Before that nothing may be decided: what is not in the store need not be missing.
    """

    def __init__(
        self, world: World, queue: WorkQueue, lists: Collection[tuple[Kind, str | None]]
    ) -> None:
        self._world = world
        self._queue = queue
        self._unlisted = set(lists)
        self._unseen: set[ObjectKey] = set()
        self.synced = asyncio.Event()

    def seen(self, kind: Kind, raw: Mapping[str, Any], *, deleted: bool) -> None:
        """One event of a watch, or one item of a list."""
        resource = resources.of(kind, raw)
        if deleted:
            self._removed(resource)
        else:
            self._put(resource)
        self._unseen.discard(resource.key)
        self._check_synced()

    def listed(
        self, kind: Kind, namespace: str | None, keys: Collection[ObjectKey], version: str
    ) -> None:
        """A complete list was read; its items follow as events. Whatever it lacks is gone."""
        for resource in self._world.store.missing_from(kind, namespace, keys):
            if int(resource.resource_version) <= int(version):
                self._removed(resource)
        if (kind, namespace) in self._unlisted:
            self._unlisted.discard((kind, namespace))
            self._unseen.update(key for key in keys if self._world.store.get(key) is None)
        self._unseen -= {key for key in self._unseen if _is_gone(key, kind, namespace, keys)}
        self._check_synced()

    def _put(self, resource: Resource) -> None:
        before = self._world.store.put(resource)
        if before is resource:
            return
        self._world.wake(resource.key)
        ours = self._queue.is_active(resource.key)
        if before and ours and resource.asks_the_same_as(before):
            return  # the echo of the status patch that is under way
        if before and before.uid != resource.uid:
            self._forget(before)
        self._queue.add(resource.key)

    def _removed(self, resource: Resource) -> None:
        if self._world.store.remove(resource.key, resource.uid):
            self._forget(resource)
            self._world.wake(resource.key)
            self._queue.add(resource.key)

    def _forget(self, resource: Resource) -> None:
        self._world.intents.forget(resource.uid)
        self._world.awaited.forget(resource.uid)
        self._world.first_sent.pop(resource.uid, None)
        self._world.connections.forget(resource.key)

    def _check_synced(self) -> None:
        if not self._unlisted and not self._unseen:
            self.synced.set()


def _is_gone(
    key: ObjectKey, kind: Kind, namespace: str | None, listed: Collection[ObjectKey]
) -> bool:
    return key.kind is kind and namespace in (None, key.namespace) and key not in listed
