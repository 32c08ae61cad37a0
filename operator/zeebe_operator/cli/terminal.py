"""Where the commands write to: text with colours for people, JSON and YAML for programs."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

import yaml

from zeebe_operator.cli.cluster import CommandError

_COLORS = {"green": "32", "yellow": "33", "red": "31", "bold": "1", "dim": "2"}


@dataclass(frozen=True, slots=True)
class Terminal:
    """`out` is for results, `err` for what is said about them; `ask` is None without a person."""

    out: TextIO
    err: TextIO
    colored: bool
    ask: Callable[[str], str] | None

    def say(self, text: str = "") -> None:
        self.out.write(f"{text}\n")

    def note(self, text: str) -> None:
        self.err.write(f"{text}\n")

    def paint(self, text: str, color: str | None) -> str:
        if not (self.colored and color):
            return text
        return f"\x1b[{_COLORS[color]}m{text}\x1b[0m"

    def confirm(self, question: str) -> bool:
        """Raises CommandError if nobody is there to be asked."""
        if self.ask is None:
            raise CommandError(f"{question} Say so with --yes")
        return self.ask(f"{question} [y/N] ").strip().lower() in ("y", "yes")


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    color: str | None = None


def of(streams: tuple[TextIO, TextIO, TextIO], environ: Mapping[str, str]) -> Terminal:
    """`streams` are input, output and errors. NO_COLOR is respected, whatever its value."""
    source, out, err = streams
    colored = out.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"

    def ask(question: str) -> str:
        err.write(question)
        err.flush()
        return source.readline()

    return Terminal(out, err, colored=colored, ask=ask if source.isatty() else None)


def table(terminal: Terminal, rows: Sequence[Sequence[Cell]]) -> list[str]:
    """Lines with aligned columns; the first row is the head."""
    widths = [max(len(cell.text) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "   ".join(
            terminal.paint(cell.text.ljust(width), cell.color)
            for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def structured(form: str, content: Any) -> str:
    """`form` is json or yaml; the text has no line end."""
    if form == "json":
        return json.dumps(content, indent=2, ensure_ascii=False)
    return str(yaml.safe_dump(content, sort_keys=False, allow_unicode=True)).rstrip("\n")
