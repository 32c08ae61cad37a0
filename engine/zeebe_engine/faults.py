"""What befalls a call instead of its answer, when a test has asked for it.

Each fault meets one call, in the order given, unless it says how often.
"""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Final, Literal

import msgspec

from zeebe_engine.engine.refusals import Refusal, Status

ANY: Final = "*"
_MOST: Final = 1_000

When = Literal["before", "after"]


class Broken(Exception):  # noqa: N818 - it is told to a surface, which breaks the connection
    """The connection ends here, in the middle of the call."""


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`call`: an RPC, as PublishMessage, or a method and path, as POST /v2/messages/publication.

    `when`: before it is executed, or after that, before it is answered. `seconds` are waited first,
    whatever the action. `times` 0: until cleared.
    """

    action: Literal["delay", "silence", "status", "break"]
    call: str = ANY
    when: When = "before"
    status: Status = Status.UNAVAILABLE
    text: str = "Stream removed"
    seconds: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 0.0
    times: Annotated[int, msgspec.Meta(ge=0)] = 1

    async def happen(self) -> None:
        await asyncio.sleep(self.seconds)
        match self.action:
            case "silence":
                await asyncio.get_running_loop().create_future()
            case "status":
                raise Refusal(self.status, self.text)
            case "break":
                raise Broken


class Met(msgspec.Struct):
    """A fault, and how many calls it has met."""

    fault: Fault
    met: int = 0

    def meets(self, call: str, when: When) -> bool:
        fault = self.fault
        is_left = fault.times == 0 or self.met < fault.times
        return is_left and fault.when == when and fault.call in (ANY, call)


class Faults:
    def __init__(self) -> None:
        self.is_overloaded = False
        self._all: list[Met] = []

    @property
    def all(self) -> Sequence[Met]:
        return self._all

    def add(self, fault: Fault) -> None:
        """Raises ValueError when there are too many."""
        if len(self._all) >= _MOST:
            raise ValueError(f"There are {_MOST} faults already: clear them first.")
        self._all.append(Met(fault))

    def clear(self) -> None:
        self._all.clear()

    async def before(self, call: str) -> None:
        """`call` has arrived. Raises Refusal and Broken; may take its time, or never return."""
        if self.is_overloaded and _is_command(call):
            raise exhausted()
        await self._meet(call, "before")

    async def after(self, call: str) -> None:
        """`call` was executed, and is to be answered. Raises and waits as `before`."""
        await self._meet(call, "after")

    async def _meet(self, call: str, when: When) -> None:
        found = next((one for one in self._all if one.meets(call, when)), None)
        if found is not None:
            found.met += 1
            await found.fault.happen()


def _is_command(call: str) -> bool:
    """What a gateway answers by itself is never refused for overload."""
    return not (call == "Topology" or call.startswith("GET ") or call.endswith("/search"))


def exhausted() -> Refusal:
    text = (
        "Failed to write client request to partition '1', because the request limit is exhausted."
    )
    return Refusal(Status.RESOURCE_EXHAUSTED, text)
