"""ZeebeCommand: what it runs and tells, what is refused, and which instance it is about."""

from typing import Any

import pytest

from tests.reconcilers.operations import (
    ALL,
    HARMLESS,
    KEY,
    LOST,
    REFUSED,
    SIGNAL,
    command,
    deploy_table,
    method,
    one,
    operation,
    start_many,
)
from tests.reconcilers.rig import Rig, bpmn
from zeebe_operator.model import commands
from zeebe_operator.model.errors import (
    NotFoundError,
    RejectedError,
)
from zeebe_operator.model.names import REQUESTED_AT, Kind, ObjectKey


@pytest.mark.parametrize("name", ALL)
async def test_the_status_tells_operation_answer_and_time(rig: Rig, name: str) -> None:
    key = one(rig, name)
    await rig.settle()
    status = rig.cluster.status(key)
    assert status["operation"] == name
    assert [status["response"]] == rig.gateway.answers
    assert status["executedAt"] == "2026-02-01T00:00:00Z"
    assert "responseTruncated" not in status
    assert rig.told(key) == rig.told(key, "Succeeded") == ("True", "Executed")
    assert len(rig.gateway.calls) == 1
    assert rig.cluster.metadata(key).get("finalizers", []) == []


@pytest.mark.parametrize("name", ALL)
async def test_an_intent_is_written_unless_a_second_time_is_harmless(rig: Rig, name: str) -> None:
    key = one(rig, name)
    await rig.settle()
    verbs = ["patch_status"] if name in HARMLESS else ["patch", "patch_status"]
    assert [write.verb for write in rig.cluster.writes] == verbs
    assert bool(rig.cluster.intent(key)) is (name not in HARMLESS)


async def test_the_answer_is_in_the_status(rig: Rig) -> None:
    key = command(rig, **SIGNAL)
    await rig.settle()
    (signal,) = rig.gateway.engine.happened("SIGNAL", "BROADCASTED")
    answer = {"key": str(signal.key), "tenantId": "<default>"}
    assert rig.cluster.status(key)["response"] == answer


async def test_an_answer_that_is_too_large_is_cut_and_says_so(rig: Rig) -> None:
    start_many(rig, 200, variables={"large": "x" * 10_000})
    key = command(rig, activateJobs={"jobType": "work", "maxJobsToActivate": 1000})
    await rig.settle()
    jobs = rig.gateway.answers[0]["jobs"]
    assert len(jobs) == 200
    status = rig.cluster.status(key)
    assert status["responseTruncated"] is True
    assert [job["key"] for job in status["response"]["jobs"]] == [job["key"] for job in jobs]
    assert "texts in status.response are cut" in rig.message(key)
    assert rig.told(key) == ("True", "Executed")


@pytest.mark.parametrize("restart", [False, True], ids=["", "restart"])
@pytest.mark.parametrize("name", ALL)
async def test_what_was_executed_is_left_alone(rig: Rig, name: str, restart: bool) -> None:
    key = one(rig, name)
    await rig.settle()
    rig.cluster.edit(key, onUncertain="Retry")
    rig.cluster.annotate(key, REQUESTED_AT, "now")
    if restart:
        rig.restart()
    await rig.settle_for(3600)
    assert len(rig.gateway.calls) == 1
    assert rig.cluster.status(key)["observedGeneration"] == 2
    assert rig.cluster.status(key)["lastHandledRequest"] == "now"
    assert rig.told(key) == ("True", "Executed")


async def test_variables_come_from_everywhere_and_the_tenant_goes_along(rig: Rig) -> None:
    rig.cluster.create(Kind.SECRET, "s", data={"k": "eyJiIjogMn0="})
    source = {"secretKeyRef": {"name": "s", "key": "k"}}
    signal = {"signalName": "s", "variables": {"a": 1}, "variablesFrom": [source]}
    command(rig, broadcastSignal=signal, tenantId="t")
    await rig.settle()
    (call,) = rig.gateway.executed
    assert call.argument == commands.BroadcastSignal("s", {"a": 1, "b": 2}, "t")


# Refusals.


