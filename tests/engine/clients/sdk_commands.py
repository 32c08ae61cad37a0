"""Each command of the client that the engine has: right answers, and right errors."""

from typing import Any

from tests.engine.clients.sdk_rig import UNKNOWN, Camunda, case, case_of_810, error_of, exact


@case
def the_topology_is_told(camunda: Camunda) -> Any:
    told = exact(camunda.client.get_topology())
    (broker,) = told.brokers
    led = [(one.partition_id, one.role.value, one.health.value) for one in broker.partitions]
    return [told.gateway_version, told.partitions_count, told.cluster_size, led]


@case
def the_cluster_tells_of_itself(camunda: Camunda) -> Any:
    client = camunda.client
    assert client.get_status() is None
    me = exact(client.get_authentication())
    return [exact(client.get_license()).valid_license, me.username, me.tenants[0].tenant_id]


@case
def resources_are_deployed(camunda: Camunda) -> Any:
    files = ("work.bpmn", "rules.dmn", "form.form", "short.bpmn", "approve.bpmn", "receive.bpmn")
    told = exact(
        camunda.client.deploy_resources_from_files([camunda.folder / name for name in files])
    )
    return [
        [one.process_definition_id for one in told.processes],
        [one.name for one in told.decisions],
        [one.decision_requirements_name for one in told.decision_requirements],
        [one.form_id for one in told.forms],
        told.tenant_id,
    ]


@case
def a_broken_process_is_refused(camunda: Camunda) -> str:
    return error_of(camunda.client.deploy_resources_from_files, [camunda.folder / "broken.bpmn"])


@case
def an_unknown_tenant_is_refused(camunda: Camunda) -> str:
    files = [camunda.folder / "short.bpmn"]
    return error_of(camunda.client.deploy_resources_from_files, files, tenant_id="acme")


@case
def an_instance_is_created_by_id(camunda: Camunda) -> Any:
    wanted = camunda.model(
        "ProcessCreationById",
        processDefinitionId="work",
        processDefinitionVersion=1,
        variables={"a": [1, None, 0.5]},
        tags=["k8s:1"],
        businessId="o-1",
    )
    told = exact(camunda.client.create_process_instance(data=wanted))
    assert int(told.process_instance_key) != int(told.process_definition_key)
    camunda.cancel(told.process_instance_key)
    return [
        told.process_definition_id,
        told.process_definition_version,
        told.tags,
        told.business_id,
    ]


@case
def an_instance_is_created_by_key(camunda: Camunda) -> Any:
    definition = camunda.search(
        "search_process_definitions",
        "ProcessDefinitionSearchQuery",
        filter_={"processDefinitionId": "short"},
    ).items[0]
    key = definition.process_definition_key
    wanted = camunda.model("ProcessCreationByKey", processDefinitionKey=key)
    return exact(camunda.client.create_process_instance(data=wanted)).process_definition_id


@case
def a_result_is_awaited(camunda: Camunda) -> Any:
    wanted = camunda.model(
        "ProcessCreationById",
        processDefinitionId="short",
        variables={"a": {"b": "ü"}, "c": 1},
        awaitCompletion=True,
        fetchVariables=["a"],
    )
    return exact(camunda.client.create_process_instance(data=wanted)).variables.to_dict()


@case
def a_result_that_takes_too_long_is_told(camunda: Camunda) -> str:
    wanted = camunda.model(
        "ProcessCreationById",
        processDefinitionId="approve",
        awaitCompletion=True,
        requestTimeout=100,
    )
    return error_of(camunda.client.create_process_instance, data=wanted)


@case
def what_cannot_be_created_is_told(camunda: Camunda) -> list[str]:
    create, model = camunda.client.create_process_instance, camunda.model
    wishes = (
        model("ProcessCreationById", processDefinitionId="nobody"),
        model("ProcessCreationByKey", processDefinitionKey=UNKNOWN),
        model("ProcessCreationById", processDefinitionId="short", tags=["?"]),
    )
    return [error_of(create, data=one) for one in wishes]


@case
def an_instance_is_cancelled_once(camunda: Camunda) -> list[str]:
    key, cancel = camunda.start("work"), camunda.cancel
    return [error_of(cancel, key), error_of(cancel, key), error_of(cancel, "123")]


@case
def an_instance_is_modified(camunda: Camunda) -> list[str]:
    modify, key = camunda.client.modify_process_instance, camunda.start("work")
    activate = [{"elementId": "task", "variableInstructions": [{"variables": {"b": 2}}]}]
    terminate = [{"elementId": "task"}]
    wanted = {"activateInstructions": activate, "terminateInstructions": terminate}
    name = "ProcessInstanceModificationInstruction"
    right = camunda.model(name, **wanted)
    wrong = camunda.model(name, activateInstructions=[{"elementId": "nobody"}])
    told = [error_of(modify, key, data=one) for one in (right, wrong)]
    camunda.cancel(key)
    return [*told, error_of(modify, key, data=right)]


