"""One engine with its surfaces, in a process of its own or within a test.

async with Server(settings) as server:
    channel = grpc.aio.insecure_channel(f"127.0.0.1:{server.grpc_port}")
"""

import asyncio
import ssl
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from typing import Self

from zeebe_engine.control.server import HOST, ControlServer
from zeebe_engine.faults import Faults
from zeebe_engine.grpc.server import GrpcServer
from zeebe_engine.journal.errors import JournalError
from zeebe_engine.processing.processor import Processor
from zeebe_engine.processing.records import RecordsError
from zeebe_engine.rest.server import RestServer
from zeebe_engine.settings import Settings, Tls


class StartError(Exception):
    """What keeps an engine from starting, as a sentence for people."""


class Server:
    """`control` holds the faults. With `keeps_records`, `processor.records` tells what was done."""

    processor: Processor

    def __init__(self, settings: Settings, *, keeps_records: bool = False) -> None:
        self.settings = settings
        self.control = Faults()
        self.grpc_port = 0
        self.rest_port = 0
        self.control_port = 0
        self._keeps_records = keeps_records
        self._running = AsyncExitStack()

    async def start(self) -> None:
        """Raises StartError."""
        settings = self.settings
        if settings.tls is not None:
            await asyncio.to_thread(_check_files, settings.tls)
        async with AsyncExitStack() as stack:
            self._open()
            stack.callback(self.processor.close)
            rest = RestServer(self.processor, self.processor.index, settings, self.control)
            grpc = GrpcServer(self.processor, settings, self.control)
            stack.push_async_callback(rest.stop)
            self.rest_port = await _listen(rest.start(), settings.host, settings.rest_port, "rest")
            stack.push_async_callback(grpc.stop)
            self.grpc_port = await _listen(grpc.start(), settings.host, settings.grpc_port, "grpc")
            if settings.control_port is not None:
                control = ControlServer(self.processor, self.control, settings.control_port)
                stack.push_async_callback(control.stop)
                port = settings.control_port
                self.control_port = await _listen(control.start(), HOST, port, "control")
            self._running = stack.pop_all()

    async def stop(self) -> None:
        """At once: who waits is cut off. Everything that was answered is kept."""
        await self._running.aclose()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def _open(self) -> None:
        try:
            self.processor = Processor(self.settings, keeps_records=self._keeps_records)
        except (JournalError, RecordsError) as error:
            raise StartError(str(error)) from error


async def _listen(starting: Awaitable[int], host: str, port: int, surface: str) -> int:
    try:
        return await starting
    except OSError as error:
        reason = error.strerror or str(error)
        remedy = (
            f"If the port is already in use, choose another with --{surface}-port."
            if port
            else "Choose another address with --host."
        )
        text = f"Cannot listen on {host}:{port}: {reason}. {remedy}"
        raise StartError(text) from error


def _check_files(tls: Tls) -> None:
    """Before a library meets them, which would say less. Raises StartError."""
    names = (tls.certificate, tls.key, *([tls.client_ca] if tls.client_ca else []))
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls.certificate, tls.key, lambda: "")
        if tls.client_ca is not None:
            context.load_verify_locations(tls.client_ca)
    except (OSError, ssl.SSLError) as error:
        files = ", ".join(map(str, names))
        text = f"The certificate cannot be used: {error}. Look at {files}: PEM files are needed."
        raise StartError(text) from error
