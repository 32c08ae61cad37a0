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
    )
    state.instances[key] = instance
    scope = state.instances.get(instance.scope_key)
    if scope is not None:
        scope.children[key] = True
        for flow in value["flows"]:
            _consume(scope, flow)
    if instance.type == "PROCESS":
        _begin_process(state, lookups, instance, value)


def _begin_process(state: State, lookups: Lookups, instance: states.Instance, value: Value) -> None:
    instance.bpmn_process_id = value["bpmnProcessId"]
    instance.version = value["version"]
    instance.tenant_id = value["tenantId"]
    instance.caller_key = max(value["parentElementInstanceKey"], 0)
    instance.root_key = value["rootProcessInstanceKey"]
    instance.depth = value["depth"]
    instance.start_id = value["startElementId"]
    instance.tags = value["tags"]
    instance.business_id = value["businessId"]
    instance.awaits = value["awaits"]
    instance.fetch_variables = value["fetchVariables"]
    instance.terminate_after = value["terminateAfter"]
    instance.message_lock = value["messageLock"]
    if instance.message_lock:
        state.locks[instance.message_lock] = instance.key
    if instance.caller_key:
        state.instances[instance.caller_key].called_key = instance.key
    _keep_business_id(state, instance)
    lookups.count_running(instance.definition_key, 1)


def business_identity(tenant_id: str, process_id: str, business_id: str) -> str:
    return f"{tenant_id}|{process_id}|{business_id}"


def _keep_business_id(state: State, instance: states.Instance) -> None:
    if instance.business_id and not instance.caller_key:
        identity = business_identity(
            instance.tenant_id, instance.bpmn_process_id, instance.business_id
        )
        state.business_ids[identity] = instance.key


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
    job = state.jobs.pop(instance.job_key, None)  # one that threw an error
    if job is not None:
        lookups.job_removed(job)
    scope = state.instances.get(instance.scope_key)
    if scope is not None:
        del scope.children[key]
        if "output" in value:
            scope.ended += 1
            scope.outputs[instance.loop_counter - 1] = value["output"]
    if instance.type == "PROCESS":
        _end_process(state, lookups, instance)


def _end_process(state: State, lookups: Lookups, instance: states.Instance) -> None:
    lookups.count_running(instance.definition_key, -1)
    if state.locks.get(instance.message_lock) == instance.key:
        del state.locks[instance.message_lock]
    identity = business_identity(instance.tenant_id, instance.bpmn_process_id, instance.business_id)
    if state.business_ids.get(identity) == instance.key:
        del state.business_ids[identity]
    caller = state.instances.get(instance.caller_key)
    if caller is not None:
        caller.called_key = 0


@on(ValueType.PROCESS_INSTANCE, "ELEMENT_MIGRATED")
def _migrated(state: State, lookups: Lookups, key: int, value: Value) -> None:
    instance = state.instances[key]
    if instance.type == "PROCESS":
        lookups.count_running(instance.definition_key, -1)
        lookups.count_running(value["processDefinitionKey"], 1)
        instance.bpmn_process_id = value["bpmnProcessId"]
        instance.version = value["version"]
    instance.element_id = value["elementId"]
    instance.definition_key = value["processDefinitionKey"]


@on(ValueType.PROCESS_INSTANCE, "SUSPENDED")
def _suspended(state: State, lookups: Lookups, key: int, value: Value) -> None:
    state.instances[key].is_suspended = True


@on(ValueType.PROCESS_INSTANCE, "RESUMED")
def _resumed(state: State, lookups: Lookups, key: int, value: Value) -> None:
    state.instances[key].is_suspended = False
    for timer in state.timers.values():
        if timer.process_key == key:
            lookups.add_due(timer.due, timer.key)


@on(ValueType.PROCESS_INSTANCE, "BUSINESS_ID_ASSIGNED")
def _business_id_assigned(state: State, lookups: Lookups, key: int, value: Value) -> None:
    state.instances[key].business_id = value["businessId"]
    _keep_business_id(state, state.instances[key])


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
