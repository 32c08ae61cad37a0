"""Every operation of ZeebeCommand, once, as the engine itself recorded it."""

import json
from collections import Counter
from typing import Any

from tests.acceptance import bpmn, engine
from tests.acceptance.cluster import (
    Cluster,
    Object,
    command,
    condition,
    eventually,
    instance,
    process,
    ready,
    resource,
)
from tests.acceptance.operator_process import Operator
from tests.acceptance.test_silence import _writes

JOB_FIELDS = {
    "key",
    "type",
    "processInstanceKey",
    "bpmnProcessId",
    "processDefinitionVersion",
    "processDefinitionKey",
    "elementId",
    "elementInstanceKey",
    "customHeaders",
    "worker",
    "retries",
    "deadline",
    "variables",
}
BURST = 50


def run(cluster: Cluster, name: str, **spec: Any) -> Any:
    """Applies a command, waits as a pipeline does, and returns the engine's answer."""
    cluster.apply(command(name, **spec))
    return succeeded(cluster, name)["status"]["response"]


def succeeded(cluster: Cluster, *names: str) -> Object:
    """The first of them."""
    commands = [f"zcmd/{name}" for name in names]
    cluster.kubectl("wait", "--for=condition=Succeeded", "--timeout=90s", *commands)
    return cluster.get("zcmd", names[0])


def start(cluster: Cluster, name: str, content: str, **spec: Any) -> int:
    """Deploys a process and starts it; returns the key of the instance."""
    cluster.apply(process(name, content), instance(name, processRef={"name": name}, **spec))
    cluster.wait_ready(f"zinst/{name}")
    return int(cluster.get("zinst", name)["status"]["processInstanceKey"])


def job_type(cluster: Cluster) -> str:
    """Nobody else works on it."""
    return f"work-{cluster.namespace}"


def started_with_job(cluster: Cluster, **spec: Any) -> tuple[int, str]:
    """The keys of an instance and of its job, which is activated."""
    name = f"p-{cluster.namespace}"
    key = start(cluster, "p", bpmn.working(name, job_type(cluster)), **spec)
    return key, activated(cluster, "activate", key)["key"]


def activated(cluster: Cluster, name: str, instance_key: int, **more: Any) -> Any:
    eventually(
        lambda: engine.events(cluster.engine, "JOB", "CREATED", processInstanceKey=instance_key)
    )
    spec = {"jobType": job_type(cluster), "maxJobsToActivate": 1, **more}
    (job,) = run(cluster, name, activateJobs=spec)["jobs"]
    return job


def test_variables_are_set_where_they_are_or_locally(cluster: Cluster, operator: Operator) -> None:
    cluster.apply(
        command(
            "wide", setVariables={"instanceRef": {"name": "p"}, "variables": {"a": 2, "b": [None]}}
        )
    )
    cluster.until_reason("zcmd", "wide", "DependencyNotReady")
    name = f"vars-{cluster.namespace}"
    key = start(cluster, "p", bpmn.working(name, job_type(cluster)), variables={"a": 1})
    found = succeeded(cluster, "wide")["status"]
    assert found["processInstanceKey"] == str(key)
    assert int(found["response"]["key"])
    element = engine.events(cluster.engine, "JOB", "CREATED", processInstanceKey=key)[0].value
    scope = element["elementInstanceKey"]
    local = {"elementInstanceKey": scope, "local": True, "variables": {"a": 3}}
    run(cluster, "local", setVariables=local)

    records = engine.events(cluster.engine, "VARIABLE", "UPDATED", processInstanceKey=key)
    assert [(r.value["name"], r.value["value"], r.value["scopeKey"]) for r in records] == [
        ("a", "2", key)
    ]
    created = engine.events(cluster.engine, "VARIABLE", "CREATED", processInstanceKey=key)
    values = {(r.value["name"], r.value["scopeKey"]): r.value["value"] for r in created}
    assert values == {("a", key): "1", ("b", key): "[null]", ("a", scope): "3"}
    for one in (key, scope):
        assert len(engine.events(cluster.engine, "VARIABLE_DOCUMENT", "UPDATED", scopeKey=one)) == 1


