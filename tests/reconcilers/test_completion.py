"""ZeebeInstance with waitFor: Completion: Ready means that it has completed."""

from typing import Any

import pytest

from tests.reconcilers.rig import DEFAULT, Rig, bpmn
from zeebe_operator.model import names, variables
from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.model.errors import (
    BackpressureError,
    CredentialsRejectedError,
    GatewayError,
    GatewayUnavailableError,
    NotFoundError,
    OutcomeUnknownError,
    RejectedError,
)
from zeebe_operator.model.names import FINALIZER, Kind, ObjectKey

SPEC = {"processRef": {"name": "order"}, "waitFor": "Completion"}
WITH_REST = GatewaySettings("zeebe:26500", plaintext=True, rest_address="http://zeebe:8080")


@pytest.fixture
async def reading() -> Rig:
    """On an engine that can be read."""
    rig = Rig(WITH_REST)
    rig.gateway.version, rig.gateway.rest = "8.8.0", True
    return rig


async def running(rig: Rig, **spec: Any) -> ObjectKey:
    rig.cluster.create(Kind.PROCESS, "order", {"bpmn": bpmn("order")})
    await rig.settle()
    key = rig.cluster.create(Kind.INSTANCE, "one", {**SPEC, **spec})
    await rig.settle()
    return key


def number(rig: Rig) -> int:
    """The key of the only instance."""
    (found,) = rig.gateway.created
    return found


def started(rig: Rig) -> int:
    return sum("create_instance" in method for method in rig.gateway.methods())


def commands(rig: Rig) -> list[str]:
    return [method for method in rig.gateway.methods() if method != "deploy"]


def intact(rig: Rig, key: ObjectKey) -> tuple[list[str], bool]:
    """The finalizers, and whether an intent is written down."""
    return rig.cluster.metadata(key).get("finalizers", []), bool(rig.cluster.intent(key))


# Where only the awaiting call tells the result.


async def test_the_result_comes_with_the_answer(rig: Rig) -> None:
    key = await running(rig, variables={"a": 1})
    assert rig.told(key) == ("Unknown", "WaitingForCompletion")
    assert rig.told(key, "Succeeded") == ("Unknown", "WaitingForCompletion")
    assert rig.cluster.status(key)["state"] == "Active"
    assert intact(rig, key) == ([FINALIZER], True)
    rig.gateway.complete(number(rig), total=7)
    await rig.settle_for(1)
    assert rig.told(key) == rig.told(key, "Succeeded") == ("True", "Completed")
    status = rig.cluster.status(key)
    expected = {
        "state": "Completed",
        "processInstanceKey": str(number(rig)),
        "bpmnProcessId": "order",
        "endedAt": rig.now,
        "result": {"a": 1, "total": 7},
    }
    assert {name: status.get(name) for name in expected} == expected
    assert intact(rig, key)[0] == []
    assert commands(rig) == ["create_instance_with_result"]


async def test_only_the_wanted_variables_are_fetched(rig: Rig) -> None:
    key = await running(rig, fetchVariables=["total"], variables={"a": 1})
    rig.gateway.complete(number(rig), total=7)
    await rig.settle_for(1)
    assert rig.cluster.status(key)["result"] == {"total": 7}


async def test_waiting_writes_nothing_and_takes_no_worker(rig: Rig) -> None:
    key = await running(rig)
    rig.cluster.writes.clear()
    rig.cluster.create(Kind.MESSAGE, "m", {"messageName": "m"})
    await rig.settle_for(500)  # the rig has a single worker
    assert {write.key.kind for write in rig.cluster.writes} == {Kind.MESSAGE}
    assert rig.told(ObjectKey(Kind.MESSAGE, "shop", "m")) == ("True", "Published")
    assert rig.told(key) == ("Unknown", "WaitingForCompletion")


async def test_without_a_result_in_time_it_is_said_and_never_started_again(rig: Rig) -> None:
    key = await running(rig, timeout="5m", onUncertain="Retry")
    await rig.settle_for(310)
    rig.restart()
    rig.cluster.annotate(key, names.REQUESTED_AT, "now")
    await rig.settle_for(3600)
    assert rig.told(key, "Stalled") == ("True", "TimedOut")
    assert rig.told(key, "Succeeded") == ("False", "TimedOut")
    assert "no result within 5m" in rig.message(key)
    assert rig.cluster.status(key)["state"] == "Uncertain"
    assert started(rig) == 1


