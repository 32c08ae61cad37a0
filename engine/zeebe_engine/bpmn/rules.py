"""What a process must hold as a whole: starts, flows, gateways, boundaries, links. Pure checks."""

from collections.abc import Iterable, Iterator
from typing import Final

from zeebe_engine.bpmn import model
from zeebe_engine.bpmn.errors import Faults
from zeebe_engine.bpmn.model import Element, ElementType, Flow, Process
from zeebe_engine.bpmn.notation import not_executed

_ACTIVITIES: Final = {one for one in ElementType if one.endswith("TASK")} | {
    ElementType.CALL_ACTIVITY,
    ElementType.SUB_PROCESS,
}
_CHOOSING: Final = {ElementType.EXCLUSIVE_GATEWAY, ElementType.INCLUSIVE_GATEWAY}
_BEGINNING: Final = {ElementType.START_EVENT, ElementType.BOUNDARY_EVENT}
_FEWEST_EVENTS: Final = 2


def check(process: Process, faults: Faults) -> None:
    for flow in process.flows.values():
        for text in _flow(flow, process):
            faults.add(flow.id, text)
    for element in process.elements.values():
        for text in _element(element, process):
            faults.add(element.id, text)


def _flow(flow: Flow, process: Process) -> Iterator[str]:
    source, target = process.elements.get(flow.source), process.elements.get(flow.target)
    if not source or not source.scope:
        yield f"Must have a source in this process, but there is no element '{flow.source}'"
    if not target or not target.scope:
        yield f"Must have a target in this process, but there is no element '{flow.target}'"
    if source and target and source.scope != target.scope:
        yield f"Must not cross a border, but goes from '{flow.source}' to '{flow.target}'"
    if source and source.type in _CHOOSING:
        if not flow.condition and flow.id != source.default_flow and len(source.outgoing) > 1:
            yield "Must have a condition or be default flow"
    elif flow.condition:
        yield not_executed("A condition on a flow that leaves no exclusive or inclusive gateway")


def _element(element: Element, process: Process) -> Iterator[str]:
    yield from _ends(element)
    yield from _default(element)
    match element.type:
        case ElementType.PROCESS:
            yield from _process(element, process)
        case ElementType.SUB_PROCESS | ElementType.EVENT_SUB_PROCESS if len(element.starts) != 1:
            yield f"Must have exactly one start event, but has {len(element.starts)}"
        case ElementType.BOUNDARY_EVENT:
            yield from _boundary(element, process)
        case ElementType.EVENT_BASED_GATEWAY:
            yield from _event_based_gateway(element, process)
    if isinstance(element.trigger, model.Timer):
        yield from _timer(element, element.trigger, process.elements[element.scope].type)
    for group in _listening(element, process):
        yield from _same_twice(group)


def _ends(element: Element) -> Iterator[str]:
    """Where nothing may come in or go out."""
    catches = element.type is ElementType.INTERMEDIATE_CATCH_EVENT
    links, alone = (
        isinstance(element.trigger, model.Link),
        element.type is ElementType.EVENT_SUB_PROCESS,
    )
    if element.incoming and (element.type in _BEGINNING or alone or (links and catches)):
        yield "Must not have incoming sequence flows"
    ends = element.type is ElementType.END_EVENT or alone or (links and not catches)
    if element.outgoing and ends:
        yield "Must not have outgoing sequence flows"


def _default(element: Element) -> Iterator[str]:
    flow = next((one for one in element.outgoing if one.id == element.default_flow), None)
    if element.default_flow and element.type not in _CHOOSING:
        yield not_executed("A default flow that leaves no exclusive or inclusive gateway")
    elif element.default_flow and not flow:
        yield f"Default flow must start at it, but '{element.default_flow}' does not"
    elif flow and flow.condition:
        yield f"Default flow must not have a condition, but '{flow.id}' has one"