def test_a_job_is_activated_and_completed(cluster: Cluster, operator: Operator) -> None:
    name = f"p-{cluster.namespace}"
    variables = {"wanted": {"deep": 1}, "other": "x"}
    key = start(cluster, "p", bpmn.working(name, job_type(cluster)), variables=variables)
    job = activated(
        cluster, "take", key, timeout="10m", workerName="tester", fetchVariables=["wanted"]
    )
    assert job.keys() >= JOB_FIELDS
    assert json.loads(job["variables"]) == {"wanted": {"deep": 1}}
    assert (job["type"], job["worker"], job["retries"]) == (job_type(cluster), "tester", 3)
    assert (job["processInstanceKey"], job["elementId"]) == (str(key), "task")
    (batch,) = engine.events(cluster.engine, "JOB_BATCH", "ACTIVATED", type=job_type(cluster))
    assert (batch.value["timeout"], batch.value["worker"]) == (600_000, "tester")

    run(cluster, "done", completeJob={"jobKey": job["key"], "variables": {"result": {"ok": True}}})
    assert engine.ended(cluster.engine, name, "ELEMENT_COMPLETED") == [key]
    created = engine.events(
        cluster.engine, "VARIABLE", "CREATED", processInstanceKey=key, name="result"
    )
    assert [r.value["value"] for r in created] == ['{"ok":true}']
    table = cluster.kubectl("get", "zcmd", "done").splitlines()[1].split()
    assert table[:4] == ["done", "completeJob", "True", "Executed"]


def test_a_job_fails_and_waits(cluster: Cluster, operator: Operator) -> None:
    key, job = started_with_job(cluster)
    failure = {"retries": 2, "retryBackOff": "1h", "errorMessage": "no ink"}
    run(cluster, "fail", failJob={"jobKey": job, "variables": {"why": "ink"}, **failure})
    (failed,) = engine.events(cluster.engine, "JOB", "FAILED", processInstanceKey=key)
    told = (failed.value["retries"], failed.value["retryBackoff"], failed.value["errorMessage"])
    assert told == (2, 3_600_000, "no ink")
    assert engine.events(cluster.engine, "INCIDENT", "CREATED", processInstanceKey=key) == []
    (why,) = engine.events(
        cluster.engine, "VARIABLE", "CREATED", processInstanceKey=key, name="why"
    )
    assert why.value["value"] == '"ink"'


def test_an_incident_is_resolved_when_there_are_retries_again(
    cluster: Cluster, operator: Operator
) -> None:
    key, job = started_with_job(cluster)
    run(cluster, "fail", failJob={"jobKey": job, "retries": 0, "errorMessage": "no ink"})
    (incident,) = engine.events(cluster.engine, "INCIDENT", "CREATED", processInstanceKey=key)
    assert incident.value["errorMessage"] == "no ink"
    run(cluster, "retries", updateJobRetries={"jobKey": job, "retries": 5})
    run(cluster, "resolve", resolveIncident={"incidentKey": str(incident.key)})
    (updated,) = engine.events(cluster.engine, "JOB", "RETRIES_UPDATED", processInstanceKey=key)
    assert updated.value["retries"] == 5
    resolved = engine.events(cluster.engine, "INCIDENT", "RESOLVED", processInstanceKey=key)
    assert [r.key for r in resolved] == [incident.key]
    assert activated(cluster, "again", key)["retries"] == 5


def test_an_error_is_caught(cluster: Cluster, operator: Operator) -> None:
    name = f"p-{cluster.namespace}"
    key = start(cluster, "p", bpmn.catching(name, job_type(cluster), "OUT_OF_INK"))
    job = activated(cluster, "take", key)["key"]
    error = {"errorCode": "OUT_OF_INK", "errorMessage": "empty", "variables": {"colour": "red"}}
    run(cluster, "throw", throwError={"jobKey": job, **error})
    completed = engine.events(
        cluster.engine, "PROCESS_INSTANCE", "ELEMENT_COMPLETED", processInstanceKey=key
    )
    assert "failed" in [r.value["elementId"] for r in completed]
    (thrown,) = engine.events(cluster.engine, "JOB", "ERROR_THROWN", processInstanceKey=key)
    assert (thrown.value["errorCode"], thrown.value["errorMessage"]) == ("OUT_OF_INK", "empty")
    found = engine.events(
        cluster.engine, "VARIABLE", "CREATED", processInstanceKey=key, name="colour"
    )
    assert found[0].value["value"] == '"red"'


