"""What of an event can be read afterwards."""

import base64
from typing import Any

from tests.engine.reading.story import (
    DEFINITION,
    INSTANCE,
    NEW_YEAR,
    TASK,
    begun,
    deployed,
    element,
    event,
    got,
    index_of,
    instance,
    keys,
    of_task,
    variable,
)
from zeebe_engine.engine.events import ValueType

JOB = 2251799813685260
INCIDENT = 2251799813685261
CHILD = 2251799813685271
CALL = 2251799813685270


def test_an_instance_is_told_with_its_process() -> None:
    assert got(index_of(*begun()), "process-instances", INSTANCE) == {
        "processDefinitionId": "order",
        "processDefinitionName": "Order",
        "processDefinitionVersion": 1,
        "processDefinitionVersionTag": "v1",
        "processDefinitionKey": str(DEFINITION),
        "processInstanceKey": str(INSTANCE),
        "parentProcessInstanceKey": None,
        "parentElementInstanceKey": None,
        "rootProcessInstanceKey": str(INSTANCE),
        "startDate": "2026-01-01T00:00:00.000Z",
        "endDate": None,
        "suspendedDate": None,
        "state": "ACTIVE",
        "hasIncident": False,
        "tags": ["k8s"],
        "businessId": "o-1",
        "tenantId": "<default>",
    }


def test_an_instance_ends_with_a_date() -> None:
    for intent, state in (("COMPLETED", "COMPLETED"), ("TERMINATED", "TERMINATED")):
        index = index_of(*begun(), instance(f"ELEMENT_{intent}", second=9))
        told = got(index, "process-instances", INSTANCE)
        assert (told["state"], told["endDate"]) == (state, "2026-01-01T00:00:09.000Z")


def test_an_instance_is_suspended_until_it_is_resumed() -> None:
    suspended = (*begun(), instance("SUSPENDED", second=5))
    told = got(index_of(*suspended), "process-instances", INSTANCE)
    assert (told["state"], told["suspendedDate"]) == ("SUSPENDED", "2026-01-01T00:00:05.000Z")
    told = got(index_of(*suspended, instance("RESUMED")), "process-instances", INSTANCE)
    assert (told["state"], told["suspendedDate"]) == ("ACTIVE", None)


def test_a_business_id_comes_later() -> None:
    index = index_of(*begun(), instance("BUSINESS_ID_ASSIGNED", businessId="o-2"))
    assert got(index, "process-instances", INSTANCE)["businessId"] == "o-2"


def test_a_migrated_instance_is_of_the_other_process() -> None:
    other = 2251799813685299
    migrated = instance("ELEMENT_MIGRATED", processDefinitionKey=other, version=2)
    index = index_of(*begun(), deployed(other, 2), migrated)
    told = got(index, "process-instances", INSTANCE)
    assert (told["processDefinitionVersion"], told["processDefinitionVersionTag"]) == (2, "v2")
    assert told["state"] == "ACTIVE"


def test_an_element_has_the_name_of_the_model() -> None:
    index = index_of(*begun(), element("ELEMENT_COMPLETED", second=3))
    assert got(index, "element-instances", TASK) == {
        "processDefinitionId": "order",
        "processDefinitionKey": str(DEFINITION),
        "processInstanceKey": str(INSTANCE),
        "rootProcessInstanceKey": str(INSTANCE),
        "elementInstanceKey": str(TASK),
        "elementId": "pay",
        "elementName": "Pay the bill",
        "type": "SERVICE_TASK",
        "state": "COMPLETED",
        "startDate": "2026-01-01T00:00:01.000Z",
        "endDate": "2026-01-01T00:00:03.000Z",
        "incidentKey": None,
        "hasIncident": False,
        "tenantId": "<default>",
    }


def test_an_element_without_a_name_is_told_by_its_id() -> None:
    index = index_of(*begun(), element("ELEMENT_ACTIVATING", 7, elementId="start"))
    assert got(index, "element-instances", 7)["elementName"] == "start"


def test_the_instance_itself_is_no_element_instance() -> None:
    assert keys(index_of(*begun()), "element-instances") == [str(TASK)]


