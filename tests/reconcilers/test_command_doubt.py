"""ZeebeCommand: run once, whatever gets lost."""

from typing import Any

import pytest

from tests.reconcilers.operations import (
    HAPPENS_AGAIN,
    HARMLESS,
    LOST,
    REFUSED,
    SIGNAL,
    command,
    method,
    one,
    operation,
)
from tests.reconcilers.rig import Rig
from zeebe_operator.model.errors import (
    ClusterUnavailableError,
    GatewayUnavailableError,
)
from zeebe_operator.model.names import REQUESTED_AT, ObjectKey


async def in_doubt(
    rig: Rig, name: str, crash: bool, *, executed: bool = True, **more: Any
) -> ObjectKey:
    """Sent once; then the answer or the operator was lost."""
    if crash:
        rig.cluster.fail("patch_status", ClusterUnavailableError("away"), times=100)
    if not crash or not executed:
        rig.gateway.fail(method(name), LOST, executed=executed)
    key = one(rig, name, **more)
    await rig.settle()
    rig.cluster._failures.clear()
    if crash:
        rig.restart()
    assert len(rig.gateway.calls) == 1
    return key


@pytest.mark.parametrize("crash", [False, True], ids=["lost answer", "crash"])
@pytest.mark.parametrize("name", HARMLESS)
async def test_a_harmless_one_is_sent_again(rig: Rig, name: str, crash: bool) -> None:
    key = await in_doubt(rig, name, crash)
    if not crash:
        assert rig.told(key, "Reconciling") == ("True", "OutcomePending")
    await rig.settle_for(60)
    assert rig.told(key) == ("True", "Executed")
    assert len(rig.gateway.executed) == 2


@pytest.mark.parametrize("crash", [False, True], ids=["lost answer", "crash"])
@pytest.mark.parametrize("name", REFUSED)
async def test_one_that_the_engine_refuses_the_second_time_is_sent_again_and_done(
    rig: Rig, name: str, crash: bool
) -> None:
    key = await in_doubt(rig, name, crash)
    await rig.settle_for(60)
    assert rig.told(key) == ("True", "Executed")
    assert "or ended by somebody else" in rig.message(key)
    assert rig.cluster.status(key)["executedAt"]
    assert "response" not in rig.cluster.status(key)
    assert len(rig.gateway.calls) == 2


@pytest.mark.parametrize("crash", [False, True], ids=["lost answer", "crash"])
async def test_if_it_had_not_arrived_the_second_one_does_it(rig: Rig, crash: bool) -> None:
    key = await in_doubt(rig, "completeJob", crash, executed=False)
    await rig.settle_for(60)
    assert rig.told(key) == ("True", "Executed")
    assert rig.cluster.status(key)["response"] == {}


async def test_a_refusal_of_the_second_one_for_another_reason_is_told(rig: Rig) -> None:
    rig.gateway.fail("throw_error", LOST, executed=True)
    key = command(rig, throwError={**operation(rig, "throwError"), "errorCode": "nobody's"})
    await rig.settle_for(60)
    assert rig.told(key, "Stalled") == ("True", "Rejected")
    assert "sent again after a lost answer: " in rig.message(key)
    assert "it is in state 'ERROR_THROWN'" in rig.message(key)
    assert len(rig.gateway.calls) == 2


@pytest.mark.parametrize("crash", [False, True], ids=["lost answer", "crash"])
@pytest.mark.parametrize("executed", [False, True], ids=["", "executed"])
@pytest.mark.parametrize("name", HAPPENS_AGAIN)
async def test_one_that_would_happen_again_is_not_sent_again(
    rig: Rig, name: str, executed: bool, crash: bool
) -> None:
    key = await in_doubt(rig, name, crash, executed=executed)
    await rig.settle_for(3600)
    rig.restart()
    rig.cluster.annotate(key, REQUESTED_AT, "now")
    await rig.settle_for(3600)
    assert rig.told(key, "Stalled") == ("True", "OutcomeUnknown")
    assert "onUncertain: Retry" in rig.message(key)
    assert rig.cluster.status(key)["operation"] == name
    assert len(rig.gateway.calls) == 1


@pytest.mark.parametrize("when", ["from the start", "afterwards"])
@pytest.mark.parametrize("crash", [False, True], ids=["lost answer", "crash"])
async def test_with_retry_it_is_sent_again_nevertheless(rig: Rig, when: str, crash: bool) -> None:
    more: dict[str, Any] = {"onUncertain": "Retry"} if when == "from the start" else {}
    key = await in_doubt(rig, "broadcastSignal", crash, **more)
    await rig.settle_for(60)
    if when == "afterwards":
        rig.cluster.edit(key, onUncertain="Retry")
        await rig.settle_for(60)
    assert rig.told(key) == ("True", "Executed")
    assert len(rig.gateway.executed) == 2


async def test_while_the_gateway_is_away_the_doubt_is_not_forgotten(rig: Rig) -> None:
    key = await in_doubt(rig, "completeJob", crash=False)
    rig.gateway.up = False
    await rig.settle_for(60)
    assert rig.told(key) == ("Unknown", "OutcomePending")
    rig.gateway.up = True
    await rig.settle_for(60)
    assert rig.told(key) == ("True", "Executed")


async def test_a_refused_connection_takes_the_intent_back(rig: Rig) -> None:
    rig.gateway.fail("broadcast_signal", GatewayUnavailableError("gone in between"))
    key = command(rig, **SIGNAL)
    await rig.settle()
    assert rig.cluster.intent(key) is None
    assert rig.told(key) == ("Unknown", "GatewayUnavailable")
    await rig.settle_for(60)
    assert rig.told(key) == ("True", "Executed")
    assert len(rig.gateway.executed) == 1


async def test_nothing_is_written_down_while_there_is_no_connection(rig: Rig) -> None:
    rig.gateway.up = False
    command(rig, **SIGNAL)
    await rig.settle_for(600)
    assert [write.verb for write in rig.cluster.writes] == ["patch_status"]
    rig.gateway.up = True
    await rig.settle_for(60)
    assert len(rig.gateway.executed) == 1
