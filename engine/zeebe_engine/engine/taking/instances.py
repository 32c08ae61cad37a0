"""Element instances with their tokens, and variables."""

from zeebe_engine.engine import documents
from zeebe_engine.engine import state as states
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.lookups import Lookups
from zeebe_engine.engine.state import State
from zeebe_engine.engine.taking.registry import Value, on


@on(ValueType.PROCESS_INSTANCE, "ELEMENT_ACTIVATING")
def _activating(state: State, lookups: Lookups, key: int, value: Value) -> None:
    instance = states.Instance(
        key=key,
        element_id=value["elementId"],
        type=value["bpmnElementType"],
        process_key=value["processInstanceKey"],
        definition_key=value["processDefinitionKey"],
        scope_key=max(value["flowScopeKey"], 0),
        loop_counter=value["loopCounter"],
        result=value["result"],
        targets=value["targets"],
        given=value["given"],
    )
    state.instances[key] = instance
    scope = state.instances.get(instance.scope_key)
    if scope is not None:
        scope.children[key] = True
        for flow in value["flows"]:
            _consume(scope, flow)
    else:
        _begin_process(state, lookups, instance, value)


def _begin_process(state: State, lookups: Lookups, instance: states.Instance, value: Value) -> None:
    instance.caller_key = max(value["parentElementInstanceKey"], 0)
    instance.root_key = value["rootProcessInstanceKey"]
    instance.depth = value["depth"]
    instance.tags = value["tags"]
    instance.business_id = value["businessId"]
    instance.correlation_key = value["correlationKey"]
    instance.awaits = value["awaits"]
    instance.fetch_variables = value["fetchVariables"]
    instance.terminate_after = value["terminateAfter"]
    if instance.caller_key:
        state.instances[instance.caller_key].called_key = instance.key
    lookups.add_process(instance)


def _consume(scope: states.Instance, flow: str) -> None:
    scope.taken[flow] -= 1
    if not scope.taken[flow]:
        del scope.taken[flow]


@on(ValueType.PROCESS_INSTANCE, "SEQUENCE_FLOW_TAKEN")
def _flow_taken(state: State, lookups: Lookups, key: int, value: Value) -> None:
    scope = state.instances[value["flowScopeKey"]]
    scope.taken[value["elementId"]] = scope.taken.get(value["elementId"], 0) + 1


@on(ValueType.PROCESS_INSTANCE, "ELEMENT_ACTIVATED")
def _activated(state: State, lookups: Lookups, key: int, value: Value) -> None:
    instance = state.instances[key]
    instance.state = "ACTIVATED"
    if "items" in value:
        instance.items = value["items"]
        instance.outputs = [None] * len(instance.items)


@on(ValueType.PROCESS_INSTANCE, "ELEMENT_COMPLETING")
def _completing(state: State, lookups: Lookups, key: int, value: Value) -> None:
    state.instances[key].state = "COMPLETING"
    state.instances[key].result = value["result"]


@on(ValueType.PROCESS_INSTANCE, "ELEMENT_TERMINATING")
def _terminating(state: State, lookups: Lookups, key: int, value: Value) -> None:
    state.instances[key].state = "TERMINATING"


@on(ValueType.PROCESS_INSTANCE, "ELEMENT_COMPLETED", "ELEMENT_TERMINATED")
def _over(state: State, lookups: Lookups, key: int, value: Value) -> None:
    instance = state.instances.pop(key)
    scope = state.instances.get(instance.scope_key)
    if scope is None:
        _end_process(state, lookups, instance)
        return
    del scope.children[key]
    if "output" in value:
        scope.completed += 1
        scope.outputs[instance.loop_counter - 1] = value["output"]
    elif instance.loop_counter:
        scope.terminated += 1


def _end_process(state: State, lookups: Lookups, instance: states.Instance) -> None:
    lookups.remove_process(instance)
    state.parked.pop(instance.key, None)
    caller = state.instances.get(instance.caller_key)
    if caller is not None:
        caller.called_key = 0


@on(ValueType.PROCESS_INSTANCE, "ELEMENT_MIGRATED")
def _migrated(state: State, lookups: Lookups, key: int, value: Value) -> None:
    instance = state.instances[key]
    lookups.remove_process(instance)
    instance.element_id = value["elementId"]
    instance.definition_key = value["processDefinitionKey"]
    instance.taken = dict(value["taken"])
    lookups.add_process(instance)


@on(ValueType.PROCESS_INSTANCE, "SUSPENDED")
def _suspended(state: State, lookups: Lookups, key: int, value: Value) -> None:
    state.instances[key].is_suspended = True
    for job in state.jobs.values():
        if job.process_key == key:
            lookups.remove_job(job)


@on(ValueType.PROCESS_INSTANCE, "RESUMED")
def _resumed(state: State, lookups: Lookups, key: int, value: Value) -> None:
    """What is due by now is due once more."""
    state.instances[key].is_suspended = False
    state.pending += state.parked.pop(key, [])
    for job in [one for one in state.jobs.values() if one.process_key == key]:
        state.jobs[job.key] = state.jobs.pop(job.key)
        lookups.add_job(job)
    for timer in state.timers.values():
        owner = state.instances.get(timer.owner_key)
        if owner is not None and owner.process_key == key:
            lookups.add_due(timer.due, timer.key)


@on(ValueType.PROCESS_INSTANCE, "BUSINESS_ID_ASSIGNED")
def _business_id_assigned(state: State, lookups: Lookups, key: int, value: Value) -> None:
    state.instances[key].business_id = value["businessId"]
    lookups.add_process(state.instances[key])


@on(ValueType.PROCESS_EVENT, "TRIGGERED")
def _interrupted(state: State, lookups: Lookups, key: int, value: Value) -> None:
    scope = state.instances[value["scopeKey"]]
    scope.is_interrupted = True
    scope.taken.clear()


@on(ValueType.VARIABLE, "CREATED", "UPDATED")
def _variable_set(state: State, lookups: Lookups, key: int, value: Value) -> None:
    scope = state.instances[value["scopeKey"]]
    scope.variables[value["name"]] = documents.decode(value["value"])
    scope.variable_keys[value["name"]] = key