def test_a_job_gets_more_time(cluster: Cluster, operator: Operator) -> None:
    key, job = started_with_job(cluster)
    (before,) = engine.events(cluster.engine, "JOB_BATCH", "ACTIVATED", type=job_type(cluster))
    run(cluster, "more", updateJobTimeout={"jobKey": job, "timeout": "10h"})
    (updated,) = engine.events(cluster.engine, "JOB", "TIMEOUT_UPDATED", processInstanceKey=key)
    deadline = before.value["jobs"][0]["deadline"]
    assert updated.value["deadline"] > deadline + 9 * 3_600_000


def test_an_instance_is_cancelled_by_key_and_by_reference(
    cluster: Cluster, operator: Operator
) -> None:
    name = f"p-{cluster.namespace}"
    cluster.apply(command("by-name", cancelInstance={"instanceRef": {"name": "second"}}))
    first = start(cluster, "p", bpmn.working(name))
    cluster.apply(instance("second", processRef={"name": "p"}))
    run(cluster, "by-key", cancelInstance={"processInstanceKey": first})
    second = int(succeeded(cluster, "by-name")["status"]["processInstanceKey"])
    assert set(engine.ended(cluster.engine, name, "ELEMENT_TERMINATED")) == {first, second}

    cluster.apply(command("again", cancelInstance={"processInstanceKey": first}))
    found = cluster.until_reason("zcmd", "again", "Rejected")
    assert "no such process was found" in condition(found, "Stalled")["message"]
    assert "executedAt" not in found["status"]


def test_an_instance_is_migrated_and_modified(cluster: Cluster, operator: Operator) -> None:
    old, new = f"old-{cluster.namespace}", f"new-{cluster.namespace}"
    key = start(cluster, "p", bpmn.working(old, job_type(cluster)))
    cluster.apply(process("target", bpmn.working(new, job_type(cluster))))
    cluster.wait_ready("zproc/target")
    target = cluster.get("zproc", "target")["status"]["processDefinitionKey"]
    plan = {
        "targetProcessDefinitionKey": target,
        "mappingInstructions": [{"sourceElementId": "task", "targetElementId": "task"}],
    }
    run(cluster, "migrate", migrateInstance={"instanceRef": {"name": "p"}, **plan})
    migrated = engine.events(
        cluster.engine, "PROCESS_INSTANCE_MIGRATION", "MIGRATED", processInstanceKey=key
    )
    assert [r.value["targetProcessDefinitionKey"] for r in migrated] == [int(target)]

    jobs = engine.events(cluster.engine, "JOB", "CREATED", processInstanceKey=key)
    change = {
        "activateInstructions": [
            {
                "elementId": "task",
                "variableInstructions": [{"variables": {"b": 1}, "scopeId": "task"}],
            }
        ],
        "terminateInstructions": [{"elementInstanceKey": jobs[0].value["elementInstanceKey"]}],
    }
    run(cluster, "modify", modifyInstance={"processInstanceKey": key, **change})
    modified = engine.events(
        cluster.engine, "PROCESS_INSTANCE_MODIFICATION", "MODIFIED", processInstanceKey=key
    )
    assert len(modified) == 1
    jobs = engine.events(cluster.engine, "JOB", "CREATED", processInstanceKey=key)
    assert [job.value["bpmnProcessId"] for job in jobs] == [old, new]
    assert len(engine.events(cluster.engine, "JOB", "CANCELED", processInstanceKey=key)) == 1
    (b,) = engine.events(cluster.engine, "VARIABLE", "CREATED", processInstanceKey=key, name="b")
    assert b.value["scopeKey"] == jobs[1].value["elementInstanceKey"]


