"""Every record of the engine: what it was told, what it did, what it refused.

Tests count these instead of trusting a mock. The engine writes the records of a command, as lines
of JSON, before it answers that command: whoever has an answer finds its records here.
"""

import json
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devstack.errors import RecordTimeoutError

_POLL = 0.05
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
    """Of the file that an engine appends to; each call reads on from where the last one ended.

    Thread-safe.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._records: list[Record] = []
        self._read_to = 0
        self._lock = threading.Lock()

    def all(
        self,
        value_type: str | None = None,
        intent: str | None = None,
        record_type: str | None = None,
    ) -> list[Record]:
        return self.matching(_filter(value_type, intent, record_type))

    def matching(self, matches: Matches) -> list[Record]:
        with self._lock:
            self._read_on()
            snapshot = list(self._records)
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
            found = [r for r in self.matching(passes) if matches is None or matches(r)]
            if len(found) >= count:
                return found
            if time.monotonic() > ends:
                raise RecordTimeoutError(
                    f"{count} records were waited for, {len(found)} came before the time was up."
                )
            time.sleep(_POLL)

    def _read_on(self) -> None:
        """The last line may be unfinished: it is left for the next time."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(self._read_to)
            for line in file:
                if not line.endswith(b"\n"):
                    return
                self._read_to += len(line)
                self._records.append(_record(json.loads(line)))


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
