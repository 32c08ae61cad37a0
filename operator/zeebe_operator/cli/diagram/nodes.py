"""Events, activities and gateways: what a token passes through."""

from collections.abc import Iterator

from zeebe_operator.cli.diagram import icons, ink, lettering
from zeebe_operator.cli.diagram.figures import Bounds, Shape

SUBPROCESSES = ("subProcess", "adHocSubProcess", "transaction")
_BESIDES = ("sendTask", "receiveTask")


def event(shape: Shape) -> str:
    x, y = shape.bounds.center
    radius = min(shape.bounds.width, shape.bounds.height) / 2
    ends = shape.kind == "endEvent"
    gentle = shape.denies("cancelActivity") or shape.denies("isInterrupting")
    style: dict[str, str | float | None] = {
        "stroke": shape.stroke,
        "stroke_width": 3.2 if ends else 1.6,
        "stroke_dasharray": "5 3.5" if gentle else None,
    }
    rings = ink.circle(x, y, radius, fill=shape.fill, **style)
    if not ends and shape.kind != "startEvent":
        rings += ink.circle(x, y, radius - 3.2, fill="none", **style)
    throws = shape.kind in ("endEvent", "intermediateThrowEvent")
    mark = icons.event(definition(shape), x, y, radius / 18, filled=throws, stroke=shape.stroke)
    return rings + mark


def definition(shape: Shape) -> str:
    if "multiple" in shape.marks:
        return "parallel" if shape.says("parallelMultiple") else "multiple"
    return next((mark for mark in sorted(shape.marks) if mark.endswith("EventDefinition")), "")


def gateway(shape: Shape) -> str:
    x, y = shape.bounds.center
    half, tall = shape.bounds.width / 2, shape.bounds.height / 2
    diamond = ink.path(
        f"M{x:g} {y - tall:g} l{half:g} {tall:g} l{-half:g} {tall:g} l{-half:g} {-tall:g} Z",
        fill=shape.fill,
        stroke=shape.stroke,
        stroke_width=1.6,
        stroke_linejoin="round",
    )
    return diamond + _gateway_mark(shape, x, y, half / 25)


def _gateway_mark(shape: Shape, x: float, y: float, scale: float) -> str:
    match shape.kind:
        case "inclusiveGateway":
            ring = {"fill": "none", "stroke": shape.stroke}
            return ink.circle(x, y, 11 * scale, stroke_width=3, **ring)
        case "eventBasedGateway":
            return _event_based(shape, x, y, scale)
        case "exclusiveGateway" if not shape.says("isMarkerVisible"):
            return ""
        case kind if kind in icons.GATEWAYS:
            return icons.line(icons.GATEWAYS[kind], x, y, scale, shape.stroke, 3.2)
        case _:
            return ""


def _event_based(shape: Shape, x: float, y: float, scale: float) -> str:
    name = "parallel" if shape.attributes.get("eventGatewayType") == "Parallel" else "multiple"
    ring: dict[str, str | float | None] = {"fill": "none", "stroke": shape.stroke}
    rings = ink.circle(x, y, 13 * scale, **ring)
    if not shape.says("instantiate"):
        rings += ink.circle(x, y, 10.5 * scale, **ring)
    return rings + icons.event(name, x, y, 0.6 * scale, filled=False, stroke=shape.stroke)


def activity(shape: Shape) -> str:
    calls = shape.kind == "callActivity"
    frame = _frame(shape.bounds, shape, 4.0 if calls else 1.6, fill=shape.fill)
    if shape.kind == "transaction":
        frame += _frame(shape.bounds.inset(3.5), shape, 1.6, fill="none")
    return frame + _task_mark(shape) + "".join(_bottom(shape)) + _title(shape)


def _frame(bounds: Bounds, shape: Shape, width: float, *, fill: str) -> str:
    return ink.tag(
        "rect",
        x=bounds.x,
        y=bounds.y,
        width=bounds.width,
        height=bounds.height,
        rx=10,
        fill=fill,
        stroke=shape.stroke,
        stroke_width=width,
        stroke_dasharray="2 3" if shape.says("triggeredByEvent") else None,
    )


def _task_mark(shape: Shape) -> str:
    x, y = shape.bounds.x + 15, shape.bounds.y + 14
    if shape.kind in _BESIDES:
        filled = shape.kind == "sendTask"
        return icons.envelope(x, y, 0.85, filled=filled, stroke=shape.stroke)
    if shape.kind in icons.TASKS:
        return icons.line(icons.TASKS[shape.kind], x, y, 0.8, shape.stroke, 1.1)
    return ""


def _bottom(shape: Shape) -> Iterator[str]:
    marks = list(_bottom_marks(shape))
    x, _ = shape.bounds.center
    for number, mark in enumerate(marks):
        place = x + (number - (len(marks) - 1) / 2) * 18
        width = 1.8 if mark in ("multiInstanceLoopCharacteristics", "sequential") else 1.3
        bottom = shape.bounds.bottom - 10
        yield icons.line(icons.LOOPS[mark], place, bottom, 0.85, shape.stroke, width)


def _bottom_marks(shape: Shape) -> Iterator[str]:
    loops = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics", "sequential")
    yield from (loop for loop in loops if loop in shape.marks)
    if shape.says("isForCompensation"):
        yield "isForCompensation"
    if collapsed(shape):
        yield "collapsed"
    if shape.kind == "adHocSubProcess":
        yield "adHoc"


def collapsed(shape: Shape) -> bool:
    return shape.kind in SUBPROCESSES and not shape.says("isExpanded")


def contains(shape: Shape) -> bool:
    """Whether others are drawn inside of it."""
    return shape.kind in (*SUBPROCESSES, "callActivity") and shape.says("isExpanded")


def _title(shape: Shape) -> str:
    room = shape.bounds.inset(5)
    if contains(shape):
        x, _ = room.center
        return lettering.hanging(shape.name, x, room.y + 2, room.width)
    return lettering.centered(shape.name, _free(shape, room))


def _free(shape: Shape, room: Bounds) -> Bounds:
    """Without the marks above and below, if the name fits between them."""
    lines = lettering.wrapped(shape.name, room.width, lettering.SIZE)
    above = 16.0 if lines and _meets_mark(shape, lines[0], len(lines)) else 0.0
    below = 14.0 if any(True for _ in _bottom_marks(shape)) else 0.0
    left = room.height - above - below
    if left < lettering.height(lines, lettering.SIZE):
        return room
    return Bounds(room.x, room.y + above, room.width, left)


def _meets_mark(shape: Shape, first: str, lines: int) -> bool:
    marked = shape.kind in icons.TASKS or shape.kind in _BESIDES
    tall = shape.bounds.height - lines * lettering.SIZE * lettering.LEADING < 2 * 24
    wide = shape.bounds.width - lettering.length(first) * lettering.SIZE < 2 * 24
    return marked and tall and wide
