"""What a modification is to do, and whether it can be done: nothing happens here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from zeebe_engine.bpmn.model import ElementType, Process
from zeebe_engine.engine.commands import (
    ActivateInstruction,
    ModifyInstance,
    MoveInstruction,
    VariableInstruction,
)
from zeebe_engine.engine.refusals import Rejection
from zeebe_engine.engine.state import Instance
from zeebe_engine.engine.step import Step, invalid

_NOT_BY_HAND = {
    ElementType.START_EVENT: "is a start event",
    ElementType.BOUNDARY_EVENT: "is a boundary event",
    ElementType.PROCESS: "is the process itself",
}


@dataclass(frozen=True, slots=True)
class Beginning:
    """An element that is to begin in the scope, or in one that is missing within the scope."""

    element_id: str
    scope: Instance
    variables: Sequence[VariableInstruction]


@dataclass(frozen=True, slots=True)
class Plan:
    """`doomed`: keys of element instances."""

    begun: list[Beginning]
    doomed: list[int]


def plan(step: Step, process: Instance, command: ModifyInstance) -> Plan:
    """Raises Rejection."""
    moved = [(one, source) for one in command.move for source in _sources(step, process, one)]
    made = Plan(
        [
            *(_activation(step, process, one) for one in command.activate),
            *(_move(step, process, *one) for one in moved),
        ],
        [*_terminations(step, process, command), *(source.key for _, source in moved)],
    )
    _check_end(step, process, made)
    return made


def cannot_be_activated(model: Process, element_id: str) -> str:
    """Why; "": it can."""
    element = model.elements[element_id]
    sources = [model.elements[flow.source].type for flow in element.incoming]
    if ElementType.EVENT_BASED_GATEWAY in sources:
        return "belongs to an event-based gateway"
    return _NOT_BY_HAND.get(element.type, "")


def is_in_multi_instance(model: Process, element_id: str) -> bool:
    return any(model.elements[scope].loop for scope in _scopes(model, element_id))


def _terminations(step: Step, process: Instance, command: ModifyInstance) -> list[int]:
    instances = step.within(process.key)
    known = {one.key for one in instances}
    unknown = [str(key) for key in command.terminate_keys if key not in known]
    if unknown:
        told = "', '".join(unknown)
        raise _refused(
            step,
            process,
            "one or more terminate instructions with an element instance that could not be found:"
            f" '{told}'",
        )
    by_id = [one.key for one in instances if one.element_id in command.terminate_ids]
    return [*command.terminate_keys, *by_id]


def _sources(step: Step, process: Instance, move: MoveInstruction) -> list[Instance]:
    """A multi-instance activity is moved as a whole."""
    found = [
        one
        for one in step.within(process.key)
        if (one.element_id == move.source_id or one.key == move.source_key) and not one.loop_counter
    ]
    if not found:
        source = move.source_id or move.source_key
        raise _refused(
            step,
            process,
            f"one or more move instructions with a source element that is not active: '{source}'",
        )
    return found


def _activation(step: Step, process: Instance, one: ActivateInstruction) -> Beginning:
    """In the only active scope there is, or in the one within the ancestor."""
    model = _check_element(step, process, one.element_id, one.variables)
    if is_in_multi_instance(model, one.element_id):
        raise _unsupported(step, process, one.element_id, "is inside a multi-instance subprocess")
    instances = step.within(process.key)
    if one.ancestor_key > 0:
        instances = [
            instance
            for instance in instances
            if one.ancestor_key in [scope.key for scope in step.scopes(instance.key)]
        ]
    scope = _scope(step, process, one.element_id, instances)
    return Beginning(one.element_id, scope, one.variables)


def _move(step: Step, process: Instance, one: MoveInstruction, source: Instance) -> Beginning:
    """In the innermost scope around the source that is one of the target, too."""
    _check_element(step, process, one.target_id, one.variables)
    if one.ancestor_key > 0:
        told = ActivateInstruction(one.target_id, one.ancestor_key, one.variables)
        return _activation(step, process, told)
    scope = _scope(step, process, one.target_id, step.scopes(source.scope_key))
    return Beginning(one.target_id, scope, one.variables)


def _scope(
    step: Step, process: Instance, element_id: str, instances: Sequence[Instance]
) -> Instance:
    """The innermost of the element's scopes that is among the instances, and there only once."""
    model = step.process(process)
    for scope_id in _scopes(model, element_id):
        found = [
            one
            for one in instances
            if one.element_id == scope_id and one.type != ElementType.MULTI_INSTANCE_BODY
        ]
        if len(found) > 1:
            why = "has a scope with several active instances, and no ancestor scope key is given"
            raise _unsupported(step, process, element_id, why)
        if found:
            return found[0]
        if model.elements[scope_id].loop:
            why = "is inside a multi-instance subprocess that is not active there"
            raise _unsupported(step, process, element_id, why)
    raise _refused(
        step,
        process,
        "one or more activate instructions with an ancestor scope key that does not exist, or that"
        f" is not one of a scope of the element '{element_id}'",
    )


def _check_element(
    step: Step, process: Instance, element_id: str, instructions: Sequence[VariableInstruction]
) -> Process:
    model = step.process(process)
    if element_id not in model.elements:
        raise _refused(
            step,
            process,
            "one or more activate instructions with an element that could not be found:"
            f" '{element_id}'",
        )
    if refusal := cannot_be_activated(model, element_id):
        raise _unsupported(step, process, element_id, refusal)
    known = {"", element_id, *_scopes(model, element_id)}
    for scope_id in (one.scope_id for one in instructions if one.scope_id not in known):
        raise _refused(
            step,
            process,
            f"one or more variable instructions with the scope '{scope_id}', which is no scope of"
            f" the element '{element_id}'",
        )
    return model


def _check_end(step: Step, process: Instance, made: Plan) -> None:
    """What was called ends with its call activity, and not by itself."""
    if not process.caller_key:
        return
    left = [
        one
        for one in step.within(process.key)
        if not one.children and not {scope.key for scope in step.scopes(one.key)} & {*made.doomed}
    ]
    if process.key in made.doomed or not (left or made.begun):
        raise invalid(
            "MODIFY",
            f"{_expected(step, process)} but the given instructions would terminate the instance."
            " The instance was created by a call activity in the parent process. To terminate this"
            " instance please modify the parent process instead.",
        )


def _scopes(model: Process, element_id: str) -> Iterator[str]:
    """From the inside out."""
    scope_id = model.elements[element_id].scope
    while scope_id:
        yield scope_id
        scope_id = model.elements[scope_id].scope


def _expected(step: Step, process: Instance) -> str:
    return f"Expected to modify instance of process '{step.definition(process).id}'"


def _refused(step: Step, process: Instance, what: str) -> Rejection:
    return invalid("MODIFY", f"{_expected(step, process)} but it contains {what}")


def _unsupported(step: Step, process: Instance, element_id: str, why: str) -> Rejection:
    what = "one or more activate instructions for elements that are unsupported"
    return _refused(step, process, f"{what}: the element '{element_id}' {why}")
