"""Start events of messages, timers and signals: only those of the latest version are waiting."""

from contextlib import suppress

from zeebe_engine.bpmn.model import Process
from zeebe_engine.engine import waiting
from zeebe_engine.engine.state import Definition
from zeebe_engine.engine.step import Failure, Step


def check(step: Step, model: Process) -> None:
    """Each must give something that one can wait for, without variables: there is no instance yet.

    Raises Failure.
    """
    for one in model.root.starts:
        waiting.wish(step, model.elements[one], {})


def open_(step: Step, definition: Definition) -> None:
    """Without those whose expressions gave something when they were deployed, but do not now."""
    model = step.models.process(definition)
    for one in model.root.starts:
        with suppress(Failure):
            if (wish := waiting.wish(step, model.elements[one], {})) is not None:
                waiting.open_(step, wish, definition.key)
