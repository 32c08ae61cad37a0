"""The keeper: a small process between an environment and the processes that belong to it.

It is run as a script (never imported by this package, never importing it), starts what it is told
to on stdin, and ends everything when stdin closes or its parent is gone, whatever the reason.
`end` is the signal for that. If the keeper itself is killed, the kernel sends it to its children
(PR_SET_PDEATHSIG): that works because they are all started from its only thread, which no thread of
the environment could promise.

Requests and replies are JSON, one a line:
  {"do": "start", "name", "argv", "env", "cwd", "log", "end"} -> {"pid"} | {"error"}
  {"do": "poll", "name"}                                       -> {"code": null | exit code}
  {"do": "signal", "name", "signal"}                           -> {}
  {"do": "remove-at-end", "directory": null | path}            -> {}
"""

import contextlib
import ctypes
import json
import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
LOOK_AT_PARENT_EVERY = 1.0

Request = dict[str, Any]


class Keeper:
    def __init__(self) -> None:
        self._parent = os.getppid()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._ends: dict[str, int] = {}
        self._directory: str | None = None
        self._prctl = ctypes.CDLL(None).prctl

    def serve(self) -> None:
        buffer = b""
        while os.getppid() == self._parent:
            if not select.select([0], [], [], LOOK_AT_PARENT_EVERY)[0]:
                continue
            chunk = os.read(0, 65536)
            if not chunk:
                return
            *lines, buffer = (buffer + chunk).split(b"\n")
            for line in lines:
                self._answer(json.loads(line))

    def end(self) -> None:
        """Mostly a kill: what these processes hold is thrown away with them."""
        for name, process in self._processes.items():
            self._send(process, self._ends[name])
        for process in self._processes.values():
            process.wait()
        if self._directory:
            shutil.rmtree(self._directory, ignore_errors=True)

    def _answer(self, request: Request) -> None:
        try:
            reply = self._do(request)
        except OSError as error:
            reply = {"error": str(error)}
        os.write(1, json.dumps(reply).encode() + b"\n")

    def _do(self, request: Request) -> Request:
        match request["do"]:
            case "start":
                return {"pid": self._start(request)}
            case "poll":
                return {"code": self._processes[request["name"]].poll()}
            case "signal":
                self._send(self._processes[request["name"]], request["signal"])
                return {}
            case "remove-at-end":
                self._directory = request["directory"]
                return {}
        return {"error": "unknown request"}

    def _start(self, request: Request) -> int:
        end: int = request["end"]
        with Path(request["log"]).open("ab") as log:
            process = subprocess.Popen(
                request["argv"],
                env=request["env"],
                cwd=request["cwd"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=self._end_with(os.getpid(), end),  # noqa: PLW1509  (no threads here)
            )
        self._processes[request["name"]] = process
        self._ends[request["name"]] = end
        return process.pid

    def _end_with(self, keeper: int, number: int) -> Callable[[], None]:
        def before_exec() -> None:
            self._prctl(PR_SET_PDEATHSIG, number)
            if os.getppid() != keeper:  # it died between the fork and the line above
                os._exit(1)

        return before_exec

    @staticmethod
    def _send(process: subprocess.Popen[bytes], number: int) -> None:
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)


def main() -> None:
    # Ctrl-C and hang-ups are for the environment; it closes our stdin when it is done. Handlers and
    # not SIG_IGN, because our children would inherit that.
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGHUP, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    keeper = Keeper()
    try:
        keeper.serve()
    finally:
        keeper.end()
    sys.exit(0)


if __name__ == "__main__":
    main()
