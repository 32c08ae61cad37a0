"""Start events of messages, timers and signals: only those of the latest version are waiting."""

from zeebe_engine.bpmn.model import Process
from zeebe_engine.engine import waiting
from zeebe_engine.engine.state import Definition
from zeebe_engine.engine.step import Step


def wanted(step: Step, model: Process) -> list[waiting.Wanted]:
    """Without variables: there is no instance yet. Raises Failure."""
    wishes = (waiting.wish(step, model.elements[one], {}) for one in model.root.starts)
    return [one for one in wishes if one is not None]


def open_(step: Step, definition: Definition) -> None:
    for one in wanted(step, step.models.process(definition)):
        waiting.open_(step, one, definition.key)
