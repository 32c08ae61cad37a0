"""The surface on a real port, above a gateway that answers what a test has told it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast

import grpc.aio

from zeebe_engine.engine import answers, commands
from zeebe_engine.faults import Faults
from zeebe_engine.generations import NEWEST, Generation
from zeebe_engine.grpc.server import GrpcServer
from zeebe_engine.settings import Settings
from zeebe_operator.zeebe.pb import gateway_pb2_grpc

LONG = 20.0
"""Seconds after which a test gives up; no test takes them."""


@dataclass(slots=True)
class ScriptedGateway:
    """`answer` is what every command gets, or the error that it ends in; `seen` are the commands
    and their seconds. `meanwhile` is awaited before the answer."""

    generation: Generation = NEWEST
    partitions: int = 3
    answer: Any = field(default_factory=answers.Done)
    seen: list[Any] = field(default_factory=list)
    jobs: list[answers.ActivatedJob] = field(default_factory=list)
    meanwhile: Callable[[], Awaitable[object]] | None = None
    closed: int = 0
    """How many streams of jobs have ended."""

    async def submit(self, command: commands.AnyCommand) -> answers.Answer:
        return cast("answers.Answer", await self._answered(command))

    async def create_with_result(
        self,
        command: commands.CreateInstance,
        timeout: float,  # noqa: ASYNC109 - as the port has it
    ) -> answers.Result:
        return cast("answers.Result", await self._answered((command, timeout)))

    async def activate_jobs(
        self, command: commands.ActivateJobs, request_timeout: float
    ) -> answers.ActivatedJobs:
        return cast("answers.ActivatedJobs", await self._answered((command, request_timeout)))

    async def stream_jobs(
        self, command: commands.ActivateJobs
    ) -> AsyncGenerator[answers.ActivatedJob, None]:
        self.seen.append(command)
        try:
            for job in self.jobs:
                yield job
            if self.meanwhile:
                await self.meanwhile()
        finally:
            self.closed += 1

    async def _answered(self, what: object) -> object:
        self.seen.append(what)
        if self.meanwhile:
            await self.meanwhile()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@dataclass(slots=True)
class ScriptedFaults:
    """`trace` tells when they were asked; an error of `on_arrival` or `on_answer` is raised."""

    trace: list[tuple[str, str]] = field(default_factory=list)
    on_arrival: Exception | None = None
    on_answer: Exception | None = None

    async def before(self, call: str) -> None:
        self.trace.append(("before", call))
        if self.on_arrival:
            raise self.on_arrival

    async def after(self, call: str) -> None:
        self.trace.append(("after", call))
        if self.on_answer:
            raise self.on_answer


@dataclass(slots=True)
class Rig:
    port: int
    gateway: ScriptedGateway
    faults: ScriptedFaults
    channel: grpc.aio.Channel

    @property
    def stub(self) -> Any:
        return gateway_pb2_grpc.GatewayStub(self.channel)  # type: ignore[no-untyped-call]


@asynccontextmanager
async def served(settings: Settings | None = None) -> AsyncIterator[Rig]:
    """A surface without TLS, and a channel to it."""
    settings = replace(settings or Settings(), grpc_port=0)
    gateway, faults = ScriptedGateway(settings.generation), ScriptedFaults()
    server = GrpcServer(gateway, settings, cast("Faults", faults))
    port = await server.start()
    try:
        async with channel(port) as opened:
            yield Rig(port, gateway, faults, opened)
    finally:
        await server.stop()


async def eventually(happens: Callable[[], object]) -> None:
    async with asyncio.timeout(LONG):
        while not happens():  # noqa: ASYNC110 - the other side of a connection tells nobody
            await asyncio.sleep(0.01)


def channel(port: int, host: str = "127.0.0.1") -> grpc.aio.Channel:
    """Of its own: two to one address would share a connection."""
    options = (("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0))
    return grpc.aio.insecure_channel(f"{host}:{port}", options=options)
