"""Each path and body becomes one command, and its answer is told."""

from typing import Any

import aiohttp
import pytest

from tests.engine.rest.rig import Rig, served
from zeebe_engine.engine import answers, commands
from zeebe_engine.generations import GENERATIONS
from zeebe_engine.settings import Settings

KEY = 2251799813685249
CREATED = answers.Created(7, "order", 3, KEY, ("a:b",), "o-1")
TOLD_CREATED = {
    "processDefinitionId": "order",
    "processDefinitionVersion": 3,
    "processDefinitionKey": "7",
    "processInstanceKey": str(KEY),
    "tenantId": "<default>",
    "variables": {},
    "tags": ["a:b"],
    "businessId": "o-1",
}
PUBLISHED = answers.Done(9)
DONE: list[Any] = [
    pytest.param(
        "POST",
        f"process-instances/{KEY}/cancellation",
        {"operationReference": 5},
        commands.CancelInstance(key=KEY),
        id="cancel",
    ),
    pytest.param(
        "POST",
        f"process-instances/{KEY}/suspension",
        None,
        commands.SuspendInstance(key=KEY),
        id="suspend",
    ),
    pytest.param(
        "POST",
        f"process-instances/{KEY}/resumption",
        None,
        commands.ResumeInstance(key=KEY),
        id="resume",
    ),
    pytest.param(
        "POST",
        f"process-instances/{KEY}/business-id-assignment",
        {"businessId": "o-1"},
        commands.AssignBusinessId(key=KEY, business_id="o-1"),
        id="business id",
    ),
    pytest.param(
        "POST",
        f"process-instances/{KEY}/migration",
        {
            "targetProcessDefinitionKey": "8",
            "mappingInstructions": [{"sourceElementId": "a", "targetElementId": "b"}],
        },
        commands.MigrateInstance(key=KEY, target_key=8, mapping=[("a", "b")]),
        id="migrate",
    ),
    pytest.param(
        "POST",
        f"process-instances/{KEY}/modification",
        {
            "activateInstructions": [
                {
                    "elementId": "a",
                    "ancestorElementInstanceKey": "3",
                    "variableInstructions": [{"variables": {"x": 1}, "scopeId": "s"}],
                },
                {"elementId": "b"},
            ],
            "moveInstructions": [
                {
                    "sourceElementInstruction": {"sourceType": "byId", "sourceElementId": "c"},
                    "targetElementId": "d",
                }
            ],
            "terminateInstructions": [{"elementInstanceKey": "4"}, {"elementId": "e"}],
        },
        commands.ModifyInstance(
            key=KEY,
            activate=[
                commands.ActivateInstruction("a", 3, [commands.VariableInstruction({"x": 1}, "s")]),
                commands.ActivateInstruction("b"),
            ],
            terminate_keys=[4],
            terminate_ids=["e"],
            move=[commands.MoveInstruction("d", "c")],
        ),
        id="modify",
    ),
    pytest.param(
        "PUT",
        f"element-instances/{KEY}/variables",
        {"variables": {"x": [1.5, None]}, "local": True},
        commands.SetVariables(element_instance_key=KEY, variables={"x": [1.5, None]}, local=True),
        id="set variables",
    ),
    pytest.param(
        "POST",
        f"incidents/{KEY}/resolution",
        None,
        commands.ResolveIncident(key=KEY),
        id="resolve",
    ),
    pytest.param(
        "POST",
        f"jobs/{KEY}/completion",
        {"variables": {"x": 1}, "jobLeaseToken": "t"},
        commands.CompleteJob(key=KEY, variables={"x": 1}, lease="t"),
        id="complete",
    ),
    pytest.param(
        "POST",
        f"jobs/{KEY}/completion",
        {"variables": None, "result": None, "jobLeaseToken": None},
        commands.CompleteJob(key=KEY),
        id="complete with nothing",
    ),
    pytest.param(
        "POST",
        f"jobs/{KEY}/failure",
        {"retries": 2, "errorMessage": "no", "retryBackOff": 500, "variables": {"x": 1}},
        commands.FailJob(key=KEY, retries=2, message="no", back_off=500, variables={"x": 1}),
        id="fail",
    ),
    pytest.param(
        "POST", f"jobs/{KEY}/failure", {}, commands.FailJob(key=KEY, retries=0), id="fail for good"
    ),
    pytest.param(
        "POST",
        f"jobs/{KEY}/error",
        {"errorCode": "E", "errorMessage": None, "variables": {"x": 1}},
        commands.ThrowError(key=KEY, error_code="E", variables={"x": 1}),
        id="throw",
    ),
    pytest.param(
        "PATCH",
        f"jobs/{KEY}",
        {"changeset": {"retries": 3, "timeout": None}},
        commands.UpdateJob(key=KEY, retries=3),
        id="update",
    ),
    pytest.param(
        "POST",
        f"user-tasks/{KEY}/completion",
        {"variables": {"x": 1}, "action": "approve"},
        commands.CompleteUserTask(key=KEY, variables={"x": 1}),
        id="complete user task",
    ),
    pytest.param(
        "POST",
        f"user-tasks/{KEY}/assignment",
        {"assignee": "ada", "allowOverride": False},
        commands.AssignUserTask(key=KEY, assignee="ada", allow_override=False),
        id="assign",
    ),
    pytest.param(
        "DELETE",
        f"user-tasks/{KEY}/assignee",
        None,
        commands.AssignUserTask(key=KEY, assignee=""),
        id="unassign",
    ),
]
TOLD: list[Any] = [
    pytest.param(
        "messages/publication",
        {
            "name": "paid",
            "correlationKey": "o-1",
            "timeToLive": 1000,
            "messageId": "m",
            "variables": {"x": 1},
            "businessId": "b",
        },
        commands.PublishMessage(
            name="paid",
            correlation_key="o-1",
            time_to_live=1000,
            message_id="m",
            variables={"x": 1},
            business_id="b",
        ),
        answers.Done(9),
        {"messageKey": "9", "tenantId": "<default>"},
        id="publish",
    ),
    pytest.param(
        "messages/correlation",
        {"name": "paid", "correlationKey": "o-1", "tenantId": "<default>"},
        commands.CorrelateMessage(name="paid", correlation_key="o-1"),
        answers.Correlated(9, KEY),
        {"messageKey": "9", "processInstanceKey": str(KEY), "tenantId": "<default>"},
        id="correlate",
    ),
    pytest.param(
        "signals/broadcast",
        {"signalName": "alarm", "variables": {"x": 1}},
        commands.BroadcastSignal(name="alarm", variables={"x": 1}),
        answers.Done(9),
        {"signalKey": "9", "tenantId": "<default>"},
        id="broadcast",
    ),
    pytest.param(
        f"resources/{KEY}/deletion",
        {"deleteHistory": True},
        commands.DeleteResource(key=KEY, delete_history=True),
        answers.Done(KEY),
        {"resourceKey": str(KEY), "batchOperation": None},
        id="delete",
    ),
    pytest.param(
        "process-instances",
        {
            "processDefinitionId": "order",
            "processDefinitionVersion": 3,
            "variables": {"x": 1},
            "startInstructions": [{"elementId": "a"}],
            "runtimeInstructions": [{"type": "TERMINATE_PROCESS_INSTANCE", "afterElementId": "b"}],
            "tags": ["a:b"],
            "businessId": "o-1",
        },
        commands.CreateInstance(
            bpmn_process_id="order",
            version=3,
            variables={"x": 1},
            start_element_ids=["a"],
            terminate_after=["b"],
            tags=["a:b"],
            business_id="o-1",
        ),
        CREATED,
        TOLD_CREATED,
        id="create by id",
    ),
    pytest.param(
        "process-instances",
        {"processDefinitionKey": "7"},
        commands.CreateInstance(process_definition_key=7),
        CREATED,
        TOLD_CREATED,
        id="create by key",
    ),
]


