"""Processes that cannot outlive this one: the environment's side of the keeper (see keeper.py)."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devstack.errors import StartError

_KEEPER = Path(__file__).with_name("keeper.py")
_PATIENCE = 20.0
_INHERITED = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ")


@dataclass(frozen=True, slots=True)
class Command:
    """What to run; `environ` is all it gets, besides the few variables of ours in _INHERITED.

    At the end it is killed, or asked to end and waited for if it `cleans_up`.
    """

    argv: tuple[str, ...]
    environ: Mapping[str, str]
    directory: Path
    log: Path
    cleans_up: bool = False


class Processes:
    """Starts and signals processes by name; all of them end when this process does."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keeper = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_KEEPER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        return self._keeper.pid

    def start(self, name: str, command: Command) -> int:
        inherited = {key: os.environ[key] for key in _INHERITED if key in os.environ}
        reply = self._ask(
            do="start",
            name=name,
            argv=_texts(command.argv),
            env={**inherited, **command.environ},
            cwd=str(command.directory),
            log=str(command.log),
            end=int(signal.SIGTERM if command.cleans_up else signal.SIGKILL),
        )
        if "error" in reply:
            raise StartError(f"{name} cannot be started: {reply['error']}.")
        return int(reply["pid"])

    def exit_code(self, name: str) -> int | None:
        code = self._ask(do="poll", name=name)["code"]
        return None if code is None else int(code)

    def signal(self, name: str, number: signal.Signals) -> None:
        self._ask(do="signal", name=name, signal=int(number))

    def remove_at_end(self, directory: Path | None) -> None:
        self._ask(do="remove-at-end", directory=None if directory is None else str(directory))

    def end(self) -> None:
        """Kills every process and waits until they are gone; harmless when repeated."""
        keeper = self._keeper
        with self._lock, contextlib.suppress(OSError):
            if keeper.stdin and not keeper.stdin.closed:
                keeper.stdin.close()
        try:
            keeper.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            keeper.kill()  # its children die with it
            keeper.wait()
        if keeper.stdout:
            keeper.stdout.close()

    def _ask(self, **request: Any) -> dict[str, Any]:
        keeper = self._keeper
        assert keeper.stdin
        assert keeper.stdout
        with self._lock:
            try:
                keeper.stdin.write(json.dumps(request).encode() + b"\n")
                keeper.stdin.flush()
                line = keeper.stdout.readline()
            except (OSError, ValueError) as error:
                raise StartError("The environment has already ended.") from error
        if not line:
            raise StartError("The keeper of the environment's processes was killed, they are gone.")
        reply: dict[str, Any] = json.loads(line)
        return reply


def _texts(argv: Sequence[str]) -> list[str]:
    return [str(part) for part in argv]
