"""`zeebe-engine run` and `zeebe-engine replay`."""

import asyncio
import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, TextIO

from zeebe_engine import options
from zeebe_engine.journal.errors import JournalError
from zeebe_engine.journal.replay import replay
from zeebe_engine.options import OptionError
from zeebe_engine.server import Server, StartError
from zeebe_engine.settings import Settings

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code; 1 for everything that a sentence on stderr explains."""
    logging.basicConfig(format="zeebe-engine: %(message)s")
    try:
        parsed = options.parser().parse_args(arguments)
        if parsed.command == "replay":
            return _replay(parsed.directory)
        return asyncio.run(_run(options.settings(parsed)))
    except (OptionError, StartError, JournalError) as error:
        _tell(f"zeebe-engine: {error}", sys.stderr)
        return 1


async def _run(settings: Settings) -> int:
    ended = asyncio.Event()
    for number in _SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with Server(settings) as server:
        _tell(_greeting(server), sys.stdout)
        await ended.wait()
    return 0


def _greeting(server: Server) -> str:
    settings = server.settings
    data = f"data in {settings.data}" if settings.data else "data in memory only"
    return (
        f"zeebe-engine, a local engine that answers as Camunda {settings.generation.name}: gRPC on"
        f" {settings.host}:{server.grpc_port}, REST on {settings.host}:{server.rest_port}, {data}."
        " It is not Zeebe, and it is not for production."
    )


def _replay(directory: Path) -> int:
    found = replay(directory)
    if found.differs:
        _tell(f"position {found.position}, digest {found.digest}", sys.stdout)
        text = f"zeebe-engine: the engine ended with another digest: {found.kept}"
        _tell(text, sys.stderr)
        return 1
    how = (
        "as the engine ended"
        if found.kept
        else "the engine did not end in order, nothing to compare"
    )
    _tell(f"position {found.position}, digest {found.digest}: {how}", sys.stdout)
    return 0


def _tell(text: str, stream: TextIO) -> None:
    print(text, file=stream, flush=True)


if __name__ == "__main__":
    sys.exit(main())