@pytest.mark.parametrize("name", [*REFUSED, "setVariables", "broadcastSignal"])
async def test_a_refusal_says_what_to_do_and_is_not_repeated(rig: Rig, name: str) -> None:
    rig.gateway.fail(method(name), NotFoundError("no such thing"))
    key = one(rig, name)
    await rig.settle_for(3600)
    rig.restart()
    await rig.settle_for(3600)
    assert rig.told(key, "Stalled") == ("True", "Rejected")
    assert rig.told(key, "Succeeded") == ("False", "Rejected")
    assert "no such thing; delete the resource and apply a correct one" in rig.message(key)
    assert len(rig.gateway.calls) == 1
    assert rig.cluster.intent(key) is None


async def test_a_refused_one_is_tried_again_when_asked(rig: Rig) -> None:
    asked = operation(rig, "deleteResource")
    rig.gateway.start(int(asked["resourceKey"]))
    key = command(rig, deleteResource=asked)
    await rig.settle()
    assert "there are still running instances" in rig.message(key)
    rig.gateway.terminate()
    rig.cluster.annotate(key, REQUESTED_AT, "now")
    await rig.settle()
    assert rig.told(key) == ("True", "Executed")


async def test_a_changed_source_of_its_variables_heals_a_refusal(rig: Rig) -> None:
    maps = rig.cluster.create(Kind.CONFIG_MAP, "v", data={"k": "x" * 100})
    rig.gateway.fail("broadcast_signal", RejectedError("too large"))
    source = {"configMapKeyRef": {"name": "v", "key": "k"}, "as": "x"}
    key = command(rig, broadcastSignal={"signalName": "s", "variablesFrom": [source]})
    await rig.settle()
    rig.cluster.set_data(maps, k="x")
    await rig.settle()
    assert rig.told(key) == ("True", "Executed")


async def test_an_unknown_decision_is_waited_for(rig: Rig) -> None:
    key = command(rig, evaluateDecision=ALL["evaluateDecision"])
    await rig.settle()
    assert rig.told(key) == ("Unknown", "DependencyNotReady")
    operation(rig, "evaluateDecision")
    await rig.settle_for(60)
    assert rig.told(key) == ("True", "Executed")


async def test_an_unknown_key_of_a_decision_is_not(rig: Rig) -> None:
    key = command(rig, evaluateDecision={"decisionKey": KEY})
    await rig.settle()
    assert rig.told(key, "Stalled") == ("True", "Rejected")


async def test_a_decision_that_fails_is_no_success_and_its_answer_is_kept(rig: Rig) -> None:
    deploy_table(rig, hit_policy="UNIQUE")
    key = command(rig, evaluateDecision={"decisionId": "d"})
    await rig.settle_for(600)
    assert rig.told(key, "Stalled") == ("True", "Rejected")
    status, (failed,) = rig.cluster.status(key), rig.gateway.answers
    assert failed["failedDecisionId"] == "d"
    assert failed["failureMessage"] in rig.message(key)
    assert status["response"] == failed
    assert "executedAt" not in status
    deploy_table(rig, hit_policy="FIRST")
    rig.cluster.annotate(key, REQUESTED_AT, "now")
    await rig.settle()
    assert rig.told(key) == ("True", "Executed")
    assert rig.cluster.status(key)["response"] == rig.gateway.answers[1]
    assert rig.gateway.answers[1]["decisionOutput"] == "1"
    assert len(rig.gateway.calls) == 2


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param({}, id="no operation"),
        pytest.param({**SIGNAL, "deleteResource": {"resourceKey": 1}}, id="two operations"),
        pytest.param({"updateJobTimeout": {"jobKey": 1, "timeout": "soon"}}, id="no duration"),
        pytest.param({"failJob": {"jobKey": 1}}, id="a missing field"),
        pytest.param({"completeJob": {"jobKey": 1, "variables": [1]}}, id="a list of variables"),
    ],
)
async def test_bad_input_is_stalled(rig: Rig, spec: dict[str, Any]) -> None:
    key = command(rig, **spec)
    await rig.settle_for(600)
    assert rig.told(key, "Stalled") == ("True", "InvalidSpec")
    assert rig.gateway.calls == []
    assert len(rig.cluster.writes) == 1


# A process instance by reference.