@case
def an_instance_is_migrated(camunda: Camunda) -> list[str]:
    migrate, key = camunda.client.migrate_process_instance, camunda.start("work")
    files = [camunda.folder / "second" / "work.bpmn"]
    (second,) = camunda.client.deploy_resources_from_files(files).processes
    mapping = [{"sourceElementId": "task", "targetElementId": "task"}]
    name = "ProcessInstanceMigrationInstruction"
    target = {"targetProcessDefinitionKey": second.process_definition_key}
    right = camunda.model(name, **target, mappingInstructions=mapping)
    unmapped = camunda.model(name, **target, mappingInstructions=[])
    told = [error_of(migrate, key, data=one) for one in (unmapped, right)]
    found = camunda.client.get_process_instance(key)
    camunda.cancel(key)
    return [*told, error_of(migrate, key, data=right), found.process_definition_version]


@case_of_810
def an_instance_is_suspended_and_resumed(camunda: Camunda) -> Any:
    client, key = camunda.client, camunda.start("work")
    told = [error_of(client.suspend_process_instance, key, data=None)]
    found = exact(client.get_process_instance(key))
    states = [found.state.value, found.suspended_date is not None]
    told += [error_of(client.suspend_process_instance, key, data=None)]
    told += [error_of(client.resume_process_instance, key, data=None)]
    told += [error_of(client.suspend_process_instance, UNKNOWN, data=None)]
    states += [client.get_process_instance(key).state.value]
    camunda.cancel(key)
    return [told, states]


@case_of_810
def a_business_id_is_assigned_later(camunda: Camunda) -> Any:
    client, key = camunda.client, camunda.start("work")
    wanted = camunda.model("ProcessInstanceBusinessIdAssignmentInstruction", businessId="late")
    told = error_of(client.assign_process_instance_business_id, key, data=wanted)
    unknown = error_of(client.assign_process_instance_business_id, UNKNOWN, data=wanted)
    found = client.get_process_instance(key).business_id
    camunda.cancel(key)
    return [told, unknown, found]


@case
def variables_are_set(camunda: Camunda) -> list[str]:
    set_variables, key = camunda.client.create_element_instance_variables, camunda.start("work")
    wanted = camunda.model("SetVariableRequest", variables={"a": 1}, local=True)
    told = [error_of(set_variables, key, data=wanted)]
    camunda.cancel(key)
    return [*told, error_of(set_variables, key, data=wanted)]


@case
def a_message_is_published_once(camunda: Camunda) -> Any:
    wanted = camunda.model(
        "MessagePublicationRequest",
        name="nobody",
        correlationKey="1",
        messageId="m",
        timeToLive=60_000,
    )
    told = exact(camunda.client.publish_message(data=wanted))
    assert int(told.message_key) > 0
    return [told.tenant_id, error_of(camunda.client.publish_message, data=wanted)]


@case
def a_message_is_correlated(camunda: Camunda) -> Any:
    key = camunda.start("receive", variables={"id": "r-1"})
    wanted = {"name": "received", "variables": {"x": 1}, "correlationKey": "r-1"}
    right = camunda.model("MessageCorrelationRequest", **wanted)
    told = exact(camunda.client.correlate_message(data=right))
    return [
        told.process_instance_key == key,
        error_of(camunda.client.correlate_message, data=right),
    ]


@case
def a_signal_is_broadcast(camunda: Camunda) -> Any:
    wanted = camunda.model("SignalBroadcastRequest", signalName="alarm", variables={"a": 1})
    told = exact(camunda.client.broadcast_signal(data=wanted))
    return [told.tenant_id, int(told.signal_key) > 0]


@case
def a_decision_is_evaluated(camunda: Camunda) -> Any:
    wanted = camunda.model("DecisionEvaluationByID", decisionDefinitionId="rules-discount")
    told = exact(camunda.client.evaluate_decision(data=wanted))
    by_key = camunda.model(
        "DecisionEvaluationByKey", decisionDefinitionKey=told.decision_definition_key
    )
    again = exact(camunda.client.evaluate_decision(data=by_key))
    unknown = camunda.model("DecisionEvaluationByID", decisionDefinitionId="nobody")
    evaluated = [one.decision_definition_type for one in told.evaluated_decisions]
    refused = error_of(camunda.client.evaluate_decision, data=unknown)
    return [told.output, again.decision_definition_name, evaluated, refused]


