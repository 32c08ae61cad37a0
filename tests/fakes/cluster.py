"""The Kubernetes API in memory: `ports.Cluster` and `ports.ConfigMaps`.

It numbers, locks, merges and deletes as the API server does, remembers every write, and fails
when it is told to. What watches it hears of every change, the own ones included, as a real watch.
"""

import copy
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from zeebe_operator.model import names
from zeebe_operator.model.errors import ClusterError, ConflictError, ObjectNotFoundError
from zeebe_operator.model.names import Kind, ObjectKey

Object = dict[str, Any]
Watcher = Callable[[ObjectKey, Object, bool], None]
"""Key, object, whether it was deleted."""


@dataclass(frozen=True)
class Write:
    """One request that could change something, whether or not it succeeded."""

    verb: str
    key: ObjectKey
    body: Mapping[str, Any]


@dataclass(frozen=True)
class _Failure:
    verb: str
    error: ClusterError
    executed: bool


class MemoryCluster:
    """Every object at its newest version; `writes` and `events` are what was asked of it."""

    def __init__(self) -> None:
        self.objects: dict[ObjectKey, Object] = {}
        self.writes: list[Write] = []
        self.events: list[dict[str, Any]] = []
        self.reads: list[ObjectKey] = []
        self.watchers: list[Watcher] = []
        self.before: Callable[[str, ObjectKey], None] = lambda _verb, _key: None
        """Called at the start of each request: the moment for somebody else to act."""
        self._failures: list[_Failure] = []
        self._numbers = itertools.count(1)

    # What the operator calls.

    async def get(self, key: ObjectKey) -> Object:
        self.reads.append(key)
        self._begin("get", key)
        return copy.deepcopy(self._found(key))

    async def patch(self, key: ObjectKey, patch: Mapping[str, Any]) -> Object:
        return self._patch("patch", key, patch)

    async def patch_status(self, key: ObjectKey, patch: Mapping[str, Any]) -> Object:
        return self._patch("patch_status", key, patch)

    async def create_event(self, namespace: str, event: Mapping[str, Any]) -> str:
        self.events.append(dict(event))
        self._begin("create_event", ObjectKey(Kind.SECRET, namespace, ""))
        return str(len(self.events) - 1)

    async def patch_event(self, namespace: str, name: str, patch: Mapping[str, Any]) -> None:
        self._begin("patch_event", ObjectKey(Kind.SECRET, namespace, ""))
        self.events[int(name)].update(patch)

    # What a test makes happen.

    def fail(
        self, verb: str, error: ClusterError, *, times: int = 1, executed: bool = False
    ) -> None:
        """The next requests end in the error; `executed`: only their answer is lost."""
        self._failures += [_Failure(verb, error, executed)] * times

    def create(
        self,
        kind: Kind,
        name: str,
        spec: Mapping[str, Any] | None = None,
        *,
        namespace: str = "shop",
        **fields: Any,
    ) -> ObjectKey:
        """`fields` go beside the spec (`data`), those called like metadata into it."""
        key = ObjectKey(kind, namespace, name)
        number = next(self._numbers)
        known = ("annotations", "finalizers", "creationTimestamp", "uid")
        metadata = {
            "namespace": namespace,
            "name": name,
            "uid": f"uid-{number}",
            "generation": 1,
            "creationTimestamp": f"2026-01-01T00:{number // 60:02}:{number % 60:02}Z",
            **{field: fields.pop(field) for field in known if field in fields},
        }
        raw: Object = {"metadata": metadata, **fields}
        if spec is not None:
            raw["spec"] = dict(spec)
            raw.setdefault("status", {"observedGeneration": -1})
        self._store(key, raw)
        return key

    def edit(self, key: ObjectKey, **spec: Any) -> None:
        """Sets fields of the spec, as a user would; None removes one."""
        raw = copy.deepcopy(self._found(key))
        raw["spec"] = _merged(raw["spec"], spec)
        raw["metadata"]["generation"] += 1
        self._store(key, raw)

    def annotate(self, key: ObjectKey, annotation: str, value: str | None) -> None:
        raw = copy.deepcopy(self._found(key))
        raw["metadata"] = _merged(raw["metadata"], {"annotations": {annotation: value}})
        self._store(key, raw)

    def set_data(self, key: ObjectKey, **data: str) -> None:
        """Of a ConfigMap or a Secret."""
        raw = copy.deepcopy(self._found(key))
        raw["data"] = data
        self._store(key, raw)

    def set_status(self, key: ObjectKey, status: Mapping[str, Any]) -> None:
        """Replaces it: what a restored backup or a lost write looks like."""
        raw = copy.deepcopy(self._found(key))
        raw["status"] = dict(status)
        self._store(key, raw)

    def delete(self, key: ObjectKey) -> None:
        raw = copy.deepcopy(self._found(key))
        if raw["metadata"].get("finalizers"):
            raw["metadata"]["deletionTimestamp"] = "2026-01-02T00:00:00Z"
            raw["metadata"]["generation"] += 1
            self._store(key, raw)
        else:
            self._drop(key)

    # What a test asks.

    def status(self, key: ObjectKey) -> Object:
        found: Object = self._found(key)["status"]
        return found

    def metadata(self, key: ObjectKey) -> Object:
        found: Object = self._found(key)["metadata"]
        return found

    def intent(self, key: ObjectKey) -> str | None:
        found: str | None = (self.metadata(key).get("annotations") or {}).get(names.INTENT)
        return found

    # How it works.

    def _patch(self, verb: str, key: ObjectKey, patch: Mapping[str, Any]) -> Object:
        self.writes.append(Write(verb, key, copy.deepcopy(patch)))
        failure = self._begin(verb, key)
        answer = self._apply(verb, key, copy.deepcopy(dict(patch)))
        if failure:
            raise failure.error
        return answer

    def _apply(self, verb: str, key: ObjectKey, patch: Object) -> Object:
        before = self._found(key)
        metadata = patch.get("metadata", {})
        locks = ("resourceVersion",) if verb == "patch_status" else ("resourceVersion", "uid")
        for field in locks:  # a uid in a patch of the status is dropped (seen in 1.36)
            if metadata.get(field, before["metadata"][field]) != before["metadata"][field]:
                raise ConflictError(f"{verb} {key}: 409 Conflict")
        part = ("status",) if verb == "patch_status" else ("metadata", "spec")
        after = {**before, **_merged(before, {name: patch.get(name, {}) for name in part})}
        if after != before:
            after = copy.deepcopy(after)
            if after["metadata"].get("deletionTimestamp") and not after["metadata"]["finalizers"]:
                self._drop(key)
            else:
                self._store(key, after)
        return copy.deepcopy(after)

    def _begin(self, verb: str, key: ObjectKey) -> _Failure | None:
        self.before(verb, key)
        failure = next((f for f in self._failures if f.verb == verb), None)
        if failure is None:
            return None
        self._failures.remove(failure)
        if not failure.executed:
            raise failure.error
        return failure

    def _found(self, key: ObjectKey) -> Object:
        if key not in self.objects:
            raise ObjectNotFoundError(f"{key}: 404 NotFound")
        return self.objects[key]

    def _store(self, key: ObjectKey, raw: Object) -> None:
        raw["metadata"]["resourceVersion"] = str(next(self._numbers))
        self.objects[key] = raw
        self._tell(key, raw, deleted=False)

    def _drop(self, key: ObjectKey) -> None:
        raw = self.objects.pop(key)
        raw["metadata"]["resourceVersion"] = str(next(self._numbers))
        self._tell(key, raw, deleted=True)

    def _tell(self, key: ObjectKey, raw: Object, *, deleted: bool) -> None:
        for watcher in self.watchers:
            watcher(key, copy.deepcopy(raw), deleted)


def _merged(target: Any, patch: Any) -> Any:
    """RFC 7386."""
    if not isinstance(patch, Mapping):
        return copy.deepcopy(patch)
    result = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = _merged(result.get(name), value)
    return result
