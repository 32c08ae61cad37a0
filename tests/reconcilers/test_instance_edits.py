"""ZeebeInstance: edits of its variables once it is started, and a question about how it is."""

from typing import Any

import pytest

from tests.reconcilers.rig import Rig, bpmn
from zeebe_operator.model import names
from zeebe_operator.model.commands import SetVariables
from zeebe_operator.model.errors import (
    BackpressureError,
    GatewayUnavailableError,
    OutcomeUnknownError,
    RejectedError,
)
from zeebe_operator.model.names import FINALIZER, Kind, ObjectKey


async def running(rig: Rig, **spec: Any) -> ObjectKey:
    rig.cluster.create(Kind.PROCESS, "order", {"bpmn": bpmn("order")})
    await rig.settle()
    key = rig.cluster.create(Kind.INSTANCE, "one", {"processRef": {"name": "order"}, **spec})
    await rig.settle()
    return key


def number(rig: Rig) -> int:
    (found,) = rig.gateway.created
    return found


def edits(rig: Rig) -> list[dict[str, Any]]:
    """What was set, edit by edit, always on the instance itself."""
    found = [c.argument for c in rig.gateway.executed if isinstance(c.argument, SetVariables)]
    assert {each.element_instance_key for each in found} <= {number(rig)}
    assert not any(each.local for each in found)
    return [dict(each.variables) for each in found]


async def test_exactly_the_added_and_changed_ones_are_set(rig: Rig) -> None:
    key = await running(rig, variables={"a": 1, "b": {"c": [1]}, "d": None})
    rig.cluster.edit(key, variables={"a": 2, "e": "new"})
    await rig.settle()
    assert edits(rig) == [{"a": 2, "e": "new"}]
    assert rig.told(key) == ("True", "Started")
    assert "an edit of spec.variables set 2" in rig.message(key)
    assert rig.cluster.status(key)["observedGeneration"] == 2
    rig.cluster.edit(key, variables={"b": {"c": [1, 2]}})
    await rig.settle()
    assert edits(rig)[1:] == [{"b": {"c": [1, 2]}}]


async def test_removed_ones_are_left_alone_and_that_is_said(rig: Rig) -> None:
    key = await running(rig, variables={"a": 1, "b": 2})
    rig.cluster.edit(key, variables={"a": None})
    await rig.settle()
    assert edits(rig) == []
    assert "1 no longer in spec.variables: left in the instance as it was" in rig.message(key)
    assert rig.gateway.variables(number(rig)) == {"a": 1, "b": 2}
    rig.cluster.edit(key, variables={"a": 1})
    await rig.settle()
    assert edits(rig) == [{"a": 1}]


async def test_other_edits_and_restarts_set_nothing(rig: Rig) -> None:
    key = await running(rig, variables={"a": 1})
    rig.cluster.edit(key, deletionPolicy="Retain")
    await rig.settle()
    rig.restart()
    await rig.settle_for(3600)
    assert edits(rig) == []


@pytest.mark.parametrize(
    "error",
    [OutcomeUnknownError("lost"), GatewayUnavailableError("away"), BackpressureError("busy")],
    ids=lambda error: type(error).__name__,
)
async def test_an_edit_is_repeated_until_it_is_answered(
    rig: Rig, error: OutcomeUnknownError | GatewayUnavailableError | BackpressureError
) -> None:
    key = await running(rig)
    rig.gateway.fail("set_variables", error, times=3)
    rig.cluster.edit(key, variables={"a": 1})
    await rig.settle_for(60)
    assert edits(rig) == [{"a": 1}]
    assert rig.told(key) == ("True", "Started")


async def test_what_the_engine_refuses_stalls_until_it_is_corrected(rig: Rig) -> None:
    key = await running(rig)
    rig.gateway.fail("set_variables", RejectedError("too large"))
    rig.cluster.edit(key, variables={"a": 1})
    await rig.settle_for(3600)
    rig.restart()
    await rig.settle_for(3600)
    assert rig.told(key, "Stalled") == ("True", "Rejected")
    assert edits(rig) == []
    rig.cluster.edit(key, variables={"a": 2})
    await rig.settle()
    assert edits(rig) == [{"a": 2}]
    assert rig.told(key) == ("True", "Started")


