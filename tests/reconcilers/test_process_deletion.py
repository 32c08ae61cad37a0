"""ZeebeProcess: what its deletion takes along, and what holds it up."""

import pytest

from tests.fakes.memory_gateway import MemoryGateway
from tests.reconcilers.deploying import ORDER, deployed, new_bpmn
from tests.reconcilers.rig import Rig
from zeebe_engine.engine.commands import DeleteResource
from zeebe_operator.model.errors import (
    ConflictError,
    CredentialsRejectedError,
    GatewayUnavailableError,
    OperatorError,
    OutcomeUnknownError,
    RejectedError,
)
from zeebe_operator.model.names import FINALIZER, Kind, ObjectKey
from zeebe_operator.reconcilers import process

CONNECTION = {"gatewayAddress": "zeebe:26500", "plaintext": True}


async def removed(rig: Rig, key: ObjectKey) -> bool:
    rig.cluster.delete(key)
    await rig.settle()
    return key not in rig.cluster.objects


async def test_by_default_everything_stays_and_nothing_holds_up_the_deletion(rig: Rig) -> None:
    key = await deployed(rig)
    assert await removed(rig, key)
    assert rig.gateway.methods() == ["deploy"]


async def test_with_delete_every_version_goes_oldest_first(rig: Rig) -> None:
    key = await deployed(rig, deletionPolicy="Delete")
    assert rig.cluster.metadata(key)["finalizers"] == [FINALIZER]
    new_bpmn(rig, key)
    await rig.settle()
    versions = sorted(rig.gateway.definitions)
    assert await removed(rig, key)
    gone = [c.argument.resource_key for c in rig.gateway.executed if c.method == "delete_resource"]
    assert gone == versions
    assert rig.gateway.definitions == []


async def test_the_finalizer_is_there_before_the_deployment(rig: Rig) -> None:
    key = rig.cluster.create(Kind.PROCESS, "order", {**ORDER, "deletionPolicy": "Delete"})
    seen: list[object] = []
    rig.gateway.during = lambda _: seen.append(rig.cluster.metadata(key).get("finalizers"))
    await rig.settle()
    assert seen == [[FINALIZER]]


async def test_an_edit_of_the_policy_moves_the_finalizer(rig: Rig) -> None:
    key = await deployed(rig)
    for policy, finalizers in (("Delete", [FINALIZER]), ("Retain", [])):
        rig.cluster.edit(key, deletionPolicy=policy)
        await rig.settle()
        assert rig.cluster.metadata(key)["finalizers"] == finalizers
    assert await removed(rig, key)
    assert rig.gateway.methods() == ["deploy"]


async def test_a_version_that_is_gone_already_is_done(rig: Rig) -> None:
    key = await deployed(rig, deletionPolicy="Delete")
    rig.gateway.engine.do(DeleteResource(key=rig.gateway.definitions[0]))
    assert rig.gateway.definitions == []
    assert await removed(rig, key)
    assert rig.cluster.events == []


async def test_running_instances_hold_up_the_deletion_and_are_told(rig: Rig) -> None:
    key = await deployed(rig, deletionPolicy="Delete")
    rig.gateway.start(*rig.gateway.definitions)
    assert not await removed(rig, key)
    assert rig.told(key, "Reconciling") == ("True", "InstancesRunning")
    assert rig.delay(key) == pytest.approx(process.LOOK_AGAIN)
    rig.gateway.terminate()
    await rig.settle_for(process.LOOK_AGAIN + 1)
    assert key not in rig.cluster.objects


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (GatewayUnavailableError("away"), "GatewayUnavailable"),
        (OutcomeUnknownError("lost"), "OutcomePending"),
    ],
)
async def test_a_deletion_waits_for_the_gateway(
    rig: Rig, error: GatewayUnavailableError | OutcomeUnknownError, reason: str
) -> None:
    key = await deployed(rig, deletionPolicy="Delete")
    rig.gateway.fail("delete_resource", error)
    assert not await removed(rig, key)
    assert rig.told(key, "Reconciling") == ("True", reason)
    await rig.settle_for(60)
    assert key not in rig.cluster.objects


async def test_a_refusal_to_delete_ends_with_a_warning(rig: Rig) -> None:
    key = await deployed(rig, deletionPolicy="Delete")
    rig.gateway.fail("delete_resource", RejectedError("c4n4ry"))
    assert await removed(rig, key)
    (event,) = rig.cluster.events
    assert (event["type"], event["reason"]) == ("Warning", "Rejected")
    assert "c4n4ry" not in str(event)


async def test_a_vanished_connection_releases_the_resource_with_a_warning(rig: Rig) -> None:
    connection = rig.cluster.create(Kind.CONNECTION, "zeebe", CONNECTION)
    rig.gateway = rig.gateways.default = MemoryGateway()
    key = await deployed(rig, deletionPolicy="Delete", connectionRef={"name": "zeebe"})
    rig.cluster.delete(connection)
    assert await removed(rig, key)
    (event,) = rig.cluster.events[-1:]
    assert (event["type"], event["reason"]) == ("Warning", "ConnectionGone")
    assert "ZeebeConnection 'zeebe' does not exist" in event["message"]


async def test_credentials_that_are_refused_hold_up_the_deletion(rig: Rig) -> None:
    key = await deployed(rig, deletionPolicy="Delete")
    rig.gateway.fail("delete_resource", CredentialsRejectedError("who are you"))
    assert not await removed(rig, key)
    assert rig.told(key, "Stalled") == ("True", "CredentialsRejected")


async def test_an_edit_between_the_look_and_the_finalizer_is_seen_first(rig: Rig) -> None:
    errors: list[OperatorError] = [ConflictError("changed")]
    rig.cluster.fail("patch", ConflictError("changed"), times=len(errors))
    key = rig.cluster.create(Kind.PROCESS, "order", {**ORDER, "deletionPolicy": "Delete"})
    await rig.settle()
    assert rig.gateway.calls == []
    await rig.settle_for(1)
    assert rig.told(key) == ("True", "Deployed")
