"""Each read of the client that the engine has: by key, and by search with filters and pages."""

from typing import Any

from tests.engine.clients.sdk_rig import UNKNOWN, Camunda, case, case_of_810, error_of, exact

LONG_TEXT = "x" * 9000


@case
def instances_are_found_by_tags(camunda: Camunda) -> Any:
    client = camunda.client
    keys = [camunda.start("work", tags=["mine", f"n:{number}"]) for number in range(3)]
    found = camunda.search(
        "search_process_instances",
        "ProcessInstanceSearchQuery",
        filter_={"tags": ["mine", "n:1"], "state": "ACTIVE", "hasIncident": False},
    )
    (item,) = found.items
    assert item.process_instance_key == keys[1]
    assert exact(client.get_process_instance(keys[1])) == item
    for key in keys:
        camunda.cancel(key)
    ended = client.get_process_instance(keys[1])
    assert ended.end_date >= ended.start_date
    return [
        item.process_definition_id,
        item.tags,
        item.parent_process_instance_key,
        ended.state.value,
    ]


@case
def instances_are_found_page_by_page(camunda: Camunda) -> Any:
    keys = [camunda.start("short", tags=["paged"]) for _ in range(5)]

    def page(**wanted: Any) -> Any:
        return camunda.search(
            "search_process_instances",
            "ProcessInstanceSearchQuery",
            filter_={"tags": ["paged"]},
            sort=[{"field": "startDate", "order": "DESC"}, {"field": "processInstanceKey"}],
            page={"limit": 2, **wanted},
        )

    first = page()
    second = page(after=first.page.end_cursor)
    back = page(before=second.page.start_cursor)
    third = page(**{"from": 4})
    found = [one.process_instance_key for it in (first, second, third) for one in it.items]
    return [sorted(found) == sorted(keys), back.items == first.items, first.page.total_items]


@case
def instances_are_found_by_operators(camunda: Camunda) -> Any:
    keys = [camunda.start("short", businessId=f"op-{number}") for number in range(3)]

    def found(**wanted: Any) -> list[int]:
        page = camunda.search(
            "search_process_instances",
            "ProcessInstanceSearchQuery",
            filter_=wanted,
        )
        return sorted(keys.index(one.process_instance_key) for one in page.items)

    return [
        found(businessId={"$like": "op-*"}),
        found(businessId={"$in": ["op-0", "op-2"]}),
        found(businessId={"$like": "op-?", "$neq": "op-1"}),
        found(processInstanceKey=keys[1]),
        found(processInstanceKey={"$in": keys[:2]}, endDate={"$exists": True}),
        found(businessId={"$like": "op-*"}, startDate={"$gt": "2100-01-01T00:00:00Z"}),
        found(**{"$or": [{"businessId": "op-0"}, {"businessId": "op-1"}]}),
    ]


@case
def bad_searches_are_refused(camunda: Camunda) -> list[str]:
    search, name = camunda.client.search_process_instances, "ProcessInstanceSearchQuery"
    wishes: list[dict[str, Any]] = [
        {"filter_": {"colour": "red"}},
        {"page": {"after": "nonsense"}},
        {"page": {"limit": 100_000}},
    ]
    return [error_of(search, data=camunda.model(name, **one)) for one in wishes]


@case
def a_definition_is_read(camunda: Camunda) -> Any:
    found = camunda.search(
        "search_process_definitions",
        "ProcessDefinitionSearchQuery",
        filter_={"processDefinitionId": "approve", "isLatestVersion": True},
    )
    (item,) = found.items
    key = item.process_definition_key
    assert exact(camunda.client.get_process_definition(key)) == item
    xml = camunda.client.get_process_definition_xml(key)
    assert xml == (camunda.folder / "approve.bpmn").read_text()
    return [item.name, item.resource_name, item.version, item.version_tag, item.has_start_form]


@case_of_810
def a_definition_that_is_deleted_drains(camunda: Camunda) -> Any:
    (process,) = camunda.client.deploy_resources_from_files(
        [camunda.folder / "drained.bpmn"]
    ).processes
    key, instance = process.process_definition_key, camunda.start("drained")
    states = [camunda.client.get_process_definition(key).state.value]
    camunda.delete(key)
    states += [camunda.client.get_process_definition(key).state.value]
    camunda.cancel(instance)
    return [*states, camunda.client.get_process_definition(key).state.value]


