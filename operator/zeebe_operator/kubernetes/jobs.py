"""Kubernetes Jobs that run for ZeebeJobWorkers: watched where there are such workers."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from zeebe_operator.kubernetes.client import Client
from zeebe_operator.kubernetes.session import Session
from zeebe_operator.kubernetes.watch import Followed, Raw, Watch, Watches
from zeebe_operator.model import kubernetes_job
from zeebe_operator.model.errors import ConflictError, ObjectNotFoundError, RefusedByClusterError
from zeebe_operator.model.kubernetes_job import State
from zeebe_operator.model.names import WORKER_UID, Kind, ObjectKey

_OF_POD = "batch.kubernetes.io/controller-uid"


class Jobs:
    """Implements `ports.Jobs`. What it knows is never older than what it has seen."""

    def __init__(self, client: Client, session: Session) -> None:
        self._client = client
        self._session = session
        self._known: dict[ObjectKey, State] = {}
        self._waiting: dict[ObjectKey, set[asyncio.Future[None]]] = {}
        self._watches = Watches()

    async def check(self, namespace: str, manifest: Mapping[str, Any]) -> None:
        await self._client.create(Kind.JOB, namespace, manifest, dry_run=True)

    async def create(self, namespace: str, manifest: Mapping[str, Any]) -> State:
        return self._put(namespace, await self._client.create(Kind.JOB, namespace, manifest))

    async def of_worker(self, namespace: str, uid: str) -> Sequence[State]:
        selector = f"{WORKER_UID}={uid}"
        found = await self._client.list(Kind.JOB, namespace, selector)
        return [self._put(namespace, raw) for raw in found]

    def known(self, namespace: str, uid: str) -> Sequence[State]:
        return [
            seen
            for key, seen in self._known.items()
            if key.namespace == namespace and seen.worker_uid == uid
        ]

    async def finished(self, namespace: str, name: str, uid: str) -> State | None:
        self._watch(namespace)
        key = _key(namespace, name)
        while True:
            seen = self._known.get(key)
            if seen is None or seen.uid != uid:
                return None
            if seen.finished:
                return seen
            await self._change_of(key)

    async def _change_of(self, key: ObjectKey) -> None:
        change: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.setdefault(key, set())
        waiting.add(change)
        try:
            await change
        finally:
            waiting.discard(change)

    async def pods(self, namespace: str, uid: str) -> Sequence[Mapping[str, Any]]:
        return await self._client.list(Kind.POD, namespace, f"{_OF_POD}={uid}")

    async def annotate(self, namespace: str, name: str, annotations: Mapping[str, str]) -> None:
        body = {"metadata": {"annotations": dict(annotations)}}
        with suppress(ObjectNotFoundError):
            self._put(namespace, await self._client.patch(_key(namespace, name), body))

    async def delete(self, namespace: str, name: str, uid: str) -> None:
        with suppress(ObjectNotFoundError, ConflictError):
            await self._client.delete(_key(namespace, name), uid)

    async def create_secret(self, namespace: str, manifest: Mapping[str, Any]) -> None:
        try:
            await self._client.create(Kind.SECRET, namespace, manifest)
        except ConflictError:
            meta = manifest["metadata"]
            if not await self.delete_secret(namespace, meta["name"], meta["labels"][WORKER_UID]):
                raise RefusedByClusterError("it belongs to somebody else") from None
            await self._client.create(Kind.SECRET, namespace, manifest)

    async def delete_secret(self, namespace: str, name: str, worker_uid: str) -> bool:
        key = ObjectKey(Kind.SECRET, namespace, name)
        try:
            meta = (await self._client.get(key))["metadata"]
            if (meta.get("labels") or {}).get(WORKER_UID) != worker_uid:
                return False
            await self._client.delete(key, meta["uid"])
        except ObjectNotFoundError:
            pass
        return True

    def keep(self, namespaces: Collection[str]) -> None:
        """Ends the watches of all other namespaces."""
        for namespace in self._watches.keep(namespaces):
            for key in [key for key in self._known if key.namespace == namespace]:
                self._drop(key)

    async def close(self) -> None:
        await self._watches.close()

    def _watch(self, namespace: str) -> None:
        followed = Followed(Kind.JOB, namespace, selector=WORKER_UID)
        listed, saw = partial(self._listed, namespace), partial(self._saw, namespace)
        self._watches.start(Watch(self._session, followed, listed, saw))

    def _listed(self, namespace: str, items: Sequence[Raw], version: str) -> None:
        """A Job that was made after the list was is not missing from it."""
        listed = {item["metadata"]["name"] for item in items}
        for key, seen in list(self._known.items()):
            gone = key.namespace == namespace and key.name not in listed
            if gone and seen.version <= int(version):
                self._drop(key)
        for item in items:
            self._put(namespace, item)

    def _saw(self, namespace: str, change: str, raw: Raw) -> None:
        if change == "DELETED":
            self._drop(_key(namespace, raw["metadata"]["name"]))
        elif change in ("ADDED", "MODIFIED"):
            self._put(namespace, raw)

    def _put(self, namespace: str, raw: Raw) -> State:
        seen = kubernetes_job.state(raw)
        key = _key(namespace, seen.name)
        before = self._known.get(key)
        if before is None or before.version < seen.version:
            self._known[key] = seen
            self._tell(key)
        return self._known[key]

    def _drop(self, key: ObjectKey) -> None:
        self._known.pop(key, None)
        self._tell(key)

    def _tell(self, key: ObjectKey) -> None:
        for change in self._waiting.pop(key, set()):
            if not change.done():
                change.set_result(None)


def _key(namespace: str, name: str) -> ObjectKey:
    return ObjectKey(Kind.JOB, namespace, name)