async def test_an_instance_is_waited_for_and_its_key_is_used(rig: Rig) -> None:
    key = command(rig, cancelInstance={"instanceRef": {"name": "i"}})
    await rig.settle()
    assert rig.told(key) == ("Unknown", "DependencyNotReady")
    assert rig.message(key) == "ZeebeInstance 'i' does not exist"
    assert rig.cluster.status(key)["operation"] == "cancelInstance"
    rig.cluster.create(Kind.INSTANCE, "i", {"bpmnProcessId": "p", "deletionPolicy": "Retain"})
    await rig.settle()
    assert rig.message(key) == "ZeebeInstance 'i' is not started"
    rig.cluster.create(Kind.PROCESS, "p", {"bpmn": bpmn("p")})
    await rig.settle()
    started = rig.cluster.status(ObjectKey(Kind.INSTANCE, "shop", "i"))["processInstanceKey"]
    assert rig.told(key) == ("True", "Executed")
    assert rig.cluster.status(key)["processInstanceKey"] == started
    assert rig.gateway.executed[-1].argument == commands.CancelInstance(int(started))


async def _started(rig: Rig, **spec: Any) -> str:
    rig.cluster.create(Kind.PROCESS, "p", {"bpmn": bpmn("p")})
    rig.cluster.create(Kind.INSTANCE, "i", {"bpmnProcessId": "p", **spec})
    await rig.settle()
    return _key_of_instance(rig)


def _key_of_instance(rig: Rig) -> str:
    status = rig.cluster.status(ObjectKey(Kind.INSTANCE, "shop", "i"))
    return str(status["processInstanceKey"])


async def test_an_instance_that_is_being_deleted_is_not_used(rig: Rig) -> None:
    await _started(rig)
    rig.gateway.up = False
    rig.cluster.delete(ObjectKey(Kind.INSTANCE, "shop", "i"))
    key = command(rig, setVariables={"instanceRef": {"name": "i"}, "variables": {"a": 1}})
    await rig.settle()
    assert rig.message(key) == "ZeebeInstance 'i' is being deleted"


async def test_an_instance_on_another_connection_is_refused(rig: Rig) -> None:
    await _started(rig)
    spec = {"gatewayAddress": "other:26500", "plaintext": True}
    rig.cluster.create(Kind.CONNECTION, "other", spec)
    operation = {"instanceRef": {"name": "i"}}
    key = command(rig, cancelInstance=operation, connectionRef={"name": "other"})
    await rig.settle()
    assert rig.told(key, "Stalled") == ("True", "InvalidSpec")
    assert "spec.cancelInstance.instanceRef" in rig.message(key)
    assert "cancel_instance" not in rig.gateway.methods()


async def test_what_is_sent_again_goes_to_the_same_instance(rig: Rig) -> None:
    """Even if there is another one of that name by then."""
    first = await _started(rig, deletionPolicy="Retain")
    rig.gateway.fail("cancel_instance", LOST, executed=True)
    key = command(rig, cancelInstance={"instanceRef": {"name": "i"}})
    await rig.settle()
    assert rig.told(key) == ("Unknown", "OutcomePending")
    instance = ObjectKey(Kind.INSTANCE, "shop", "i")
    rig.cluster.delete(instance)
    rig.cluster.create(Kind.INSTANCE, "i", {"bpmnProcessId": "p"})
    await rig.settle_for(60)
    assert _key_of_instance(rig) != first
    assert rig.told(key) == ("True", "Executed")
    assert int(_key_of_instance(rig)) in rig.gateway.instances


async def test_a_refused_one_does_not_wait_for_another_instance(rig: Rig) -> None:
    await _started(rig, deletionPolicy="Retain")
    rig.gateway.terminate()
    key = command(rig, cancelInstance={"instanceRef": {"name": "i"}})
    await rig.settle()
    assert rig.told(key, "Stalled") == ("True", "Rejected")
    rig.cluster.delete(ObjectKey(Kind.INSTANCE, "shop", "i"))
    rig.cluster.create(Kind.INSTANCE, "i", {"bpmnProcessId": "p"})
    rig.restart()
    await rig.settle_for(3600)
    assert rig.told(key, "Stalled") == ("True", "Rejected")
    assert rig.gateway.instances


async def test_a_deletion_waits_for_nothing(rig: Rig) -> None:
    key = command(rig, **SIGNAL)
    await rig.settle()
    rig.cluster.delete(key)
    await rig.settle()
    assert key not in rig.cluster.objects
    assert rig.gateway.methods() == ["broadcast_signal"]