def test_a_definition_is_told_as_it_was_deployed() -> None:
    index = index_of(deployed())
    assert got(index, "process-definitions", DEFINITION) == {
        "processDefinitionId": "order",
        "processDefinitionKey": str(DEFINITION),
        "name": "Order",
        "resourceName": "order.bpmn",
        "version": 1,
        "versionTag": "v1",
        "hasStartForm": True,
        "state": "ACTIVE",
        "tenantId": "<default>",
    }


def test_the_latest_version_is_the_highest_that_was_not_deleted() -> None:
    events = [deployed(1, 1), deployed(2, 2), deployed(9, 1, "invoice")]
    latest: dict[str, Any] = {"isLatestVersion": True}
    assert keys(index_of(*events), "process-definitions", **latest) == ["2", "9"]
    events.append(event(ValueType.PROCESS, "DELETING", 2, {}))
    assert got(index_of(*events), "process-definitions", 2)["state"] == "DRAINING"
    events.append(event(ValueType.PROCESS, "DELETED", 2, {}))
    assert keys(index_of(*events), "process-definitions", **latest) == ["1", "9"]
    assert got(index_of(*events), "process-definitions", 2)["state"] == "DELETED"


def test_a_deployment_is_taken_once_from_all_partitions() -> None:
    index = index_of(deployed(), deployed(), deployed())
    assert keys(index, "process-definitions") == [str(DEFINITION)]


def test_a_variable_has_its_last_value() -> None:
    events = (variable("CREATED", 8, "total", "1"), variable("UPDATED", 8, "total", '{"a":2}'))
    assert got(index_of(*begun(), *events), "variables", 8) == {
        "name": "total",
        "value": '{"a":2}',
        "variableKey": "8",
        "scopeKey": str(INSTANCE),
        "processInstanceKey": str(INSTANCE),
        "rootProcessInstanceKey": str(INSTANCE),
        "isTruncated": False,
        "tenantId": "<default>",
    }


def test_a_job_goes_through_its_states() -> None:
    created = of_task(
        ValueType.JOB, "CREATED", JOB, type="pay", worker="", retries=3, customHeaders={"a": "b"}
    )
    failed = of_task(ValueType.JOB, "FAILED", JOB, retries=2, errorMessage="no money", second=2)
    told = got(index_of(*begun(), created, failed), "jobs", JOB)
    assert told == {
        "type": "pay",
        "worker": "",
        "processDefinitionId": "order",
        "processDefinitionKey": str(DEFINITION),
        "processInstanceKey": str(INSTANCE),
        "rootProcessInstanceKey": str(INSTANCE),
        "elementId": "pay",
        "elementInstanceKey": str(TASK),
        "jobKey": str(JOB),
        "retries": 2,
        "priority": 0,
        "deadline": None,
        "creationTime": "2026-01-01T00:00:00.000Z",
        "lastUpdateTime": "2026-01-01T00:00:02.000Z",
        "endTime": None,
        "kind": "BPMN_ELEMENT",
        "listenerEventType": "UNSPECIFIED",
        "state": "FAILED",
        "hasFailedWithRetriesLeft": True,
        "isDenied": False,
        "deniedReason": None,
        "errorCode": None,
        "errorMessage": "no money",
        "businessId": None,
        "customHeaders": {"a": "b"},
        "tenantId": "<default>",
    }
    done = of_task(ValueType.JOB, "COMPLETED", JOB, worker="w", deadline=NEW_YEAR, second=3)
    told = got(index_of(*begun(), created, failed, done), "jobs", JOB)
    assert (told["state"], told["hasFailedWithRetriesLeft"]) == ("COMPLETED", False)
    assert (told["worker"], told["deadline"]) == ("w", "2026-01-01T00:00:00.000Z")
    assert told["endTime"] == "2026-01-01T00:00:03.000Z"


