"""A server that speaks just enough HTTP/2 to break the wire where a test wants it broken."""

import asyncio
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

ACCEPTANCE = 10
"""Turns of the loop after which a connection that was just accepted is known; asyncio takes four.
A client that tries again and again leaves such a one at the end of almost any test."""

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, RST_STREAM, SETTINGS, PING, GOAWAY = 0, 3, 4, 6, 7
END_STREAM = ACK = 1
NO_ERROR, INTERNAL_ERROR, REFUSED_STREAM = 0, 2, 7


@dataclass(frozen=True, slots=True)
class Peer:
    """The client at the other end of one connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def send(self, kind: int, stream: int, payload: bytes = b"", flags: int = 0) -> None:
        length = struct.pack(">I", len(payload))[1:]
        self.writer.write(length + bytes((kind, flags)) + struct.pack(">I", stream) + payload)

    def reset(self, stream: int, code: int) -> None:
        self.send(RST_STREAM, stream, struct.pack(">I", code))

    def go_away(self, last_stream: int) -> None:
        self.send(GOAWAY, 0, struct.pack(">II", last_stream, NO_ERROR))

    async def greet(self) -> None:
        await self.reader.readexactly(len(PREFACE))
        self.send(SETTINGS, 0)

    async def request(self) -> int:
        """The stream of the next complete request; answers what keeps a connection going."""
        while True:
            head = await self.reader.readexactly(9)
            kind, flags = head[3], head[4]
            payload = await self.reader.readexactly(int.from_bytes(head[:3]))
            if kind in (SETTINGS, PING) and not flags & ACK:
                self.send(kind, 0, payload if kind == PING else b"", ACK)
            if kind == DATA and flags & END_STREAM:
                return int.from_bytes(head[5:9])


Behaviour = Callable[[Peer], Awaitable[None]]


async def close_at_once(_: Peer) -> None:
    """Accepted and closed."""


async def close_in_preface(peer: Peer) -> None:
    await peer.reader.readexactly(10)


async def stay_silent(peer: Peer) -> None:
    """A half-open connection: TCP is there, and nobody."""
    await peer.reader.read()


async def cut_after_request(peer: Peer) -> None:
    await peer.greet()
    await peer.request()


async def never_answer(peer: Peer) -> None:
    await peer.greet()
    while True:
        await peer.request()


async def refuse_streams(peer: Peer) -> None:
    await peer.greet()
    while True:
        peer.reset(await peer.request(), REFUSED_STREAM)


async def fail_stream(peer: Peer) -> None:
    await peer.greet()
    peer.reset(await peer.request(), INTERNAL_ERROR)
    await peer.reader.read()


async def go_away_before_stream(peer: Peer) -> None:
    await peer.greet()
    await peer.request()
    peer.go_away(0)
    await peer.reader.read()


async def go_away_after_stream(peer: Peer) -> None:
    await peer.greet()
    peer.go_away(await peer.request())


@asynccontextmanager
async def serving(behaviour: Behaviour) -> AsyncIterator[str]:
    """The address of a server at which every connection meets with this."""
    open_connections: dict[asyncio.StreamWriter, asyncio.Task[None]] = {}

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await behaviour(Peer(reader, writer))
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_connections[writer] = asyncio.create_task(handle(reader, writer))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    try:
        yield f"{host}:{port}"
    finally:
        server.close()
        for _ in range(ACCEPTANCE):
            await asyncio.sleep(0)
        for writer in open_connections:
            writer.close()
        await asyncio.gather(*open_connections.values())
        closed = (writer.wait_closed() for writer in open_connections)
        await asyncio.gather(*closed, return_exceptions=True)
