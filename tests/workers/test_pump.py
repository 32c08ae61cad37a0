"""A pump: takes as many jobs as it has places for, and stops without losing one."""

import asyncio

import pytest

from tests.workers.rig import Rig, Work
from zeebe_operator.model.engine import Job
from zeebe_operator.model.errors import (
    BackpressureError,
    InvalidSpecError,
    OutcomeUnknownError,
    RejectedError,
)
from zeebe_operator.model.worker import Completed, Failed, Thrown


async def test_every_job_is_completed_once(rig: Rig) -> None:
    pump, work = rig.pump(), Work(Completed({"a": 1}), takes=1)
    pump.take(rig.post(work))
    rig.engine.offer(20)
    await asyncio.sleep(60)
    assert sorted(rig.engine.happened("COMPLETED")) == list(range(1, 21))
    assert sorted(rig.engine.numbers(work.settled_jobs)) == list(range(1, 21))
    assert pump.errands.progress.completed == 20
    assert rig.results == {"completed": 20}
    await pump.close(1)


async def test_no_more_than_its_places_are_under_way(rig: Rig) -> None:
    pump, work = rig.pump(), Work(Completed(), takes=10)
    pump.take(rig.post(work, max_jobs_active=3))
    rig.engine.offer(9)
    await asyncio.sleep(5)
    assert len(work.begun) == pump.errands.progress.active == 3
    await asyncio.sleep(10)
    assert len(work.begun) == 6
    await pump.close(20)


async def test_a_failure_uses_up_one_retry_and_waits(rig: Rig) -> None:
    pump = rig.pump()
    pump.take(rig.post(Work(Failed("HTTP 500", "a user's words")), retry_back_off=30.0))
    rig.engine.offer(1)
    await asyncio.sleep(20)
    assert rig.engine.retries(1) == 2
    await asyncio.sleep(30)
    assert rig.engine.retries(1) == 1
    await asyncio.sleep(100)
    assert rig.engine.retries(1) == 0
    assert rig.engine.happened("FAILED") == [1, 1, 1]
    assert pump.errands.progress.failed == 3
    assert pump.errands.progress.last_error == f"job {rig.engine.key(1)}: HTTP 500"
    [first, *_] = [c.argument for c in rig.gateway.executed if c.method == "fail_job"]
    assert first.error_message == "HTTP 500: a user's words"
    await pump.close(1)


async def test_a_bpmn_error_is_an_end_too(rig: Rig) -> None:
    pump = rig.pump()
    pump.take(rig.post(Work(Thrown("E", "m"))))
    rig.engine.offer(1)
    await asyncio.sleep(1)
    assert rig.engine.happened("ERROR_THROWN") == [1]
    assert (pump.errands.progress.completed, pump.errands.progress.failed) == (1, 0)
    await pump.close(1)