def test_a_signal_starts_what_waits_for_it(cluster: Cluster, operator: Operator) -> None:
    name = f"p-{cluster.namespace}"
    cluster.apply(process("p", bpmn.started_by_signal(name, name)))
    cluster.wait_ready("zproc/p")
    signal = {"signalName": name, "variables": {"a": 1}}
    answer = run(cluster, "signal", broadcastSignal=signal)
    assert answer["tenantId"] == "<default>"
    (sent,) = engine.events(cluster.engine, "SIGNAL", "BROADCASTED", signalName=name)
    assert (sent.key, sent.value["variables"]) == (int(answer["key"]), {"a": 1})
    assert len(engine.ended(cluster.engine, name, "ELEMENT_COMPLETED")) == 1


def test_a_decision_is_waited_for_and_evaluated(cluster: Cluster, operator: Operator) -> None:
    name = f"d-{cluster.namespace}"
    good = {"decisionId": name, "variables": {"amount": 1}}
    cluster.apply(command("good", evaluateDecision=good))
    found = cluster.until_reason("zcmd", "good", "DependencyNotReady")
    assert f"no decision found for id '{name}'" in ready(found)["message"]
    files = [{"name": "rules.dmn", "content": bpmn.decision(name)}]
    cluster.apply(resource("ZeebeProcess", "rules", resources=files))
    answer = succeeded(cluster, "good")["status"]["response"]
    assert (answer["decisionId"], json.loads(answer["decisionOutput"])) == (name, "yes")
    (evaluated,) = answer["evaluatedDecisions"]
    assert [rule["ruleId"] for rule in evaluated["matchedRules"]] == ["some"]
    assert (
        len(engine.events(cluster.engine, "DECISION_EVALUATION", "EVALUATED", decisionId=name)) == 1
    )

    cluster.apply(
        command("bad", evaluateDecision={"decisionId": name, "variables": {"amount": 11}})
    )
    found = cluster.until_reason("zcmd", "bad", "Rejected")
    assert "aren't allowed for UNIQUE hit policy" in condition(found, "Stalled")["message"]
    assert found["status"]["response"]["failedDecisionId"] == name
    failed = engine.events(cluster.engine, "DECISION_EVALUATION", "FAILED", decisionId=name)
    assert len(failed) == 1


def test_a_process_version_is_deleted(cluster: Cluster, operator: Operator) -> None:
    name = f"p-{cluster.namespace}"
    start(cluster, "p", bpmn.working(name))
    key = cluster.get("zproc", "p")["status"]["processDefinitionKey"]
    run(cluster, "delete", deleteResource={"resourceKey": key})
    deleted = engine.events(cluster.engine, "RESOURCE_DELETION", "DELETED")
    assert [r.value["resourceKey"] for r in deleted].count(int(key)) == 1
    assert engine.deleted_processes(cluster.engine, name) == []
    run(cluster, "cancel", cancelInstance={"instanceRef": {"name": "p"}})
    assert engine.deleted_processes(cluster.engine, name) == [int(key)]


def test_each_takes_as_many_writes_as_promised_and_none_afterwards(
    cluster: Cluster, operator: Operator
) -> None:
    name = f"s-{cluster.namespace}"
    start(cluster, "p", bpmn.working(name))
    since = cluster.env.audit.position()
    variables = {"instanceRef": {"name": "p"}, "variables": {"a": 1}}
    commands = {"set": {"setVariables": variables}, "signal": {"broadcastSignal": _signal(name)}}
    cluster.apply(*(command(each, **spec) for each, spec in commands.items()))
    succeeded(cluster, *commands)
    assert Counter(e.name for e in _writes(cluster, since)) == {"set": 1, "signal": 2}

    since = cluster.env.audit.position()
    for each in commands:
        cluster.kubectl("label", "zcmd", each, "team=a")
    operator.restart()
    cluster.apply(command("last", broadcastSignal=_signal(f"last-{name}")))
    succeeded(cluster, "last")
    assert {e.name for e in _writes(cluster, since)} == {"last"}


