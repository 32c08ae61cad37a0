"""Modification: elements of a running instance are activated, terminated and moved."""

from collections.abc import Mapping

from zeebe_engine.bpmn.model import Element, ElementType
from zeebe_engine.engine import joins, lifecycle, processes, values, variables, waiting
from zeebe_engine.engine.answers import Done
from zeebe_engine.engine.commands import (
    ActivateInstruction,
    ModifyInstance,
    VariableInstruction,
)
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.refusals import Rejection
from zeebe_engine.engine.state import Activate, Instance
from zeebe_engine.engine.step import Step, invalid, wrong_state

PI = ValueType.PROCESS_INSTANCE
_NOT_BY_HAND = {
    ElementType.START_EVENT: "is a start event, which cannot be activated",
    ElementType.BOUNDARY_EVENT: "is a boundary event, which cannot be activated",
    ElementType.PROCESS: "is the process itself, which cannot be activated",
    ElementType.EVENT_SUB_PROCESS: "is an event subprocess, which cannot be activated",
}


def cannot_be_activated(element: Element) -> str | None:
    return _NOT_BY_HAND.get(element.type)


def modify(step: Step, command: ModifyInstance) -> Done:
    """Terminations come last, so that the instance does not end in between."""
    process = processes.existing(step, command.key, "MODIFY", "modify")
    elements = step.process(process).elements
    expected = f"Expected to modify instance of process '{process.bpmn_process_id}' but it contains"
    terminated = _terminated(step, process, command, expected)
    activated = [*command.activate, *_moved(step, process, command, terminated)]
    unknown = [one.element_id for one in activated if one.element_id not in elements]
    if unknown:
        told = "', '".join(dict.fromkeys(unknown))
        raise invalid(
            "MODIFY",
            f"{expected} one or more activate instructions with an element that could not be"
            f" found: '{told}'",
        )
    _check_activated(step, process, elements, activated, expected)
    if process.is_suspended:
        raise wrong_state(
            "MODIFY", f"{expected.partition(' but')[0]} but the process instance is suspended"
        )
    for one in activated:
        activate_element(step, process, one.element_id, one.ancestor_key, one.variables)
    for key in terminated:
        if key in step.state.instances:
            scope_key = step.instance(key).scope_key
            lifecycle.terminate(step, key)
            _end_if_empty(step, scope_key)
    modified = {"processInstanceKey": process.key, "bpmnProcessId": process.bpmn_process_id}
    step.emit(ValueType.PROCESS_INSTANCE_MODIFICATION, "MODIFIED", process.key, modified)
    return Done(process.key)


def activate_element(
    step: Step,
    process: Instance,
    element_id: str,
    ancestor_key: int = -1,
    instructions: list[VariableInstruction] | None = None,
) -> None:
    """In the scope that there is; scopes that are missing begin without their start event."""
    model = step.process(process)
    path = []
    scope_id = model.elements[element_id].scope
    scope = _scope(step, process, scope_id, ancestor_key)
    while scope is None:
        path.append(scope_id)
        scope_id = model.elements[scope_id].scope
        scope = _scope(step, process, scope_id, ancestor_key)
    _set_variables(step, process, "", instructions)
    for missing in reversed(path):
        scope = _begin_scope(step, scope, model.elements[missing])
        _set_variables(step, scope, missing, instructions)
    key = lifecycle.activate(step, Activate(element_id, scope.key))
    if key and key in step.state.instances:
        _set_variables(step, step.instance(key), element_id, instructions)


def _set_variables(
    step: Step, scope: Instance, scope_id: str, instructions: list[VariableInstruction] | None
) -> None:
    for one in instructions or ():
        if one.scope_id == scope_id:
            variables.set_local(step, scope, one.variables)


