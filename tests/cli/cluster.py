"""A cluster in memory, which answers as the API server was seen to, for the tests of commands."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from zeebe_operator.cli.cluster import OWN_KINDS, Row
from zeebe_operator.model import conditions, resource, times
from zeebe_operator.model.errors import ObjectNotFoundError
from zeebe_operator.model.names import Kind
from zeebe_operator.model.outcome import Ready, Stalled, Waiting
from zeebe_operator.model.resource import Resource

NOW = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)

Outcome = Ready | Waiting | Stalled
Raw = dict[str, Any]


class FakeCluster:
    """`then` is what the operator makes of everything that is created or patched."""

    def __init__(self, namespace: str = "shop") -> None:
        self.namespace = namespace
        self.kinds = list(OWN_KINDS)
        self.objects: dict[tuple[Kind, str, str], Raw] = {}
        self.config_maps: dict[str, Mapping[str, Any]] = {}
        self.patches: list[tuple[Kind, str, Mapping[str, Any]]] = []
        self.created: list[Resource] = []
        self.then: Outcome | None = None

    def add(
        self,
        kind: Kind,
        name: str,
        outcome: Outcome | None = None,
        *,
        namespace: str = "shop",
        ago: float = 300.0,
        **spec: Any,
    ) -> None:
        """A resource that is there, and in its state, since `ago` seconds."""
        since = times.text(NOW - timedelta(seconds=ago))
        raw = _raw(namespace, {"name": name}, spec, since)
        self.objects[kind, namespace, name] = raw
        self._judge(kind, raw, outcome, since)

    def words(self) -> Mapping[str, Kind]:
        full = {str(kind).lower(): kind for kind in self.kinds}
        return {**full, **{"z" + kind.lower()[5:9]: kind for kind in self.kinds}}

    def list(self, kind: Kind, namespace: str | None) -> Sequence[Row]:
        found = (
            resource.of(kind, raw)
            for key, raw in self.objects.items()
            if key[0] is kind and namespace in (None, key[1])
        )
        return [Row(each, _columns(each)) for each in found]

    def get(self, kind: Kind, name: str) -> Resource:
        return resource.of(kind, self._found(kind, name))

    def create(self, kind: Kind, metadata: Mapping[str, Any], spec: Mapping[str, Any]) -> Resource:
        name = metadata.get("name") or f"{metadata['generateName']}x7k2p"
        raw = _raw(self.namespace, {"name": name}, dict(spec), times.text(NOW))
        self.objects[kind, self.namespace, name] = raw
        made = resource.of(kind, raw)
        self.created.append(made)
        self._judge(kind, raw, self.then, times.text(NOW))
        return made

    def patch(self, kind: Kind, name: str, patch: Mapping[str, Any]) -> Resource:
        raw = self._found(kind, name)
        self.patches.append((kind, name, patch))
        raw["spec"].update(patch.get("spec", {}))
        raw["metadata"]["annotations"] = patch.get("metadata", {}).get("annotations", {})
        made = resource.of(kind, raw)
        self._judge(kind, raw, self.then, times.text(NOW))
        return made

    def config_map(self, name: str) -> Mapping[str, Any]:
        return self.config_maps[name]

    def _found(self, kind: Kind, name: str) -> Raw:
        try:
            return self.objects[kind, self.namespace, name]
        except KeyError:
            raise ObjectNotFoundError(f"{kind.plural} {name!r} not found") from None

    def _judge(self, kind: Kind, raw: Raw, outcome: Outcome | None, now: str) -> None:
        if outcome is not None:
            raw["status"] = conditions.status_of(
                resource.of(kind, raw), outcome, one_shot=False, initial={}, now=now
            )


def _raw(namespace: str, metadata: Raw, spec: Raw, created: str) -> Raw:
    identity = {
        "namespace": namespace,
        "uid": f"{namespace}-{metadata['name']}",
        "resourceVersion": "1",
        "generation": 1,
        "creationTimestamp": created,
        **metadata,
    }
    return {"metadata": identity, "spec": spec, "status": {}}


def _columns(found: Resource) -> dict[str, str]:
    """As some CRD might name them."""
    shown = {"Name": found.key.name, "Version": found.status.get("version"), "Ready": "?"}
    return {name: str(value) for name, value in shown.items() if value is not None}
