"""An element begins somewhere within a scope, and not at the end of a sequence flow."""

from typing import Any

from zeebe_engine.bpmn.model import ElementType, Process
from zeebe_engine.engine import lifecycle, variables
from zeebe_engine.engine.state import Activate, Instance
from zeebe_engine.engine.step import Step

Given = dict[str, dict[str, Any]]
"""Variables for the element and for scopes around it, by their ids."""


def place(step: Step, scope: Instance, element_id: str, given: Given) -> None:
    """In the subprocesses that are there; one that is missing begins for this, without its start
    event."""
    for subprocess in _between(step.process(scope), element_id, scope.element_id):
        found = _within(step, scope, subprocess)
        if found is None:
            action = Activate(subprocess, scope.key, target=element_id, given=given)
            lifecycle.activate(step, action)
            return
        scope = found
        variables.set_local(step, scope, given.get(subprocess, {}))
    lifecycle.activate(step, Activate(element_id, scope.key, given=given))


def _between(model: Process, element_id: str, scope_id: str) -> list[str]:
    """Ids of the subprocesses on the way from the scope to the element."""
    found: list[str] = []
    around = model.elements[element_id].scope
    while around != scope_id:
        found.insert(0, around)
        around = model.elements[around].scope
    return found


def _within(step: Step, scope: Instance, element_id: str) -> Instance | None:
    children = (step.instance(key) for key in scope.children)
    found = (one for one in children if one.element_id == element_id and not one.is_ending)
    return next((one for one in found if one.type != ElementType.MULTI_INSTANCE_BODY), None)
