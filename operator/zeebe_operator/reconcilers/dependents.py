"""Who waits for what: the reason why an arrival wakes the waiting at once."""

from collections.abc import Collection, Hashable, Iterable

from zeebe_operator.model.names import ObjectKey

Reference = Hashable
"""An ObjectKey, or a value for a thing outside the cluster (a gateway, a process id)."""


class Dependents:
    """An index in both directions, rebuilt for one resource by each of its passes.

    A pass adds what it looks at as it goes, so that no change is missed while it is under way.
    """

    def __init__(self) -> None:
        self._looked_at: dict[ObjectKey, frozenset[Reference]] = {}
        self._waiting: dict[Reference, set[ObjectKey]] = {}

    def add(self, key: ObjectKey, reference: Reference) -> None:
        """The pass that is under way over `key` looks at `reference` from now on."""
        self._looked_at[key] = self._looked_at.get(key, frozenset()) | {reference}
        self._waiting.setdefault(reference, set()).add(key)

    def set(self, key: ObjectKey, references: Iterable[Reference]) -> None:
        """What the last pass over `key` looked at; nothing: `key` is gone."""
        now = frozenset(references)
        before = self._looked_at.pop(key, frozenset())
        for gone in before - now:
            self._forget(gone, key)
        for new in now - before:
            self._waiting.setdefault(new, set()).add(key)
        if now:
            self._looked_at[key] = now

    def of(self, reference: Reference) -> Collection[ObjectKey]:
        """The resources whose last pass, or one under way, looked at `reference`."""
        return tuple(self._waiting.get(reference, ()))

    def references(self) -> Iterable[Reference]:
        """Everything that somebody looks at."""
        return self._waiting.keys()

    def _forget(self, reference: Reference, key: ObjectKey) -> None:
        waiting = self._waiting[reference]
        waiting.discard(key)
        if not waiting:
            del self._waiting[reference]
