"""Modification: elements of a running instance are activated, terminated and moved."""

from zeebe_engine.bpmn.model import ElementType
from zeebe_engine.engine import ending, joins, modification, placing, processes, variables
from zeebe_engine.engine.answers import Done
from zeebe_engine.engine.commands import ModifyInstance
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.step import Step


def modify(step: Step, command: ModifyInstance) -> Done:
    """All or nothing. Terminations come last, so that the instance does not end in between."""
    process = processes.going_on(step, command.key, "MODIFY", "modify")
    told = {"processInstanceKey": process.key, "bpmnProcessId": step.definition(process).id}
    plan = modification.plan(step, process, command)
    for one in plan.begun:
        if one.scope.key in step.state.instances:  # none before it has interrupted that
            _begin(step, one)
    for key in plan.doomed:
        if key in step.state.instances:
            scope_key = step.instance(key).scope_key
            ending.terminate(step, key)
            _end_if_empty(step, scope_key)
    step.emit(ValueType.PROCESS_INSTANCE_MODIFICATION, "MODIFIED", process.key, told)
    return Done(process.key)


def _begin(step: Step, one: modification.Beginning) -> None:
    """With its variables in the scopes that they name; without a name, in the process."""
    scopes = [
        scope
        for scope in step.scopes(one.scope.key)
        if scope.type != ElementType.MULTI_INSTANCE_BODY
    ]
    given: placing.Given = {}
    for instruction in one.variables:
        scope_id = instruction.scope_id or scopes[-1].element_id
        given[scope_id] = given.get(scope_id, {}) | instruction.variables
    for scope in scopes:
        variables.set_local(step, scope, given.get(scope.element_id, {}))
    placing.place(step, one.scope, one.element_id, given)


def _end_if_empty(step: Step, scope_key: int) -> None:
    """A scope that has lost its last element is terminated, too, up to the process."""
    while scope_key:
        scope = step.state.instances.get(scope_key)
        if scope is None or scope.children or scope.taken:
            joins.look_again(step, scope_key)
            return
        scope_key = scope.scope_key
        ending.terminate(step, scope.key)
