"""Our own diagrams: what the drawing does with each thing, and with what is no diagram."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.cli.cluster import FakeCluster
from tests.cli.conftest import Typed
from zeebe_operator.cli.diagram import lettering, svg
from zeebe_operator.cli.diagram.document import DiagramError
from zeebe_operator.cli.diagram.flows import middle
from zeebe_operator.model.names import Kind

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<b:definitions xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:i="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:c="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:d="http://www.omg.org/spec/DD/20100524/DI"
  xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0">
"""


def document(elements: str, drawn: str) -> bytes:
    plane = f'<i:BPMNDiagram><i:BPMNPlane bpmnElement="p">{drawn}</i:BPMNPlane></i:BPMNDiagram>'
    return f'{HEAD}<b:process id="p">{elements}</b:process>{plane}</b:definitions>'.encode()


def shape(
    element: str, x: float = 100, y: float = 100, size: str = "100 80", more: str = ""
) -> str:
    width, height = size.split()
    return (
        f'<i:BPMNShape bpmnElement="{element}" {more}>'
        f'<c:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/></i:BPMNShape>'
    )


def one(element: str, more: str = "") -> str:
    """The picture of a single element with the id `e`."""
    return svg(document(element, shape("e", more=more)))


TASK = '<b:task id="e" name="Pay"/>'


def test_the_canvas_has_a_margin_around_the_figures() -> None:
    assert 'viewBox="88 88 124 104"' in one(TASK)


def test_names_cannot_break_out_of_the_picture() -> None:
    drawn = one('<b:task id="e" name="&lt;script&gt;&amp;"/>', 'bioc:fill="x&quot;/&gt;&lt;y"')
    root = ET.fromstring(drawn)
    assert "script" not in {element.tag for element in root.iter()}
    assert "".join(root.itertext()) == "<script>&"


def test_colours_of_the_modeler_are_kept() -> None:
    assert 'fill="#ffe0b2"' in one(TASK, 'bioc:fill="#ffe0b2" bioc:stroke="rgb(1, 2, 3)"')


@pytest.mark.parametrize(
    ("plain", "marked"),
    [
        pytest.param(TASK, f'<b:{kind}Task id="e" name="Pay"/>', id=kind)
        for kind in ("service", "user", "script", "businessRule", "send", "receive", "manual")
    ]
    + [
        pytest.param(
            '<b:startEvent id="e"/>',
            f'<b:startEvent id="e"><b:{kind}EventDefinition/></b:startEvent>',
            id=kind,
        )
        for kind in (
            "message",
            "timer",
            "error",
            "signal",
            "escalation",
            "conditional",
            "compensate",
        )
    ]
    + [
        pytest.param(
            '<b:endEvent id="e"/>',
            f'<b:endEvent id="e"><b:{kind}EventDefinition/></b:endEvent>',
            id=kind,
        )
        for kind in ("terminate", "cancel", "link")
    ]
    + [
        pytest.param('<b:complexGateway id="e"/>', f'<b:{kind}Gateway id="e"/>', id=kind)
        for kind in ("parallel", "inclusive", "eventBased")
    ]
    + [
        pytest.param(TASK, f'<b:task id="e" name="Pay">{loop}</b:task>', id=loop)
        for loop in (
            "<b:standardLoopCharacteristics/>",
            "<b:multiInstanceLoopCharacteristics/>",
            '<b:multiInstanceLoopCharacteristics isSequential="true"/>',
        )
    ],
)
def test_every_kind_has_a_mark_of_its_own(plain: str, marked: str) -> None:
    assert re.sub(r"\s", "", one(marked)) != re.sub(r"\s", "", one(plain))


def test_marks_differ_from_each_other() -> None:
    kinds = ("message", "timer", "error", "signal", "escalation", "conditional", "link", "cancel")
    drawn = {one(f'<b:endEvent id="e"><b:{k}EventDefinition/></b:endEvent>') for k in kinds}
    assert len(drawn) == len(kinds)


def test_what_does_not_interrupt_is_dashed() -> None:
    assert "stroke-dasharray" in one('<b:boundaryEvent id="e" cancelActivity="false"/>')
    assert "stroke-dasharray" not in one('<b:boundaryEvent id="e"/>')


def test_a_definition_beside_the_process_is_followed() -> None:
    elements = (
        '<b:startEvent id="e"><b:eventDefinitionRef>t</b:eventDefinitionRef></b:startEvent>'
        '<b:timerEventDefinition id="t"/>'
    )
    timer = '<b:startEvent id="e"><b:timerEventDefinition id="t"/></b:startEvent>'
    assert one(elements) == one(timer)


def test_a_call_has_a_thick_border() -> None:
    assert 'stroke-width="4"' in one('<b:callActivity id="e"/>')


def test_the_marker_of_a_gateway_is_shown_if_the_diagram_says_so() -> None:
    gateway = '<b:exclusiveGateway id="e"/>'
    assert one(gateway, 'isMarkerVisible="true"') != one(gateway, 'isMarkerVisible="false"')


def test_the_inside_of_a_subprocess_is_over_it_whatever_the_order() -> None:
    elements = f'<b:subProcess id="s" name="Outer">{TASK}</b:subProcess>'
    outer = shape("s", 0, 0, "300 300", 'isExpanded="true"')
    for drawn in (shape("e") + outer, outer + shape("e")):
        text = svg(document(elements, drawn))
        assert text.index('width="300"') < text.index('width="100" height="80"')