@pytest.mark.parametrize(("method", "path", "body", "command"), DONE)
async def test_a_command_that_is_done_is_answered_with_nothing(
    rig: Rig, method: str, path: str, body: Any, command: Any
) -> None:
    answer = await rig.ask(method, path, body)
    assert (answer.status, answer.body) == (204, "")
    assert rig.gateway.seen == [command]


@pytest.mark.parametrize(("path", "body", "command", "answer", "told"), TOLD)
async def test_an_answer_is_told(
    rig: Rig, path: str, body: Any, command: Any, answer: Any, told: Any
) -> None:
    rig.gateway.answer = answer
    found = await rig.post(path, body)
    assert (found.status, found.body) == (200, told)
    assert rig.gateway.seen == [command]


async def test_a_result_is_waited_for(rig: Rig) -> None:
    rig.gateway.answer = answers.Result(CREATED, {"total": 3})
    body = {
        "processDefinitionId": "order",
        "awaitCompletion": True,
        "fetchVariables": ["total"],
        "requestTimeout": 2500,
    }
    found = await rig.post("process-instances", body)
    assert found.body == {**TOLD_CREATED, "variables": {"total": 3}}
    command = commands.CreateInstance(
        bpmn_process_id="order", awaits=True, fetch_variables=["total"]
    )
    assert rig.gateway.seen == [(command, 2.5)]


