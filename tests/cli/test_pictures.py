"""Diagrams of other people's modelers, drawn and looked at: ink is where the diagram says."""

import io
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from itertools import pairwise

import pytest
import resvg_py
from PIL import Image

from tests.cli import samples
from zeebe_operator.cli.diagram import svg

NAMESPACES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
DARK = 110
FILES = {
    "B.2.0": "every symbol of the working group",
    "C.1.0": "Signavio",
    "C.3.0": "W4",
    "C.7.0": "Trisotech",
    "C.9.0": "Camunda",
}

Point = tuple[float, float]


@dataclass(frozen=True)
class Picture:
    """A file, drawn without its letters, which differ from machine to machine."""

    root: ET.Element
    drawn: ET.Element
    image: Image.Image
    grays: bytes

    def is_dark(self, point: Point) -> bool:
        """Whether there is ink within two pixels."""
        left, top = (float(number) for number in self.drawn.attrib["viewBox"].split()[:2])
        x, y = round(point[0] - left), round(point[1] - top)
        near = [(x + dx, y + dy) for dx in range(-2, 3) for dy in range(-2, 3)]
        return min(self.gray(*each) for each in near) < DARK

    def gray(self, x: int, y: int) -> int:
        return self.grays[y * self.image.width + x]

    def kinds(self) -> dict[str, str]:
        """By the id of the element."""
        return {e.get("id", ""): e.tag.rpartition("}")[2] for e in self.root.iter()}

    def shapes(self, ending: str) -> list[tuple[float, float, float, float]]:
        found = self.root.iterfind(".//bpmndi:BPMNShape", NAMESPACES)
        return [
            bounds(shape)
            for shape in found
            if self.kinds().get(shape.get("bpmnElement", ""), "").lower().endswith(ending)
        ]

    def flows(self) -> list[list[Point]]:
        found = self.root.iterfind(".//bpmndi:BPMNEdge", NAMESPACES)
        kinds = self.kinds()
        return [
            [
                (float(p.attrib["x"]), float(p.attrib["y"]))
                for p in e.iterfind("di:waypoint", NAMESPACES)
            ]
            for e in found
            if kinds.get(e.get("bpmnElement", "")) == "sequenceFlow"
        ]


def bounds(shape: ET.Element) -> tuple[float, float, float, float]:
    found = shape.find("dc:Bounds", NAMESPACES)
    assert found is not None
    x, y, width, height = (float(found.attrib[name]) for name in ("x", "y", "width", "height"))
    return x, y, width, height


@pytest.fixture(params=list(FILES), ids=list(FILES.values()), scope="module")
def picture(request: pytest.FixtureRequest) -> Picture:
    content = (samples.folder() / f"{request.param}.bpmn").read_bytes()
    text = svg(content)
    png = resvg_py.svg_to_bytes(svg_string=text, skip_system_fonts=True)
    image = Image.open(io.BytesIO(bytes(png))).convert("L")
    return Picture(ET.fromstring(content), ET.fromstring(text), image, image.tobytes())


def test_it_is_as_large_as_its_figures(picture: Picture) -> None:
    width, height = (float(picture.drawn.attrib[name]) for name in ("width", "height"))
    assert abs(picture.image.width - width) <= 1
    assert abs(picture.image.height - height) <= 1
    assert picture.gray(1, 1) == 255
    inked = sum(picture.image.histogram()[:DARK])
    assert 0.005 < inked / (width * height) < 0.3


def test_tasks_have_their_four_sides(picture: Picture) -> None:
    tasks = picture.shapes("task")
    assert len(tasks) >= 4
    for x, y, width, height in tasks:
        at = (width / 4, 0), (width / 4, height), (0, height / 3), (width, height / 3)
        assert all(picture.is_dark((x + dx, y + dy)) for dx, dy in at), (x, y)


def test_events_are_round(picture: Picture) -> None:
    events = picture.shapes("event")
    assert len(events) >= 2
    for x, y, width, height in events:
        slant = width / 2 * 0.7071
        center = x + width / 2, y + height / 2
        on_it = [
            (center[0] + dx, center[1] + dy) for dx in (-slant, slant) for dy in (-slant, slant)
        ]
        assert all(picture.is_dark(point) for point in on_it), (x, y)


def test_gateways_are_diamonds(picture: Picture) -> None:
    gateways = picture.shapes("gateway")
    assert len(gateways) >= 2
    for x, y, width, height in gateways:
        for dx, dy in ((0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)):
            assert picture.is_dark((x + dx * width, y + dy * height)), (x, y)


def test_flows_lead_through_their_points(picture: Picture) -> None:
    flows = picture.flows()
    assert len(flows) >= 5
    for points in flows:
        for (x1, y1), (x2, y2) in pairwise(points):
            assert picture.is_dark(((x1 + x2) / 2, (y1 + y2) / 2)), points


def test_there_is_no_ink_beside_a_task(picture: Picture) -> None:
    """Else the tests above would say nothing."""
    corners = [(x - 6, y - 6) for x, y, _, _ in picture.shapes("task")]
    assert sum(picture.is_dark(point) for point in corners) <= len(corners) / 4


def test_every_name_is_in_it(picture: Picture) -> None:
    written = "".join("".join(text.itertext()) for text in picture.drawn.iter() if text.text)
    letters = written.replace(" ", "")
    found = [e for e in picture.root.iter() if e.tag.endswith(("BPMNShape", "BPMNEdge"))]
    drawn = {figure.get("bpmnElement", "") for figure in found}
    named = (e for e in picture.root.iter() if e.get("id", "-") in drawn and e.get("name"))
    assert [name for e in named if "".join((name := e.attrib["name"]).split()) not in letters] == []
