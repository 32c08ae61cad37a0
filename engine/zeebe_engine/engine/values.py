"""What the records say of a thing, in Zeebe's names."""

from typing import Any

from zeebe_engine.bpmn.model import (
    Element,
    Error,
    Escalation,
    Link,
    Message,
    Signal,
    Terminate,
    Timer,
)
from zeebe_engine.engine.state import Definition, Instance, Job, State, Subscription
from zeebe_engine.engine.state import Timer as Waiting

NOBODY = -1
_EVENT_TYPES = {
    Message: "MESSAGE",
    Timer: "TIMER",
    Signal: "SIGNAL",
    Error: "ERROR",
    Escalation: "ESCALATION",
    Link: "LINK",
    Terminate: "TERMINATE",
}


def of_instance(state: State, instance: Instance) -> dict[str, Any]:
    """Of whatever belongs to an element instance: jobs, incidents, variables, ..."""
    root = state.instances[instance.process_key]
    definition = state.definitions[instance.definition_key]
    return {
        "bpmnProcessId": definition.id,
        "processDefinitionKey": definition.key,
        "processDefinitionVersion": definition.version,
        "processInstanceKey": root.key,
        "rootProcessInstanceKey": root.root_key,
        "elementId": instance.element_id,
        "elementInstanceKey": instance.key,
        "businessId": root.business_id,
        "tags": root.tags,
        "tenantId": definition.tenant_id,
    }


def of_element(
    state: State, instance: Instance, element: Element, element_type: str = ""
) -> dict[str, Any]:
    """Of the life of an element instance. `element_type`: of one that is only about to begin in
    the instance, which is its scope then."""
    root = state.instances[instance.process_key]
    definition = state.definitions[instance.definition_key]
    caller = state.instances.get(root.caller_key)
    scope_key = instance.key if element_type else instance.scope_key
    return {
        "bpmnElementType": element_type or instance.type,
        "bpmnEventType": event_type(element),
        "elementId": element.id,
        "bpmnProcessId": definition.id,
        "version": definition.version,
        "processDefinitionKey": definition.key,
        "processInstanceKey": root.key,
        "flowScopeKey": scope_key or NOBODY,
        "parentProcessInstanceKey": caller.process_key if caller else NOBODY,
        "parentElementInstanceKey": root.caller_key or NOBODY,
        "rootProcessInstanceKey": root.root_key,
        "tenantId": definition.tenant_id,
    }


def event_type(element: Element) -> str:
    if not element.type.endswith("_EVENT"):
        return "UNSPECIFIED"
    if element.job is not None:
        return "MESSAGE"  # which is thrown by a job, and has no trigger here
    return "NONE" if element.trigger is None else _EVENT_TYPES[type(element.trigger)]


def of_job(state: State, job: Job) -> dict[str, Any]:
    return {
        **of_instance(state, state.instances[job.element_key]),
        "type": job.type,
        "retries": job.retries,
        "worker": job.worker,
        "deadline": job.due,
        "customHeaders": job.headers,
        "errorMessage": job.error_message,
        "errorCode": job.error_code,
    }


def of_definition(definition: Definition) -> dict[str, Any]:
    return {
        "bpmnProcessId": definition.id,
        "version": definition.version,
        "versionTag": definition.version_tag,
        "processDefinitionKey": definition.key,
        "resourceName": definition.resource_name,
        "deploymentKey": definition.deployment_key,
        "tenantId": definition.tenant_id,
    }


def of_subscription(state: State, subscription: Subscription) -> dict[str, Any]:
    name = "messageName" if subscription.kind == "MESSAGE" else "signalName"
    return {
        **_of_waiting(state, subscription),
        name: subscription.name,
        "correlationKey": subscription.correlation_key,
        "elementId": subscription.element_id,
        "startEventId": subscription.element_id,
    }


def of_timer(state: State, timer: Waiting) -> dict[str, Any]:
    return {
        **_of_waiting(state, timer),
        "targetElementId": timer.element_id,
        "dueDate": timer.due,
        "repetitions": timer.repetitions,
        "cycle": timer.cycle,
    }


def _of_waiting(state: State, waits: Subscription | Waiting) -> dict[str, Any]:
    owner = state.instances.get(waits.owner_key)
    if owner is not None:
        return of_instance(state, owner)
    told = of_definition(state.definitions[waits.definition_key])
    return {**told, "elementInstanceKey": 0, "processInstanceKey": NOBODY}