def test_what_is_done_is_never_done_again(cluster: Cluster, operator: Operator) -> None:
    name = f"s-{cluster.namespace}"
    key = start(cluster, "p", bpmn.working(name))
    variables = {"instanceRef": {"name": "p"}, "variables": {"a": 1}}
    commands = {"set": {"setVariables": variables}, "signal": {"broadcastSignal": _signal(name)}}
    cluster.apply(*(command(each, **spec) for each, spec in commands.items()))
    succeeded(cluster, *commands)
    for each in commands:
        cluster.kubectl("label", "zcmd", each, "team=a")
        cluster.patch("zcmd", each, {"spec": {"onUncertain": "Retry"}})
        cluster.kubectl("annotate", "zcmd", each, "zeebe-operator.dev/requestedAt=now")
        cluster.until("zcmd", each, lambda found: found["status"].get("lastHandledRequest"))
    operator.kill()
    operator.start().wait_ready()
    run(cluster, "last", broadcastSignal=_signal(f"last-{name}"))
    assert len(engine.events(cluster.engine, "SIGNAL", "BROADCASTED", signalName=name)) == 1
    assert len(engine.events(cluster.engine, "VARIABLE_DOCUMENT", "UPDATED", scopeKey=key)) == 1


def test_a_killed_operator_sends_no_signal_twice(cluster: Cluster, operator: Operator) -> None:
    name = f"burst-{cluster.namespace}"
    names = [f"{name}-{n}" for n in range(BURST)]
    cluster.apply(*(command(each, broadcastSignal=_signal(each)) for each in names))
    eventually(lambda: _sent(cluster, name), lambda sent: len(sent) >= BURST // 5)
    operator.kill()
    operator.start()
    settled = {"Executed", "OutcomeUnknown"}
    found = eventually(
        lambda: cluster.all("zcmd"), lambda all_: {ready(f).get("reason") for f in all_} <= settled
    )
    sent = _sent(cluster, name)
    executed = {f["metadata"]["name"] for f in found if ready(f)["reason"] == "Executed"}
    assert max(sent.values()) == 1
    assert len(found) == BURST
    assert executed <= sent.keys()


def test_values_get_into_the_answer_and_nowhere_else(cluster: Cluster, operator: Operator) -> None:
    canary = "canary-4712-value"
    key = start(
        cluster,
        "p",
        bpmn.working(f"p-{cluster.namespace}", job_type(cluster)),
        variables={"secret": canary},
    )
    job = activated(cluster, "take", key)
    assert canary in job["variables"]
    done = {"jobKey": job["key"], "variables": {"secret": canary}}
    cluster.apply(command("done", completeJob=done))
    succeeded(cluster, "done")
    cluster.apply(command("again", completeJob=done))
    cluster.until_reason("zcmd", "again", "Rejected")
    assert canary not in operator.said()
    assert canary not in cluster.kubectl("get", "events", "-o", "yaml")
    assert canary not in operator.probe("/metrics")[1]
    for name in ("done", "again"):
        assert canary not in str(cluster.get("zcmd", name)["status"])


def test_jobs_with_megabytes_of_variables_are_cut_and_their_keys_are_not(
    cluster: Cluster, operator: Operator
) -> None:
    name, count = f"p-{cluster.namespace}", 8
    content = {"large": "x" * 250_000}
    cluster.apply(process("p", bpmn.working(name, job_type(cluster))))
    for n in range(count):
        cluster.apply(instance(f"i-{n}", processRef={"name": "p"}, variables=content))
    cluster.wait_ready(*(f"zinst/i-{n}" for n in range(count)))
    eventually(
        lambda: engine.events(cluster.engine, "JOB", "CREATED", type=job_type(cluster)),
        lambda jobs: len(jobs) == count,
    )
    spec = {"jobType": job_type(cluster), "maxJobsToActivate": count}
    jobs = run(cluster, "take", activateJobs=spec)["jobs"]
    found = cluster.get("zcmd", "take")
    assert found["status"]["responseTruncated"] is True
    assert "texts in status.response are cut" in ready(found)["message"]
    created = engine.events(cluster.engine, "JOB", "CREATED", type=job_type(cluster))
    assert {job["key"] for job in jobs} == {str(job.key) for job in created}


def _signal(name: str) -> Object:
    return {"signalName": name}


def _sent(cluster: Cluster, prefix: str) -> Counter[str]:
    """How often each signal of that prefix was broadcast."""
    found = engine.events(cluster.engine, "SIGNAL", "BROADCASTED")
    return Counter(name for r in found if (name := r.value["signalName"]).startswith(prefix))
