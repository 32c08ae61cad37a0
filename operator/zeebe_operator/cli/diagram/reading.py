"""From the tree of a BPMN document to figures: the diagram joined with the elements it shows."""

import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from zeebe_operator.cli.diagram import ink
from zeebe_operator.cli.diagram.document import DiagramError
from zeebe_operator.cli.diagram.figures import Bounds, Diagram, Edge, Point, Shape

_COLOR = re.compile(r"#[0-9a-fA-F]{3,8}|[a-zA-Z]+|rgb\([\d ,.%]+\)")
_NO_DIAGRAM = "the BPMN holds no diagram: open it in a modeler and save it"


def read(root: Element) -> Diagram:
    """The first diagram: the later ones are insides of collapsed subprocesses."""
    plane = root.find("BPMNDiagram/BPMNPlane")
    if plane is None:
        raise DiagramError(_NO_DIAGRAM)
    elements = {element.attrib["id"]: element for element in root.iter() if "id" in element.attrib}
    shapes = tuple(_shapes(plane, elements))
    edges = tuple(_edges(plane, elements))
    if not shapes:
        raise DiagramError(_NO_DIAGRAM)
    return Diagram(shapes, edges)


def _shapes(plane: Element, elements: Mapping[str, Element]) -> Iterator[Shape]:
    for drawn in plane.iterfind("BPMNShape"):
        element, bounds = _element(drawn, elements), _bounds(drawn)
        if element is None or bounds is None:
            continue
        yield Shape(
            kind=_kind(element),
            bounds=bounds,
            name=_name(element, elements),
            label=_label(drawn),
            attributes={**element.attrib, **drawn.attrib},
            marks=frozenset(_marks(element, elements)),
            stroke=_color(drawn, ("border-color", "stroke"), ink.STROKE),
            fill=_color(drawn, ("background-color", "fill"), ink.FILL),
        )


def _edges(plane: Element, elements: Mapping[str, Element]) -> Iterator[Edge]:
    for drawn in plane.iterfind("BPMNEdge"):
        element, points = _element(drawn, elements), tuple(_points(drawn))
        if element is None or len(points) < 2:
            continue
        source = elements.get(element.get("sourceRef", ""))
        yield Edge(
            kind=_kind(element),
            points=points,
            name=_name(element, elements),
            label=_label(drawn),
            attributes=dict(element.attrib),
            stroke=_color(drawn, ("border-color", "stroke"), ink.STROKE),
            default=source is not None and source.get("default") == element.get("id"),
            conditional=_conditional(element, source),
        )


def _element(drawn: Element, elements: Mapping[str, Element]) -> Element | None:
    """References are qualified names: some tools write a prefix."""
    reference = drawn.get("bpmnElement", "")
    return elements.get(reference, elements.get(reference.rpartition(":")[2]))


def _bounds(drawn: Element) -> Bounds | None:
    found = drawn.find("Bounds")
    if found is None:
        return None
    x, y, width, height = (_number(found, name) for name in ("x", "y", "width", "height"))
    return Bounds(x, y, width, height)


def _points(drawn: Element) -> Iterator[Point]:
    for point in drawn.iterfind("waypoint"):
        yield _number(point, "x"), _number(point, "y")


def _number(element: Element, name: str) -> float:
    text = element.get(name, "0")
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not -1e6 < number < 1e6:
        raise DiagramError(f"the diagram has {name}={text!r}, which is no place on it") from None
    return number


def _label(drawn: Element) -> Bounds | None:
    found = drawn.find("BPMNLabel")
    return None if found is None else _bounds(found)


def _kind(element: Element) -> str:
    return element.tag


def _name(element: Element, elements: Mapping[str, Element]) -> str:
    match _kind(element):
        case "textAnnotation":
            return "".join(element.itertext()).strip()
        case "group":
            category = elements.get(element.get("categoryValueRef", "").rpartition(":")[2])
            return "" if category is None else category.get("value", "")
        case "dataObjectReference" | "dataStoreReference":
            return element.get("name") or _referenced(element, elements).get("name", "")
        case _:
            return element.get("name", "")


def _referenced(element: Element, elements: Mapping[str, Element]) -> Mapping[str, str]:
    reference = element.get("dataObjectRef") or element.get("dataStoreRef") or ""
    found = elements.get(reference.rpartition(":")[2])
    return {} if found is None else found.attrib


def _marks(element: Element, elements: Mapping[str, Element]) -> Iterator[str]:
    """Event definitions may be children, or references to some beside the process."""
    for child in element:
        referred = elements.get((child.text or "").strip().rpartition(":")[2])
        if _kind(child) == "eventDefinitionRef" and referred is not None:
            yield _kind(referred)
        elif child.get("isSequential") == "true":
            yield "sequential"
        else:
            yield _kind(child)
    if sum(_kind(child).startswith("eventDef") or _defines(child) for child in element) > 1:
        yield "multiple"
    if _referenced(element, elements).get("isCollection") == "true":
        yield "collection"


def _defines(child: Element) -> bool:
    return _kind(child).endswith("EventDefinition")


def _conditional(element: Element, source: Element | None) -> bool:
    has_condition = element.find("conditionExpression") is not None
    return has_condition and source is not None and not _kind(source).endswith("Gateway")


def _color(drawn: Element, names: tuple[str, ...], otherwise: str) -> str:
    told = next((drawn.attrib[name] for name in names if name in drawn.attrib), otherwise)
    return told if _COLOR.fullmatch(told) else otherwise
