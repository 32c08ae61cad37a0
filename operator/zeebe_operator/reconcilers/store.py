"""The newest known snapshot of every resource: filled by watches and by answers to our patches."""

from collections.abc import Collection, Iterable, Iterator

from zeebe_operator.model import names
from zeebe_operator.model.names import Kind, ObjectKey
from zeebe_operator.model.resource import Resource


class Store:
    """Never older than what it has seen: a late event does not overwrite a fresh answer."""

    def __init__(self) -> None:
        self._resources: dict[ObjectKey, Resource] = {}

    def get(self, key: ObjectKey) -> Resource | None:
        return self._resources.get(key)

    def all(self) -> Iterable[Resource]:
        return self._resources.values()

    def of_kind(self, kind: Kind) -> Iterator[Resource]:
        return (resource for key, resource in self._resources.items() if key.kind is kind)

    def put(self, resource: Resource) -> Resource | None:
        """Keeps it unless a newer one is here. Returns what was here before.

        Returns the resource itself if it brings nothing new.
        """
        before = self._resources.get(resource.key)
        if before and _version(before) >= _version(resource):
            return resource
        self._resources[resource.key] = resource
        return before

    def refresh(self, answer: Resource) -> None:
        """Keeps the answer to a patch; what a watch has removed meanwhile stays removed."""
        before = self._resources.get(answer.key)
        if before and before.uid == answer.uid:
            self.put(answer)

    def remove(self, key: ObjectKey, uid: str) -> bool:
        """Forgets it, unless another object of that name is here already."""
        before = self._resources.get(key)
        if before is None or before.uid != uid:
            return False
        del self._resources[key]
        return True

    def connection_of(self, resource: Resource) -> ObjectKey | None:
        """The ZeebeConnection that it uses, there or not; None: the operator's own."""
        name = (resource.spec.get("connectionRef") or {}).get("name")
        key = ObjectKey(Kind.CONNECTION, resource.key.namespace, name or names.DEFAULT_CONNECTION)
        return key if name or key in self._resources else None

    def missing_from(
        self, kind: Kind, namespace: str | None, listed: Collection[ObjectKey]
    ) -> list[Resource]:
        """What a complete list of a namespace (None: of all) does not hold any more."""
        return [
            resource
            for resource in self.of_kind(kind)
            if namespace in (None, resource.key.namespace) and resource.key not in listed
        ]


def _version(resource: Resource) -> int:
    """Resource versions are comparable integers (documented since Kubernetes 1.35)."""
    return int(resource.resource_version)
