"""A process as it is read: which elements it has, how they hang together, and each by itself."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from zeebe_engine.bpmn import activities, triggers, values
from zeebe_engine.bpmn.model import Element, ElementType, Error, Flow, Process
from zeebe_engine.bpmn.notation import BPMN, Node, not_executed
from zeebe_engine.bpmn.triggers import Definitions


def _kind(element_type: ElementType) -> str:
    """The local name in BPMN: `startEvent`."""
    first, *rest = element_type.lower().split("_")
    return first + "".join(one.title() for one in rest)


_NOT_IN_BPMN: Final = {ElementType.EVENT_SUB_PROCESS, ElementType.MULTI_INSTANCE_BODY}
KINDS: Final = {
    _kind(one): one for one in ElementType if one not in {*_NOT_IN_BPMN, ElementType.PROCESS}
}
_SUBPROCESSES: Final = {ElementType.SUB_PROCESS, ElementType.EVENT_SUB_PROCESS}
_WITHOUT_EFFECT: Final = re.compile(
    "extensionElements|documentation|incoming|outgoing|laneSet|property|auditing|monitoring"
    "|textAnnotation|association|group|dataObject|dataObjectReference|dataStoreReference"
    "|dataInputAssociation|dataOutputAssociation|ioSpecification|supportedInterfaceRef"
    "|multiInstanceLoopCharacteristics|standardLoopCharacteristics"
)
"""Below a process or subprocess; loops are read with the subprocess itself."""


@dataclass(frozen=True, slots=True)
class Place:
    """An element of the XML, and where it stands."""

    node: Node
    type: ElementType
    scope: str
    scope_type: ElementType


@dataclass(frozen=True, slots=True)
class Wiring:
    """Who belongs to whom, by ids; `members`: of a scope."""

    incoming: dict[str, list[Flow]] = field(default_factory=lambda: defaultdict(list))
    outgoing: dict[str, list[Flow]] = field(default_factory=lambda: defaultdict(list))
    members: dict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))
    boundaries: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def process(node: Node, definitions: Definitions) -> Process:
    """Of a `bpmn:process`; whatever is wrong within an element is among the faults afterwards."""
    places = list(_places(node, ElementType.PROCESS))
    flows = [_flow(one.node) for one in places if one.type is ElementType.SEQUENCE_FLOW]
    places = [one for one in places if one.type is not ElementType.SEQUENCE_FLOW]
    refuse_shared_ids(
        [node.id, *(flow.id for flow in flows), *(one.node.id for one in places)], node
    )
    activities.refuse_extensions(node)
    wiring = _wired(flows, places)
    root = _scoped(
        Element(node.required("id"), ElementType.PROCESS, node.attribute("name")), wiring
    )
    elements = {one.node.id: _element(one, wiring, definitions) for one in places}
    return Process(
        id=root.id,
        name=root.name,
        version_tag=node.extension("versionTag").attribute("value"),
        elements={root.id: root} | elements,
        flows={flow.id: flow for flow in flows},
    )


def refuse_shared_ids(ids: Iterable[str], holder: Node) -> None:
    seen: set[str] = set()
    for one in ids:
        if one and one in seen:
            holder.faults.add(one, "Must have an id of its own, but something else has the same")
        seen.add(one)


def _places(scope: Node, scope_type: ElementType) -> Iterator[Place]:
    """All of a scope and of those within it, in the order of the file."""
    for xml in scope.xml:
        node = scope.named(xml)
        if not xml.tag.startswith(BPMN) or _WITHOUT_EFFECT.fullmatch(node.kind):
            continue
        # What is refused stands in as a task, so that its flows are not refused too.
        found = KINDS.get(node.kind, ElementType.TASK)
        if node.kind not in KINDS:
            node.fault(not_executed(f"A bpmn:{node.kind}"))
        if found is ElementType.SUB_PROCESS and node.claims("triggeredByEvent"):
            found = ElementType.EVENT_SUB_PROCESS
        node.required("id")
        yield Place(node, found, scope.id, scope_type)
        if found in _SUBPROCESSES:
            yield from _places(node, found)


def _flow(node: Node) -> Flow:
    conditions = [
        values.expression(one) for one in node.children("conditionExpression") if one.text
    ]
    source, target = node.attribute("sourceRef"), node.attribute("targetRef")
    return Flow(node.id, source, target, next(iter(conditions), None))


def _wired(flows: Iterable[Flow], places: Iterable[Place]) -> Wiring:
    wiring = Wiring()
    for flow in flows:
        wiring.outgoing[flow.source].append(flow)
        wiring.incoming[flow.target].append(flow)
    for place in places:
        wiring.members[place.scope].append(place)
        if place.type is ElementType.BOUNDARY_EVENT:
            wiring.boundaries[_host(place.node)].append(place.node.id)
    return wiring


def _host(boundary: Node) -> str:
    return boundary.attribute("attachedToRef").rpartition(":")[2]


def _scoped(scope: Element, wiring: Wiring) -> Element:
    members = wiring.members[scope.id]
    inner = [one.node.id for one in members if one.type is ElementType.EVENT_SUB_PROCESS]
    return replace(
        scope,
        children=tuple(one.node.id for one in members),
        starts=tuple(one.node.id for one in members if one.type is ElementType.START_EVENT),
        event_subprocesses=tuple(inner),
    )


def _element(place: Place, wiring: Wiring, definitions: Definitions) -> Element:
    node = place.node
    element = Element(
        id=node.id,
        type=place.type,
        name=node.attribute("name"),
        scope=place.scope,
        incoming=tuple(wiring.incoming[node.id]),
        outgoing=tuple(wiring.outgoing[node.id]),
        default_flow=node.attribute("default"),
        boundaries=tuple(wiring.boundaries[node.id]),
        attached_to=_host(node),
    )
    if place.type in _SUBPROCESSES:
        element = _scoped(element, wiring)
    return _triggered(activities.equipped(element, node), place, definitions)


def _triggered(element: Element, place: Place, definitions: Definitions) -> Element:
    node = place.node
    if place.type is ElementType.RECEIVE_TASK:
        return replace(element, trigger=triggers.message(node, definitions, has_key=True))
    where = place.scope_type if place.type is ElementType.START_EVENT else node.kind
    found = triggers.definition(node, where) if where in triggers.EVENTS else None
    if found is None:
        return element
    if found.kind == "messageEventDefinition" and where in triggers.THROWING:
        return replace(element, job=activities.job(node))
    trigger = triggers.read(found, where, definitions)
    flag = "cancelActivity" if element.attached_to else "isInterrupting"
    interrupting = isinstance(trigger, Error) or node.claims(flag, default=True)
    return replace(element, trigger=trigger, interrupting=interrupting)