@case
def variables_are_read(camunda: Camunda) -> Any:
    client = camunda.client
    key = camunda.start("work", variables={"a": {"b": 1}, "long": LONG_TEXT})

    def found(**more: Any) -> Any:
        asked = {"processInstanceKey": key, "scopeKey": key, "name": {"$in": ["long", "a"]}}
        query = camunda.model("VariableSearchQuery", filter_=asked, sort=[{"field": "name"}])
        return exact(client.search_variables(data=query, **more)).items

    short, cut = found()
    _, whole = found(truncate_values=False)
    got = exact(client.get_variable(cut.variable_key))
    assert got.value == whole.value == f'"{LONG_TEXT}"'
    camunda.cancel(key)
    return [short.value, short.is_truncated, len(cut.value), cut.is_truncated, whole.is_truncated]


@case
def elements_are_read(camunda: Camunda) -> Any:
    key = camunda.start("approve")
    (item,) = camunda.search(
        "search_element_instances",
        "ElementInstanceSearchQuery",
        filter_={"processInstanceKey": key, "state": "ACTIVE", "elementInstanceScopeKey": key},
    ).items
    assert exact(camunda.client.get_element_instance(item.element_instance_key)) == item
    camunda.cancel(key)
    ended = camunda.client.get_element_instance(item.element_instance_key)
    return [item.element_id, item.element_name, item.type_.value, ended.state.value]


@case
def jobs_are_read(camunda: Camunda) -> Any:
    job = camunda.job("work", worker="w")
    query = {"filter_": {"jobKey": job.job_key, "type": {"$like": "w*"}}}
    (waiting,) = camunda.search("search_jobs", "JobSearchQuery", **query).items
    camunda.client.complete_job(job.job_key)
    (done,) = camunda.search("search_jobs", "JobSearchQuery", **query).items
    assert done.end_time >= done.creation_time
    return [waiting.state.value, done.state.value, done.type_, done.kind.value, done.retries]


@case
def incidents_are_read(camunda: Camunda) -> Any:
    client, job = camunda.client, camunda.job("work")
    client.fail_job(job.job_key, data=camunda.model("JobFailRequest", errorMessage="no"))
    query = {"filter_": {"jobKey": job.job_key, "errorType": "JOB_NO_RETRIES"}}
    (item,) = camunda.search("search_incidents", "IncidentSearchQuery", **query).items
    assert exact(client.get_incident(item.incident_key)) == item
    instance = client.get_process_instance(job.process_instance_key)
    camunda.cancel(job.process_instance_key)
    ended = client.get_incident(item.incident_key)
    return [item.error_message, item.element_id, instance.has_incident, ended.state.value]


@case
def decisions_are_read(camunda: Camunda) -> Any:
    client = camunda.client
    (item,) = camunda.search(
        "search_decision_definitions",
        "DecisionDefinitionSearchQuery",
        filter_={"decisionDefinitionId": "rules-discount"},
    ).items
    assert exact(client.get_decision_definition(item.decision_definition_key)) == item
    (rules,) = camunda.search(
        "search_decision_requirements",
        "DecisionRequirementsSearchQuery",
        filter_={"decisionRequirementsKey": item.decision_requirements_key},
    ).items
    assert exact(client.get_decision_requirements(rules.decision_requirements_key)) == rules
    xml = (camunda.folder / "rules.dmn").read_text()
    assert client.get_decision_requirements_xml(rules.decision_requirements_key) == xml
    assert client.get_decision_definition_xml(item.decision_definition_key) == xml
    return [item.name, item.version, item.decision_requirements_name, rules.resource_name]


@case
def subscriptions_are_read(camunda: Camunda) -> Any:
    key = camunda.start("receive", variables={"id": "s-1"})
    asked = {"filter_": {"processInstanceKey": key}}
    name = "MessageSubscriptionSearchQuery"
    (waiting,) = camunda.search("search_message_subscriptions", name, **asked).items
    message = camunda.model(
        "MessagePublicationRequest", name="received", correlationKey="s-1", timeToLive=0
    )
    published = camunda.client.publish_message(data=message)
    (correlated,) = camunda.search(
        "search_correlated_message_subscriptions", f"Correlated{name}", **asked
    ).items
    assert correlated.message_key == published.message_key
    assert correlated.subscription_key == waiting.message_subscription_key
    return [
        *(waiting.message_name, waiting.correlation_key, waiting.message_subscription_state.value),
        *(correlated.message_name, correlated.correlation_key, correlated.element_id),
    ]


@case
def what_is_not_there_is_not_found(camunda: Camunda) -> list[str]:
    client = camunda.client
    reads = (
        client.get_process_instance,
        client.get_process_definition,
        client.get_process_definition_xml,
        client.get_variable,
        client.get_element_instance,
        client.get_incident,
        client.get_user_task,
        client.get_decision_definition,
    )
    return [error_of(read, UNKNOWN) for read in reads]