def _process(root: Element, process: Process) -> Iterator[str]:
    starts = [process.elements[one] for one in root.starts]
    if not starts:
        yield "Must have at least one start event"
    if sum(1 for one in starts if one.trigger is None) > 1:
        yield "Multiple none start events are not allowed"
    yield from _links(process.elements.values())


def _boundary(element: Element, process: Process) -> Iterator[str]:
    host = process.elements.get(element.attached_to)
    if not host or host.type not in _ACTIVITIES:
        yield f"Must be attached to an activity, but '{element.attached_to}' is none"
    elif host.scope != element.scope:
        yield f"Must stand beside what it is attached to, but '{host.id}' is elsewhere"


def _event_based_gateway(element: Element, process: Process) -> Iterator[str]:
    if len(element.outgoing) < _FEWEST_EVENTS:
        yield "Event-based gateway must have at least 2 outgoing sequence flows."
    for target in _targets(element, process):
        catches = target.type is ElementType.INTERMEDIATE_CATCH_EVENT
        if not catches or not isinstance(
            target.trigger, model.Message | model.Timer | model.Signal
        ):
            yield (
                "Event-based gateway must not have an outgoing sequence flow to other elements"
                f" than message, timer or signal catch events, but has one to '{target.id}'"
            )
        elif len(target.incoming) > 1:
            yield f"Must be the only one with a sequence flow to '{target.id}'"


def _timer(element: Element, timer: model.Timer, scope: ElementType) -> Iterator[str]:
    """Cycles only where an event can come again; a process starts at a date or in a cycle."""
    catches = element.type is ElementType.INTERMEDIATE_CATCH_EVENT
    starts_process = element.type is ElementType.START_EVENT and scope is ElementType.PROCESS
    if starts_process and timer.kind == "duration":
        yield "Timer start event must have a time date or a time cycle"
    if timer.kind == "cycle" and catches:
        yield "Intermediate timer catch event must have a time duration or a time date"
    elif timer.kind == "cycle" and element.interrupting and not starts_process:
        yield "Interrupting timer event with time cycle is not allowed"


def _links(elements: Iterable[Element]) -> Iterator[str]:
    """A link connects within one scope."""
    caught: set[tuple[str, str]] = set()
    thrown: list[tuple[str, str]] = []
    for element in elements:
        if isinstance(element.trigger, model.Link) and element.trigger.name:
            link = element.scope, element.trigger.name
            if element.type is not ElementType.INTERMEDIATE_CATCH_EVENT:
                thrown.append(link)
            elif link in caught:
                yield f"Multiple link catch events with the name '{link[1]}' are not allowed"
            else:
                caught.add(link)
    for link in thrown:
        if link not in caught:
            yield f"Must have a link catch event for the thrown link '{link[1]}'"


def _targets(element: Element, process: Process) -> list[Element]:
    return [
        process.elements[one.target] for one in element.outgoing if one.target in process.elements
    ]


def _listening(element: Element, process: Process) -> Iterator[list[Element]]:
    """Groups of events that listen at the same time and could not tell each other apart."""
    elements = process.elements
    if element.type is ElementType.PROCESS:
        yield [elements[one] for one in element.starts]
    if element.type is ElementType.EVENT_BASED_GATEWAY:
        yield _targets(element, process)
    yield [elements[one] for one in element.boundaries]
    yield [elements[one] for sub in element.event_subprocesses for one in elements[sub].starts]


def _same_twice(events: list[Element]) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    for event in events:
        sort, distinction = type(event.trigger).__name__.lower(), _distinction(event.trigger)
        if distinction and (sort, distinction) in seen:
            yield f"Multiple {sort} event definitions with the same {distinction} are not allowed"
        seen.add((sort, distinction))


def _distinction(trigger: model.Trigger | None) -> str:
    match trigger:
        case model.Message(name=name) | model.Signal(name=name):
            return f"name '{name.text}'"
        case model.Error(code=code) | model.Escalation(code=code):
            return f"code '{code.text if code else ''}'"
        case _:
            return ""
