"""ZeebeMessage: published once, whatever gets lost."""

from typing import Any

import pytest

from tests.reconcilers.rig import Rig
from zeebe_operator.model.errors import (
    ClusterUnavailableError,
    GatewayUnavailableError,
    OutcomeUnknownError,
    RejectedError,
)
from zeebe_operator.model.names import Kind, ObjectKey

LONG = {"messageName": "paid", "correlationKey": "o-1", "timeToLive": "5m"}
SHORT = {**LONG, "timeToLive": "10s"}
LOST = OutcomeUnknownError("lost")


def message(rig: Rig, spec: dict[str, Any], **more: Any) -> ObjectKey:
    return rig.cluster.create(Kind.MESSAGE, "paid", {**spec, **more})


def published(rig: Rig) -> int:
    return rig.gateway.methods().count("publish_message")


async def test_the_status_tells_key_id_and_times(rig: Rig) -> None:
    key = message(rig, LONG)
    await rig.settle()
    status = rig.cluster.status(key)
    assert int(status["messageKey"]) > 0
    assert status["messageId"] == rig.cluster.metadata(key)["uid"]
    assert status["publishedAt"] == "2026-02-01T00:00:00Z"
    assert status["expiresAt"] == "2026-02-01T00:05:00Z"
    assert rig.told(key, "Succeeded") == ("True", "Published")


async def test_the_engine_gets_what_the_spec_says(rig: Rig) -> None:
    rig.cluster.create(Kind.SECRET, "s", data={"k": "eyJiIjogMn0="})
    message(
        rig,
        LONG,
        messageId="mine",
        tenantId="t",
        variables={"a": 1},
        variablesFrom=[{"secretKeyRef": {"name": "s", "key": "k"}}],
    )
    await rig.settle()
    (command,) = rig.gateway.executed
    sent = command.argument
    assert (sent.name, sent.correlation_key, sent.message_id) == ("paid", "o-1", "mine")
    assert (sent.time_to_live, sent.tenant_id) == (300, "t")
    assert sent.variables == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("spec", "verbs"),
    [
        pytest.param(LONG, ["patch_status"], id="long-lived: no intent"),
        pytest.param({**LONG, "timeToLive": "60s"}, ["patch_status"], id="just long enough"),
        pytest.param({**LONG, "timeToLive": "59s"}, ["patch", "patch_status"], id="too short"),
        pytest.param(SHORT, ["patch", "patch_status"], id="short-lived: an intent before it"),
        pytest.param({**LONG, "timeToLive": "0s"}, ["patch", "patch_status"], id="not buffered"),
    ],
)
async def test_an_intent_is_written_where_the_engine_forgets(
    rig: Rig, spec: dict[str, Any], verbs: list[str]
) -> None:
    key = message(rig, spec)
    await rig.settle()
    assert [write.verb for write in rig.cluster.writes] == verbs
    assert bool(rig.cluster.intent(key)) is ("patch" in verbs)
    assert rig.cluster.metadata(key).get("finalizers", []) == []
    assert rig.told(key) == ("True", "Published")


@pytest.mark.parametrize("restart", [False, True], ids=["", "restart"])
@pytest.mark.parametrize("spec", [LONG, SHORT], ids=["long", "short"])
async def test_a_published_message_is_left_alone(
    rig: Rig, spec: dict[str, Any], restart: bool
) -> None:
    key = message(rig, spec)
    await rig.settle()
    rig.gateway.engine.advance(3600)
    rig.cluster.edit(key, onUncertain="Retry")
    if restart:
        rig.restart()
    await rig.settle_for(3600)
    assert published(rig) == 1
    assert rig.cluster.status(key)["observedGeneration"] == 2


async def test_what_the_engine_has_already_is_published(rig: Rig) -> None:
    key = message(rig, LONG)
    rig.cluster.fail("patch_status", ClusterUnavailableError("away"))
    await rig.settle()
    rig.restart()
    await rig.settle()
    assert rig.told(key) == ("True", "Published")
    assert (len(rig.gateway.calls), published(rig)) == (2, 1)
    assert "messageKey" not in rig.cluster.status(key)
    assert rig.cluster.status(key)["messageId"] == rig.cluster.metadata(key)["uid"]


