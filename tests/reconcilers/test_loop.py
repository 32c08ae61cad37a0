"""The loop: one write for each outcome, none without, and one bad resource harms only itself."""

import asyncio
import logging

import pytest

from tests.reconcilers.rig import Rig, bpmn
from zeebe_operator.model import names
from zeebe_operator.model.errors import (
    BackpressureError,
    ClusterUnavailableError,
    ForbiddenError,
    GatewayUnavailableError,
    OutcomeUnknownError,
    RefusedByClusterError,
    RejectedError,
)
from zeebe_operator.model.names import FINALIZER, Kind, ObjectKey
from zeebe_operator.reconcilers import failures, loop
from zeebe_operator.reconcilers.scope import SECRETS

ORDER = {"bpmn": bpmn("order")}
MESSAGE = {"messageName": "paid", "timeToLive": "5m"}


async def test_an_outcome_is_one_patch_of_the_status_of_this_very_object(rig: Rig) -> None:
    key = rig.cluster.create(Kind.PROCESS, "order", ORDER)
    await rig.settle()
    (write,) = rig.cluster.writes
    assert write.verb == "patch_status"
    assert set(write.body["metadata"]) == {"resourceVersion"}
    assert rig.told(key) == ("True", "Deployed")
    assert rig.cluster.status(key)["observedGeneration"] == 1
    assert rig.cluster.events == []


async def test_what_is_settled_is_never_written_again(rig: Rig) -> None:
    keys = [rig.cluster.create(Kind.PROCESS, "order", ORDER)]
    keys.append(rig.cluster.create(Kind.MESSAGE, "paid", MESSAGE))
    keys.append(rig.cluster.create(Kind.INSTANCE, "one", {"processRef": {"name": "order"}}))
    await rig.settle()
    writes, commands = len(rig.cluster.writes), len(rig.gateway.executed)
    for key in keys:
        rig.queue.add(key)
    await rig.settle_for(3600)
    rig.restart()
    await rig.settle_for(3600)
    assert (len(rig.cluster.writes), len(rig.gateway.executed)) == (writes, commands)
    assert rig.passes.results["unchanged"] >= len(keys)


async def test_waiting_is_written_once_while_it_is_retried(rig: Rig) -> None:
    rig.gateway.up = False
    key = rig.cluster.create(Kind.PROCESS, "order", ORDER)
    await rig.settle_for(600)
    assert rig.passes.results["waiting"] > 10
    assert len(rig.cluster.writes) == 1
    assert rig.told(key) == ("Unknown", "GatewayUnavailable")


async def test_the_return_of_the_gateway_cuts_the_delay_short(rig: Rig) -> None:
    rig.gateway.up = False
    key = rig.cluster.create(Kind.PROCESS, "order", ORDER)
    await rig.settle_for(600)
    rig.gateway.up = True
    assert rig.default_connection
    rig.wake(rig.default_connection)
    await rig.settle()
    assert rig.told(key) == ("True", "Deployed")


async def test_a_corrected_spec_cuts_the_delay_short(rig: Rig) -> None:
    rig.gateway.fail("deploy", OutcomeUnknownError("lost"), times=30)
    key = rig.cluster.create(Kind.PROCESS, "order", ORDER)
    await rig.settle_for(600)
    rig.gateway._failures.clear()
    rig.cluster.edit(key, bpmn=bpmn("order", "corrected"))
    await rig.settle()
    assert rig.told(key) == ("True", "Deployed")


async def test_overload_is_told_to_nobody_and_tried_again(rig: Rig) -> None:
    rig.gateway.fail("deploy", BackpressureError("busy"), times=3)
    key = rig.cluster.create(Kind.PROCESS, "order", ORDER)
    await rig.settle()
    assert rig.cluster.writes == []
    await rig.settle_for(60)
    assert rig.told(key) == ("True", "Deployed")
    assert len(rig.cluster.writes) == 1


async def test_after_a_success_a_failure_is_retried_quickly_again(rig: Rig) -> None:
    rig.gateway.fail("deploy", OutcomeUnknownError("lost"), times=8)
    key = rig.cluster.create(Kind.PROCESS, "order", ORDER)
    await rig.settle_for(600)
    rig.gateway.fail("deploy", OutcomeUnknownError("lost"))
    rig.cluster.edit(key, bpmn=bpmn("order", "again"))
    await rig.settle()
    delay = rig.delay(key)
    assert delay is not None
    assert delay <= 0.1