def _scope(step: Step, process: Instance, scope_id: str, ancestor_key: int) -> Instance | None:
    """The one active instance of the scope, within the ancestor if one is named."""
    found = [
        one
        for one in _instances(step, process)
        if one.element_id == scope_id and one.type != ElementType.MULTI_INSTANCE_BODY
    ]
    if ancestor_key > 0:
        within = [one for one in found if ancestor_key in [s.key for s in step.scopes(one.key)]]
        return within[0] if within else None
    return found[0] if found else None


def _begin_scope(step: Step, scope: Instance, element: Element) -> Instance:
    key = step.key_near(scope.key)
    action = Activate(element.id, scope.key)
    told = lifecycle.beginning(step, scope, element, action, ())
    step.emit(PI, "ELEMENT_ACTIVATING", key, told)
    instance = step.instance(key)
    wanted = waiting.prepare(step, instance, element, step.variables(key))
    waiting.open_(step, instance, wanted)
    step.emit(PI, "ELEMENT_ACTIVATED", key, values.of_element(step.state, instance, element))
    return instance


def _instances(step: Step, process: Instance) -> list[Instance]:
    """All active element instances of the process instance itself."""
    found, left = [], [process.key]
    while left:
        found.append(step.instance(left.pop()))
        left += reversed(found[-1].children)
    return found


def _terminated(step: Step, process: Instance, command: ModifyInstance, expected: str) -> list[int]:
    instances = _instances(step, process)
    known = {one.key for one in instances}
    unknown = [str(key) for key in command.terminate_keys if key not in known]
    if unknown:
        told = "', '".join(unknown)
        raise invalid(
            "MODIFY",
            f"{expected} one or more terminate instructions with an element instance that could not"
            f" be found: '{told}'",
        )
    by_id = [one.key for one in instances if one.element_id in command.terminate_ids]
    return list(dict.fromkeys([*command.terminate_keys, *by_id]))


def _moved(
    step: Step, process: Instance, command: ModifyInstance, terminated: list[int]
) -> list[ActivateInstruction]:
    """One activation for each instance that is moved; those are added to `terminated`."""
    found = []
    for move in command.move:
        sources = [
            one.key
            for one in _instances(step, process)
            if (one.element_id == move.source_id or one.key == move.source_key)
            and not one.loop_counter
        ]
        if not sources:
            raise invalid(
                "MODIFY",
                f"Expected to modify instance of process '{process.bpmn_process_id}' but it"
                " contains one or more move instructions with a source element that is not active:"
                f" '{move.source_id or move.source_key}'",
            )
        terminated += sources
        found += [
            ActivateInstruction(move.target_id, move.ancestor_key, move.variables) for _ in sources
        ]
    return found


def _check_activated(
    step: Step,
    process: Instance,
    elements: Mapping[str, Element],
    activated: list[ActivateInstruction],
    expected: str,
) -> None:
    for one in activated:
        refusal = cannot_be_activated(elements[one.element_id])
        if refusal is not None:
            raise _unsupported(expected, f"the element '{one.element_id}' {refusal}")
        if one.ancestor_key > 0 and one.ancestor_key not in step.state.instances:
            raise invalid(
                "MODIFY",
                f"{expected} one or more activate instructions with an ancestor scope key that does"
                f" not exist: '{one.ancestor_key}'",
            )
        scopes = [
            found
            for found in _instances(step, process)
            if found.element_id == elements[one.element_id].scope
        ]
        if len(scopes) > 1 and one.ancestor_key <= 0:
            raise _unsupported(
                expected,
                f"the scope of the element '{one.element_id}' has several active instances,"
                " and no ancestor scope key is given",
            )


def _unsupported(expected: str, reason: str) -> Rejection:
    return invalid(
        "MODIFY", f"{expected} one or more activate instructions that cannot be done: {reason}"
    )


def _end_if_empty(step: Step, scope_key: int) -> None:
    """A scope that has lost its last element is terminated, too, up to the process."""
    while scope_key:
        scope = step.state.instances.get(scope_key)
        if scope is None or scope.children or scope.taken:
            joins.look_again(step, scope_key)
            return
        scope_key = scope.scope_key
        lifecycle.terminate(step, scope.key)