def test_an_incident_shows_on_all_that_is_around_it() -> None:
    calling = element("ELEMENT_ACTIVATING", CALL, elementId="call", bpmnElementType="CALL_ACTIVITY")
    called = instance(
        "ELEMENT_ACTIVATING",
        CHILD,
        parentProcessInstanceKey=INSTANCE,
        parentElementInstanceKey=CALL,
    )
    within = element("ELEMENT_ACTIVATING", CHILD + 1, processInstanceKey=CHILD, flowScopeKey=CHILD)
    value: dict[str, Any] = {"errorType": "JOB_NO_RETRIES", "errorMessage": "No more retries left."}
    value |= {"processInstanceKey": CHILD, "elementInstanceKey": CHILD + 1, "jobKey": JOB}
    opened = of_task(ValueType.INCIDENT, "CREATED", INCIDENT, **value)
    index = index_of(*begun(), calling, called, within, opened)
    assert got(index, "incidents", INCIDENT) == {
        "processDefinitionId": "order",
        "processDefinitionKey": str(DEFINITION),
        "processInstanceKey": str(CHILD),
        "rootProcessInstanceKey": str(INSTANCE),
        "elementId": "pay",
        "elementInstanceKey": str(CHILD + 1),
        "jobKey": str(JOB),
        "incidentKey": str(INCIDENT),
        "errorType": "JOB_NO_RETRIES",
        "errorMessage": "No more retries left.",
        "state": "ACTIVE",
        "creationTime": "2026-01-01T00:00:00.000Z",
        "tenantId": "<default>",
    }
    affected = [str(INSTANCE), str(CHILD)]
    assert keys(index, "process-instances", hasIncident=True) == affected
    assert keys(index, "element-instances", hasIncident=True) == [str(CALL), str(CHILD + 1)]
    assert keys(index, "element-instances", incidentKey=str(INCIDENT)) == [str(CHILD + 1)]
    resolved = of_task(ValueType.INCIDENT, "RESOLVED", INCIDENT, **value)
    index = index_of(*begun(), calling, called, within, opened, resolved)
    assert got(index, "incidents", INCIDENT)["state"] == "RESOLVED"
    assert keys(index, "process-instances", hasIncident=True) == []
    assert keys(index, "element-instances", hasIncident=True) == []


def test_one_of_two_incidents_is_resolved() -> None:
    opened = [of_task(ValueType.INCIDENT, "CREATED", key, errorType="UNKNOWN") for key in (1, 2)]
    index = index_of(*begun(), *opened, of_task(ValueType.INCIDENT, "RESOLVED", 1))
    assert got(index, "process-instances", INSTANCE)["hasIncident"] is True


def test_a_user_task_is_told_with_its_people() -> None:
    created = of_task(
        ValueType.USER_TASK,
        "CREATED",
        9,
        processDefinitionVersion=1,
        candidateGroupsList=["sales"],
        dueDate="2026-02-03T04:05:06+01:00[Europe/Berlin]",
        formKey=-1,
        customHeaders={},
    )
    assigned = of_task(ValueType.USER_TASK, "ASSIGNED", 9, assignee="ada")
    completed = of_task(ValueType.USER_TASK, "COMPLETED", 9, second=4)
    assert got(index_of(*begun(), created, assigned, completed), "user-tasks", 9) == {
        "userTaskKey": "9",
        "name": "Pay the bill",
        "processName": "Order",
        "elementId": "pay",
        "elementInstanceKey": str(TASK),
        "processDefinitionId": "order",
        "processDefinitionVersion": 1,
        "processDefinitionKey": str(DEFINITION),
        "processInstanceKey": str(INSTANCE),
        "rootProcessInstanceKey": str(INSTANCE),
        "state": "COMPLETED",
        "assignee": "ada",
        "candidateGroups": ["sales"],
        "candidateUsers": [],
        "creationDate": "2026-01-01T00:00:00.000Z",
        "completionDate": "2026-01-01T00:00:04.000Z",
        "dueDate": "2026-02-03T03:05:06.000Z",
        "followUpDate": None,
        "formKey": None,
        "externalFormReference": None,
        "customHeaders": {},
        "businessId": None,
        "priority": 50,
        "tags": [],
        "tenantId": "<default>",
    }