@pytest.mark.parametrize("how", ["the operator restarts", "the connection is lost"])
async def test_who_hangs_up_does_not_know_any_more(rig: Rig, how: str) -> None:
    key = await running(rig)
    if how == "the operator restarts":
        rig.restart()
    else:
        rig.gateway.hang_up()
    await rig.settle_for(3600)
    assert rig.told(key, "Stalled") == ("True", "OutcomeUnknown")
    assert "while it waited for the completion" in rig.message(key)
    assert rig.cluster.status(key)["state"] == "Uncertain"
    writes = len(rig.cluster.writes)
    rig.restart()
    await rig.settle_for(3600)
    assert len(rig.cluster.writes) == writes
    assert started(rig) == 1
    rig.cluster.edit(key, onUncertain="Retry")
    await rig.settle_for(60)
    assert started(rig) == 2


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (RejectedError("no"), ("False", "Rejected")),
        (NotFoundError("none"), ("Unknown", "ProcessNotFound")),
        (GatewayUnavailableError("away"), ("Unknown", "GatewayUnavailable")),
    ],
)
async def test_a_refusal_is_told_as_ever(
    rig: Rig, error: GatewayError, told: tuple[str, str]
) -> None:
    rig.gateway.fail("create_instance_with_result", error, times=3)
    rig.cluster.create(Kind.PROCESS, "order", {"bpmn": bpmn("order")})
    key = rig.cluster.create(
        Kind.INSTANCE, "one", {"bpmnProcessId": "order", "waitFor": "Completion"}
    )
    await rig.settle()
    assert rig.told(key) == told
    assert intact(rig, key) == ([], False)


async def test_overload_is_told_to_nobody(rig: Rig) -> None:
    rig.gateway.fail("create_instance_with_result", BackpressureError("busy"), times=3)
    key = await running(rig)
    await rig.settle_for(60)
    assert rig.told(key) == ("Unknown", "WaitingForCompletion")
    assert started(rig) == 1


async def test_a_refusal_is_not_repeated_until_something_changes(rig: Rig) -> None:
    rig.gateway.fail("create_instance_with_result", RejectedError("no"))
    key = await running(rig)
    await rig.settle_for(3600)
    assert rig.told(key, "Stalled") == ("True", "Rejected")
    rig.cluster.annotate(key, names.REQUESTED_AT, "now")
    await rig.settle()
    assert rig.told(key) == ("Unknown", "WaitingForCompletion")


@pytest.mark.parametrize(
    ("edit", "back", "field"),
    [
        ({"desiredState": "Cancelled"}, {"desiredState": "Running"}, "spec.desiredState"),
        ({"variables": {"a": 2}}, {"variables": {"a": 1}}, "spec.variables"),
    ],
)
async def test_an_edit_cannot_reach_it_and_that_is_said(
    rig: Rig, edit: dict[str, Any], back: dict[str, Any], field: str
) -> None:
    key = await running(rig, variables={"a": 1})
    rig.cluster.edit(key, **edit)
    await rig.settle()
    assert rig.told(key, "Stalled") == ("True", "NotSupportedByGateway")
    assert rig.message(key).startswith(f"{field}: ")
    rig.cluster.edit(key, **back)
    await rig.settle()
    assert rig.told(key) == ("Unknown", "WaitingForCompletion")
    rig.cluster.edit(key, **edit)
    rig.gateway.complete(number(rig))
    await rig.settle_for(1)
    assert rig.told(key) == ("True", "Completed")
    assert started(rig) == 1


async def test_an_edit_of_the_policy_moves_the_finalizer_while_it_waits(rig: Rig) -> None:
    key = await running(rig)
    for policy, finalizers in (("Retain", []), ("Cancel", [FINALIZER])):
        rig.cluster.edit(key, deletionPolicy=policy)
        await rig.settle()
        assert intact(rig, key) == (finalizers, True)


async def test_its_deletion_ends_with_a_warning(rig: Rig) -> None:
    key = await running(rig)
    rig.cluster.delete(key)
    await rig.settle()
    assert key not in rig.cluster.objects
    (event,) = rig.cluster.events
    assert (event["type"], event["reason"]) == ("Warning", "OutcomeUnknown")
    rig.gateway.complete(number(rig))  # nobody listens any more, and nobody minds
    await rig.settle_for(1)


async def test_another_gateway_meanwhile_does_not_hang_up(rig: Rig) -> None:
    key = await running(rig)
    spec = {"gatewayAddress": "other:26500", "plaintext": True}
    rig.cluster.create(Kind.CONNECTION, "default", spec)
    await rig.settle()
    assert DEFAULT in rig.dependents.references()
    rig.gateway.complete(number(rig))
    await rig.settle_for(1)
    assert rig.told(key) == ("True", "Completed")


