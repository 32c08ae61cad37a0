"""Engines for the tests of this room: within the test, or as a process of their own."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp
import grpc.aio

from zeebe_engine.settings import Settings
from zeebe_operator.zeebe.pb import gateway_pb2_grpc

LONG: Final = 20.0
"""Seconds after which a test gives up; no test takes them."""

_REPOSITORY: Final = Path(__file__).parents[3]
_SOURCES: Final = f"{_REPOSITORY / 'engine'}:{_REPOSITORY / 'operator'}"
FREE: Final = ("--grpc-port", "0", "--rest-port", "0", "--control-port", "0")


def settings(**given: Any) -> Settings:
    return Settings(**{"grpc_port": 0, "rest_port": 0, "control_port": 0, **given})


@asynccontextmanager
async def stub(port: int) -> AsyncIterator[Any]:
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield gateway_pb2_grpc.GatewayStub(channel)  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Control:
    port: int

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        url = f"http://127.0.0.1:{self.port}{path}"
        data = body if isinstance(body, (str, type(None))) else json.dumps(body)
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, url, data=data) as answer,
        ):
            return answer.status, await answer.text()

    async def post(self, path: str, body: Any = None) -> None:
        assert await self.ask("POST", path, body) == (204, "")


def command(*arguments: str) -> subprocess.Popen[str]:
    """`zeebe-engine` as a process."""
    return subprocess.Popen(
        [sys.executable, "-m", "zeebe_engine", *arguments],
        env={**os.environ, "PYTHONPATH": f"{_SOURCES}:{os.environ.get('PYTHONPATH', '')}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def outcome(*arguments: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of one that ends by itself."""
    with command(*arguments) as process:
        out, err = process.communicate(timeout=LONG)
        return process.returncode, out, err


@dataclass(frozen=True, slots=True)
class Engine:
    process: subprocess.Popen[str]
    greeting: str

    @property
    def grpc_port(self) -> int:
        return self._port("gRPC on 127.0.0.1:")

    @property
    def rest_port(self) -> int:
        return self._port("REST on 127.0.0.1:")

    def _port(self, before: str) -> int:
        return int(self.greeting.partition(before)[2].partition(",")[0])

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(timeout=LONG)


@contextmanager
def engine(*arguments: str) -> Iterator[Engine]:
    """It has told where it listens; killed at the end, unless it has ended."""
    with command("run", *FREE, *arguments) as process:
        try:
            assert process.stdout is not None
            yield Engine(process, process.stdout.readline())
        finally:
            process.kill()


def get(port: int, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=LONG) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