@case
def a_job_is_activated_with_all_that_a_worker_needs(camunda: Camunda) -> Any:
    job = camunda.job("work", variables={"a": 1, "b": 2}, worker="w", fetchVariable=["a"])
    camunda.client.complete_job(job.job_key)
    assert job.root_process_instance_key == job.process_instance_key
    return [
        *(job.type_, job.process_definition_id, job.element_id, job.worker, job.retries),
        *(job.kind.value, job.listener_event_type.value, job.variables.to_dict()),
    ]


@case
def nothing_to_activate_is_an_answer(camunda: Camunda) -> Any:
    return camunda.activate("nobody", requestTimeout=-1)


@case_of_810
def a_job_with_a_lease_needs_its_token(camunda: Camunda) -> Any:
    job = camunda.job("work", withLease=True)
    complete = camunda.client.complete_job
    token = camunda.model("JobCompletionRequest", jobLeaseToken=job.job_lease_token)
    return [error_of(complete, job.job_key), error_of(complete, job.job_key, data=token)]


@case
def a_job_is_completed_once(camunda: Camunda) -> list[str]:
    key, complete = camunda.job("work").job_key, camunda.client.complete_job
    wanted = camunda.model("JobCompletionRequest", variables={"x": 1})
    return [error_of(complete, key, data=wanted), error_of(complete, key, data=wanted)]


@case
def a_job_fails_and_its_incident_is_resolved(camunda: Camunda) -> Any:
    client, job = camunda.client, camunda.job("work")
    failed = camunda.model("JobFailRequest", retries=0, errorMessage="no money")
    told = [error_of(client.fail_job, job.job_key, data=failed)]
    (incident,) = camunda.search(
        "search_process_instance_incidents", "IncidentSearchQuery", job.process_instance_key
    ).items
    update = camunda.model("JobUpdateRequest", changeset={"retries": 2})
    told += [error_of(client.update_job, job.job_key, data=update)]
    told += [error_of(client.resolve_incident, incident.incident_key)]
    told += [error_of(client.resolve_incident, incident.incident_key)]
    found = exact(client.get_incident(incident.incident_key))
    camunda.cancel(job.process_instance_key)
    return [told, incident.error_message, incident.state.value, found.state.value]


@case
def a_job_throws_an_error(camunda: Camunda) -> list[str]:
    key, throw = camunda.job("work").job_key, camunda.client.throw_job_error
    wanted = camunda.model("JobErrorRequest", errorCode="E", errorMessage="no")
    return [error_of(throw, key, data=wanted), error_of(throw, key, data=wanted)]


@case
def unknown_jobs_are_not_found(camunda: Camunda) -> list[str]:
    client = camunda.client
    update = camunda.model("JobUpdateRequest", changeset={"timeout": 1000})
    return [
        error_of(client.complete_job, UNKNOWN),
        error_of(client.fail_job, UNKNOWN, data=camunda.model("JobFailRequest")),
        error_of(client.update_job, UNKNOWN, data=update),
        error_of(client.resolve_incident, UNKNOWN),
    ]


@case
def a_user_task_is_assigned_and_completed(camunda: Camunda) -> Any:
    client, key = camunda.client, camunda.start("approve")
    query = {"filter_": {"processInstanceKey": key}}
    (task,) = camunda.search("search_user_tasks", "UserTaskSearchQuery", **query).items
    assign = camunda.model("UserTaskAssignmentRequest", assignee="ada", allowOverride=False)
    told = [error_of(client.assign_user_task, task.user_task_key, data=assign)]
    told += [error_of(client.assign_user_task, task.user_task_key, data=assign)]
    assigned = exact(client.get_user_task(task.user_task_key)).assignee
    told += [error_of(client.unassign_user_task, task.user_task_key)]
    told += [error_of(client.complete_user_task, task.user_task_key)]
    told += [error_of(client.complete_user_task, task.user_task_key)]
    found = client.get_user_task(task.user_task_key)
    return [told, task.name, task.state.value, assigned, found.assignee, found.state.value]


@case
def a_resource_is_deleted_once(camunda: Camunda) -> Any:
    files = [camunda.folder / "deleted.bpmn"]
    (process,) = camunda.client.deploy_resources_from_files(files).processes
    key = process.process_definition_key
    told = camunda.delete(key)
    again = error_of(camunda.delete, key)
    return [told.resource_key == key, told.batch_operation, again]


@case
def what_only_a_cluster_does_is_told(camunda: Camunda) -> str:
    return error_of(camunda.client.get_process_instance_call_hierarchy, UNKNOWN)
