"""Start events of messages, timers and signals: only those of the latest version are waiting."""

from typing import Any

from zeebe_engine.bpmn.model import Element, Message, Signal, Timer
from zeebe_engine.engine import definitions, values, waiting
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.schedule import Schedule
from zeebe_engine.engine.state import CatchUp, Definition
from zeebe_engine.engine.step import Failure, Step


class StartError(Exception):
    """A start event whose expression gives nothing that one can wait for."""


def check(step: Step, elements: list[Element]) -> None:
    """Raises StartError; nothing has happened then."""
    for element in elements:
        try:
            _wanted(step, element)
        except Failure as failure:
            raise StartError(f"'{element.id}': {failure.message}") from failure


def follow(step: Step, process_id: str, tenant_id: str) -> None:
    """Makes the latest version wait, and the others not."""
    found = definitions.versions(step, "PROCESS", process_id, tenant_id)
    for definition in found[:-1]:
        waiting.close(step, definition.key)
    if found and not step.lookups.owned(found[-1].key):
        _open(step, found[-1])


def _open(step: Step, definition: Definition) -> None:
    model = step.models.process(definition)
    for element in (model.elements[one] for one in model.root.starts):
        wanted = _wanted(step, element)
        key = step.key_near(definition.key)
        told = {
            **values.of_definition(definition),
            "elementId": element.id,
            "startEventId": element.id,
            "elementInstanceKey": 0,
            "processInstanceKey": values.NOBODY,
        }
        if isinstance(wanted, Schedule):
            step.emit(ValueType.TIMER, "CREATED", key, told | of_timer(element.id, wanted))
        elif isinstance(element.trigger, Message):
            kind = ValueType.MESSAGE_START_EVENT_SUBSCRIPTION
            step.emit(kind, "CREATED", key, {**told, "messageName": wanted})
            step.later(CatchUp(key))
        elif isinstance(element.trigger, Signal):
            told["signalName"] = wanted
            step.emit(ValueType.SIGNAL_SUBSCRIPTION, "CREATED", key, told)


def of_timer(element_id: str, due: Schedule) -> dict[str, Any]:
    return {
        "targetElementId": element_id,
        "dueDate": due.due,
        "repetitions": due.repetitions,
        "cycle": due.cycle,
    }


def _wanted(step: Step, element: Element) -> Schedule | str | None:
    """Without variables: there is no instance yet."""
    match element.trigger:
        case Timer() as timer:
            return waiting.timer_schedule(step, timer, {})
        case Message(name) | Signal(name):
            return step.text(name, {})
    return None
