"""Sequence flows, message flows and associations, with what stands at their ends."""

from itertools import pairwise
from math import atan2, cos, hypot, sin

from zeebe_operator.cli.diagram import ink, lettering
from zeebe_operator.cli.diagram.figures import Edge, Point

_DASHES = {
    "messageFlow": "9 5",
    "association": "1.5 4",
    "dataInputAssociation": "1.5 4",
    "dataOutputAssociation": "1.5 4",
}
_ARROW = "M0 0 L-10 -4.5 V4.5 Z"
_OPEN = "M-8 -5 L0 0 L-8 5"


def drawn(edge: Edge) -> str:
    line = ink.path(
        "M" + " L".join(f"{x:g} {y:g}" for x, y in edge.points),
        fill="none",
        stroke=edge.stroke,
        stroke_width=1.5,
        stroke_linejoin="round",
        stroke_dasharray=_DASHES.get(edge.kind),
    )
    return line + _start(edge) + _end(edge)


def label(edge: Edge) -> str:
    """Where the modeler put it, else at the middle of the way."""
    if not edge.name:
        return ""
    if edge.label is not None:
        x, _ = edge.label.center
        return lettering.hanging(edge.name, x, edge.label.y, max(edge.label.width + 10, 90))
    x, y = middle(edge.points)
    return lettering.hanging(edge.name, x, y - 16, 90)


def middle(points: tuple[Point, ...]) -> Point:
    """The point at half the length of the line."""
    steps = [hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points)]
    rest = sum(steps) / 2
    for (start, end), step in zip(pairwise(points), steps, strict=True):
        if step and rest <= step:
            share = rest / step
            return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])
        rest -= step
    return points[0]


def _start(edge: Edge) -> str:
    if edge.kind == "messageFlow":
        return ink.circle(*edge.points[0], 4, fill=ink.FILL, stroke=edge.stroke)
    if edge.default:
        return _at(edge, "M4 6 L12 -6", first=True)
    if edge.conditional:
        return _at(edge, "M0 0 L8 -5 L16 0 L8 5 Z", first=True, fill=ink.FILL)
    if edge.attributes.get("associationDirection") == "Both":
        return _turned(_OPEN, edge.points[0], edge.points[1], edge.stroke, fill="none")
    return ""


def _end(edge: Edge) -> str:
    match edge.kind:
        case "sequenceFlow":
            return _at(edge, _ARROW, first=False, fill=edge.stroke)
        case "messageFlow":
            return _at(edge, _ARROW, first=False, fill=ink.FILL)
        case "dataInputAssociation" | "dataOutputAssociation":
            return _at(edge, _OPEN, first=False)
        case _ if edge.attributes.get("associationDirection") in ("One", "Both"):
            return _at(edge, _OPEN, first=False)
        case _:
            return ""


def _at(edge: Edge, d: str, *, first: bool, fill: str = "none") -> str:
    """Along the line: the x axis of a mark points into the direction of the flow."""
    if first:
        forth = edge.points[1]
        x, y = edge.points[0]
        return _turned(d, (x, y), (2 * x - forth[0], 2 * y - forth[1]), edge.stroke, fill=fill)
    return _turned(d, edge.points[-1], _before(edge.points), edge.stroke, fill=fill)


def _before(points: tuple[Point, ...]) -> Point:
    """Some modelers end a line with the same point twice."""
    return next((point for point in reversed(points) if point != points[-1]), points[0])


def _turned(d: str, tip: Point, origin: Point, stroke: str, *, fill: str) -> str:
    angle = atan2(tip[1] - origin[1], tip[0] - origin[0])
    turn = f"matrix({cos(angle):.4f} {sin(angle):.4f} {-sin(angle):.4f} {cos(angle):.4f}"
    place = f"{tip[0]:g} {tip[1]:g})"
    return ink.path(
        d,
        fill=fill,
        stroke=stroke,
        stroke_width=1.3,
        stroke_linejoin="round",
        transform=f"{turn} {place}",
    )