@pytest.mark.parametrize("executed", [True, False])
async def test_a_lost_answer_inside_the_window_is_repeated_with_the_same_id(
    rig: Rig, executed: bool
) -> None:
    rig.gateway.fail("publish_message", LOST, times=3, executed=executed)
    key = message(rig, LONG)
    await rig.settle()
    assert rig.told(key, "Reconciling") == ("True", "OutcomePending")
    rig.gateway._failures.clear()
    await rig.settle_for(60)
    assert rig.told(key) == ("True", "Published")
    assert published(rig) == 1
    assert len({command.argument.message_id for command in rig.gateway.calls}) == 1


async def pending(rig: Rig, **more: Any) -> ObjectKey:
    """Sent once, without an answer; the gateway is away since."""
    rig.gateway.fail("publish_message", LOST, executed=True)
    key = message(rig, LONG, **more)
    await rig.settle()
    assert rig.told(key) == ("Unknown", "OutcomePending")
    return key


def expire(rig: Rig, key: ObjectKey, seconds: float) -> None:
    """So much time has passed since it was sent; the engine forgets after 300 s."""
    rig.world.first_sent[rig.cluster.metadata(key)["uid"]] -= seconds
    rig.gateway.engine.advance(seconds)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        pytest.param(280, ("True", "Published"), id="inside"),
        pytest.param(296, ("False", "OutcomeUnknown"), id="too close to the end"),
        pytest.param(4000, ("False", "OutcomeUnknown"), id="outside"),
    ],
)
async def test_outside_the_window_it_is_not_repeated(
    rig: Rig, seconds: float, told: tuple[str, str]
) -> None:
    key = await pending(rig)
    expire(rig, key, seconds)
    await rig.settle_for(60)
    assert rig.told(key) == told
    assert published(rig) == 1


async def test_the_window_begins_with_the_first_try(rig: Rig) -> None:
    rig.gateway.fail("publish_message", LOST, times=2)
    key = message(rig, LONG)
    await rig.settle()
    expire(rig, key, 200)
    sent = rig.world.first_sent.copy()
    rig.queue.add(key)
    await rig.settle()
    assert len(rig.gateway.calls) == 2
    assert rig.world.first_sent == sent


async def test_after_a_restart_nobody_knows_how_old_it_is(rig: Rig) -> None:
    key = await pending(rig)
    rig.restart()
    await rig.settle_for(3600)
    assert rig.told(key, "Stalled") == ("True", "OutcomeUnknown")
    assert published(rig) == 1


@pytest.mark.parametrize("when", ["from the start", "afterwards"])
async def test_with_retry_it_is_repeated_nevertheless(rig: Rig, when: str) -> None:
    key = await pending(rig, **({"onUncertain": "Retry"} if when == "from the start" else {}))
    expire(rig, key, 4000)
    await rig.settle_for(60)
    if when == "afterwards":
        rig.cluster.edit(key, onUncertain="Retry")
        await rig.settle_for(60)
    assert rig.told(key) == ("True", "Published")
    assert published(rig) == 2


async def test_while_the_gateway_is_away_the_doubt_is_not_forgotten(rig: Rig) -> None:
    key = await pending(rig)
    rig.gateway.up = False
    await rig.settle_for(60)
    assert rig.told(key) == ("Unknown", "OutcomePending")
    expire(rig, key, 4000)
    rig.gateway.up = True
    await rig.settle_for(60)
    assert rig.told(key, "Stalled") == ("True", "OutcomeUnknown")
    assert published(rig) == 1


async def test_nor_while_a_source_of_its_variables_is_missing(rig: Rig) -> None:
    maps = rig.cluster.create(Kind.CONFIG_MAP, "v", data={"k": "x"})
    source = {"configMapKeyRef": {"name": "v", "key": "k"}, "as": "x"}
    key = await pending(rig, variablesFrom=[source])
    rig.cluster.delete(maps)
    await rig.settle_for(60)
    expire(rig, key, 4000)
    rig.cluster.create(Kind.CONFIG_MAP, "v", data={"k": "x"})
    await rig.settle_for(600)
    assert published(rig) == 1
    assert rig.told(key, "Stalled") == ("True", "OutcomeUnknown")


async def test_a_short_lived_one_is_repeated_too_while_the_engine_remembers_it(rig: Rig) -> None:
    rig.gateway.fail("publish_message", LOST, executed=True)
    key = message(rig, SHORT)
    await rig.settle_for(1)
    assert rig.told(key) == ("True", "Published")
    assert (len(rig.gateway.calls), published(rig)) == (2, 1)


