"""Writes Events. The same one again raises the count of the first: one write either way, and a
resource that goes back and forth leaves a few events in etcd, not thousands."""

import logging
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zeebe_operator.model.errors import ClusterError, ObjectNotFoundError
from zeebe_operator.model.outcome import Ready, Removed, Stalled, Waiting
from zeebe_operator.model.resource import Resource
from zeebe_operator.ports import Cluster
from zeebe_operator.reconcilers import notices

logger = logging.getLogger(__name__)

_REMEMBERED = 1000
"""Events at most; forgetting one costs a second event."""

_Sameness = tuple[str, ...]


@dataclass(slots=True)
class _Told:
    name: str
    count: int = 1


class Announcer:
    """Best effort: the status has the same and more."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._told: OrderedDict[_Sameness, _Told] = OrderedDict()

    async def tell(
        self, resource: Resource, outcome: Ready | Waiting | Stalled | Removed, now: str
    ) -> None:
        event = notices.event(resource, outcome, now)
        if event is None:
            return
        same = (resource.uid, event["type"], event["reason"], event["message"])
        try:
            if not await self._repeat(same, resource.key.namespace, now):
                await self._begin(same, resource.key.namespace, event)
        except ClusterError as error:
            logger.debug("no event for %s: %s", resource.key, type(error).__name__)

    async def _repeat(self, same: _Sameness, namespace: str, now: str) -> bool:
        """False: it was not told before, or is gone; the API server keeps events for an hour."""
        told = self._told.get(same)
        if told is None:
            return False
        patch = {"count": told.count + 1, "lastTimestamp": now}
        try:
            await self._cluster.patch_event(namespace, told.name, patch)
        except ObjectNotFoundError:
            return False
        told.count += 1
        self._told.move_to_end(same)
        return True

    async def _begin(self, same: _Sameness, namespace: str, event: Mapping[str, Any]) -> None:
        self._told[same] = _Told(await self._cluster.create_event(namespace, event))
        if len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)
