"""An event's effect on the documents; what belongs to no field of a record is worked out here."""

import base64
from collections.abc import Callable
from typing import Final
from xml.etree import ElementTree as ET

from zeebe_engine import markup
from zeebe_engine.engine.answers import DEFAULT_TENANT
from zeebe_engine.engine.events import Event, ValueType
from zeebe_engine.reading.catalogue import COLLECTIONS
from zeebe_engine.reading.fields import Document, converted, moment
from zeebe_engine.reading.rules import ELEMENT_INSTANCE, PASSING, PROCESS_INSTANCE, RULES, Rule
from zeebe_engine.reading.store import Store

LONGEST: Final = 8191
"""Characters of a variable that a search tells."""
DEFAULT_PRIORITY: Final = 50
"""Of a user task."""


def take(store: Store, event: Event) -> None:
    """What tells of a document that is not there, such as one no longer kept, is passed over."""
    rule = _rule(event)
    if rule is None:
        return
    collection, key = rule.collection, str(event.key)
    document = store.get(collection.name, key)
    if document is None:
        if event.intent not in rule.creates:
            return
        document = collection.blank() | {collection.key: key}
        _merge(document, rule, event)
        store.add(collection, key, document)
    else:
        _merge(document, rule, event)
    _find_root(store, document)
    if complete := _COMPLETIONS.get(collection.name):
        complete(store, document, event)


def _rule(event: Event) -> Rule | None:
    if event.value_type is not ValueType.PROCESS_INSTANCE:
        return RULES.get(event.value_type)
    if event.intent in PASSING:
        return None
    return PROCESS_INSTANCE if event.value["bpmnElementType"] == "PROCESS" else ELEMENT_INSTANCE


def _merge(document: Document, rule: Rule, event: Event) -> None:
    fields = rule.collection.fields
    for name, given in event.value.items():
        known = rule.names.get(name, name)
        if known in fields:
            document[known] = converted(fields[known].kind, given)
    if state := rule.states.get(event.intent):
        is_of_message = rule.collection.name == "message-subscriptions"
        document["messageSubscriptionState" if is_of_message else "state"] = state
    if date := rule.dates.get(event.intent):
        document[date] = moment(event.time)
    document["tenantId"] = document["tenantId"] or DEFAULT_TENANT


def _find_root(store: Store, document: Document) -> None:
    """Its own, its instance's, or that of the instance which called it."""
    if document.get("rootProcessInstanceKey", "") is not None:
        return
    own = document["processInstanceKey"]
    above = store.get("process-instances", document.get("parentProcessInstanceKey") or own)
    if above is not None:
        document["rootProcessInstanceKey"] = above["rootProcessInstanceKey"] or own


def _definition(store: Store, document: Document) -> Document:
    return store.get("process-definitions", document["processDefinitionKey"]) or {"names": {}}


def _process_instance(store: Store, document: Document, event: Event) -> None:
    definition = _definition(store, document)
    document["processDefinitionName"] = definition.get("name")
    document["processDefinitionVersionTag"] = definition.get("versionTag")
    if document["state"] != "SUSPENDED":
        document["suspendedDate"] = None
    if "called" not in document:
        document["called"], document["incidents"] = [], 0
        if caller := store.get("process-instances", document["parentProcessInstanceKey"]):
            caller["called"].append(document["processInstanceKey"])
    if event.intent in ("ELEMENT_COMPLETED", "ELEMENT_TERMINATED"):
        store.end(document["processInstanceKey"])


def _element_instance(store: Store, document: Document, _: Event) -> None:
    document.setdefault("incidents", 0)
    element = document["elementId"]
    document["elementName"] = _definition(store, document)["names"].get(element, element)


def _process_definition(store: Store, document: Document, event: Event) -> None:
    if "resource" in event.value:
        content = base64.b64decode(event.value["resource"])
        root = markup.parse(content)
        document["xml"] = content.decode(errors="replace")
        document["names"] = {
            one.attrib["id"]: one.attrib["name"]
            for one in root.iter()
            if one.get("id") and one.get("name")
        }
        document["name"] = document["names"].get(document["processDefinitionId"])
        document["hasStartForm"] = _has_start_form(root, document["processDefinitionId"])
    _find_latest(store, "process-definitions", "processDefinitionId", document)


def _has_start_form(root: ET.Element, process_id: str) -> bool:
    starts = (
        start
        for process in root
        if process.get("id") == process_id
        for start in process
        if markup.local(start.tag) == "startEvent"
    )
    return any(
        markup.local(one.tag) == "formDefinition" for start in starts for one in start.iter()
    )


