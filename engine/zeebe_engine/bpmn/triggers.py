"""What an event waits for or does: one event definition, and what it refers to."""

from collections.abc import Mapping
from typing import Final

from zeebe_engine.bpmn import model, timing, values
from zeebe_engine.bpmn.notation import BPMN, Node, not_executed

Definitions = Mapping[tuple[str, str], Node]
"""Messages, signals, errors and escalations of the file, by kind and id."""

EVENTS: Final = {
    "PROCESS": "message timer signal",
    "SUB_PROCESS": "",
    "EVENT_SUB_PROCESS": "message timer signal error escalation",
    "intermediateCatchEvent": "message timer signal link",
    "boundaryEvent": "message timer signal error escalation",
    "intermediateThrowEvent": "message signal escalation link",
    "endEvent": "message signal escalation error terminate",
}
"""What may be defined where; a start event goes by the type of its scope."""
THROWING: Final = frozenset({"intermediateThrowEvent", "endEvent"})
_NEVER_NONE: Final = frozenset({"intermediateCatchEvent", "boundaryEvent", "EVENT_SUB_PROCESS"})
_UNKNOWN: Final = frozenset({"conditional", "compensate", "cancel"})


def definition(event: Node, place: str) -> Node | None:
    """The one event definition of an event, if it may stand there; None: a none event."""
    found = [
        event.below(one)
        for one in event.xml
        if one.tag.startswith(BPMN) and "ventDefinition" in one.tag
    ]
    if len(found) > 1:
        event.fault(not_executed("An event with several event definitions"))
    if not found and place in _NEVER_NONE:
        event.fault(f"Must have one event definition of: {EVENTS[place]}")
    if len(found) != 1 or _sort(found[0]) in EVENTS[place].split():
        return found[0] if len(found) == 1 else None
    if _sort(found[0]) in _UNKNOWN or not found[0].kind.endswith("Definition"):
        event.fault(not_executed(f"A bpmn:{found[0].kind}"))
    else:
        possible = EVENTS[place] or "none"
        event.fault(f"Must not have a bpmn:{found[0].kind}; possible here: {possible}")
    return None


def read(found: Node, place: str, definitions: Definitions) -> model.Trigger:
    """Of an event definition that `definition` found."""
    match _sort(found):
        case "message":
            return message(found, definitions, has_key=place != "PROCESS")
        case "timer":
            return _timer(found)
        case "signal":
            return model.Signal(values.required(_referred(found, "signal", definitions), "name"))
        case "error":
            return model.Error(_code(found, "error", place, definitions))
        case "escalation":
            return model.Escalation(_code(found, "escalation", place, definitions))
        case "link":
            return model.Link(found.required("name"))
        case _:
            return model.Terminate()


def message(found: Node, definitions: Definitions, *, has_key: bool) -> model.Message:
    """`found`: an event definition or a receive task. `has_key`: an instance waits for it."""
    referred = _referred(found, "message", definitions)
    name = values.required(referred, "name")
    if not has_key:
        return model.Message(name)
    return model.Message(name, values.expression(referred.only("subscription"), "correlationKey"))


def _sort(found: Node) -> str:
    return found.kind.removesuffix("EventDefinition")


def _referred(found: Node, kind: str, definitions: Definitions) -> Node:
    """The reference may carry the prefix of a namespace."""
    reference = found.attribute(f"{kind}Ref").rpartition(":")[2]
    if (kind, reference) not in definitions:
        found.fault(f"Must reference a bpmn:{kind}")
    return definitions.get((kind, reference)) or found.absent(kind)


def _code(found: Node, kind: str, place: str, definitions: Definitions) -> model.Value | None:
    """Thrown: there must be one. Caught: fixed text, or None for any."""
    name = f"{kind}Code"
    if place in THROWING:
        return values.required(_referred(found, kind, definitions), name)
    if not found.attribute(f"{kind}Ref"):
        return None
    code = values.optional(_referred(found, kind, definitions), name)
    if code and code.expression:
        found.fault(f"Must have a fixed {kind} code where it is caught, but found '{code.text}'")
    return code


def _timer(found: Node) -> model.Timer:
    times = [(kind, one) for kind in timing.FORMS for one in found.children(f"time{kind.title()}")]
    if len(times) != 1:
        found.fault("Must be exactly one type of timer: timeDuration, timeDate or timeCycle")
    kind, node = times[0] if times else ("duration", found)
    if times and not node.text:
        node.fault(f"Expected {timing.FORMS[kind][1]}, or an expression, but found nothing")
    return model.Timer(kind, values.parse(node, node.text, timing.FORMS[kind]))
