"""Which ZeebeProcess owns a process id."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from zeebe_operator.model.names import ObjectKey
from zeebe_operator.model.resource import Resource


@dataclass(frozen=True, slots=True)
class ProcessId:
    """A process id within one connection (None: the operator's default) and tenant."""

    connection: ObjectKey | None
    tenant_id: str | None
    bpmn_process_id: str


class Claims:
    """Rebuilt by the passes over all ZeebeProcess resources."""

    def __init__(self) -> None:
        self._claimants: dict[ProcessId, dict[ObjectKey, Resource]] = {}
        self._claimed: dict[ObjectKey, frozenset[ProcessId]] = {}

    def put(self, resource: Resource, ids: Iterable[ProcessId]) -> Collection[ObjectKey]:
        """Replaces what the resource claims. Returns the others whom the change concerns."""
        now, before = frozenset(ids), self._claimed.get(resource.key, frozenset())
        for gone in before - now:
            self._drop(gone, resource.key)
        for claimed in now:
            self._claimants.setdefault(claimed, {})[resource.key] = resource
        if now:
            self._claimed[resource.key] = now
        else:
            self._claimed.pop(resource.key, None)
        return self._others(resource.key, before ^ now)

    def remove(self, key: ObjectKey) -> Collection[ObjectKey]:
        """The resource is gone. Returns the others who claimed the same."""
        before = self._claimed.pop(key, frozenset())
        for gone in before:
            self._drop(gone, key)
        return self._others(key, before)

    def owner(self, claimed: ProcessId) -> ObjectKey:
        """The older one; of two from the same second, the one that claimed it first.

        Raises KeyError when nobody claims it.
        """
        return min(self._claimants[claimed].values(), key=lambda resource: resource.created).key

    def _drop(self, claimed: ProcessId, key: ObjectKey) -> None:
        claimants = self._claimants[claimed]
        claimants.pop(key, None)
        if not claimants:
            del self._claimants[claimed]

    def _others(self, key: ObjectKey, ids: Iterable[ProcessId]) -> Collection[ObjectKey]:
        return {k for i in ids for k in self._claimants.get(i, ()) if k != key}
