"""Every record of the engine: what it was told, what it did, what it refused.

Tests count these instead of trusting a mock. They come from the broker's Elasticsearch exporter
through listener.py, in the order of the engine's log.
"""

import json
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from devstack.errors import EngineUnavailableError, RecordTimeoutError

SETTLE_MARK = "devstack-settle-"
_BULKY = frozenset({"DEPLOYMENT", "PROCESS", "DECISION_REQUIREMENTS", "FORM"})


@dataclass(frozen=True, slots=True)
class Record:
    partition: int
    position: int
    key: int
    record_type: str
    value_type: str
    intent: str
    rejection_type: str
    rejection_reason: str
    timestamp: int
    raw_value: bytes

    @property
    def value(self) -> dict[str, Any]:
        """A fresh copy at each call; kept as text because a benchmark holds very many of them."""
        parsed: dict[str, Any] = json.loads(self.raw_value)
        return parsed


Matches = Callable[[Record], bool]


class RecordLog:
    """Thread-safe. `limit` keeps only the newest, for environments that run for days."""

    def __init__(self, limit: int | None = None) -> None:
        self._limit = limit
        self._arrived = threading.Condition()
        self._records: dict[tuple[int, int], Record] = {}
        self._highest: dict[int, int] = {}
        self._marks: set[str] = set()
        self._mark: Callable[[str], None] | None = None

    def add(self, documents: Iterable[dict[str, Any]]) -> None:
        """The exporter sends again what it is not sure of, after a restart for example."""
        with self._arrived:
            for document in documents:
                partition, position = document["partitionId"], document["position"]
                if position <= self._highest.get(partition, -1):
                    continue
                self._highest[partition] = position
                if not self._is_mark(document):
                    self._records[partition, position] = _record(document)
            if self._limit is not None:
                while len(self._records) > self._limit:
                    del self._records[next(iter(self._records))]
            self._arrived.notify_all()

    def all(
        self,
        value_type: str | None = None,
        intent: str | None = None,
        record_type: str | None = None,
    ) -> list[Record]:
        return self.matching(_filter(value_type, intent, record_type))

    def matching(self, matches: Matches) -> list[Record]:
        with self._arrived:
            snapshot = list(self._records.values())
        return [record for record in snapshot if matches(record)]

    def wait_for(
        self,
        matches: Matches | None = None,
        *,
        value_type: str | None = None,
        intent: str | None = None,
        record_type: str | None = None,
        count: int = 1,
        timeout: float = 60.0,
    ) -> list[Record]:
        """At least `count` records that pass both the predicate and the filters."""
        passes = _filter(value_type, intent, record_type)
        ends = time.monotonic() + timeout
        while True:
            with self._arrived:
                seen = dict(self._highest)
            found = [r for r in self.matching(passes) if matches is None or matches(r)]
            if len(found) >= count:
                return found
            self._wait_for_news(seen, ends, f"{count} records were waited for, {len(found)} came")

    def settle(self, timeout: float = 120.0) -> None:
        """Returns when everything that the engine had done before this call is here.

        A signal that nobody listens to is sent as a mark: a partition exports its log in order, so
        what came before the mark is here when the mark is.
        """
        send = self._mark
        if send is None:
            raise RecordTimeoutError("No broker is connected to this record log.")
        mark = f"{SETTLE_MARK}{time.monotonic_ns()}"
        ends = time.monotonic() + timeout
        _insist(lambda: send(mark), ends)
        while True:
            with self._arrived:
                if mark in self._marks:
                    self._marks.discard(mark)
                    return
                seen = dict(self._highest)
            self._wait_for_news(seen, ends, "The engine's records were not exported")

    def marks_with(self, send_signal: Callable[[str], None]) -> None:
        self._mark = send_signal

    def _wait_for_news(self, seen: dict[int, int], ends: float, what: str) -> None:
        with self._arrived:
            while self._highest == seen:
                left = ends - time.monotonic()
                if left <= 0:
                    raise RecordTimeoutError(f"{what} before the time was up.")
                self._arrived.wait(left)

    def _is_mark(self, document: dict[str, Any]) -> bool:
        if document["valueType"] != "SIGNAL":
            return False
        name: str = document["value"].get("signalName", "")
        if not name.startswith(SETTLE_MARK):
            return False
        if document["intent"] == "BROADCASTED":
            self._marks.add(name)
        return True


def _insist(send: Callable[[], None], ends: float) -> None:
    """A broker under load refuses; a mark that is sent twice does no harm."""
    while True:
        try:
            send()
        except EngineUnavailableError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.2)
        else:
            return


def _filter(value_type: str | None, intent: str | None, record_type: str | None) -> Matches:
    def passes(record: Record) -> bool:
        return (
            value_type in (None, record.value_type)
            and intent in (None, record.intent)
            and record_type in (None, record.record_type)
        )

    return passes


def _record(document: dict[str, Any]) -> Record:
    value = document["value"]
    if document["valueType"] in _BULKY:
        value = _without_content(value)
    return Record(
        partition=document["partitionId"],
        position=document["position"],
        key=document["key"],
        record_type=sys.intern(document["recordType"]),
        value_type=sys.intern(document["valueType"]),
        intent=sys.intern(document["intent"]),
        rejection_type=sys.intern(document["rejectionType"]),
        rejection_reason=document["rejectionReason"],
        timestamp=document["timestamp"],
        raw_value=json.dumps(value).encode(),
    )


def _without_content(value: dict[str, Any]) -> dict[str, Any]:
    """Without the bytes of the BPMN, which would fill the memory of a long run."""
    slim = {name: part for name, part in value.items() if name != "resource"}
    if "resources" in slim:
        slim["resources"] = [
            {name: part for name, part in resource.items() if name != "resource"}
            for resource in slim["resources"]
        ]
    return slim
