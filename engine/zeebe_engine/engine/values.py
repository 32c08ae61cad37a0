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
    return {
        "bpmnProcessId": root.bpmn_process_id,
        "processDefinitionKey": instance.definition_key,
        "processInstanceKey": instance.process_key,
        "rootProcessInstanceKey": root.root_key,
        "elementId": instance.element_id,
        "elementInstanceKey": instance.key,
        "businessId": root.business_id,
        "tenantId": root.tenant_id,
    }


def of_element(state: State, instance: Instance, element: Element) -> dict[str, Any]:
    """Of the life of an element instance itself."""
    root = state.instances[instance.process_key]
    return {
        "bpmnElementType": instance.type,
        "bpmnEventType": event_type(element),
        "elementId": instance.element_id,
        "bpmnProcessId": root.bpmn_process_id,
        "version": root.version,
        "processDefinitionKey": instance.definition_key,
        "processInstanceKey": instance.process_key,
        "flowScopeKey": instance.scope_key or NOBODY,
        "parentProcessInstanceKey": _parent_process(state, root),
        "parentElementInstanceKey": root.caller_key or NOBODY,
        "rootProcessInstanceKey": root.root_key,
        "tenantId": root.tenant_id,
    }


def event_type(element: Element) -> str:
    if not element.type.endswith("_EVENT"):
        return "UNSPECIFIED"
    return "NONE" if element.trigger is None else _EVENT_TYPES[type(element.trigger)]


def of_job(state: State, job: Job) -> dict[str, Any]:
    instance = state.instances[job.element_key]
    root = state.instances[instance.process_key]
    return {
        **of_instance(state, instance),
        "type": job.type,
        "retries": job.retries,
        "worker": job.worker,
        "deadline": job.due,
        "customHeaders": job.headers,
        "errorMessage": job.error_message,
        "errorCode": job.error_code,
        "processDefinitionVersion": root.version,
        "tags": root.tags,
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
    owner = state.instances.get(subscription.owner_key)
    name = "messageName" if subscription.kind == "MESSAGE" else "signalName"
    return {
        name: subscription.name,
        "correlationKey": subscription.correlation_key,
        "elementId": subscription.element_id,
        "startEventId": subscription.element_id,
        "elementInstanceKey": subscription.owner_key,
        "processInstanceKey": owner.process_key if owner else NOBODY,
        "processDefinitionKey": subscription.definition_key,
        "bpmnProcessId": subscription.bpmn_process_id,
        "tenantId": subscription.tenant_id,
    }


def _parent_process(state: State, root: Instance) -> int:
    caller = state.instances.get(root.caller_key)
    return caller.process_key if caller else NOBODY
