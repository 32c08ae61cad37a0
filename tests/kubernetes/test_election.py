"""One leads, the others stand by; the clock jumps, so that no test depends on speed."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.fakes.memory_leases import MemoryLease, MemoryLeases
from tests.reconcilers.virtual_time import VirtualTimeLoop
from zeebe_operator.kubernetes.election import Election
from zeebe_operator.model.errors import ForbiddenError
from zeebe_operator.model.leadership import DEADLINE, DURATION, RETRY


class Candidate:
    """An operator, as far as the election goes."""

    def __init__(self, name: str, shared: MemoryLease) -> None:
        self.leases = MemoryLeases(shared)
        self.said: list[str] = []
        self.election = Election(self.leases, name, self.said.append)


Story = Callable[[Candidate, Candidate], Awaitable[Any]]


def play(story: Story) -> None:
    async def run() -> None:
        shared = MemoryLease()
        await story(Candidate("one", shared), Candidate("two", shared))

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        runner.run(run())


def now() -> float:
    return asyncio.get_running_loop().time()


def test_the_first_leads_and_the_second_stands_by() -> None:
    async def story(one: Candidate, two: Candidate) -> None:
        await one.election.campaign()
        keeping = asyncio.create_task(one.election.keep())
        waiting = asyncio.create_task(two.election.campaign())
        await asyncio.sleep(3600)
        assert not keeping.done()
        assert not waiting.done()
        assert one.leases.shared.history == ["one"]
        keeping.cancel()
        waiting.cancel()

    play(story)


def test_a_released_lease_is_taken_at_once() -> None:
    async def story(one: Candidate, two: Candidate) -> None:
        await one.election.campaign()
        waiting = asyncio.create_task(two.election.campaign())
        await asyncio.sleep(60 - 60)
        released = now()
        await one.election.release()
        await waiting
        assert now() - released <= RETRY
        assert one.leases.shared.history == ["one", "", "two"]

    play(story)


def test_a_killed_leader_is_followed_when_its_lease_has_run_out() -> None:
    async def story(one: Candidate, two: Candidate) -> None:
        await one.election.campaign()
        killed = now()
        await two.election.campaign()
        assert DURATION <= now() - killed <= DURATION + 2 * RETRY

    play(story)


def test_who_cannot_renew_stops_before_another_one_starts() -> None:
    async def story(one: Candidate, two: Candidate) -> None:
        await one.election.campaign()
        waiting = asyncio.create_task(two.election.campaign())
        keeping = asyncio.create_task(one.election.keep())
        await asyncio.sleep(12)
        one.leases.cut_off()
        await keeping
        stopped = now()
        assert one.election.may_act()
        await waiting
        assert now() - stopped >= DURATION - DEADLINE
        assert not one.election.may_act()
        assert one.said[-1]
        assert two.said[-1] == ""

    play(story)


def test_a_renewal_whose_answers_are_lost_does_not_count() -> None:
    async def story(one: Candidate, two: Candidate) -> None:
        await one.election.campaign()
        one.leases.answer_lost = True
        started = now()
        await one.election.keep()
        assert now() - started == pytest.approx(DEADLINE)

    play(story)


def test_a_request_that_hangs_does_not_outlast_the_leader() -> None:
    async def story(one: Candidate, two: Candidate) -> None:
        await one.election.campaign()
        one.leases.hangs = True
        started = now()
        await one.election.keep()
        assert now() - started == pytest.approx(DEADLINE)

    play(story)


def test_some_failures_in_between_do_no_harm() -> None:
    async def story(one: Candidate, two: Candidate) -> None:
        await one.election.campaign()
        keeping = asyncio.create_task(one.election.keep())
        await asyncio.sleep(6)
        one.leases.answer_lost = True
        await asyncio.sleep(6)
        one.leases.answer_lost = False
        await asyncio.sleep(3600)
        assert not keeping.done()
        assert one.said[-1] == ""
        keeping.cancel()

    play(story)


def test_a_leader_whose_lease_was_taken_stops_at_its_next_look() -> None:
    async def story(one: Candidate, two: Candidate) -> None:
        await one.election.campaign()
        shared = one.leases.shared
        await two.leases.claim(shared.lease, "two")
        await one.election.keep()
        assert now() <= DEADLINE
        assert shared.history == ["one", "two"]

    play(story)


def test_only_an_unbroken_leadership_keeps_what_it_remembers() -> None:
    async def story(one: Candidate, two: Candidate) -> None:
        assert not await one.election.campaign()
        assert await one.election.campaign()
        await two.election.campaign()
        assert not await one.election.campaign()

    play(story)


def test_a_release_takes_nothing_from_another_one() -> None:
    async def story(one: Candidate, two: Candidate) -> None:
        await one.election.campaign()
        await two.election.release()
        assert one.leases.shared.history == ["one"]

    play(story)


def test_a_missing_right_is_named_with_its_remedy() -> None:
    async def story(one: Candidate, two: Candidate) -> None:
        one.leases.trouble = ForbiddenError("403")
        waiting = asyncio.create_task(one.election.campaign())
        await asyncio.sleep(10)
        assert "manifests/rbac/leader-election.yaml" in one.said[-1]
        one.leases.trouble = None
        await waiting

    play(story)
