"""Reads the API server's audit log: who did what, counted from any position."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devstack.errors import RecordTimeoutError


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One request. A watch is entered when it begins, everything else when it has been answered.

    With `permitted` its code can be 403 all the same: nothing is created in a namespace that goes.
    """

    user: str
    verb: str
    group: str
    resource: str
    subresource: str
    namespace: str
    name: str
    code: int
    timestamp: str
    user_agent: str = ""
    uri: str = ""
    permitted: bool = True


class AuditLog:
    """The file of one API server. A position is an offset in it and stays valid across restarts."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def position(self) -> int:
        """The end of what is written: entries(position) are those that come after now."""
        try:
            return self._path.stat().st_size
        except FileNotFoundError:
            return 0

    def entries(self, since: int = 0) -> list[AuditEntry]:
        """An answer reaches the client a moment before its entry is written: see wait_for."""
        try:
            with self._path.open("rb") as log:
                log.seek(since)
                text = log.read()
        except FileNotFoundError:
            return []
        whole = text[: text.rfind(b"\n") + 1]
        events = (json.loads(line) for line in whole.splitlines())
        return [_entry(event) for event in events if not _is_end_of_watch(event)]

    def wait_for(
        self,
        matches: Callable[[AuditEntry], bool],
        *,
        count: int = 1,
        since: int = 0,
        timeout: float = 60.0,
    ) -> list[AuditEntry]:
        ends = time.monotonic() + timeout
        while True:
            found = [entry for entry in self.entries(since) if matches(entry)]
            if len(found) >= count:
                return found
            if time.monotonic() > ends:
                raise RecordTimeoutError(
                    f"{count} audit entries were waited for, {len(found)} came in {timeout:.0f} s."
                )
            time.sleep(0.05)


def _is_end_of_watch(event: dict[str, Any]) -> bool:
    return bool(event["verb"] == "watch" and event["stage"] == "ResponseComplete")


def _entry(event: dict[str, Any]) -> AuditEntry:
    target = event.get("objectRef", {})
    return AuditEntry(
        user=event["user"].get("username", ""),
        verb=event["verb"],
        group=target.get("apiGroup", ""),
        resource=target.get("resource", ""),
        subresource=target.get("subresource", ""),
        namespace=target.get("namespace", ""),
        name=target.get("name", ""),
        code=event.get("responseStatus", {}).get("code", 0),
        timestamp=event["stageTimestamp"],
        user_agent=event.get("userAgent", ""),
        uri=event.get("requestURI", ""),
        permitted=event.get("annotations", {}).get("authorization.k8s.io/decision") != "forbid",
    )
