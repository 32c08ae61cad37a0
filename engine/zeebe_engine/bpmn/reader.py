"""The door of this room: from a BPMN file to its processes, or to one explanation of all faults."""

from typing import Final
from xml.etree import ElementTree as ET

from zeebe_engine import markup
from zeebe_engine.bpmn import rules, structure
from zeebe_engine.bpmn.errors import BpmnError, Faults
from zeebe_engine.bpmn.model import Process
from zeebe_engine.bpmn.notation import BPMN, Node, not_executed
from zeebe_engine.bpmn.triggers import Definitions

MOST_ELEMENTS: Final = 10_000
_REFERRED: Final = ("message", "signal", "error", "escalation")


def read(resource_name: str, content: bytes) -> tuple[Process, ...]:
    """The executable processes, in the order of the file. Raises BpmnError."""
    root = _root(resource_name, content)
    faults = Faults()
    node = Node(root, root.get("id") or "definitions", faults)
    processes = _processes(node)
    if faults:
        raise BpmnError(resource_name, faults.explanation())
    return processes


def _root(resource_name: str, content: bytes) -> ET.Element:
    try:
        root = markup.parse(content)
    except markup.MarkupError as error:
        raise BpmnError(resource_name, str(error)) from error
    if root.tag != f"{BPMN}definitions":
        raise BpmnError(resource_name, f"Must be a bpmn:definitions, but is '{root.tag[:100]}'")
    count = sum(1 for one in root.iter() if markup.local(one.tag) in structure.KINDS)
    if count > MOST_ELEMENTS:
        reason = f"Must not have more than {MOST_ELEMENTS} elements and flows, but has {count}"
        raise BpmnError(resource_name, reason)
    return root


def _processes(root: Node) -> tuple[Process, ...]:
    definitions: Definitions = {
        (kind, one.get("id", "").strip()): root.named(one)
        for kind in _REFERRED
        for one in root.xml.iterfind(f"{BPMN}{kind}")
    }
    _refuse_global_tasks(root)
    nodes = [root.named(one) for one in root.xml.iterfind(f"{BPMN}process")]
    executable = [one for one in nodes if one.claims("isExecutable")]
    if not executable:
        root.fault("Must contain at least one executable process")
    structure.refuse_shared_ids([one.id for one in executable], root)
    processes = tuple(structure.process(one, definitions) for one in executable)
    for process in processes:
        rules.check(process, root.faults)
    return processes


def _refuse_global_tasks(root: Node) -> None:
    for one in root.xml:
        kind = markup.local(one.tag)
        if one.tag.startswith(BPMN) and kind.startswith(("global", "choreography")):
            root.named(one).fault(not_executed(f"A bpmn:{kind}"))
