"""Names in the diagram: wrapped to their place by an estimate of how wide letters are."""

import re
from collections.abc import Iterator, Sequence

from zeebe_operator.cli.diagram import ink
from zeebe_operator.cli.diagram.figures import Bounds

SIZE = 12.0
SMALL = 11.0
LEADING = 1.2
_WIDTHS = {
    **dict.fromkeys("iljI.,:;'|!", 0.26),
    **dict.fromkeys(' frt()[]-"/\\', 0.33),
    **dict.fromkeys("ckvsxyz", 0.5),
    **dict.fromkeys("mwMW@%", 0.88),
    **dict.fromkeys("ABCDEFGHKLNOPQRSTUVXYZ&", 0.7),
}
_FAMILY = "Arial, Helvetica, 'Liberation Sans', 'DejaVu Sans', sans-serif"


def centered(text: str, box: Bounds, *, size: float = SIZE) -> str:
    """In the middle of the box, both ways."""
    lines = wrapped(text, box.width, size)
    x, y = box.center
    return _block(lines, x, y - height(lines, size) / 2, size, "middle")


def hanging(text: str, x: float, y: float, width: float) -> str:
    """Below a point, centered at it."""
    return _block(wrapped(text, width, SMALL), x, y, SMALL, "middle")


def left(text: str, x: float, y: float, width: float) -> str:
    return _block(wrapped(text, width, SMALL), x, y, SMALL, "start")


def upright(text: str, box: Bounds) -> str:
    """From the bottom to the top, as the heads of pools are read."""
    x, y = box.center
    turned = Bounds(x - box.height / 2, y - box.width / 2, box.height, box.width)
    return ink.tag("g", centered(text, turned), transform=f"rotate(-90 {x:g} {y:g})")


def wrapped(text: str, width: float, size: float) -> list[str]:
    """Lines that fit into `width` pixels; a single word that does not is cut."""
    return [
        line for part in text.splitlines() for line in _lines(part.split(), width / size) if line
    ]


def height(lines: Sequence[str], size: float) -> float:
    return len(lines) * size * LEADING


def length(text: str) -> float:
    """In units of the letter size."""
    return sum(_WIDTHS.get(letter, 0.56 if letter < "\u2e80" else 1.0) for letter in text)


def _lines(words: list[str], width: float) -> Iterator[str]:
    line = ""
    for word in (piece for each in words for piece in _pieces(each, width)):
        longer = f"{line} {word}".strip()
        if line and length(longer) > width:
            yield line
            line = word
        else:
            line = longer
    yield line


def _pieces(word: str, width: float) -> Iterator[str]:
    if length(word) > width and (parts := re.split(r"(?<=-)(?=.)", word))[1:]:
        yield from (piece for part in parts for piece in _pieces(part, width))
        return
    piece = ""
    for letter in word:
        if piece and length(piece + letter) > width:
            yield piece
            piece = ""
        piece += letter
    yield piece


def _block(lines: Sequence[str], x: float, top: float, size: float, anchor: str) -> str:
    if not lines:
        return ""
    rows = (
        ink.tag("tspan", escaped, x=x, y=top + size * (0.9 + number * LEADING))
        for number, escaped in enumerate(map(_escape, lines))
    )
    return ink.tag(
        "text", *rows, font_size=size, font_family=_FAMILY, text_anchor=anchor, fill=ink.STROKE
    )


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
