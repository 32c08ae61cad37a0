"""What a test does to an engine beside ending it: the control port of the local engine.

with engine.control.faults(Fault("silence", "CreateProcessInstance", when="after")):
    ...  # the next instance is created, and nobody hears of it
"""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from devstack.errors import ControlError

ANY: Final = "*"
_TIMEOUT: Final = 30.0


@dataclass(frozen=True, slots=True)
class Fault:
    """What befalls a call instead of its answer: an RPC, or a method and path of the REST API.

    `when`: before the engine has done anything, or after it has done everything. `seconds` pass
    first. A `status`, with its `text`, is what is answered then. `times` is for how many calls: 0
    is for all until the end.
    """

    action: Literal["delay", "silence", "status", "break"]
    call: str = ANY
    when: Literal["before", "after"] = "before"
    status: str = "UNAVAILABLE"
    text: str = "Stream removed"
    seconds: float = 0.0
    times: int = 1


class Control:
    """Raises ControlError where the engine does not do what it is told."""

    def __init__(self, address: str) -> None:
        self._address = address

    @contextmanager
    def faults(self, *faults: Fault) -> Iterator[None]:
        """The first one that fits a call befalls it; afterwards there are none."""
        try:
            for fault in faults:
                self._ask("POST", "/faults", asdict(fault))
            yield
        finally:
            self._ask("DELETE", "/faults")

    def met(self) -> int:
        """How many calls the present faults have befallen."""
        return sum(int(fault["met"]) for fault in self._ask("GET", "/faults"))

    @contextmanager
    def overloaded(self) -> Iterator[None]:
        """Every command is refused with RESOURCE_EXHAUSTED."""
        self._ask("POST", "/overload", {"on": True})
        try:
            yield
        finally:
            self._ask("POST", "/overload", {"on": False})

    def freeze(self, seconds: float) -> None:
        """Its connections stay open, and nothing is answered. Returns at once."""
        self._ask("POST", "/freeze", {"seconds": seconds})

    def lose_data(self) -> None:
        """It knows nothing any more, as a cluster that was installed anew; keys begin again."""
        self._ask("POST", "/lose-data", {})

    def advance_clock(self, seconds: float) -> None:
        """Timers, leases and times to live become due so much earlier."""
        self._ask("POST", "/clock", {"advance": seconds})

    def state(self) -> dict[str, Any]:
        """`position` of the last command, and a `digest` of all that the engine knows."""
        found: dict[str, Any] = self._ask("GET", "/state")
        return found

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(
            self._address + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            said = error.read().decode(errors="replace").strip()
            raise ControlError(f"The engine refuses {method} {path}: {said}") from error
        except OSError as error:
            raise ControlError(
                f"The engine does not answer {method} {path} on {self._address}: {error}."
            ) from error
