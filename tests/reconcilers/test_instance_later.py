"""ZeebeInstance: what happens to it once it is started, or no longer wanted."""

from typing import Any

import pytest

from tests.reconcilers.rig import DEFAULT, Rig, bpmn
from zeebe_operator.model.errors import (
    BackpressureError,
    ClusterUnavailableError,
    ConflictError,
    GatewayUnavailableError,
    OutcomeUnknownError,
    RejectedError,
)
from zeebe_operator.model.names import FINALIZER, Kind, ObjectKey

BY_REF = {"processRef": {"name": "order"}}


async def running(rig: Rig, **spec: Any) -> ObjectKey:
    rig.cluster.create(Kind.PROCESS, "order", {"bpmn": bpmn("order")})
    key = rig.cluster.create(Kind.INSTANCE, "one", {**BY_REF, **spec})
    await rig.settle()
    return key


def commands(rig: Rig) -> list[str]:
    return [method for method in rig.gateway.methods() if method != "deploy"]


# Cancelling.


@pytest.mark.parametrize("back", ["Cancelled", "Running"])
async def test_what_is_cancelled_before_the_start_is_never_started(rig: Rig, back: str) -> None:
    key = await running(rig, desiredState="Cancelled")
    assert rig.told(key) == ("True", "Cancelled")
    rig.cluster.edit(key, desiredState=back)
    await rig.settle()
    assert rig.cluster.status(key)["state"] == "Cancelled"
    assert commands(rig) == []
    assert rig.cluster.metadata(key).get("finalizers", []) == []


async def test_an_edit_of_the_desired_state_cancels_it(rig: Rig) -> None:
    key = await running(rig)
    rig.cluster.edit(key, desiredState="Cancelled")
    await rig.settle()
    assert commands(rig) == ["create_instance", "cancel_instance"]
    assert rig.told(key) == ("True", "Cancelled")
    status = rig.cluster.status(key)
    assert (status["state"], status["endedAt"]) == ("Cancelled", rig.now)
    await rig.settle_for(0.1)
    assert rig.cluster.metadata(key)["finalizers"] == []


async def test_cancelled_stays_cancelled(rig: Rig) -> None:
    key = await running(rig)
    rig.cluster.edit(key, desiredState="Cancelled")
    await rig.settle()
    rig.cluster.edit(key, desiredState="Running")
    rig.restart()
    await rig.settle_for(600)
    assert commands(rig) == ["create_instance", "cancel_instance"]
    assert rig.told(key) == ("True", "Cancelled")
    assert rig.cluster.status(key)["observedGeneration"] == 3


async def test_what_had_ended_before_has_ended(rig: Rig) -> None:
    key = await running(rig)
    rig.gateway.terminate()
    rig.cluster.edit(key, desiredState="Cancelled")
    await rig.settle()
    assert rig.told(key) == ("True", "Ended")
    assert rig.cluster.status(key)["state"] == "Ended"


@pytest.mark.parametrize(
    "error",
    [GatewayUnavailableError("away"), OutcomeUnknownError("lost"), BackpressureError("busy")],
    ids=lambda error: type(error).__name__,
)
async def test_a_cancellation_is_repeated_until_it_is_answered(
    rig: Rig, error: GatewayUnavailableError | OutcomeUnknownError | BackpressureError
) -> None:
    key = await running(rig)
    rig.gateway.fail("cancel_instance", error, times=3)
    rig.cluster.edit(key, desiredState="Cancelled")
    await rig.settle_for(60)
    assert rig.told(key) == ("True", "Cancelled")


async def test_an_edit_during_the_cancellation_does_not_change_what_happened(rig: Rig) -> None:
    key = await running(rig)
    rig.cluster.edit(key, desiredState="Cancelled")
    rig.cluster.fail("patch", ConflictError("changed"))
    await rig.settle_for(60)
    assert rig.told(key) == ("True", "Cancelled")


# Other edits.


async def test_an_edit_of_the_deletion_policy_moves_the_finalizer(rig: Rig) -> None:
    key = await running(rig)
    for policy, finalizers in (("Retain", []), ("Cancel", [FINALIZER])):
        rig.cluster.edit(key, deletionPolicy=policy)
        await rig.settle()
        assert rig.cluster.metadata(key)["finalizers"] == finalizers
        generation = rig.cluster.metadata(key)["generation"]
        assert rig.cluster.status(key)["observedGeneration"] == generation
    assert commands(rig) == ["create_instance"]


async def test_with_retain_there_is_no_finalizer_from_the_start(rig: Rig) -> None:
    key = await running(rig, deletionPolicy="Retain")
    assert rig.cluster.metadata(key).get("finalizers", []) == []
    assert rig.cluster.intent(key)


# Deletion.


async def removed(rig: Rig, key: ObjectKey) -> bool:
    rig.cluster.delete(key)
    await rig.settle()
    return key not in rig.cluster.objects


async def test_by_default_it_is_cancelled_with_its_resource(rig: Rig) -> None:
    key = await running(rig)
    assert await removed(rig, key)
    assert commands(rig) == ["create_instance", "cancel_instance"]
    assert rig.cluster.events == []


