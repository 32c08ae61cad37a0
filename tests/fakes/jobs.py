"""Kubernetes Jobs in memory: `ports.Jobs`. A test plays the kubelet.

It names, locks and deletes as the API server does, and remembers what was created.
"""

import asyncio
import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from zeebe_operator.model import kubernetes_job
from zeebe_operator.model.errors import (
    ClusterError,
    ConflictError,
    RefusedByClusterError,
)
from zeebe_operator.model.kubernetes_job import State
from zeebe_operator.model.names import REPORTED, WORKER_UID

Raw = dict[str, Any]


class MemoryJobs:
    """`created` counts the Jobs of each name, `secrets` has what their pods mount."""

    def __init__(self) -> None:
        self.jobs: dict[str, Raw] = {}
        self.secrets: dict[str, Mapping[str, Any]] = {}
        self.created: Counter[str] = Counter()
        self.pods_of: dict[str, list[Raw]] = {}
        """By the uid of the Job."""
        self.refusal: ClusterError | None = None
        """With which every Job is refused."""
        self.failures: list[ClusterError] = []
        """With which the next requests end."""
        self._numbers = itertools.count(1)
        self._changed = asyncio.Event()

    # What the operator calls.

    async def check(self, namespace: str, manifest: Mapping[str, Any]) -> None:
        self._begin()
        if self.refusal:
            raise self.refusal

    async def create(self, namespace: str, manifest: Mapping[str, Any]) -> State:
        await self.check(namespace, manifest)
        name = manifest["metadata"]["name"]
        if name in self.jobs:
            raise ConflictError(f"{name} exists")
        self.created[name] += 1
        meta = {**manifest["metadata"], "uid": f"uid-{next(self._numbers)}"}
        return self._store({**manifest, "metadata": meta})

    async def of_worker(self, namespace: str, uid: str) -> Sequence[State]:
        self._begin()
        return self.known(namespace, uid)

    def known(self, namespace: str, uid: str) -> Sequence[State]:
        states = (kubernetes_job.state(raw) for raw in self.jobs.values())
        return [seen for seen in states if seen.worker_uid == uid]

    async def finished(self, namespace: str, name: str, uid: str) -> State | None:
        while True:
            changed = self._changed
            raw = self.jobs.get(name)
            if raw is None or raw["metadata"]["uid"] != uid:
                return None
            if (seen := kubernetes_job.state(raw)).finished:
                return seen
            await changed.wait()

    async def pods(self, namespace: str, uid: str) -> Sequence[Mapping[str, Any]]:
        self._begin()
        return self.pods_of.get(uid, [])

    async def annotate(self, namespace: str, name: str, annotations: Mapping[str, str]) -> None:
        self._begin()
        if raw := self.jobs.get(name):
            meta = raw["metadata"]
            known = {**meta.get("annotations", {}), **annotations}
            self._store({**raw, "metadata": {**meta, "annotations": known}})

    async def delete(self, namespace: str, name: str, uid: str) -> None:
        self._begin()
        if name in self.jobs and self.jobs[name]["metadata"]["uid"] == uid:
            self.lose(name)

    async def create_secret(self, namespace: str, manifest: Mapping[str, Any]) -> None:
        self._begin()
        meta = manifest["metadata"]
        if not await self.delete_secret(namespace, meta["name"], meta["labels"][WORKER_UID]):
            raise RefusedByClusterError("it belongs to somebody else")
        self.secrets[meta["name"]] = manifest

    async def delete_secret(self, namespace: str, name: str, worker_uid: str) -> bool:
        self._begin()
        found = self.secrets.get(name)
        if found and found["metadata"]["labels"].get(WORKER_UID) != worker_uid:
            return False
        self.secrets.pop(name, None)
        return True

    # What a test makes happen.

    def end(self, name: str, how: str = "Complete", **terminated: Any) -> None:
        """The Job ends; `terminated` is what is known of its container."""
        raw = self.jobs[name]
        condition = {
            "type": how,
            "status": "True",
            "reason": "BackoffLimitExceeded" if how == "Failed" else "",
            "lastTransitionTime": f"2026-01-01T00:00:{next(self._numbers):02}Z",
        }
        if terminated:
            self.pods_of[raw["metadata"]["uid"]] = [pod(**terminated)]
        self._store({**raw, "status": {"conditions": [condition]}})

    def lose(self, name: str) -> None:
        """Somebody deletes it."""
        del self.jobs[name]
        self._tell()

    def is_reported(self, name: str) -> bool:
        return REPORTED in self.jobs[name]["metadata"].get("annotations", {})

    def _begin(self) -> None:
        if self.failures:
            raise self.failures.pop(0)

    def _store(self, raw: Raw) -> State:
        raw["metadata"]["resourceVersion"] = str(next(self._numbers))
        self.jobs[raw["metadata"]["name"]] = raw
        self._tell()
        return kubernetes_job.state(raw)

    def _tell(self) -> None:
        """Everybody who waits, also those whose turn came before."""
        self._changed.set()
        self._changed = asyncio.Event()


def pod(**terminated: Any) -> Raw:
    """One whose only container has ended."""
    return {
        "metadata": {"name": "pod"},
        "spec": {"containers": [{"name": "c"}]},
        "status": {"containerStatuses": [{"name": "c", "state": {"terminated": terminated}}]},
    }
