"""A pool of real clients that writes down what it reports."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.zeebe.call import Backoff
from zeebe_operator.zeebe.client import GatewayClient
from zeebe_operator.zeebe.connection import Times
from zeebe_operator.zeebe.pool import GatewayPool

LONG = 20.0
"""Seconds after which a test gives up; no test takes them."""

QUICK = Backoff(first=0.001, longest=0.01, in_all=0.2)


async def eventually(happens: Callable[[], object]) -> None:
    async with asyncio.timeout(LONG):
        while not happens():  # noqa: ASYNC110 - what happens, happens in another process or thread
            await asyncio.sleep(0.01)


@dataclass(slots=True)
class Rig:
    times: Times = field(default_factory=Times)
    observed: list[tuple[str, str]] = field(default_factory=list)
    changes: list[tuple[str, bool]] = field(default_factory=list)
    pool: GatewayPool = field(init=False)

    def __post_init__(self) -> None:
        self.pool = GatewayPool(self._observe, self._on_change, QUICK, self.times)

    def _observe(self, gateway: str, rpc: str, code: str, seconds: float) -> None:
        assert gateway
        assert seconds >= 0
        self.observed.append((rpc, code))

    def _on_change(self, settings: GatewaySettings, up: bool) -> None:
        self.changes.append((settings.address, up))

    def settings(
        self, address: str, request_timeout: float = LONG, rest_address: str | None = None
    ) -> GatewaySettings:
        return GatewaySettings(
            address, plaintext=True, request_timeout=request_timeout, rest_address=rest_address
        )

    def client(self, address: str, request_timeout: float = LONG) -> GatewayClient:
        return self.pool.get(self.settings(address, request_timeout))
