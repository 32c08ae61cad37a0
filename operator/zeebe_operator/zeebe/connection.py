"""One gateway, kept in reach: reconnects by itself, knows whether it is up, tells changes."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import grpc.aio
from grpc import ChannelConnectivity

from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.model.errors import GatewayError, GatewayUnavailableError, TlsError
from zeebe_operator.model.limiter import Limit
from zeebe_operator.zeebe import authorization, channel, diagnosis, errors
from zeebe_operator.zeebe.pb import gateway_pb2 as pb
from zeebe_operator.zeebe.pb import gateway_pb2_grpc

OnChange = Callable[[GatewaySettings, bool], None]


@dataclass(frozen=True, slots=True)
class Times:
    """All in seconds."""

    patience: float = 1.0
    """How long a caller waits for a connection that is being made."""

    renewal: float = 5.0
    """How long without success until the channel is made anew. gRPC lets a name that does not
    resolve rest for up to two minutes, whatever the options say; a new channel asks at once."""

    grace: float = 1.0
    """How long beyond the deadline of a call until a channel is closed whatever is under way."""


_UP: Final = ChannelConnectivity.READY
_DOWN: Final = ChannelConnectivity.TRANSIENT_FAILURE
_ON_THE_WAY: Final = (ChannelConnectivity.IDLE, ChannelConnectivity.CONNECTING)


class Connection:
    """Shared by everybody who uses a gateway; made inside of a running event loop."""

    def __init__(self, settings: GatewaySettings, on_change: OnChange, times: Times) -> None:
        self.settings = settings
        self.authorization = authorization.of(settings)
        self._trouble = ""
        self._times = times
        self.limit = Limit()
        self.under_way = 0
        self.up = False
        self._on_change = on_change
        self._epoch = 0
        self._closing = False
        self._retired: set[asyncio.Task[None]] = set()
        self._open()
        self._watching = asyncio.create_task(self._watch(), name=f"watch {settings.address}")

    def method(self, rpc: str) -> Any:
        """The callable for one RPC, untyped as generated code is."""
        return getattr(self._stub, rpc)

    async def epoch(self) -> int:
        """Which connection this is: another number after every reconnect.

        Raises GatewayUnavailableError at once if there is none, or soon if none comes about;
        TlsError where that is the cause.
        """
        if not await self._is_up():
            reason = f"no connection to the gateway at {self.settings.address}"
            raise self.explained(GatewayUnavailableError(reason))
        return self._epoch

    def explained(self, error: GatewayError) -> GatewayError:
        """A better one, if it is known why there is no connection."""
        unavailable = isinstance(error, GatewayUnavailableError)
        return TlsError(self._trouble) if self._trouble and unavailable else error

    async def close(self) -> None:
        """Lets the calls under way finish."""
        self._closing = True
        self.authorization.close()
        self._retire()
        await asyncio.wait((self._watching, *self._retired))

    def _open(self) -> None:
        self._channel = channel.open_channel(self.settings)
        self._stub: Any = gateway_pb2_grpc.GatewayStub(self._channel)  # type: ignore[no-untyped-call]

    def _renew(self) -> None:
        if not self._closing:
            self._retire()
            self._open()

    def _retire(self) -> None:
        """Calls may still be under way: a gateway that shuts down finishes them."""
        grace = self.settings.request_timeout + self._times.grace
        task = asyncio.create_task(self._channel.close(grace))
        self._retired.add(task)
        task.add_done_callback(self._retired.discard)

    async def _is_up(self) -> bool:
        try:
            async with asyncio.timeout(self._times.patience):
                while (state := self._channel.get_state(try_to_connect=True)) in _ON_THE_WAY:
                    await self._channel.wait_for_state_change(state)
        except TimeoutError:
            return False
        return state is _UP

    async def _watch(self) -> None:
        """Until the channel is closed. Asking for the state also makes an idle one connect."""
        while not self._closing:
            state = self._channel.get_state(try_to_connect=True)
            if (state is _UP) is not self.up:
                self.up = not self.up
                self._tell(up=self.up)
            await self._learn_trouble(state)
            await self._change_from(state)
            if state is _UP:
                self._epoch += 1

    async def _change_from(self, state: ChannelConnectivity) -> None:
        """Returns at once if the state is another one by now."""
        if self._closing or self._channel.get_state() is not state:
            return
        try:
            async with asyncio.timeout(self._times.renewal if state is _DOWN else None):
                await self._channel.wait_for_state_change(state)
        except TimeoutError:
            self._renew()

    def _tell(self, *, up: bool) -> None:
        """By way of the loop: an error in the callback must not end the watch."""
        asyncio.get_running_loop().call_soon(self._on_change, self.settings, up)

    async def _learn_trouble(self, state: ChannelConnectivity) -> None:
        """A channel does not tell why it is down. A call does, which then goes nowhere."""
        if state is _UP:
            self._trouble = ""
        if state is not _DOWN:
            return
        try:
            call = self._stub.Topology(pb.TopologyRequest(), timeout=self._times.patience)
        except grpc.aio.UsageError:  # the channel was closed meanwhile
            return
        code, text = await call.code(), await call.details() or ""
        found: GatewayError | None = errors.translate(code, text, repeatable=True)
        if errors.CUT_OFF.search(text):
            found = await diagnosis.diagnose(self.settings)
        self._trouble = str(found) if isinstance(found, TlsError) else ""