async def test_what_is_too_large_for_a_status_is_left_out_and_named(rig: Rig) -> None:
    key = await running(rig)
    rig.gateway.complete(number(rig), small=1, large="x" * variables.LARGEST_RESULT)
    await rig.settle_for(1)
    assert rig.told(key) == ("True", "Completed")
    assert rig.cluster.status(key)["result"] == {"small": 1}
    assert "left out: large; name what you need in spec.fetchVariables" in rig.message(key)


# Where instances can be read.


async def test_it_is_followed_by_its_key(reading: Rig) -> None:
    rig = reading
    key = await running(rig, variables={"a": 1}, fetchVariables=["total"])
    assert rig.told(key) == ("Unknown", "WaitingForCompletion")
    status = rig.cluster.status(key)
    assert (status["state"], status["processInstanceKey"]) == ("Active", str(number(rig)))
    rig.cluster.writes.clear()
    await rig.settle_for(200)
    assert rig.cluster.writes == []
    rig.gateway.complete(number(rig), total=7)
    await rig.settle_for(31)
    assert rig.told(key) == rig.told(key, "Succeeded") == ("True", "Completed")
    assert rig.cluster.status(key)["result"] == {"total": 7}
    assert intact(rig, key)[0] == []
    assert commands(rig) == ["create_instance"]


async def test_a_restart_loses_nothing(reading: Rig) -> None:
    rig = reading
    key = await running(rig)
    rig.restart()
    await rig.settle()
    rig.gateway.complete(number(rig), total=7)
    await rig.settle_for(60)
    assert rig.cluster.status(key)["result"] == {"total": 7}
    assert started(rig) == 1


async def test_what_cannot_be_read_yet_is_waited_for(reading: Rig) -> None:
    rig = reading
    rig.gateway.readable = False
    key = await running(rig)
    rig.gateway.complete(number(rig))
    await rig.settle_for(60)
    assert rig.told(key) == ("Unknown", "WaitingForCompletion")
    rig.gateway.readable = True
    await rig.settle_for(31)
    assert rig.told(key) == ("True", "Completed")


async def test_somebody_elses_cancellation_is_told_apart(reading: Rig) -> None:
    rig = reading
    key = await running(rig)
    rig.gateway.terminate(number(rig))
    await rig.settle_for(31)
    assert rig.told(key, "Stalled") == ("True", "Terminated")
    assert rig.told(key, "Succeeded") == ("False", "Terminated")
    assert rig.cluster.status(key)["state"] == "Terminated"
    assert intact(rig, key)[0] == []
    rig.cluster.writes.clear()
    rig.restart()
    await rig.settle_for(3600)
    assert rig.cluster.writes == []


async def test_a_timeout_is_told_and_the_end_is_still_noticed(reading: Rig) -> None:
    rig = reading
    key = await running(rig, timeout="1m")
    await rig.settle_for(61)
    assert rig.told(key, "Stalled") == ("True", "TimedOut")
    assert rig.cluster.status(key)["state"] == "Active"
    rig.restart()
    await rig.settle_for(600)
    assert rig.told(key, "Stalled") == ("True", "TimedOut")
    rig.gateway.complete(number(rig))
    rig.cluster.annotate(key, names.REQUESTED_AT, "now")
    await rig.settle_for(1)
    assert rig.told(key) == ("True", "Completed")
    assert started(rig) == 1


async def test_it_can_be_cancelled_while_it_is_waited_for(reading: Rig) -> None:
    rig = reading
    key = await running(rig)
    rig.cluster.edit(key, desiredState="Cancelled")
    await rig.settle_for(1)
    assert rig.told(key) == ("True", "Cancelled")
    assert rig.told(key, "Succeeded") == ("False", "Cancelled")
    assert commands(rig) == ["create_instance", "cancel_instance"]
    assert intact(rig, key)[0] == []


async def test_it_is_cancelled_with_its_resource(reading: Rig) -> None:
    rig = reading
    key = await running(rig)
    rig.cluster.delete(key)
    await rig.settle()
    assert key not in rig.cluster.objects
    assert commands(rig) == ["create_instance", "cancel_instance"]
    assert rig.cluster.events == []


