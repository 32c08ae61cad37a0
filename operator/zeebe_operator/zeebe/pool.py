"""`ports.Gateways`: one connection for each distinct settings, opened on demand."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.model.limiter import Limit
from zeebe_operator.zeebe import tls
from zeebe_operator.zeebe.call import Backoff, Observe
from zeebe_operator.zeebe.client import GatewayClient
from zeebe_operator.zeebe.connection import Connection, OnChange, Times
from zeebe_operator.zeebe.rest import RestReader

ObserveAll = Callable[[str, str, str, float], None]
"""Like Observe, with the address of the gateway before it."""


@dataclass(frozen=True, slots=True)
class _Member:
    connection: Connection
    client: GatewayClient


def _reader(connection: Connection, observe: Observe) -> RestReader | None:
    """With the credentials and the certificates of the connection, if it names a REST API."""
    settings = connection.settings
    if settings.rest_address is None:
        return None
    return RestReader(
        settings.rest_address,
        settings.request_timeout,
        observe,
        connection.authorization,
        tls.context(settings.tls),
    )


class GatewayPool:
    """Belongs to one event loop, as its connections do."""

    def __init__(
        self,
        observe: ObserveAll,
        on_change: OnChange,
        backoff: Backoff = Backoff(),  # noqa: B008 - frozen
        times: Times = Times(),  # noqa: B008 - frozen
    ) -> None:
        self._observe = observe
        self._on_change = on_change
        self._backoff = backoff
        self._times = times
        self._members: dict[GatewaySettings, _Member] = {}
        self._closing: set[asyncio.Task[None]] = set()

    def check(self, settings: GatewaySettings) -> None:
        tls.check(settings.tls)

    def get(self, settings: GatewaySettings) -> GatewayClient:
        if settings not in self._members:
            connection = Connection(settings, self._on_change, self._times)
            observe = partial(self._observe, settings.address)
            reader = _reader(connection, observe)
            client = GatewayClient(connection, observe, self._backoff, reader)
            self._members[settings] = _Member(connection, client)
        return self._members[settings].client

    def limit(self, settings: GatewaySettings) -> int:
        member = self._members.get(settings)
        return (member.connection.limit if member else Limit()).calls

    def is_up(self, settings: GatewaySettings) -> bool | None:
        member = self._members.get(settings)
        return member.connection.up if member else None

    def keep(self, wanted: Collection[GatewaySettings]) -> None:
        """Closes all the others in the background; their calls under way still finish."""
        for settings in self._members.keys() - set(wanted):
            client = self._members.pop(settings).client
            closing = asyncio.create_task(client.close())
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        self.keep(())
        await asyncio.gather(*self._closing)