async def test_jobs_are_waited_for(rig: Rig) -> None:
    job = answers.ActivatedJob(
        key=5,
        type="pay",
        process_instance_key=KEY,
        bpmn_process_id="order",
        version=3,
        process_definition_key=7,
        element_id="task",
        element_instance_key=8,
        headers={"a": "b"},
        worker="w",
        retries=3,
        deadline=1767225600000,
        variables={"x": 1},
        tags=("a:b",),
        business_id="o-1",
        root_process_instance_key=6,
        lease="t",
    )
    rig.gateway.answer = answers.ActivatedJobs((job,))
    body = {
        "type": "pay",
        "worker": "w",
        "timeout": 60_000,
        "maxJobsToActivate": 4,
        "fetchVariable": ["x"],
        "requestTimeout": -1,
        "withLease": True,
    }
    found = await rig.post("jobs/activation", body)
    assert found.body == {
        "jobs": [
            {
                "jobKey": "5",
                "type": "pay",
                "processInstanceKey": str(KEY),
                "processDefinitionId": "order",
                "processDefinitionVersion": 3,
                "processDefinitionKey": "7",
                "elementId": "task",
                "elementInstanceKey": "8",
                "customHeaders": {"a": "b"},
                "worker": "w",
                "retries": 3,
                "deadline": 1767225600000,
                "variables": {"x": 1},
                "tenantId": "<default>",
                "kind": "BPMN_ELEMENT",
                "listenerEventType": "UNSPECIFIED",
                "tags": ["a:b"],
                "userTask": None,
                "rootProcessInstanceKey": "6",
                "businessId": "o-1",
                "jobLeaseToken": "t",
                "priority": 0,
                "physicalTenantId": "default",
            }
        ]
    }
    command = commands.ActivateJobs(
        type="pay", worker="w", timeout=60_000, max_jobs=4, fetch_variables=["x"], with_lease=True
    )
    assert rig.gateway.seen == [(command, -0.001)]