async def test_what_is_to_be_retained_goes_on(rig: Rig) -> None:
    key = await running(rig)
    rig.cluster.edit(key, deletionPolicy="Retain")
    assert await removed(rig, key)
    assert commands(rig) == ["create_instance"]


@pytest.mark.parametrize("policy", ["Cancel", "Retain"])
async def test_an_edit_of_the_policy_just_before_the_deletion_counts(rig: Rig, policy: str) -> None:
    other = {"Cancel": "Retain", "Retain": "Cancel"}[policy]
    key = await running(rig, deletionPolicy=other)
    rig.cluster.edit(key, deletionPolicy=policy)
    await rig.settle()
    assert await removed(rig, key)
    assert ("cancel_instance" in commands(rig)) is (policy == "Cancel")


async def test_what_had_ended_is_gone_at_once(rig: Rig) -> None:
    key = await running(rig)
    rig.gateway.terminate()
    assert await removed(rig, key)
    assert rig.cluster.events == []


async def test_the_deletion_waits_for_the_gateway(rig: Rig) -> None:
    key = await running(rig)
    rig.gateway.up = False
    assert not await removed(rig, key)
    assert rig.told(key) == ("Unknown", "GatewayUnavailable")
    rig.gateway.up = True
    rig.wake(DEFAULT)
    await rig.settle()
    assert key not in rig.cluster.objects
    assert commands(rig) == ["create_instance", "cancel_instance"]


@pytest.mark.parametrize(
    ("error", "word"), [(RejectedError("c4n4ry"), "Rejected")], ids=["refused"]
)
async def test_a_refused_cancellation_releases_the_resource_with_a_warning(
    rig: Rig, error: RejectedError, word: str
) -> None:
    key = await running(rig)
    rig.gateway.fail("cancel_instance", error)
    assert await removed(rig, key)
    (event,) = rig.cluster.events
    assert (event["type"], event["reason"]) == ("Warning", word)
    assert "c4n4ry" not in str(event)


async def test_a_vanished_connection_releases_the_resource_with_a_warning(rig: Rig) -> None:
    spec = {"gatewayAddress": "zeebe:26500", "plaintext": True}
    connection = rig.cluster.create(Kind.CONNECTION, "zeebe", spec)
    reference = {"connectionRef": {"name": "zeebe"}}
    rig.cluster.create(Kind.PROCESS, "order", {"bpmn": bpmn("order"), **reference})
    key = rig.cluster.create(Kind.INSTANCE, "one", {**BY_REF, **reference})
    await rig.settle()
    rig.cluster.delete(connection)
    assert await removed(rig, key)
    event = rig.cluster.events[-1]
    assert (event["type"], event["reason"]) == ("Warning", "ConnectionGone")
    number = next(iter(rig.gateway.instances))
    assert f"process instance {number} was not cancelled" in event["message"]


async def test_a_deletion_before_the_status_was_written_cancels_nevertheless(rig: Rig) -> None:
    rig.cluster.create(Kind.PROCESS, "order", {"bpmn": bpmn("order")})
    await rig.settle()
    key = rig.cluster.create(Kind.INSTANCE, "one", BY_REF)
    rig.cluster.fail("patch_status", ClusterUnavailableError("away"), times=3)
    await rig.settle()
    rig.cluster.delete(key)
    await rig.settle_for(60)
    assert key not in rig.cluster.objects
    assert commands(rig) == ["create_instance", "cancel_instance"]


@pytest.mark.parametrize("waited", [False, True], ids=["at once", "after waiting"])
@pytest.mark.parametrize("told", [False, True], ids=["crash", "uncertain"])
async def test_what_is_in_doubt_is_released_with_a_warning(
    rig: Rig, waited: bool, told: bool
) -> None:
    async def arrive(kind: Kind, name: str, spec: dict[str, Any]) -> ObjectKey:
        key = rig.cluster.create(kind, name, spec)
        await rig.settle()
        return key

    rig.gateway.fail("create_instance", OutcomeUnknownError("lost"), executed=True)
    arrivals: list[tuple[Kind, str, dict[str, Any]]] = [
        (Kind.PROCESS, "order", {"bpmn": bpmn("order")}),
        (Kind.INSTANCE, "one", BY_REF),
    ]
    keys = [await arrive(*each) for each in (reversed(arrivals) if waited else arrivals)]
    (key,) = (key for key in keys if key.kind is Kind.INSTANCE)
    assert rig.told(key, "Stalled") == ("True", "OutcomeUnknown")
    if not told:  # as if the operator had died before it could say so
        state = {"state": "Pending"} if waited else {}
        rig.cluster.set_status(key, {"observedGeneration": -1, **state})
        rig.restart()
    rig.cluster.events.clear()
    assert await removed(rig, key)
    (event,) = rig.cluster.events
    assert (event["type"], event["reason"]) == ("Warning", "OutcomeUnknown")
    assert commands(rig) == ["create_instance"]
