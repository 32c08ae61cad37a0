"""Events by hand, as the engine tells them, and an index that has taken them."""

import base64
from typing import Any

from zeebe_engine.engine.events import Event, ValueType
from zeebe_engine.reading.catalogue import COLLECTIONS
from zeebe_engine.reading.fields import Document
from zeebe_engine.reading.index import Index
from zeebe_engine.reading.pages import Page, PageRequest, Query, Sort

NEW_YEAR = 1_767_225_600_000
"""2026-01-01T00:00:00Z in milliseconds."""
SECOND = 1000
BPMN = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
             xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">
  <process id="order" name="Order" isExecutable="true">
    <startEvent id="start">
      <extensionElements><zeebe:formDefinition formId="form"/></extensionElements>
    </startEvent>
    <serviceTask id="pay" name="Pay the bill"/>
  </process>
</definitions>"""
DEFINITION = 2251799813685249
INSTANCE = 2251799813685251
TASK = 2251799813685255
OF_INSTANCE: dict[str, Any] = {
    "bpmnProcessId": "order",
    "version": 1,
    "processDefinitionKey": DEFINITION,
    "processInstanceKey": INSTANCE,
}


def event(
    value_type: ValueType, intent: str, key: int, value: dict[str, Any], *, second: int = 0
) -> Event:
    return Event(value_type, intent, key, value, NEW_YEAR + second * SECOND, 1)


def deployed(key: int = DEFINITION, version: int = 1, process: str = "order") -> Event:
    value = {
        "bpmnProcessId": process,
        "version": version,
        "versionTag": f"v{version}",
        "processDefinitionKey": key,
        "resourceName": "order.bpmn",
        "resource": base64.b64encode(BPMN).decode(),
    }
    return event(ValueType.PROCESS, "CREATED", key, value)


def instance(intent: str, key: int = INSTANCE, *, second: int = 0, **value: Any) -> Event:
    told = {**OF_INSTANCE, "processInstanceKey": key, "bpmnElementType": "PROCESS"} | value
    return event(ValueType.PROCESS_INSTANCE, intent, key, told, second=second)


def element(intent: str, key: int = TASK, *, second: int = 0, **value: Any) -> Event:
    told = {
        **OF_INSTANCE,
        "bpmnElementType": "SERVICE_TASK",
        "elementId": "pay",
        "flowScopeKey": INSTANCE,
    } | value
    return event(ValueType.PROCESS_INSTANCE, intent, key, told, second=second)


def variable(
    intent: str, key: int, name: str, value: str, *, scope: int = INSTANCE, of: int = INSTANCE
) -> Event:
    told = {**OF_INSTANCE, "processInstanceKey": of, "scopeKey": scope}
    return event(ValueType.VARIABLE, intent, key, told | {"name": name, "value": value})


def of_task(
    value_type: ValueType, intent: str, key: int, *, second: int = 0, **value: Any
) -> Event:
    """Of a job, incident or user task of the task."""
    told = {**OF_INSTANCE, "elementId": "pay", "elementInstanceKey": TASK} | value
    return event(value_type, intent, key, told, second=second)


def begun() -> list[Event]:
    """A process is deployed, one instance of it waits at its task."""
    return [
        deployed(),
        instance("ELEMENT_ACTIVATING", tags=["k8s"], businessId="o-1"),
        instance("ELEMENT_ACTIVATED"),
        element("ELEMENT_ACTIVATING", second=1),
        element("ELEMENT_ACTIVATED", second=1),
    ]


def index_of(*events: Event) -> Index:
    index = Index(0, lambda: 0.0)
    index.take(1, events)
    return index


def got(index: Index, collection: str, key: int | str) -> Document:
    """As a client of 8.10 is told. Raises AssertionError if it is not there."""
    of = COLLECTIONS[collection]
    document = index.get(of, str(key))
    assert document is not None
    return of.told(document, 10)


def searched(
    index: Index,
    collection: str,
    *sort: Sort,
    minor: int = 10,
    page: PageRequest = PageRequest(),  # noqa: B008 - frozen
    **filters: Any,
) -> Page:
    """`filters`: `or_` is `$or`."""
    asked = {name.replace("or_", "$or"): value for name, value in filters.items()}
    query = Query(filter=asked, sort=list(sort), page=page)
    return index.search(COLLECTIONS[collection], query, minor)


def keys(index: Index, collection: str, *sort: Sort, minor: int = 10, **filters: Any) -> list[str]:
    page = searched(index, collection, *sort, minor=minor, **filters)
    return [one[COLLECTIONS[collection].key] for one in page.documents]
