"""ZeebeInstance on an engine that can be read: followed to its completion, and found in doubt."""

import pytest

from tests.reconcilers.completing import commands, intact, number, running, started
from tests.reconcilers.rig import Rig
from zeebe_operator.model import names
from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.model.errors import CredentialsRejectedError, OutcomeUnknownError
from zeebe_operator.model.names import ObjectKey

WITH_REST = GatewaySettings("zeebe:26500", plaintext=True, rest_address="http://zeebe:8080")


@pytest.fixture
async def reading() -> Rig:
    """On an engine that can be read."""
    rig = Rig(WITH_REST)
    rig.gateway.version, rig.gateway.rest = "8.8.0", True
    return rig


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
    rig.gateway.engine.readable = False
    key = await running(rig)
    rig.gateway.complete(number(rig))
    await rig.settle_for(60)
    assert rig.told(key) == ("Unknown", "WaitingForCompletion")
    rig.gateway.engine.readable = True
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
    rig.gateway.engine.readable = False
    key = await running(rig, waitFor=wait_for)
    assert rig.told(key) == ("Unknown", "OutcomePending")
    rig.gateway.engine.readable = True
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
    rig.gateway.engine.readable = False
    key = await running(rig, waitFor="Started")
    await rig.settle_for(60)
    assert rig.told(key, "Stalled") == ("True", "OutcomeUnknown")
    rig.gateway.up = False
    rig.restart()
    await rig.settle_for(60)
    assert rig.told(key, "Stalled") == ("True", "OutcomeUnknown")
    rig.gateway.up = rig.gateway.engine.readable = True
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
    rig.gateway.engine.readable = False
    key = await running(rig, waitFor="Started")
    rig.cluster.delete(key)
    await rig.settle()
    assert key in rig.cluster.objects
    rig.gateway.engine.readable = readable
    await rig.settle_for(40)
    assert key not in rig.cluster.objects
    assert ("cancel_instance" in commands(rig)) is readable
    assert [event["reason"] for event in rig.cluster.events] == (
        [] if readable else ["OutcomeUnknown"]
    )
