"""Pools, lanes, groups, data and notes: what a token does not pass through."""

from zeebe_operator.cli.diagram import icons, ink, lettering
from zeebe_operator.cli.diagram.figures import Bounds, Shape

_HEAD = 30.0
"""Pixels: as wide as modelers draw the head of a pool or lane."""


def pool(shape: Shape) -> str:
    """A pool without a process is a black box: its name stands in the middle."""
    box = shape.bounds
    frame = _rectangle(shape, 1.6)
    if shape.kind == "participant" and "processRef" not in shape.attributes:
        return frame + lettering.centered(shape.name, box)
    if shape.denies("isHorizontal"):
        head = Bounds(box.x, box.y, box.width, _HEAD)
        rule = _line(f"M{box.x:g} {head.bottom:g} H{box.right:g}", shape)
        name = lettering.centered(shape.name, head)
    else:
        head = Bounds(box.x, box.y, _HEAD, box.height)
        rule = _line(f"M{head.right:g} {box.y:g} V{box.bottom:g}", shape)
        name = lettering.upright(shape.name, head)
    return frame + (rule if shape.kind == "participant" else "") + name


def group(shape: Shape) -> str:
    frame = _rectangle(shape, 1.4, rx=8, fill="none", stroke_dasharray="10 6 1 6")
    x, _ = shape.bounds.center
    inside = lettering.hanging(shape.name, x, shape.bounds.y + 5, shape.bounds.width)
    return frame + (inside if shape.label is None else "")


def annotation(shape: Shape) -> str:
    box = shape.bounds
    bracket = f"M{box.x + 10:g} {box.y:g} H{box.x:g} V{box.bottom:g} h10"
    text = lettering.left(shape.name, box.x + 6, box.y + 4, box.width - 8)
    return _line(bracket, shape) + text


def data_object(shape: Shape) -> str:
    box, corner = shape.bounds, min(12.0, shape.bounds.width / 3)
    page = (
        f"M{box.x:g} {box.y:g} H{box.right - corner:g} l{corner:g} {corner:g} V{box.bottom:g}"
        f" H{box.x:g} Z M{box.right - corner:g} {box.y:g} v{corner:g} h{corner:g}"
    )
    drawn = _line(page, shape, fill=shape.fill)
    x, _ = box.center
    if shape.kind in ("dataInput", "dataOutput"):
        drawn += icons.event(
            "linkEventDefinition",
            box.x + 10,
            box.y + 10,
            0.6,
            filled=shape.kind == "dataOutput",
            stroke=shape.stroke,
        )
    if "collection" in shape.marks or shape.says("isCollection"):
        mark = "multiInstanceLoopCharacteristics"
        drawn += icons.line(icons.LOOPS[mark], x, box.bottom - 8, 0.7, shape.stroke, 1.6)
    return drawn


def data_store(shape: Shape) -> str:
    box = shape.bounds
    radius, lip = box.width / 2, min(box.height / 6, 8)
    arc = f"a{radius:g} {lip:g} 0 0 0 {box.width:g} 0"
    over = f"a{radius:g} {lip:g} 0 0 1 {box.width:g} 0"
    top = box.y + lip
    body = f"M{box.x:g} {top:g} V{box.bottom - lip:g} {arc} V{top:g}"
    rings = " ".join(f"M{box.x:g} {top + step * lip * 0.7:g} {arc}" for step in range(3))
    lid = f"M{box.x:g} {top:g} {over}"
    return _line(body, shape, fill=shape.fill) + _line(f"{rings} {lid}", shape)


def message(shape: Shape) -> str:
    x, y = shape.bounds.center
    return icons.envelope(x, y, shape.bounds.width / 20, filled=False, stroke=shape.stroke)


def _rectangle(shape: Shape, width: float, **style: str | float | None) -> str:
    box = shape.bounds
    told = {"fill": shape.fill, "stroke": shape.stroke, "stroke_width": width, **style}
    return ink.tag("rect", x=box.x, y=box.y, width=box.width, height=box.height, **told)


def _line(d: str, shape: Shape, *, fill: str = "none") -> str:
    return ink.path(d, fill=fill, stroke=shape.stroke, stroke_width=1.5, stroke_linejoin="round")
