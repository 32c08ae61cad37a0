"""The local engine within a test: on real ports, with faults on request, and counted.

async with LocalGateway() as gateway:
    gateway.faults("CreateProcessInstance", lose_reply())
    ...
    assert gateway.calls["CreateProcessInstance"] == 1
"""

from collections import Counter
from dataclasses import replace
from typing import Any, Self

import msgspec

from zeebe_engine.engine.refusals import Status
from zeebe_engine.faults import Fault, Faults, exhausted
from zeebe_engine.generations import GENERATIONS
from zeebe_engine.server import Server
from zeebe_engine.settings import Settings


def refuse(status: Status, text: str) -> Fault:
    return Fault(action="status", status=status, text=text)


def lose_reply() -> Fault:
    """Executed, and the caller never hears of it."""
    return Fault(action="status", when="after")


def delay(seconds: float) -> Fault:
    return Fault(action="delay", seconds=seconds)


def hang(*, executes: bool = False) -> Fault:
    return Fault(action="silence", when="after" if executes else "before")


def overload() -> Fault:
    refusal = exhausted()
    return refuse(refusal.status, refusal.text)


class _Counted(Faults):
    """`calls`: what has arrived, whatever became of it."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: Counter[str] = Counter()

    async def before(self, call: str) -> None:
        self.calls[call] += 1
        await super().before(call)


class LocalGateway:
    """One partition, and answers as of 8.6, where nothing else is asked for.

    The ports and the faults outlive `stop()` and `start()`; what it knew and what it did does not.
    """

    def __init__(self, generation: str = "8.6", **settings: Any) -> None:
        known = {"grpc_port": 0, "rest_port": 0, "partitions": 1, **settings}
        self.settings = Settings(generation=GENERATIONS[generation], **known)
        self._faults = _Counted()
        self._server: Server | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.settings.grpc_port}"

    @property
    def rest_address(self) -> str:
        return f"http://127.0.0.1:{self.settings.rest_port}"

    @property
    def calls(self) -> Counter[str]:
        """By the names of RPCs, and by method and path of REST."""
        return self._faults.calls

    @property
    def records(self) -> list[dict[str, Any]]:
        return self._running.processor.records

    @property
    def created(self) -> list[int]:
        """The keys of the process instances that were created by a command, in order."""
        told = self.happened("PROCESS_INSTANCE_CREATION", "CREATED")
        return [one["value"]["processInstanceKey"] for one in told]

    def happened(self, value_type: str, intent: str) -> list[dict[str, Any]]:
        return [
            one
            for one in self.records
            if (one["recordType"], one["valueType"], one["intent"]) == ("EVENT", value_type, intent)
        ]

    def faults(self, call: str, *faults: Fault) -> None:
        """Each meets one call, in the order given."""
        for fault in faults:
            self._faults.add(msgspec.structs.replace(fault, call=call))

    def always(self, call: str, fault: Fault) -> None:
        self._faults.add(msgspec.structs.replace(fault, call=call, times=0))

    def advance_clock(self, seconds: float) -> None:
        self._running.processor.advance_clock(seconds)

    async def start(self, **changed: Any) -> None:
        """`changed`: settings that are others from now on."""
        server = Server(replace(self.settings, **changed), keeps_records=True)
        server.control = self._faults
        await server.start()
        self.settings = replace(
            server.settings, grpc_port=server.grpc_port, rest_port=server.rest_port
        )
        self._server = server

    async def stop(self) -> None:
        """At once, as a process that is killed."""
        if self._server is not None:
            await self._server.stop()
            self._server = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def _running(self) -> Server:
        assert self._server is not None, "it is not running"
        return self._server
