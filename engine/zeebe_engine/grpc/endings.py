"""How a call ends that is not answered: with a status, or with a broken connection."""

import logging
import os
import socket
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NoReturn
from urllib.parse import unquote

from grpc import StatusCode

from zeebe_engine.engine.refusals import Refusal
from zeebe_engine.faults import Broken

_log = logging.getLogger(__name__)

LONGEST: Final = 2500
"""Bytes of a text. It travels in a header, where each may take three; clients take 8 KiB."""


async def end(call: str, error: Exception, context: Any) -> NoReturn:
    """Nobody learns the text of an error that is none of ours: it may quote variables."""
    match error:
        case Refusal():
            await context.abort(StatusCode[error.status.name], shortened(error.text))
        case Broken():
            cut(unquote(context.peer()))
            await context.abort(StatusCode.UNAVAILABLE, "Stream removed (Socket closed)")
    where = "".join(traceback.format_tb(error.__traceback__))
    _log.error("%s failed with a %s\n%s", call, type(error).__name__, where)
    text = f"Unexpected error in the local engine during {call}: its log says where"
    await context.abort(StatusCode.INTERNAL, text)
    raise AssertionError  # abort has raised


def shortened(text: str) -> str:
    return text.encode()[:LONGEST].decode(errors="ignore")


def cut(peer: str) -> None:
    """Breaks the connection with that client, and with it all calls on it.

    gRPC has no call for that, so its socket is looked for among the open files of this process.
    """
    for path in Path("/dev/fd").iterdir():
        with suppress(OSError):  # not connected, or closed by now
            if path.is_socket() and _peer(int(path.name)) == peer:
                with socket.socket(fileno=os.dup(int(path.name))) as one:
                    one.shutdown(socket.SHUT_RDWR)


def _peer(descriptor: int) -> str | None:
    """As gRPC writes it."""
    with socket.socket(fileno=os.dup(descriptor)) as one:
        if one.family not in (socket.AF_INET, socket.AF_INET6):
            return None
        host, port = one.getpeername()[:2]
    host = host.removeprefix("::ffff:")
    return f"ipv6:[{host}]:{port}" if ":" in host else f"ipv4:{host}:{port}"