def _find_latest(store: Store, collection: str, identity: str, document: Document) -> None:
    """A deleted version is the latest of nothing."""
    versions = [
        one
        for one in store.documents[collection].values()
        if one[identity] == document[identity] and one["tenantId"] == document["tenantId"]
    ]
    alive = [one["version"] for one in versions if one.get("state") != "DELETED"]
    for one in versions:
        one["isLatestVersion"] = one["version"] == max(alive, default=None)


def _decision(store: Store, document: Document, _: Event) -> None:
    requirements = store.get("decision-requirements", document["decisionRequirementsKey"])
    if requirements is not None:
        document["decisionRequirementsName"] = requirements["decisionRequirementsName"]
        document["decisionRequirementsVersion"] = requirements["version"]
        document["xml"] = requirements["xml"]
    _find_latest(store, "decision-definitions", "decisionDefinitionId", document)


def _requirements(_: Store, document: Document, event: Event) -> None:
    if "resource" in event.value:
        document["xml"] = base64.b64decode(event.value["resource"]).decode(errors="replace")


def _variable(_: Store, document: Document, __: Event) -> None:
    document["isTruncated"] = len(document["value"]) > LONGEST


def _job(_: Store, document: Document, event: Event) -> None:
    document["kind"] = document["kind"] or "BPMN_ELEMENT"
    document["listenerEventType"] = document["listenerEventType"] or "UNSPECIFIED"
    document["lastUpdateTime"] = moment(event.time)
    has_failed = document["state"] == "FAILED" and document["retries"] > 0
    document["hasFailedWithRetriesLeft"] = has_failed


def _user_task(store: Store, document: Document, event: Event) -> None:
    definition = _definition(store, document)
    document["processName"] = definition.get("name")
    document["name"] = definition["names"].get(document["elementId"])
    if event.intent == "CREATED":
        document["priority"] = event.value.get("priority", DEFAULT_PRIORITY)


def _message_subscription(store: Store, document: Document, event: Event) -> None:
    definition = _definition(store, document)
    document["processDefinitionName"] = definition.get("name")
    document["processDefinitionVersion"] = definition.get("version")
    is_inside = event.value_type is ValueType.PROCESS_MESSAGE_SUBSCRIPTION
    document["messageSubscriptionType"] = "PROCESS_EVENT" if is_inside else "START_EVENT"
    document["lastUpdatedDate"] = moment(event.time)
    if event.intent == "CORRELATED":
        _correlated(store, document, event)


def _correlated(store: Store, subscription: Document, event: Event) -> None:
    """One message meets a subscription once. A start event's began an instance of its own."""
    collection = COLLECTIONS["correlated-message-subscriptions"]
    message, own = str(event.value["messageKey"]), subscription["messageSubscriptionKey"]
    key = f"{message}-{own}"
    document = {name: subscription.get(name) for name in collection.fields} | {
        collection.key: key,
        "messageKey": message,
        "subscriptionKey": own,
        "correlationTime": moment(event.time),
        "partitionId": event.partition,
    }
    store.add(collection, key, document)
    _find_root(store, document)
    if event.value_type is ValueType.MESSAGE_START_EVENT_SUBSCRIPTION:
        document["rootProcessInstanceKey"] = document["processInstanceKey"]
        subscription |= dict.fromkeys(("processInstanceKey", "correlationKey", "businessId"))


def _incident(store: Store, document: Document, event: Event) -> None:
    """All that is around it has an incident too, up to the instance that nobody called."""
    if event.intent not in ("CREATED", "RESOLVED"):
        return
    is_open = event.intent == "CREATED"
    key = document["elementInstanceKey"]
    if element := store.get("element-instances", key):
        element["incidentKey"] = document["incidentKey"] if is_open else None
    while around := store.get("element-instances", key) or store.get("process-instances", key):
        around["incidents"] += 1 if is_open else -1
        around["hasIncident"] = around["incidents"] > 0
        key = around.get("elementInstanceScopeKey") or around.get("parentElementInstanceKey")


_COMPLETIONS: Final[dict[str, Callable[[Store, Document, Event], None]]] = {
    "process-instances": _process_instance,
    "element-instances": _element_instance,
    "process-definitions": _process_definition,
    "decision-definitions": _decision,
    "decision-requirements": _requirements,
    "variables": _variable,
    "jobs": _job,
    "user-tasks": _user_task,
    "message-subscriptions": _message_subscription,
    "incidents": _incident,
}
