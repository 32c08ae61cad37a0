"""The search side: takes what happened, shows it `lag` seconds later, as a real cluster does."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Self

import msgspec

from zeebe_engine.engine.events import Event
from zeebe_engine.reading import projection
from zeebe_engine.reading.fields import Collection, Document
from zeebe_engine.reading.filters import compiled
from zeebe_engine.reading.pages import Order, Page, Query, paged
from zeebe_engine.reading.store import Documents, Store

ENDED_LIMIT: Final = 10_000
"""A dozen documents of about a kilobyte each belong to an instance."""


class _Snapshot(msgspec.Struct):
    position: int
    documents: Documents
    ended: list[str]
    waiting: list[Event]


class Index:
    """`lag`: seconds; `now`: seconds of a clock that only goes on.

    What happened to the `ended_limit` process instances that ended last can be read, and to all
    that run.
    """

    def __init__(
        self, lag: float, now: Callable[[], float], *, ended_limit: int = ENDED_LIMIT
    ) -> None:
        self.position = -1
        """Of the last command whose events were taken: those up to it are not taken again."""
        self._lag = lag
        self._now = now
        self._store = Store(ended_limit)
        self._waiting: deque[tuple[float, Sequence[Event]]] = deque()

    def take(self, position: int, events: Sequence[Event]) -> None:
        if position <= self.position:
            return
        self.position = position
        self._waiting.append((self._now() + self._lag, events))
        self._catch_up()

    def forget(self) -> None:
        """Everything is gone, and positions begin anew."""
        self.position = -1
        self._store.clear()
        self._waiting.clear()

    def get(self, of: Collection, key: str) -> Document | None:
        self._catch_up()
        return self._store.get(of.name, key)

    def search(
        self, of: Collection, query: Query, minor: int, *, within: str | None = None
    ) -> Page:
        """`within`: a process instance; of that and of those that it called. Raises Refusal."""
        self._catch_up()
        test = compiled(query.filter, of, minor, self._store.variables_of)
        order = Order(query.sort, of, minor)
        instances = query.filter if within is None else within
        return paged(filter(test, self._candidates(of, instances)), order, query.page)

    def snapshot(self) -> bytes:
        waiting = [event for _, events in self._waiting for event in events]
        store = self._store
        return msgspec.msgpack.encode(
            _Snapshot(self.position, store.documents, list(store.ended), waiting)
        )

    @classmethod
    def restore(
        cls,
        data: bytes,
        lag: float,
        now: Callable[[], float],
        *,
        ended_limit: int = ENDED_LIMIT,
    ) -> Self:
        """What was not visible yet will be after the whole lag."""
        snapshot = msgspec.msgpack.decode(data, type=_Snapshot)
        index = cls(lag, now, ended_limit=ended_limit)
        index._store.load(snapshot.documents, snapshot.ended)
        index.take(snapshot.position, snapshot.waiting)
        return index

    def _catch_up(self) -> None:
        now = self._now()
        while self._waiting and self._waiting[0][0] <= now:
            for event in self._waiting.popleft()[1]:
                projection.take(self._store, event)

    def _candidates(self, of: Collection, asked: Mapping[str, Any] | str) -> Iterable[Document]:
        """Fewer than all, where the filter says which process instance."""
        if isinstance(asked, str):
            return [
                document
                for instance in self._store.family(asked)
                for document in self._store.of_instance(instance, of.name)
            ]
        instance = asked.get("processInstanceKey")
        if isinstance(instance, dict):
            instance = instance.get("$eq")
        if isinstance(instance, str) and "processInstanceKey" in of.fields:
            return self._store.of_instance(instance, of.name)
        return self._store.documents[of.name].values()
