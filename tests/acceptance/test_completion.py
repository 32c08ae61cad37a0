"""waitFor: Completion on an engine that only the awaiting create call tells results of."""

import pytest

from tests.acceptance import bpmn, engine
from tests.acceptance.cluster import (
    Cluster,
    Object,
    condition,
    eventually,
    instance,
    message,
    process,
    ready,
)
from tests.acceptance.operator_process import Operator

MANY = 100


def _awaited(cluster: Cluster, name: str = "i", **spec: object) -> str:
    """An instance that waits at a job of the type that is returned."""
    job_type = f"{name}-{cluster.namespace}"
    cluster.apply(
        process("p", bpmn.working(_process_id(cluster), job_type)),
        instance(name, processRef={"name": "p"}, waitFor="Completion", **spec),
    )
    eventually(lambda: engine.instances(cluster.engine, _process_id(cluster)))
    cluster.until_reason("zinst", name, "WaitingForCompletion")
    return job_type


def _process_id(cluster: Cluster) -> str:
    return f"awaited-{cluster.namespace}"


def _runs(cluster: Cluster) -> bool:
    """The only instance there ever was has not ended."""
    process_id = _process_id(cluster)
    (key,) = engine.instances(cluster.engine, process_id)
    intents = ("ELEMENT_COMPLETED", "ELEMENT_TERMINATED")
    return not any(key in engine.ended(cluster.engine, process_id, intent) for intent in intents)


def _wait_succeeded(cluster: Cluster, *names: str) -> None:
    cluster.kubectl("wait", "--for=condition=Succeeded", "--timeout=90s", *names)


def test_the_result_arrives(cluster: Cluster, operator: Operator) -> None:
    job_type = _awaited(cluster, fetchVariables=["total", "nobody"], variables={"orderId": "o-1"})
    waiting = cluster.get("zinst", "i")
    assert ready(waiting)["status"] == condition(waiting, "Succeeded")["status"] == "Unknown"
    assert condition(waiting, "Reconciling")["status"] == "True"
    engine.complete_job(cluster.engine, job_type, total={"net": 42, "items": [1, None]}, other=1)
    _wait_succeeded(cluster, "zinst/i")
    found = cluster.until("zinst", "i", lambda seen: not seen["metadata"].get("finalizers"))
    (key,) = engine.instances(cluster.engine, _process_id(cluster))
    status = found["status"]
    assert (status["state"], status["processInstanceKey"]) == ("Completed", str(key))
    assert status["result"] == {"total": {"net": 42, "items": [1, None]}}
    assert ready(found)["reason"] == "Completed"
    assert status["bpmnProcessId"] == _process_id(cluster)
    assert status["startedAt"] <= status["endedAt"]


def test_without_fetch_variables_all_of_them_arrive(cluster: Cluster, operator: Operator) -> None:
    job_type = _awaited(cluster, variables={"orderId": "o-1", "nothing": None})
    engine.complete_job(cluster.engine, job_type, total=42)
    _wait_succeeded(cluster, "zinst/i")
    assert cluster.get("zinst", "i")["status"]["result"] == {"orderId": "o-1", "total": 42}


def test_a_timeout_is_told_and_starts_nothing_again(cluster: Cluster, operator: Operator) -> None:
    job_type = _awaited(cluster, timeout="2s", onUncertain="Retry")
    cluster.until_reason("zinst", "i", "TimedOut")
    operator.restart()
    _prove_the_loop_went_on(cluster)
    found = cluster.get("zinst", "i")
    assert condition(found, "Stalled")["reason"] == "TimedOut"
    assert "no result within 2s" in ready(found)["message"]
    assert found["status"]["state"] == "Uncertain"
    assert _runs(cluster)
    engine.complete_job(cluster.engine, job_type)


@pytest.mark.parametrize("end", ["kill", "stop"])
def test_who_hangs_up_says_so_and_the_instance_goes_on(
    cluster: Cluster, operator: Operator, end: str
) -> None:
    job_type = _awaited(cluster)
    if end == "stop":
        assert operator.stop() == 0
    operator.kill()
    operator.start().wait_ready()
    found = cluster.until_reason("zinst", "i", "OutcomeUnknown")
    assert "while it waited for the completion" in ready(found)["message"]
    assert found["status"]["state"] == "Uncertain"
    assert _runs(cluster)
    engine.complete_job(cluster.engine, job_type)


def test_an_edit_cannot_reach_it_and_harms_nothing(cluster: Cluster, operator: Operator) -> None:
    job_type = _awaited(cluster)
    cluster.patch("zinst", "i", {"spec": {"desiredState": "Cancelled"}})
    found = cluster.until_reason("zinst", "i", "NotSupportedByGateway")
    assert "spec.desiredState: " in ready(found)["message"]
    assert _runs(cluster)
    engine.complete_job(cluster.engine, job_type)
    _wait_succeeded(cluster, "zinst/i")
    assert cluster.get("zinst", "i")["status"]["state"] == "Completed"


def test_its_deletion_ends_with_a_warning(cluster: Cluster, operator: Operator) -> None:
    _awaited(cluster)
    cluster.delete("zinst", "i")
    warnings: list[Object] = eventually(
        lambda: [e for e in cluster.all("events") if e["reason"] == "OutcomeUnknown"]
    )
    assert warnings[0]["type"] == "Warning"
    assert _runs(cluster)


def test_many_that_wait_hold_up_nobody(cluster: Cluster, operator: Operator) -> None:
    job_type, process_id = f"many-{cluster.namespace}", _process_id(cluster)
    cluster.apply(process("p", bpmn.working(process_id, job_type)))
    cluster.wait_ready("zproc/p")
    names = [f"i-{number}" for number in range(MANY)]
    cluster.apply(
        *(instance(name, processRef={"name": "p"}, waitFor="Completion") for name in names)
    )
    eventually(lambda: len(engine.instances(cluster.engine, process_id)) == MANY)
    cluster.apply(message("m", "while-they-wait"))
    cluster.wait_ready("zmsg/m")
    waiting = cluster.all("zinst")
    assert {ready(each)["reason"] for each in waiting} == {"WaitingForCompletion"}
    engine.complete_jobs(cluster.engine, job_type, MANY)
    _wait_succeeded(cluster, *(f"zinst/{name}" for name in names))
    told = {each["status"]["processInstanceKey"] for each in cluster.all("zinst")}
    assert told == {str(key) for key in engine.instances(cluster.engine, process_id)}


def _prove_the_loop_went_on(cluster: Cluster) -> None:
    cluster.apply(message("bystander", "bystander"))
    cluster.wait_ready("zmsg/bystander")