async def test_without_rest_any_more_at_least_the_end_is_noticed(reading: Rig) -> None:
    rig = reading
    key = await running(rig)
    rig.gateway.rest = False
    rig.gateway.complete(number(rig))
    await rig.settle_for(31)
    assert rig.told(key, "Stalled") == ("True", "OutcomeUnknown")
    assert rig.cluster.status(key)["state"] == "Ended"


# When nobody knows whether it was started.


def crash(rig: Rig, key: ObjectKey) -> None:
    """Between the answer of the engine and the status."""
    rig.cluster.set_status(key, {"observedGeneration": -1})
    rig.restart()


@pytest.mark.parametrize("wait_for", ["Started", "Completion"])
async def test_what_can_be_found_by_its_tag_is_adopted(reading: Rig, wait_for: str) -> None:
    rig = reading
    rig.gateway.fail("create_instance", OutcomeUnknownError("lost"), executed=True)
    rig.gateway.readable = False
    key = await running(rig, waitFor=wait_for)
    assert rig.told(key) == ("Unknown", "OutcomePending")
    rig.gateway.readable = True
    await rig.settle_for(5)
    told = {"Started": ("True", "Started"), "Completion": ("Unknown", "WaitingForCompletion")}
    assert rig.told(key) == told[wait_for]
    assert rig.cluster.status(key)["processInstanceKey"] == str(number(rig))
    assert started(rig) == 1


@pytest.mark.parametrize("end", ["complete", "terminate"])
async def test_what_ended_meanwhile_is_told_so(reading: Rig, end: str) -> None:
    rig = reading
    key = await running(rig, waitFor="Started")
    getattr(rig.gateway, end)(number(rig))
    crash(rig, key)
    await rig.settle_for(5)
    reason, state = {"complete": ("Completed",) * 2, "terminate": ("Ended", "Terminated")}[end]
    assert rig.told(key) == ("True", reason)
    assert rig.cluster.status(key)["state"] == state


@pytest.mark.parametrize("policy", ["Stop", "Retry"])
async def test_what_cannot_be_found_for_long_is_for_a_person(reading: Rig, policy: str) -> None:
    rig = reading
    rig.gateway.fail("create_instance", OutcomeUnknownError("lost"))
    key = await running(rig, waitFor="Started", onUncertain=policy)
    await rig.settle_for(20)
    assert rig.told(key) == ("Unknown", "OutcomePending")
    await rig.settle_for(20)
    expected = {"Stop": ("False", "OutcomeUnknown"), "Retry": ("True", "Started")}
    assert rig.told(key) == expected[policy]
    assert started(rig) == {"Stop": 0, "Retry": 1}[policy]


async def test_what_becomes_readable_late_heals_the_doubt(reading: Rig) -> None:
    rig = reading
    rig.gateway.fail("create_instance", OutcomeUnknownError("lost"), executed=True)
    rig.gateway.readable = False
    key = await running(rig, waitFor="Started")
    await rig.settle_for(60)
    assert rig.told(key, "Stalled") == ("True", "OutcomeUnknown")
    rig.gateway.up = False
    rig.restart()
    await rig.settle_for(60)
    assert rig.told(key, "Stalled") == ("True", "OutcomeUnknown")
    rig.gateway.up = rig.gateway.readable = True
    rig.wake(WITH_REST)
    await rig.settle()
    assert rig.told(key) == ("True", "Started")


async def test_an_engine_that_lets_nobody_read_leaves_the_doubt(reading: Rig) -> None:
    rig = reading
    rig.gateway.fail("create_instance", OutcomeUnknownError("lost"), executed=True)
    rig.gateway.fail("find_instances_by_tag", CredentialsRejectedError("403"), times=99)
    key = await running(rig, waitFor="Started")
    await rig.settle_for(3)
    assert rig.told(key, "Stalled") == ("True", "OutcomeUnknown")


@pytest.mark.parametrize("readable", [True, False])
async def test_a_deletion_in_doubt_cancels_what_it_finds(reading: Rig, readable: bool) -> None:
    rig = reading
    rig.gateway.fail("create_instance", OutcomeUnknownError("lost"), executed=True)
    rig.gateway.readable = False
    key = await running(rig, waitFor="Started")
    rig.cluster.delete(key)
    await rig.settle()
    assert key in rig.cluster.objects
    rig.gateway.readable = readable
    await rig.settle_for(40)
    assert key not in rig.cluster.objects
    assert ("cancel_instance" in commands(rig)) is readable
    assert [event["reason"] for event in rig.cluster.events] == (
        [] if readable else ["OutcomeUnknown"]
    )