def test_a_decision_is_told_with_its_requirements() -> None:
    requirements = {
        "decisionRequirementsId": "rules",
        "decisionRequirementsName": "Rules",
        "decisionRequirementsVersion": 4,
        "decisionRequirementsKey": 20,
        "resourceName": "rules.dmn",
        "resource": base64.b64encode(b"<definitions/>").decode(),
    }
    decision = {
        "decisionId": "discount",
        "decisionName": "Discount",
        "version": 2,
        "decisionKey": 21,
        "decisionRequirementsId": "rules",
        "decisionRequirementsKey": 20,
    }
    index = index_of(
        event(ValueType.DECISION_REQUIREMENTS, "CREATED", 20, requirements),
        event(ValueType.DECISION, "CREATED", 21, decision),
    )
    assert got(index, "decision-requirements", 20) == {
        "decisionRequirementsId": "rules",
        "decisionRequirementsName": "Rules",
        "decisionRequirementsKey": "20",
        "version": 4,
        "resourceName": "rules.dmn",
        "tenantId": "<default>",
    }
    assert got(index, "decision-definitions", 21) == {
        "decisionDefinitionId": "discount",
        "decisionDefinitionKey": "21",
        "name": "Discount",
        "version": 2,
        "decisionRequirementsId": "rules",
        "decisionRequirementsKey": "20",
        "decisionRequirementsName": "Rules",
        "decisionRequirementsVersion": 4,
        "tenantId": "<default>",
    }


def test_a_message_that_was_correlated_can_be_found() -> None:
    waits = of_task(
        ValueType.PROCESS_MESSAGE_SUBSCRIPTION,
        "CREATED",
        30,
        messageName="paid",
        correlationKey="o-1",
    )
    came = of_task(
        ValueType.PROCESS_MESSAGE_SUBSCRIPTION, "CORRELATED", 30, messageKey=31, second=6
    )
    index = index_of(*begun(), waits, came)
    told = got(index, "message-subscriptions", 30)
    assert told["messageSubscriptionState"] == "CORRELATED"
    assert told["messageSubscriptionType"] == "PROCESS_EVENT"
    assert told["lastUpdatedDate"] == "2026-01-01T00:00:06.000Z"
    assert got(index, "correlated-message-subscriptions", "31-30") == {
        "messageKey": "31",
        "messageName": "paid",
        "correlationKey": "o-1",
        "subscriptionKey": "30",
        "correlationTime": "2026-01-01T00:00:06.000Z",
        "partitionId": 1,
        "elementId": "pay",
        "elementInstanceKey": str(TASK),
        "processDefinitionId": "order",
        "processDefinitionKey": str(DEFINITION),
        "processInstanceKey": str(INSTANCE),
        "rootProcessInstanceKey": str(INSTANCE),
        "businessId": None,
        "tenantId": "<default>",
    }


def test_a_message_that_began_an_instance_belongs_to_that() -> None:
    kind = ValueType.MESSAGE_START_EVENT_SUBSCRIPTION
    start = {"bpmnProcessId": "order", "processDefinitionKey": DEFINITION, "startEventId": "start"}
    index = index_of(
        deployed(),
        event(kind, "CREATED", 40, start | {"messageName": "ordered"}),
        event(kind, "CORRELATED", 40, start | {"messageKey": 41, "processInstanceKey": INSTANCE}),
        instance("ELEMENT_ACTIVATING"),
    )
    told = got(index, "correlated-message-subscriptions", "41-40")
    assert (told["processInstanceKey"], told["elementId"]) == (str(INSTANCE), "start")
    assert told["rootProcessInstanceKey"] == str(INSTANCE)
    waiting = got(index, "message-subscriptions", 40)
    assert (waiting["messageSubscriptionType"], waiting["processInstanceKey"]) == (
        "START_EVENT",
        None,
    )


def test_what_nobody_reads_is_passed_over() -> None:
    timer = event(ValueType.TIMER, "CREATED", 50, {"dueDate": 1})
    unknown = instance("ELEMENT_COMPLETED", 99)
    index = index_of(timer, unknown)
    assert keys(index, "process-instances") == []
