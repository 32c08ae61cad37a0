"""Small models to read: a body between a start and an end event, and what reading it gives."""

import pytest

from zeebe_engine.bpmn import BpmnError, read
from zeebe_engine.bpmn.model import Element, Process

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" id="definitions">'
)
ROOTS = """
<bpmn:message id="m" name="paid"><bpmn:extensionElements>
  <zeebe:subscription correlationKey="=orderId"/></bpmn:extensionElements></bpmn:message>
<bpmn:message id="m2" name="=kind"><bpmn:extensionElements>
  <zeebe:subscription correlationKey="=orderId"/></bpmn:extensionElements></bpmn:message>
<bpmn:message id="keyless" name="go"/>
<bpmn:message id="nameless"><bpmn:extensionElements>
  <zeebe:subscription correlationKey="=orderId"/></bpmn:extensionElements></bpmn:message>
<bpmn:signal id="s" name="alarm"/><bpmn:signal id="unnamed"/>
<bpmn:error id="e" errorCode="NO_STOCK"/><bpmn:error id="codeless"/>
<bpmn:error id="computed" errorCode="=code"/>
<bpmn:escalation id="c" escalationCode="LATE"/>
"""
START = '<bpmn:startEvent id="start"/>'
TASK = """<bpmn:serviceTask id="task" name="Work"><bpmn:extensionElements>
  <zeebe:taskDefinition type="work"/></bpmn:extensionElements></bpmn:serviceTask>"""


def document(*processes: str, roots: str = ROOTS) -> bytes:
    return f"{HEAD}{roots}{''.join(processes)}</bpmn:definitions>".encode()


def process(body: str, process_id: str = "order", extra: str = "") -> str:
    return (
        f'<bpmn:process id="{process_id}" name="Order" isExecutable="true" {extra}>{body}'
        "</bpmn:process>"
    )


def flow(flow_id: str, source: str, target: str, condition: str = "") -> str:
    inner = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    return (
        f'<bpmn:sequenceFlow id="{flow_id}" sourceRef="{source}" targetRef="{target}">{inner}'
        "</bpmn:sequenceFlow>"
    )


def extended(kind: str, extensions: str, inner: str = "", attributes: str = "") -> str:
    """An element `x` of that kind."""
    return (
        f'<bpmn:{kind} id="x" {attributes}><bpmn:extensionElements>{extensions}'
        f"</bpmn:extensionElements>{inner}</bpmn:{kind}>"
    )


def event(kind: str, definition: str, event_id: str = "x", attributes: str = "") -> str:
    return f'<bpmn:{kind} id="{event_id}" {attributes}>{definition}</bpmn:{kind}>'


def defined(sort: str, reference: str = "") -> str:
    """An event definition that refers to one of `ROOTS`."""
    attribute = f'{sort}Ref="{reference}"' if reference else ""
    return f"<bpmn:{sort}EventDefinition {attribute}/>"


def timed(kind: str, text: str) -> str:
    return (
        f"<bpmn:timerEventDefinition><bpmn:time{kind}>{text}</bpmn:time{kind}>"
        "</bpmn:timerEventDefinition>"
    )


def scoped(body: str, attributes: str = "", scope_id: str = "sub") -> str:
    return f'<bpmn:subProcess id="{scope_id}" {attributes}>{body}</bpmn:subProcess>'


def read_process(body: str) -> Process:
    (found,) = read("order.bpmn", document(process(body)))
    return found


def read_element(body: str, element_id: str = "x") -> Element:
    """Beside a none start event."""
    return read_process(START + body).elements[element_id]


def refusal(content: bytes) -> str:
    """The explanation, without the name of the file."""
    with pytest.raises(BpmnError) as caught:
        read("order.bpmn", content)
    text = str(caught.value)
    assert text.startswith("\n'order.bpmn': ")
    return text.removeprefix("\n'order.bpmn': ")


def faults(body: str, start: str = START) -> dict[str, list[str]]:
    """What is told of each element."""
    told: dict[str, list[str]] = {}
    for block in refusal(document(process(start + body))).split("- Element: ")[1:]:
        path, *errors = block.rstrip("\n").split("\n    - ERROR: ")
        told[path] = errors
    return told
