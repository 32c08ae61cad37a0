"""Says what takes long and how long it has taken: never silence. Everything goes to stderr."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

_TTY_EVERY = 0.5
_LINE_EVERY = 15.0


class Progress:
    """On a terminal one line that is kept up to date, elsewhere a line now and then."""

    def __init__(self, stream: TextIO | None = None, *, quiet: bool = False) -> None:
        self._stream = stream or sys.stderr
        self._quiet = quiet
        self._is_tty = self._stream.isatty()

    def say(self, text: str) -> None:
        if not self._quiet:
            print(text, file=self._stream, flush=True)

    @contextmanager
    def step(self, what: str, takes: str) -> Iterator[None]:
        begun = time.monotonic()
        over = threading.Event()
        if not self._is_tty:
            self.say(f"{what} ({takes}) ...")
        ticker = threading.Thread(target=self._tick, args=(what, takes, begun, over), daemon=True)
        ticker.start()
        outcome = "failed"
        try:
            yield
            outcome = "done"
        finally:
            over.set()
            ticker.join()
            erase = "\r\033[K" if self._is_tty else ""
            self.say(f"{erase}{what}: {outcome} in {time.monotonic() - begun:.0f} s")

    def _tick(self, what: str, takes: str, begun: float, over: threading.Event) -> None:
        every = _TTY_EVERY if self._is_tty else _LINE_EVERY
        while not over.wait(every):
            elapsed = time.monotonic() - begun
            if self._quiet:
                continue
            if self._is_tty:
                line = f"\r\033[K{what} ({takes}) ... {elapsed:.0f} s"
                print(line, end="", file=self._stream, flush=True)
            else:
                self.say(f"{what}: {elapsed:.0f} s so far ({takes})")