def flow(attributes: str = "", inside: str = "", gateway: str = "task") -> str:
    elements = (
        f'<b:{gateway} id="a" {attributes}/><b:task id="z"/>'
        f'<b:sequenceFlow id="f" sourceRef="a" targetRef="z">{inside}</b:sequenceFlow>'
    )
    points = '<d:waypoint x="10" y="0"/><d:waypoint x="90" y="0"/>'
    edge = f'<i:BPMNEdge bpmnElement="f">{points}</i:BPMNEdge>'
    return svg(document(elements, shape("a", -90, -40) + shape("z", 90, -40) + edge))


def test_default_and_conditional_flows_are_marked_at_their_start() -> None:
    plain = flow()
    condition = "<b:conditionExpression>=a</b:conditionExpression>"
    assert flow('default="f"').count("<path") == plain.count("<path") + 1
    assert flow(inside=condition).count("<path") == plain.count("<path") + 1
    assert flow(inside=condition, gateway="exclusiveGateway") == flow(gateway="exclusiveGateway")


def test_a_label_stands_where_the_modeler_put_it() -> None:
    label = '<i:BPMNLabel><c:Bounds x="300" y="50" width="60" height="14"/></i:BPMNLabel>'
    drawn = shape("e", size="36 36").replace("</i:BPMNShape>", f"{label}</i:BPMNShape>")
    text = svg(document('<b:startEvent id="e" name="Go"/>', drawn))
    found = re.search(r'<tspan x="(\d+)" y="([\d.]+)">Go', text)
    assert found is not None
    assert found[1] == "330"
    assert 50 < float(found[2]) < 64


def test_long_names_are_wrapped_and_long_words_cut() -> None:
    lines = lettering.wrapped("Check whether everything is in stock", 88, lettering.SIZE)
    assert lines == ["Check whether", "everything is in", "stock"]
    assert len(lettering.wrapped("W" * 30, 88, lettering.SIZE)) > 2
    assert lettering.wrapped("Sub-Process", 50, lettering.SIZE) == ["Sub-", "Process"]
    assert lettering.wrapped(" \n ", 88, lettering.SIZE) == []


def test_the_middle_of_a_way_is_at_half_its_length() -> None:
    assert middle(((0, 0), (10, 0), (10, 30))) == (10, 10)
    assert middle(((5, 5), (5, 5))) == (5, 5)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b"not xml", "no XML", id="no XML"),
        pytest.param(b"", "no XML", id="nothing"),
        pytest.param(b"<a/>", "open it in a modeler", id="no BPMN"),
        pytest.param(document(TASK, ""), "open it in a modeler", id="no shapes"),
        pytest.param(document(TASK, shape("other")), "open it in a modeler", id="other shapes"),
        pytest.param(b'<?xml version="1.0" encoding="x-none"?><a/>', "no XML", id="encoding"),
        pytest.param(b"<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", "DOCTYPE", id="entities"),
        pytest.param(document(TASK, shape("e", x=float("nan"))), "no place", id="no number"),
        pytest.param(document(TASK, shape("e", x=float("inf"))), "no place", id="no end"),
    ],
)
def test_what_cannot_be_drawn_is_explained(content: bytes, told: str) -> None:
    with pytest.raises(DiagramError, match=told):
        svg(content)


def test_a_file_is_drawn_without_a_cluster(zeebe: Typed, tmp_path: Path) -> None:
    source, target = tmp_path / "pay.bpmn", tmp_path / "pay.svg"
    source.write_bytes(document(TASK, shape("e")))
    assert zeebe("diagram", "-f", str(source), "-o", str(target)) == 0
    assert ET.fromstring(target.read_text()).tag.endswith("svg")
    assert zeebe("diagram", "-f", str(source)) == 0
    assert zeebe.out.strip() == target.read_text()


def test_files_that_cannot_be_are_named(zeebe: Typed, tmp_path: Path) -> None:
    assert zeebe("diagram", "-f", str(tmp_path / "none")) == 1
    assert "No such file" in zeebe.err
    source = tmp_path / "pay.bpmn"
    source.write_bytes(document(TASK, shape("e")))
    assert zeebe("diagram", "-f", str(source), "-o", str(tmp_path / "no" / "where.svg")) == 1
    assert "where.svg: No such file" in zeebe.err


def test_the_bpmn_of_a_zeebeprocess_is_drawn(cluster: FakeCluster, zeebe: Typed) -> None:
    text = document(TASK, shape("e")).decode()
    cluster.add(Kind.PROCESS, "inline", bpmn=text)
    cluster.config_maps["files"] = {"data": {"pay.bpmn": text, "rules.dmn": "<dmn/>"}}
    cluster.add(Kind.PROCESS, "mapped", resources=[{"configMapRef": {"name": "files"}}])
    assert zeebe("diagram", "inline") == 0
    drawn = zeebe.out
    assert zeebe("diagram", "mapped") == 0
    assert zeebe.out == drawn


def test_one_of_several_is_chosen_by_name(cluster: FakeCluster, zeebe: Typed) -> None:
    text = document(TASK, shape("e")).decode()
    two = [{"name": name, "content": text} for name in ("a.bpmn", "b.bpmn")]
    cluster.add(Kind.PROCESS, "both", resources=two)
    assert zeebe("diagram", "both") == 1
    assert "choose with --resource from a.bpmn, b.bpmn" in zeebe.err
    assert zeebe("diagram", "both", "--resource", "b.bpmn") == 0
    assert zeebe("diagram", "both", "--resource", "c.bpmn") == 1
    assert "has no such BPMN" in zeebe.err
