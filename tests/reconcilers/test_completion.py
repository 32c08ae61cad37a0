"""ZeebeInstance with waitFor: Completion, where only the awaiting call tells the result."""

from typing import Any

import pytest

from tests.reconcilers.completing import commands, intact, number, running, started
from tests.reconcilers.rig import DEFAULT, Rig, bpmn
from zeebe_operator.model import names, variables
from zeebe_operator.model.errors import (
    BackpressureError,
    GatewayError,
    GatewayUnavailableError,
    NotFoundError,
    RejectedError,
)
from zeebe_operator.model.names import FINALIZER, Kind, ObjectKey


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
