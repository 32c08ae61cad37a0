"""What a diagram consists of: figures with their places, as the modeler left them."""

from collections.abc import Mapping
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Bounds:
    """In pixels, from the upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def center(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def inset(self, by: float) -> "Bounds":
        return Bounds(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)


@dataclass(frozen=True, slots=True)
class Shape:
    """`kind` is the name of the BPMN element; `marks` are what it holds, like its event
    definitions; `stroke` and `fill` are colours that the modeler was told."""

    kind: str
    bounds: Bounds
    name: str
    label: Bounds | None
    attributes: Mapping[str, str]
    marks: frozenset[str]
    stroke: str
    fill: str

    def says(self, attribute: str) -> bool:
        return self.attributes.get(attribute) == "true"

    def denies(self, attribute: str) -> bool:
        return self.attributes.get(attribute) == "false"


@dataclass(frozen=True, slots=True)
class Edge:
    """`default` and `conditional` are the two marks that a sequence flow may start with."""

    kind: str
    points: tuple[Point, ...]
    name: str
    label: Bounds | None
    attributes: Mapping[str, str]
    stroke: str
    default: bool = False
    conditional: bool = False


@dataclass(frozen=True, slots=True)
class Diagram:
    shapes: tuple[Shape, ...]
    edges: tuple[Edge, ...]