@pytest.mark.parametrize(
    ("lives", "restart"),
    [
        pytest.param("4s", False, id="too short to be repeated in time"),
        pytest.param("0s", False, id="not buffered at all"),
        pytest.param("10s", True, id="after a restart"),
    ],
)
async def test_otherwise_a_lost_answer_to_a_short_lived_one_is_unknown(
    rig: Rig, lives: str, restart: bool
) -> None:
    rig.gateway.fail("publish_message", LOST, executed=True)
    key = message(rig, SHORT, timeToLive=lives)
    await rig.settle()
    rig.gateway.engine.advance(10)
    if restart:
        rig.restart()
    await rig.settle_for(60)
    assert rig.told(key, "Stalled") == ("True", "OutcomeUnknown")
    assert "onUncertain" in rig.message(key)
    assert published(rig) == 1


async def test_a_crash_after_the_intent_is_unknown(rig: Rig) -> None:
    key = message(rig, SHORT)
    rig.cluster.fail("patch_status", ClusterUnavailableError("away"))
    await rig.settle()
    assert published(rig) == 1
    rig.restart()
    await rig.settle_for(60)
    assert rig.told(key, "Stalled") == ("True", "OutcomeUnknown")
    assert published(rig) == 1


async def test_a_refusal_says_what_to_do_and_is_not_repeated(rig: Rig) -> None:
    rig.gateway.fail("publish_message", RejectedError("too large"))
    key = message(rig, SHORT)
    await rig.settle_for(3600)
    rig.restart()
    await rig.settle_for(3600)
    assert rig.told(key, "Stalled") == ("True", "Rejected")
    assert "too large; delete the resource and apply a correct one" in rig.message(key)
    assert len(rig.gateway.calls) == 1
    assert rig.cluster.intent(key) is None


async def test_a_changed_source_of_its_variables_heals_a_refusal(rig: Rig) -> None:
    maps = rig.cluster.create(Kind.CONFIG_MAP, "v", data={"k": "x" * 100})
    rig.gateway.fail("publish_message", RejectedError("too large"))
    source = {"configMapKeyRef": {"name": "v", "key": "k"}, "as": "x"}
    key = message(rig, LONG, variablesFrom=[source])
    await rig.settle()
    rig.cluster.set_data(maps, k="x")
    await rig.settle()
    assert rig.told(key) == ("True", "Published")


async def test_a_refusal_speaks_of_the_newest_spec_even_if_that_changes_nothing(rig: Rig) -> None:
    rig.gateway.fail("publish_message", RejectedError("no"))
    key = message(rig, LONG)
    await rig.settle()
    rig.cluster.edit(key, onUncertain="Retry")
    await rig.settle()
    assert len(rig.gateway.calls) == 1
    assert rig.cluster.status(key)["observedGeneration"] == 2


async def test_no_intent_is_written_while_there_is_no_connection(rig: Rig) -> None:
    rig.gateway.up = False
    key = message(rig, SHORT)
    await rig.settle_for(600)
    assert [write.verb for write in rig.cluster.writes] == ["patch_status"]
    rig.gateway.up = True
    await rig.settle_for(60)
    assert rig.told(key) == ("True", "Published")


async def test_a_refused_connection_takes_the_intent_back(rig: Rig) -> None:
    rig.gateway.fail("publish_message", GatewayUnavailableError("gone in between"))
    key = message(rig, SHORT)
    await rig.settle()
    assert rig.cluster.intent(key) is None
    assert rig.told(key) == ("Unknown", "GatewayUnavailable")
    await rig.settle_for(60)
    assert rig.told(key) == ("True", "Published")
    assert published(rig) == 1


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        pytest.param({"timeToLive": "soon"}, "InvalidSpec", id="no duration"),
        pytest.param({"messageName": None}, "InvalidSpec", id="no name"),
        pytest.param({"variablesFrom": [{"as": "x"}]}, "InvalidSpec", id="variables from nowhere"),
    ],
)
async def test_bad_input_is_stalled(rig: Rig, more: dict[str, Any], reason: str) -> None:
    key = message(rig, LONG, **more)
    await rig.settle_for(600)
    assert rig.told(key, "Stalled") == ("True", reason)
    assert rig.told(key, "Succeeded") == ("False", reason)
    assert rig.gateway.calls == []
    assert len(rig.cluster.writes) == 1


async def test_a_deletion_waits_for_nothing(rig: Rig) -> None:
    key = message(rig, SHORT)
    await rig.settle()
    rig.cluster.delete(key)
    await rig.settle()
    assert key not in rig.cluster.objects
    assert rig.gateway.methods() == ["publish_message"]