async def test_a_bug_fails_the_job(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    pump = rig.pump()
    pump.take(rig.post(Work(Completed(), errors=[ValueError("c4n4ry")])))
    rig.engine.offer(1)
    await asyncio.sleep(1)
    assert rig.engine.happened("FAILED") == [1]
    assert "unexpected ValueError" in pump.errands.progress.last_error
    assert "c4n4ry" not in caplog.text
    await pump.close(1)


class TestReports:
    @pytest.mark.parametrize("executed", [True, False])
    async def test_a_lost_answer_is_asked_for_again(self, rig: Rig, executed: bool) -> None:
        pump, work = rig.pump(), Work(Completed())
        pump.take(rig.post(work))
        lost = OutcomeUnknownError("gone")
        rig.gateway.fail("complete_job", lost, executed=executed)
        rig.engine.offer(1)
        await asyncio.sleep(5)
        assert rig.engine.happened("COMPLETED") == [1]
        assert pump.errands.progress.completed == 1
        assert work.settled_jobs == [rig.engine.key(1)]
        await pump.close(1)

    async def test_an_outage_is_waited_out(self, rig: Rig) -> None:
        pump, work = rig.pump(), Work(Completed(), takes=5)
        pump.take(rig.post(work))
        rig.engine.offer(4)
        await asyncio.sleep(1)
        rig.gateway.up = False
        await asyncio.sleep(600)
        rig.gateway.up = True
        await asyncio.sleep(3)
        assert sorted(rig.engine.happened("COMPLETED")) == [1, 2, 3, 4]
        assert len(work.begun) == 4
        await pump.close(1)

    async def test_a_refused_result_is_a_failure(self, rig: Rig) -> None:
        pump = rig.pump()
        pump.take(rig.post(Work(Completed({"large": "x"}))))
        rig.gateway.fail("complete_job", RejectedError("too large: x"))
        rig.engine.offer(1)
        await asyncio.sleep(1)
        assert rig.engine.happened("FAILED") == [1]
        assert pump.errands.progress.last_error == (
            f"job {rig.engine.key(1)}: the engine refuses the result"
        )
        await pump.close(1)

    async def test_a_failure_without_an_answer_costs_one_retry(self, rig: Rig) -> None:
        pump = rig.pump()
        pump.take(rig.post(Work(Failed("no")), retry_back_off=1000.0))
        rig.gateway.fail("fail_job", OutcomeUnknownError("gone"), executed=True)
        rig.engine.offer(1)
        await asyncio.sleep(5)
        assert rig.engine.retries(1) == 2
        assert pump.errands.progress.failed == 1
        await pump.close(1)

    async def test_commands_are_a_share_of_what_the_gateway_takes(self, rig: Rig) -> None:
        """And grow with it."""
        rig.gateways.room = 8
        at_once = most = 0
        run = rig.gateway.run

        async def slowly(command: object) -> object:
            nonlocal at_once, most
            at_once += 1
            most = max(most, at_once)
            await asyncio.sleep(1)
            at_once -= 1
            return await run(command)  # type: ignore[arg-type]

        rig.gateway.run = slowly  # type: ignore[method-assign,assignment]
        pump = rig.pump()
        pump.take(rig.post(Work(Completed()), max_jobs_active=100))
        rig.engine.offer(40)
        await asyncio.sleep(3.5)
        assert most == 4
        rig.gateways.room = 16
        await asyncio.sleep(30)
        assert len(rig.engine.happened("COMPLETED")) == 40
        assert most == 8
        await pump.close(1)


class TestLease:
    async def test_work_that_takes_longer_keeps_the_job(self, rig: Rig) -> None:
        pump, work = rig.pump(), Work(Completed(), takes=300)
        pump.take(rig.post(work, timeout=60.0))
        rig.engine.offer(1)
        await asyncio.sleep(400)
        assert rig.engine.happened("COMPLETED") == [1]
        assert rig.engine.happened("TIMED_OUT") == []
        assert len(rig.engine.happened("TIMEOUT_UPDATED")) == 9
        await pump.close(1)

    async def test_a_job_that_is_gone_is_dropped(self, rig: Rig) -> None:
        pump, work = rig.pump(), Work(Completed(), takes=300)
        pump.take(rig.post(work, timeout=60.0))
        rig.engine.offer(1)
        await asyncio.sleep(1)
        rig.engine.cancel(1)
        await asyncio.sleep(60)
        assert work.abandoned_jobs == [rig.engine.key(1)]
        assert pump.errands.progress.active == 0
        assert rig.results == {"gone": 1}
        await pump.close(1)

    async def test_one_that_is_activated_anew_is_not_begun_again(self, rig: Rig) -> None:
        pump, work = rig.pump(), Work(Completed(), takes=300)
        pump.take(rig.post(work, timeout=60.0))
        rig.engine.offer(1)
        await asyncio.sleep(1)
        rig.gateway.up = False
        await asyncio.sleep(200)
        assert rig.engine.happened("TIMED_OUT") == [1]
        rig.gateway.up = True
        await asyncio.sleep(200)
        assert len(work.begun) == 1
        assert rig.engine.happened("COMPLETED") == [1]
        await pump.close(1)

    async def test_what_was_left_is_kept_at_once_and_not_begun_anew(self, rig: Rig) -> None:
        rig.engine.offer(1)
        await rig.gateway.activate_jobs(rig.post(Work(Completed())).assignment.activation(1), 1)
        pump = rig.pump()
        work = Work(Completed(), takes=5, outlives=True, left=[rig.engine.left(1)])
        pump.take(rig.post(work))
        await asyncio.sleep(1)
        assert rig.engine.happened("TIMEOUT_UPDATED") == [1]
        await asyncio.sleep(10)
        assert rig.engine.happened("COMPLETED") == [1]
        await pump.close(1)

    async def test_what_was_left_is_finished_by_a_suspended_worker(self, rig: Rig) -> None:
        rig.engine.offer(2)
        pump, work = rig.pump(), Work(Completed(), outlives=True, left=[rig.engine.left(1)])
        pump.take(rig.post(work, suspended=True))
        await asyncio.sleep(10)
        assert rig.engine.happened("COMPLETED") == [1]
        assert pump.prepared
        await pump.close(1)


class TestStopping:
    async def test_a_suspended_worker_takes_nothing(self, rig: Rig) -> None:
        pump, work = rig.pump(), Work(Completed(), takes=1)
        pump.take(rig.post(work))
        await asyncio.sleep(1)
        pump.take(rig.post(work, suspended=True))
        await asyncio.sleep(3)
        rig.engine.offer(3)
        await asyncio.sleep(100)
        assert work.begun == []
        pump.take(rig.post(work))
        await asyncio.sleep(5)
        assert len(rig.engine.happened("COMPLETED")) == 3
        await pump.close(1)

    async def test_a_job_that_comes_too_late_is_given_back(self, rig: Rig) -> None:
        pump, work = rig.pump(), Work(Completed())
        pump.take(rig.post(work))
        await asyncio.sleep(1)
        pump.take(None)
        rig.engine.offer(1)
        await asyncio.sleep(1)
        assert work.begun == []
        assert rig.engine.happened("FAILED") == [1]
        assert rig.engine.retries(1) == 3
        assert rig.results == {"returned": 1}
        await pump.close(1)

    async def test_what_is_under_way_is_finished(self, rig: Rig) -> None:
        pump, work = rig.pump(), Work(Completed(), takes=10)
        pump.take(rig.post(work))
        rig.engine.offer(10)
        await asyncio.sleep(1)
        await pump.close(20)
        assert len(rig.engine.happened("COMPLETED")) == len(work.begun) == 4

    async def test_but_not_for_ever(self, rig: Rig) -> None:
        pump, work = rig.pump(), Work(Completed(), takes=1000)
        pump.take(rig.post(work))
        rig.engine.offer(1)
        await asyncio.sleep(1)
        before = asyncio.get_running_loop().time()
        await pump.close(20)
        assert asyncio.get_running_loop().time() - before < 25
        assert rig.engine.happened("COMPLETED") == []

    @pytest.mark.parametrize("dismissed", [True, False])
    async def test_what_outlives_us_is_left_alone_unless_nobody_takes_over(
        self, rig: Rig, dismissed: bool
    ) -> None:
        pump, work = rig.pump(), Work(Completed(), takes=1000, outlives=True)
        pump.take(rig.post(work, timeout=3000.0))
        rig.engine.offer(2)
        await asyncio.sleep(1)
        await pump.close(20, dismissed=dismissed)
        assert rig.engine.happened("FAILED") == ([1, 2] if dismissed else [])
        assert rig.engine.retries(1) == 3

    async def test_an_edit_leaves_what_is_under_way_as_it_was_begun(self, rig: Rig) -> None:
        pump, before, after = rig.pump(), Work(Completed({"a": 1}), takes=10), Work(Completed())
        pump.take(rig.post(before))
        rig.engine.offer(6)
        await asyncio.sleep(1)
        pump.take(rig.post(after))
        await asyncio.sleep(20)
        assert (len(before.begun), len(after.begun)) == (4, 2)
        assert len(rig.engine.happened("COMPLETED")) == 6
        await pump.close(1)


class TestTrouble:
    async def test_is_told_once_and_its_end_too(self, rig: Rig) -> None:
        pump = rig.pump()
        rig.gateway.up = False
        pump.take(rig.post(Work(Completed())))
        await asyncio.sleep(60)
        assert str(pump.trouble) == "there is no connection"
        told = len(rig.woken)
        rig.gateway.up = True
        rig.engine.offer(1)
        await asyncio.sleep(3)
        assert pump.trouble is None
        assert len(rig.woken) == told + 1
        assert rig.engine.happened("COMPLETED") == [1]
        await pump.close(1)

    async def test_ends_though_there_are_no_jobs(self, rig: Rig) -> None:
        pump = rig.pump()
        rig.gateway.up = False
        pump.take(rig.post(Work(Completed())))
        await asyncio.sleep(60)
        rig.gateway.up = True
        await asyncio.sleep(5)
        assert pump.trouble is None
        await pump.close(1)

    async def test_a_gateway_that_does_not_wait_is_not_asked_all_the_time(self, rig: Rig) -> None:
        async def at_once(*_: object) -> list[Job]:
            rig.results["asked"] += 1
            return []

        rig.gateway.activate_jobs = at_once  # type: ignore[method-assign,assignment]
        pump = rig.pump()
        pump.take(rig.post(Work(Completed())))
        await asyncio.sleep(60)
        assert rig.results["asked"] <= 30
        await pump.close(1)

    async def test_overload_is_none(self, rig: Rig) -> None:
        pump = rig.pump()
        rig.gateway.fail("activate_jobs", BackpressureError("busy"), times=5)
        pump.take(rig.post(Work(Completed())))
        rig.engine.offer(1)
        await asyncio.sleep(10)
        assert len(rig.woken) == 1
        assert rig.engine.happened("COMPLETED") == [1]
        await pump.close(1)

    async def test_a_refusal_is_not_repeated_until_something_changes(self, rig: Rig) -> None:
        pump, work = rig.pump(), Work(Completed())
        rig.gateway.fail("activate_jobs", RejectedError("no such tenant"))
        pump.take(rig.post(work))
        rig.engine.offer(1)
        await asyncio.sleep(1000)
        assert isinstance(pump.trouble, RejectedError)
        assert [c.method for c in rig.gateway.calls] == ["activate_jobs"]
        pump.take(rig.post(work))
        await asyncio.sleep(1)
        assert rig.engine.happened("COMPLETED") == [1]
        await pump.close(1)

    async def test_a_worker_that_cannot_work_gives_its_jobs_back(self, rig: Rig) -> None:
        pump, work = rig.pump(), Work(Completed(), errors=[InvalidSpecError("template")] * 4)
        pump.take(rig.post(work))
        rig.engine.offer(4)
        await asyncio.sleep(100)
        assert isinstance(pump.trouble, InvalidSpecError)
        assert rig.results["returned"] == 4
        assert [rig.engine.retries(key) for key in range(1, 5)] == [3] * 4
        await pump.close(1)