async def test_a_refusal_is_told_at_once_and_not_repeated(rig: Rig) -> None:
    rig.gateway.fail("deploy", RejectedError("line 7: no such element"))
    key = rig.cluster.create(Kind.PROCESS, "order", ORDER)
    await rig.settle_for(3600)
    assert rig.told(key, "Stalled") == ("True", "Rejected")
    assert "line 7: no such element" in rig.message(key)
    assert len(rig.gateway.calls) == 1
    assert [event["reason"] for event in rig.cluster.events] == ["Rejected"]


async def test_a_poison_resource_harms_only_itself(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    bad = rig.cluster.create(Kind.PROCESS, "bad", {"bpmn": bpmn("bad")})
    rig.cluster.set_status(bad, {"deployedKeys": ["c4n4ry"]})
    good = rig.cluster.create(Kind.PROCESS, "order", ORDER)
    await rig.settle()
    assert rig.told(bad) == ("Unknown", "InternalError")
    assert rig.told(good) == ("True", "Deployed")
    (record,) = (r for r in caplog.records if r.levelno == logging.ERROR)
    assert "ValueError" in record.getMessage()
    assert "process.py" in record.getMessage()
    assert "c4n4ry" not in record.getMessage() + rig.message(bad)
    assert rig.delay(bad) is not None


async def test_an_outcome_that_could_not_be_written_is_written_later(rig: Rig) -> None:
    rig.cluster.fail("patch_status", ClusterUnavailableError("away"), times=5)
    key = rig.cluster.create(Kind.MESSAGE, "paid", MESSAGE)
    await rig.settle()
    assert rig.told(key) is None
    await rig.settle_for(60)
    assert rig.told(key) == ("True", "Published")
    assert rig.gateway.methods() == ["publish_message"]
    assert rig.cluster.status(key)["messageKey"]


async def test_one_that_cannot_be_written_waits_longer_and_longer(rig: Rig) -> None:
    rig.cluster.fail("patch_status", ClusterUnavailableError("away"), times=1000)
    rig.cluster.create(Kind.MESSAGE, "paid", MESSAGE)
    await rig.settle_for(300)
    assert 10 < len(rig.cluster.writes) < 40


async def test_the_answer_to_a_status_patch_may_get_lost(rig: Rig) -> None:
    rig.cluster.fail("patch_status", ClusterUnavailableError("lost"), executed=True)
    key = rig.cluster.create(Kind.INSTANCE, "one", {"processRef": {"name": "order"}})
    rig.cluster.create(Kind.PROCESS, "order", ORDER)
    await rig.settle_for(60)
    assert rig.told(key) == ("True", "Started")
    assert rig.gateway.methods() == ["deploy", "create_instance"]


async def test_an_outcome_that_the_api_refuses_does_not_hold_up_a_correction(rig: Rig) -> None:
    def refuse_the_first_version(verb: str, _: ObjectKey) -> None:
        if verb == "patch_status" and rig.cluster.writes[-1].body["status"].get("version") == 1:
            raise RefusedByClusterError("422 Invalid")

    rig.cluster.before = refuse_the_first_version
    key = rig.cluster.create(Kind.PROCESS, "order", ORDER)
    await rig.settle_for(60)
    rig.cluster.edit(key, bpmn=bpmn("order", "corrected"))
    await rig.settle_for(60)
    assert rig.cluster.status(key).get("version") == 2


async def test_after_the_belated_outcome_the_newest_spec_is_looked_at(rig: Rig) -> None:
    rig.cluster.fail("patch_status", ClusterUnavailableError("away"))
    key = rig.cluster.create(Kind.PROCESS, "order", ORDER)
    await rig.settle()
    rig.cluster.edit(key, bpmn=bpmn("order", "newer"))
    await rig.settle()
    assert rig.cluster.status(key)["version"] == 2
    assert rig.cluster.status(key)["observedGeneration"] == 2


async def test_an_outcome_of_a_former_object_is_not_written_to_its_successor(rig: Rig) -> None:
    rig.cluster.fail("patch_status", ClusterUnavailableError("away"))
    key = rig.cluster.create(Kind.MESSAGE, "paid", MESSAGE)
    await rig.settle()
    rig.cluster.delete(key)
    rig.cluster.create(Kind.MESSAGE, "paid", MESSAGE)
    await rig.settle_for(60)
    first, second = (command.argument.message_id for command in rig.gateway.executed)
    assert first != second
    assert rig.cluster.status(key)["messageId"] == second


@pytest.mark.parametrize("early", [False, True], ids=["", "early echo"])
async def test_a_resource_that_goes_during_its_pass_is_no_error(
    rig: Rig, early: bool, caplog: pytest.LogCaptureFixture
) -> None:
    rig.early = early
    key = rig.cluster.create(Kind.MESSAGE, "paid", MESSAGE)
    rig.gateway.during = lambda _: rig.cluster.delete(key)
    await rig.settle()
    assert rig.store.get(key) is None
    assert rig.delay(key) is None
    assert not [r for r in caplog.records if r.levelno >= logging.WARNING]


@pytest.mark.parametrize("early", [False, True], ids=["", "early echo"])
async def test_another_object_of_that_name_gets_no_foreign_status(rig: Rig, early: bool) -> None:
    rig.early = early
    key = rig.cluster.create(Kind.MESSAGE, "paid", MESSAGE)
    replacements = iter([{**MESSAGE, "messageId": "second"}])

    def replace(_: str) -> None:
        for spec in replacements:
            rig.cluster.delete(key)
            rig.cluster.create(Kind.MESSAGE, "paid", spec)

    rig.gateway.during = replace
    await rig.settle_for(60)
    assert rig.cluster.status(key)["messageId"] == "second"
    assert rig.gateway.methods() == ["publish_message"] * 2


@pytest.mark.parametrize("early", [False, True], ids=["", "early echo"])
async def test_a_spec_that_changes_during_a_pass_gets_another_pass(rig: Rig, early: bool) -> None:
    rig.early = early
    key = rig.cluster.create(Kind.PROCESS, "order", ORDER)
    changes = iter([bpmn("order", "newer")])

    def change(_: str) -> None:
        for text in changes:
            rig.cluster.edit(key, bpmn=text)

    rig.gateway.during = change
    await rig.settle()
    assert rig.gateway.methods() == ["deploy", "deploy"]
    assert rig.cluster.status(key)["observedGeneration"] == 2
    assert rig.cluster.status(key)["version"] == 2


async def test_the_outcome_speaks_of_the_spec_that_was_read(rig: Rig) -> None:
    key = rig.cluster.create(Kind.PROCESS, "order", ORDER)
    changes = iter([bpmn("order", "newer")])
    seen: list[object] = []

    def change(_: str) -> None:
        for text in changes:
            rig.cluster.edit(key, bpmn=text)

    rig.gateway.during = change
    rig.cluster.watchers.append(
        lambda _k, raw, _d: seen.append(raw["status"]["observedGeneration"])
    )
    await rig.settle()
    assert seen == [-1, 1, 2]


async def test_events_are_best_effort(rig: Rig) -> None:
    rig.cluster.fail("create_event", ForbiddenError("no"))
    rig.gateway.fail("deploy", RejectedError("no"))
    key = rig.cluster.create(Kind.PROCESS, "order", ORDER)
    await rig.settle()
    assert rig.told(key, "Stalled") == ("True", "Rejected")
    assert rig.delay(key) is None


async def test_a_request_is_answered_by_a_look_and_echoed(rig: Rig) -> None:
    key = rig.cluster.create(Kind.PROCESS, "order", ORDER)
    await rig.settle()
    rig.cluster.annotate(key, names.REQUESTED_AT, "monday")
    await rig.settle()
    assert rig.cluster.status(key)["lastHandledRequest"] == "monday"
    assert len(rig.cluster.writes) == 2


async def test_a_deletion_without_our_finalizer_is_none_of_our_business(rig: Rig) -> None:
    key = rig.cluster.create(
        Kind.PROCESS, "order", {**ORDER, "deletionPolicy": "Retain"}, finalizers=["other/x"]
    )
    await rig.settle()
    writes = len(rig.cluster.writes)
    rig.cluster.delete(key)
    await rig.settle()
    assert len(rig.cluster.writes) == writes
    assert rig.cluster.metadata(key)["finalizers"] == ["other/x"]


async def test_a_release_that_could_not_be_written_is_written_later(rig: Rig) -> None:
    key = rig.cluster.create(Kind.PROCESS, "order", {**ORDER, "deletionPolicy": "Delete"})
    await rig.settle()
    rig.cluster.fail("patch", ClusterUnavailableError("away"), times=3)
    rig.cluster.delete(key)
    await rig.settle_for(60)
    assert key not in rig.cluster.objects
    assert rig.gateway.methods() == ["deploy", "delete_resource"]


@pytest.mark.parametrize("early", [False, True], ids=["", "early echo"])
async def test_of_a_removed_resource_nothing_is_remembered(rig: Rig, early: bool) -> None:
    rig.early = early
    key = rig.cluster.create(
        Kind.PROCESS, "order", {**ORDER, "deletionPolicy": "Delete"}, finalizers=[FINALIZER]
    )
    await rig.settle()
    rig.cluster.delete(key)
    await rig.settle()
    assert rig.store.get(key) is None
    assert not list(rig.dependents.references())
    assert rig.world.claims._claimed == {}
    assert rig.loop._untold == {}


async def test_a_pass_that_hangs_is_named(rig: Rig) -> None:
    key = rig.cluster.create(Kind.MESSAGE, "paid", MESSAGE)
    found: list[str] = []

    def look(_: str) -> None:
        found.append(rig.loop.stuck())
        rig.loop._under_way[key] -= loop.HUNG + 1
        found.append(rig.loop.stuck())

    rig.gateway.during = look
    await rig.settle()
    assert found == ["", "the pass over ZeebeMessage shop/paid hangs"]
    assert rig.loop.stuck() == ""


async def test_many_workers_share_the_work(rig: Rig) -> None:
    keys = [rig.cluster.create(Kind.PROCESS, f"p{n}", {"bpmn": bpmn(f"p{n}")}) for n in range(50)]
    workers = [asyncio.create_task(rig.loop.work()) for _ in range(8)]
    await asyncio.sleep(1)
    rig.queue.stop()
    await asyncio.gather(*workers)
    assert {rig.told(key) for key in keys} == {("True", "Deployed")}
    assert rig.gateway.methods() == ["deploy"] * 50


async def test_a_missing_secret_is_looked_for_and_a_missing_config_map_wakes(rig: Rig) -> None:
    def reading(kind: str) -> dict[str, object]:
        return {**MESSAGE, "variablesFrom": [{kind: {"name": "v", "key": "k"}, "as": "x"}]}

    secret = rig.cluster.create(Kind.MESSAGE, "s", reading("secretKeyRef"))
    config_map = rig.cluster.create(Kind.MESSAGE, "c", reading("configMapKeyRef"))
    await rig.settle()
    assert rig.delay(secret) == pytest.approx(SECRETS)
    assert rig.delay(config_map) == pytest.approx(failures.WATCHED)
    rig.cluster.create(Kind.SECRET, "v", data={"k": "eA=="})
    rig.cluster.create(Kind.CONFIG_MAP, "v", data={"k": "x"})
    await rig.settle()
    assert rig.told(config_map) == ("True", "Published")
    assert rig.told(secret) == ("Unknown", "DependencyNotReady")
    await rig.settle_for(SECRETS + 1)
    assert rig.told(secret) == ("True", "Published")


async def test_a_lost_connection_is_told_of_a_gateway_that_was_never_there(rig: Rig) -> None:
    rig.gateway.fail("publish_message", GatewayUnavailableError("no route"))
    key = rig.cluster.create(Kind.MESSAGE, "paid", MESSAGE)
    await rig.settle()
    assert rig.told(key) == ("Unknown", "GatewayUnavailable")
    assert rig.told(key, "Succeeded") == ("Unknown", "GatewayUnavailable")
    assert rig.told(key, "Reconciling") == ("True", "GatewayUnavailable")
