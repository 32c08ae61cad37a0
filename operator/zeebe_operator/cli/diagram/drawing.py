"""The picture as a whole: what lies over what, how large it is, where names stand."""

from collections.abc import Callable, Iterator

from zeebe_operator.cli.diagram import document, flows, ink, lettering, nodes, reading, surroundings
from zeebe_operator.cli.diagram.figures import Bounds, Diagram, Edge, Shape

_MARGIN = 12.0

_PAINTERS: dict[str, Callable[[Shape], str]] = {
    "participant": surroundings.pool,
    "lane": surroundings.pool,
    "group": surroundings.group,
    "textAnnotation": surroundings.annotation,
    "dataObjectReference": surroundings.data_object,
    "dataObject": surroundings.data_object,
    "dataInput": surroundings.data_object,
    "dataOutput": surroundings.data_object,
    "dataStoreReference": surroundings.data_store,
    "dataStore": surroundings.data_store,
    "message": surroundings.message,
}
_NAMED_INSIDE = ("participant", "lane", "textAnnotation")


def svg(bpmn: bytes) -> str:
    """The first diagram of the document. Raises DiagramError for what cannot be drawn."""
    diagram = reading.read(document.parse(bpmn))
    parts = "".join(_layers(diagram))
    box = _canvas(diagram)
    backdrop = ink.tag("rect", x=box.x, y=box.y, width=box.width, height=box.height, fill=ink.FILL)
    return ink.tag(
        "svg",
        backdrop,
        parts,
        xmlns="http://www.w3.org/2000/svg",
        width=box.width,
        height=box.height,
        viewBox=f"{box.x:g} {box.y:g} {box.width:g} {box.height:g}",
    )


def _layers(diagram: Diagram) -> Iterator[str]:
    """Large before small, flows over what they lead through, events on borders over flows."""
    behind = sorted((s for s in diagram.shapes if _depth(s) < 2), key=_order)
    yield from (_painted(shape) for shape in behind)
    yield from (flows.drawn(edge) for edge in diagram.edges if edge.kind != "messageFlow")
    before = sorted((s for s in diagram.shapes if _depth(s) == 2), key=_order)
    yield from (_painted(shape) for shape in before)
    yield from (flows.drawn(edge) for edge in diagram.edges if edge.kind == "messageFlow")
    yield from (_label(shape) for shape in diagram.shapes)
    yield from (flows.label(edge) for edge in diagram.edges)


def _depth(shape: Shape) -> int:
    if shape.kind in ("participant", "lane"):
        return 0
    return 1 if nodes.contains(shape) or shape.kind == "group" else 2


def _order(shape: Shape) -> tuple[int, float]:
    return _depth(shape), -shape.bounds.width * shape.bounds.height


def _painted(shape: Shape) -> str:
    if shape.kind in _PAINTERS:
        return _PAINTERS[shape.kind](shape)
    if shape.kind.endswith("Event"):
        return nodes.event(shape)
    return nodes.gateway(shape) if shape.kind.endswith("Gateway") else nodes.activity(shape)


def _label(shape: Shape) -> str:
    """Names outside of their figure: where the modeler put them, else below it."""
    if not shape.name or not _named_outside(shape):
        return ""
    if shape.label is not None:
        x, _ = shape.label.center
        return lettering.hanging(shape.name, x, shape.label.y, max(shape.label.width + 10, 90))
    x, _ = shape.bounds.center
    return lettering.hanging(shape.name, x, shape.bounds.bottom + 5, 90)


def _named_outside(shape: Shape) -> bool:
    if shape.kind == "group":
        return shape.label is not None
    if shape.kind in _PAINTERS:
        return shape.kind not in _NAMED_INSIDE
    return shape.kind.endswith(("Event", "Gateway"))


def _canvas(diagram: Diagram) -> Bounds:
    boxes = [shape.bounds for shape in diagram.shapes]
    figures: tuple[Shape | Edge, ...] = (*diagram.shapes, *diagram.edges)
    boxes += [figure.label for figure in figures if figure.label is not None and figure.name]
    boxes += [Bounds(x, y, 0, 0) for edge in diagram.edges for x, y in edge.points]
    boxes += [_below(shape) for shape in diagram.shapes if shape.label is None]
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    width = max(box.right for box in boxes) - left
    height = max(box.bottom for box in boxes) - top
    return Bounds(left, top, width, height).inset(-_MARGIN)


def _below(shape: Shape) -> Bounds:
    """Room for a name that no modeler has placed."""
    if not shape.name or not _named_outside(shape):
        return shape.bounds
    lines = len(lettering.wrapped(shape.name, 90, lettering.SMALL))
    x, _ = shape.bounds.center
    return Bounds(x - 45, shape.bounds.bottom, 90, 5 + lines * 14)
