"""How the demo looks: chapters, steps with their seconds, a command now and then, tables.

Colour and a moving line only on a terminal, and no colour if NO_COLOR is set; elsewhere plain
lines, and one more now and then while a step takes long.
"""

import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

_WIDTH = 78
_TTY_EVERY = 0.1
_LINE_EVERY = 10.0
_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_BOLD, _DIM, _RED, _GREEN, _CYAN = 1, 2, 31, 32, 36


class Stage:
    """Only one step runs at a time; everything is written to one stream."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._is_tty = self._stream.isatty()
        self._is_coloured = self._is_tty and not os.environ.get("NO_COLOR")
        self._is_unicode = "utf" in (getattr(self._stream, "encoding", "") or "").lower()

    def title(self, text: str) -> None:
        self._line(self._paint(text, _BOLD))

    def chapter(self, text: str) -> None:
        self._line("")
        self._line(self._paint(text, _BOLD, _CYAN))

    def say(self, text: str) -> None:
        """What happened, in words: wrapped by the author, indented here."""
        for line in text.splitlines():
            self._line(f"  {line}")

    def command(self, text: str) -> None:
        """What a person would have typed."""
        self._line(f"{self._erase()}  {self._paint('$ ' + text, _DIM)}")

    def table(self, rows: Sequence[Sequence[str]], *, check: bool = False) -> None:
        """The first row is the header; `check` marks the others as found to be so."""
        widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
        for number, row in enumerate(rows):
            text = "   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            if number == 0:
                self._line(f"    {self._paint(text.rstrip(), _DIM)}")
            else:
                self._line(f"    {text + '  ' + self._good() if check else text.rstrip()}")

    def verbatim(self, text: str) -> None:
        """What a command printed, unchanged: a table can be wider than the rest."""
        self._line(text.rstrip())

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """A line with the seconds it took, when it is over."""
        begun, over = time.monotonic(), threading.Event()
        ticker = threading.Thread(target=self._tick, args=(what, begun, over), daemon=True)
        ticker.start()
        mark = self._paint("✘" if self._is_unicode else "failed:", _RED)
        try:
            yield
            mark = self._good()
        finally:
            over.set()
            ticker.join()
            self._line(f"{self._erase()}{mark} {_with_seconds(what, begun)}")

    def _tick(self, what: str, begun: float, over: threading.Event) -> None:
        turn = 0
        while not over.wait(_TTY_EVERY if self._is_tty else _LINE_EVERY):
            turn += 1
            if self._is_tty:
                sign = _SPINNER[turn % len(_SPINNER)] if self._is_unicode else "-"
                text = f"{self._erase()}{sign} {_with_seconds(what, begun)}"
                print(text, end="", file=self._stream, flush=True)
            else:
                self._line(f"... {_with_seconds(what, begun)}")

    def _good(self) -> str:
        return self._paint("✔" if self._is_unicode else "ok", _GREEN)

    def _erase(self) -> str:
        return "\r\033[K" if self._is_tty else ""

    def _paint(self, text: str, *styles: int) -> str:
        if not self._is_coloured:
            return text
        return f"\033[{';'.join(map(str, styles))}m{text}\033[0m"

    def _line(self, text: str) -> None:
        print(text, file=self._stream, flush=True)


def _with_seconds(what: str, begun: float) -> str:
    return f"{what:<{_WIDTH}} {time.monotonic() - begun:5.1f} s"
