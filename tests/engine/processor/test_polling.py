"""Waiting for jobs: in order of arrival, nobody in vain, and nothing for who has gone away."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.engine.processor.engine import WORK, create, jobs_for, running
from zeebe_engine.engine.answers import ActivatedJob, ActivatedJobs
from zeebe_engine.engine.commands import CompleteJob
from zeebe_engine.processing.processor import Processor

Poll = asyncio.Task[ActivatedJobs]


async def _polls(processor: Processor, *workers: str, most: int = 1) -> list[Poll]:
    """In that order, all of them waiting."""
    tasks = []
    for worker in workers:
        command = jobs_for(worker, most=most)
        tasks.append(asyncio.create_task(processor.activate_jobs(command, 5)))
        await asyncio.sleep(0)
    return tasks


async def _settle(processor: Processor) -> None:
    """Whatever is on its way has arrived."""
    for _ in range(30):
        await asyncio.sleep(0)


def _intents(processor: Processor, value_type: str) -> list[str]:
    return [one["intent"] for one in processor.records if one["valueType"] == value_type]


async def test_who_came_first_is_served_first() -> None:
    async with running() as processor:
        polls = await _polls(processor, "a", "b", "c")
        for _ in range(3):
            await create(processor)
        jobs = [(await poll).jobs[0] for poll in polls]
    assert [job.worker for job in jobs] == ["a", "b", "c"]
    assert len({job.key for job in jobs}) == 3


async def test_one_turn_with_many_jobs_serves_everybody() -> None:
    async with running() as processor:
        polls = await _polls(processor, "a", "b", most=2)
        await asyncio.gather(*(create(processor) for _ in range(4)))
        assert [len((await poll).jobs) for poll in polls] == [2, 2]


async def test_who_gets_nothing_waits_on_and_writes_nothing() -> None:
    async with running() as processor:
        polls = await _polls(processor, "a", "b")
        await create(processor)
        assert len((await polls[0]).jobs) == 1
        await _settle(processor)
        assert not polls[1].done()
        assert _intents(processor, "JOB_BATCH").count("ACTIVATE") == 1
        await create(processor)
        assert len((await polls[1]).jobs) == 1


async def test_a_poll_that_came_to_nothing_is_empty_and_not_journalled() -> None:
    async with running() as processor:
        before = processor.position
        assert (await processor.activate_jobs(jobs_for("a"), 0.05)).jobs == ()
        assert (await processor.activate_jobs(jobs_for("a"), -1)).jobs == ()
        assert processor.position == before


async def test_without_waiting_what_is_there_is_taken() -> None:
    async with running() as processor:
        await create(processor)
        assert len((await processor.activate_jobs(jobs_for("a"), -1)).jobs) == 1


async def test_a_cancelled_poll_activates_nothing_and_the_next_one_gets_it() -> None:
    async with running() as processor:
        first, second = await _polls(processor, "a", "b")
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        await create(processor)
        assert (await second).jobs[0].worker == "b"


@pytest.mark.parametrize("turns", range(8))
async def test_a_poll_that_is_cancelled_in_any_turn_keeps_no_job(turns: int) -> None:
    """However far its activation has come by then."""
    async with running() as processor:
        (first,) = await _polls(processor, "a")
        creating = asyncio.create_task(create(processor, WORK))
        for _ in range(turns):
            await asyncio.sleep(0)
        first.cancel()
        await asyncio.gather(first, creating, return_exceptions=True)
        if first.cancelled():
            jobs = (await processor.activate_jobs(jobs_for("b"), 5)).jobs
            assert [job.worker for job in jobs] == ["b"]
            assert jobs[0].retries == 3


async def test_a_job_whose_time_is_up_goes_to_who_waits() -> None:
    async with running() as processor:
        await create(processor)
        (lost,) = (await processor.activate_jobs(jobs_for("a", timeout=50), 5)).jobs
        (found,) = (await processor.activate_jobs(jobs_for("b"), 5)).jobs
        assert found.key == lost.key
        assert _intents(processor, "JOB").count("TIMED_OUT") == 1


async def test_a_stream_gets_jobs_as_they_come() -> None:
    async with running() as processor:
        await create(processor)
        stream = processor.stream_jobs(jobs_for("s"))
        first = await anext(stream)
        await processor.submit(CompleteJob(key=first.key))
        coming = asyncio.create_task(_next_key(stream))
        await asyncio.sleep(0)
        await create(processor)
        assert await coming != first.key
        await stream.aclose()
        assert processor._polls._lines == {}


async def test_two_streams_share_what_comes() -> None:
    async with running() as processor:
        streams = [processor.stream_jobs(jobs_for(name)) for name in ("a", "b")]
        waiting = [asyncio.create_task(_next_key(one)) for one in streams]
        await asyncio.sleep(0)
        await asyncio.gather(create(processor), create(processor))
        assert len(set(await asyncio.gather(*waiting))) == 2
        for stream in streams:
            await stream.aclose()


async def _next_key(stream: AsyncIterator[ActivatedJob]) -> int:
    return (await anext(stream)).key
