"""Carries TCP connections from a listener to an address, between two networks.

A socket belongs to the network that it was made in, whoever uses it: the process that dials is
given the listener of the other side.
"""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Awaitable, Callable, Sequence

Target = tuple[str, int]
Carry = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

_CHUNK = 65_536


def start(pairs: Sequence[tuple[socket.socket, Target]]) -> None:
    """In a thread of its own, for as long as this process lives."""
    threading.Thread(target=lambda: asyncio.run(_serve(pairs)), daemon=True).start()


async def _serve(pairs: Sequence[tuple[socket.socket, Target]]) -> None:
    for listener, target in pairs:
        await asyncio.start_server(_carrier(target), sock=listener)
    await asyncio.Event().wait()


def _carrier(target: Target) -> Carry:
    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection(*target)
        except OSError:
            writer.close()
            return
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        writer.close()
        far_writer.close()

    return carry


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """An end in one direction is passed on; the other direction may go on."""
    with contextlib.suppress(OSError):
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
    with contextlib.suppress(OSError):
        writer.write_eof()
