"""Which ZeebeProcess owns a process id: the older one, and after a tie the one that deployed it."""

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
        """Raises KeyError when nobody claims it."""
        claimants = self._claimants[claimed].values()
        return min(claimants, key=lambda resource: _rank(resource, claimed)).key

    def _drop(self, claimed: ProcessId, key: ObjectKey) -> None:
        claimants = self._claimants[claimed]
        claimants.pop(key, None)
        if not claimants:
            del self._claimants[claimed]

    def _others(self, key: ObjectKey, ids: Iterable[ProcessId]) -> Collection[ObjectKey]:
        return {k for i in ids for k in self._claimants.get(i, ()) if k != key}


def _rank(resource: Resource, claimed: ProcessId) -> tuple[str, bool, str]:
    deployed = resource.status.get("processes") or ()
    has_it = any(p.get("bpmnProcessId") == claimed.bpmn_process_id for p in deployed)
    return resource.created, not has_it, resource.uid