async def test_resources_are_deployed_with_their_names(rig: Rig) -> None:
    rig.gateway.answer = answers.Deployment(
        1,
        (
            answers.DeployedProcess("order", 3, 7, "order.bpmn"),
            answers.DeployedRequirements("rules", "Rules", 1, 8, "rules.dmn"),
            answers.DeployedDecision("discount", "Discount", 1, 9, "rules", 8),
            answers.DeployedForm("form", 1, 10, "form.form"),
        ),
    )
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("resources", b"<a/>", filename="ordér.bpmn")
    form.add_field("resources", b"\xff\x00", filename="rules.dmn")
    form.add_field("tenantId", "<default>")
    found = await rig.post("deployments", data=form)
    resources = [commands.Resource("ordér.bpmn", b"<a/>")]
    resources.append(commands.Resource("rules.dmn", b"\xff\x00"))
    assert rig.gateway.seen == [commands.Deploy(resources=resources)]
    told = found.body["deployments"]
    assert (found.body["deploymentKey"], found.body["tenantId"]) == ("1", "<default>")
    assert [next(kind for kind, it in one.items() if it) for one in told] == [
        "processDefinition",
        "decisionRequirements",
        "decisionDefinition",
        "form",
    ]
    assert told[0] == {
        "processDefinition": {
            "processDefinitionId": "order",
            "processDefinitionVersion": 3,
            "processDefinitionKey": "7",
            "resourceName": "order.bpmn",
            "tenantId": "<default>",
        },
        "decisionDefinition": None,
        "decisionRequirements": None,
        "form": None,
        "resource": None,
    }


async def test_a_decision_is_told_with_all_its_rules(rig: Rig) -> None:
    rule = answers.MatchedRule("r1", 1, (answers.EvaluatedOutput("o1", "Rate", 0.5),))
    table = answers.EvaluatedDecision(
        key=21,
        id="discount",
        name="Discount",
        version=2,
        kind="DECISION_TABLE",
        output=0.5,
        inputs=(answers.EvaluatedInput("i1", "Total", 100),),
        rules=(rule,),
        evaluation_key="9-1",
    )
    rig.gateway.answer = answers.DecisionEvaluation(
        key=9,
        decision_key=21,
        decision_id="discount",
        decision_name="Discount",
        version=2,
        requirements_id="rules",
        requirements_key=20,
        output={"rate": 0.5},
        evaluated=(table,),
    )
    body = {"decisionDefinitionId": "discount", "variables": {"total": 100}}
    found = await rig.post("decision-definitions/evaluation", body)
    assert rig.gateway.seen == [
        commands.EvaluateDecision(decision_id="discount", variables={"total": 100})
    ]
    assert found.body["output"] == '{"rate":0.5}'
    assert found.body["failedDecisionDefinitionId"] is None
    by = {"ruleId": "r1", "ruleIndex": 1}
    output = {"outputId": "o1", "outputName": "Rate", "outputValue": "0.5", **by}
    assert found.body["evaluatedDecisions"] == [
        {
            "decisionDefinitionId": "discount",
            "decisionDefinitionKey": "21",
            "decisionDefinitionName": "Discount",
            "decisionDefinitionVersion": 2,
            "decisionDefinitionType": "DECISION_TABLE",
            "decisionEvaluationInstanceKey": "9-1",
            "output": "0.5",
            "tenantId": "<default>",
            "matchedRules": [{**by, "evaluatedOutputs": [output]}],
            "evaluatedInputs": [{"inputId": "i1", "inputName": "Total", "inputValue": "100"}],
        }
    ]


async def test_the_topology_names_every_partition(rig: Rig) -> None:
    found = await rig.get("topology")
    assert found.body["gatewayVersion"] == "8.10.0"
    (broker,) = found.body["brokers"]
    assert [one["partitionId"] for one in broker["partitions"]] == [1, 2, 3]
    assert broker["partitions"][0] == {
        "partitionId": 1,
        "role": "leader",
        "health": "healthy",
        "state": "active",
    }


async def test_an_older_gateway_tells_less() -> None:
    async with served(Settings(generation=GENERATIONS["8.6"])) as rig:
        rig.gateway.answer = CREATED
        told = (await rig.post("process-instances", {"processDefinitionKey": "7"})).body
        assert set(TOLD_CREATED) - set(told) == {"tags", "businessId"}
        assert set((await rig.get("topology")).body) == {
            "brokers",
            "clusterSize",
            "partitionsCount",
            "replicationFactor",
            "gatewayVersion",
            "lastCompletedChangeId",
        }
        rig.gateway.answer = answers.Done(KEY)
        assert (await rig.post(f"resources/{KEY}/deletion")).body == {}