async def test_an_edit_notices_that_it_has_ended(rig: Rig) -> None:
    key = await running(rig)
    rig.gateway.complete(number(rig))
    rig.cluster.edit(key, variables={"a": 1})
    await rig.settle_for(1)
    assert rig.told(key) == ("True", "Ended")
    assert rig.cluster.status(key)["state"] == "Ended"
    assert rig.cluster.metadata(key)["finalizers"] == []


async def test_an_edit_after_the_end_has_no_effect_and_that_is_said(rig: Rig) -> None:
    key = await running(rig)
    rig.cluster.edit(key, desiredState="Cancelled")
    await rig.settle_for(1)
    rig.cluster.edit(key, variables={"a": 1})
    await rig.settle()
    assert rig.told(key) == ("True", "Cancelled")
    assert "the edit of spec.variables has no effect" in rig.message(key)
    assert rig.cluster.status(key)["observedGeneration"] == 3
    rig.cluster.writes.clear()
    rig.restart()
    await rig.settle_for(3600)
    assert rig.cluster.writes == []
    assert edits(rig) == []


@pytest.mark.parametrize("wait_for", ["Started", "Completion"])
async def test_what_can_be_read_says_how_it_ended(rig: Rig, wait_for: str) -> None:
    rig.gateway.version, rig.gateway.rest = "8.8.0", True
    key = await running(rig, waitFor=wait_for)
    rig.gateway.engine.readable = False  # the engine knows, what can be read does not know yet
    rig.gateway.complete(number(rig))
    rig.cluster.edit(key, variables={"a": 1})
    await rig.settle_for(1)
    assert rig.cluster.status(key)["state"] == "Active"
    rig.gateway.engine.readable = True
    await rig.settle_for(60)
    assert rig.told(key) == ("True", "Completed")
    assert edits(rig) == []


async def test_an_edit_while_it_is_followed_is_set(rig: Rig) -> None:
    rig.gateway.version, rig.gateway.rest = "8.8.0", True
    key = await running(rig, waitFor="Completion")
    rig.cluster.edit(key, variables={"a": 1})
    await rig.settle_for(60)
    assert edits(rig) == [{"a": 1}]
    assert rig.told(key) == ("Unknown", "WaitingForCompletion")
    rig.gateway.complete(number(rig))
    await rig.settle_for(60)
    assert rig.cluster.status(key)["result"] == {"a": 1}


# A question about how it is.


async def test_a_request_outlasts_an_outage(rig: Rig) -> None:
    key = await running(rig)
    rig.gateway.complete(number(rig))
    rig.gateway.up = False
    rig.cluster.annotate(key, names.REQUESTED_AT, "now")
    await rig.settle()
    assert rig.told(key) == ("Unknown", "GatewayUnavailable")
    rig.gateway.up = True
    await rig.settle_for(60)
    assert rig.told(key) == ("True", "Ended")


@pytest.mark.parametrize(
    ("rest", "ended", "reason", "state"),
    [
        (False, False, "Started", "Active"),
        (False, True, "Ended", "Ended"),
        (True, False, "Started", "Active"),
        (True, True, "Completed", "Completed"),
    ],
)
async def test_on_request_it_is_looked_at(
    rig: Rig, rest: bool, ended: bool, reason: str, state: str
) -> None:
    rig.gateway.version, rig.gateway.rest = "8.8.0", rest
    key = await running(rig, variables={"a": 1})
    if ended:
        rig.gateway.complete(number(rig))
    await rig.settle_for(1200)
    assert rig.cluster.status(key)["state"] == "Active"
    rig.cluster.annotate(key, names.REQUESTED_AT, "now")
    await rig.settle_for(1)
    assert rig.told(key) == ("True", reason)
    assert rig.cluster.status(key)["state"] == state
    assert rig.cluster.status(key)["lastHandledRequest"] == "now"
    assert rig.cluster.metadata(key)["finalizers"] == ([] if ended else [FINALIZER])
    assert [edit for edit in edits(rig) if edit] == []
