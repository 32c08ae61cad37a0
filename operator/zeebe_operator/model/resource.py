"""One custom resource as the rest of the operator sees it: typed identity, raw spec and status."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zeebe_operator.model import names
from zeebe_operator.model.names import Kind, ObjectKey


@dataclass(frozen=True, slots=True)
class Resource:
    """A snapshot. `created` is the API server's own RFC 3339 text, comparable as text."""

    key: ObjectKey
    uid: str
    resource_version: str
    generation: int
    created: str
    deleting: bool
    finalizers: tuple[str, ...]
    annotations: Mapping[str, str]
    spec: Mapping[str, Any]
    status: Mapping[str, Any]

    @property
    def request(self) -> str | None:
        """The value of the annotation that asks for a reconcile now."""
        return self.annotations.get(names.REQUESTED_AT)

    @property
    def observed(self) -> bool:
        """Whether `status` speaks of this very spec and of the last request."""
        return (
            self.status.get("observedGeneration") == self.generation
            and self.status.get("lastHandledRequest") == self.request
        )

    def condition(self, kind: str) -> Mapping[str, Any]:
        """The condition of that type, or an empty one."""
        found = (c for c in self.status.get("conditions", ()) if c.get("type") == kind)
        return next(found, {})

    def is_true(self, kind: str) -> bool:
        """Whether a condition of that type holds."""
        return bool(self.condition(kind).get("status") == "True")

    def asks_the_same_as(self, other: "Resource") -> bool:
        """Whether a reconciler would decide the same for both, were their status equal."""
        return (
            self.uid == other.uid
            and self.generation == other.generation
            and self.deleting == other.deleting
            and self.finalizers == other.finalizers
            and self.annotations == other.annotations
        )


def of(kind: Kind, raw: Mapping[str, Any]) -> Resource:
    """From what the API server sent. Foreign annotations are dropped: they can be large."""
    meta = raw["metadata"]
    ours = f"{names.GROUP}/"
    annotations = meta.get("annotations") or {}
    return Resource(
        key=ObjectKey(kind, meta["namespace"], meta["name"]),
        uid=meta["uid"],
        resource_version=meta["resourceVersion"],
        generation=meta.get("generation", 0),
        created=meta.get("creationTimestamp") or "",
        deleting=bool(meta.get("deletionTimestamp")),
        finalizers=tuple(meta.get("finalizers") or ()),
        annotations={k: v for k, v in annotations.items() if k.startswith(ours)},
        spec=raw.get("spec") or {},
        status=raw.get("status") or {},
    )
