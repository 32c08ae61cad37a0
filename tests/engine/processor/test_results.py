"""Creating an instance and waiting for its result."""

import asyncio

import msgspec
import pytest

from tests.engine.processor.engine import EMPTY, WORK, create, jobs_for, running
from zeebe_engine.engine.commands import CancelInstance, CompleteJob
from zeebe_engine.engine.refusals import Refusal, Status
from zeebe_engine.processing.processor import Processor

AWAITED = msgspec.structs.replace(WORK, awaits=True)


async def _work(processor: Processor, **variables: object) -> None:
    (job,) = (await processor.activate_jobs(jobs_for("w"), 5)).jobs
    await processor.submit(CompleteJob(key=job.key, variables=variables))


async def test_an_instance_that_ends_at_once_gives_its_variables() -> None:
    command = msgspec.structs.replace(EMPTY, awaits=True, variables={"a": 1})
    async with running() as processor:
        result = await processor.create_with_result(command, 5)
    assert result.variables == {"a": 1}
    assert result.created.bpmn_process_id == "empty"


async def test_each_caller_gets_the_result_of_its_own_instance() -> None:
    async with running() as processor:
        first = asyncio.create_task(processor.create_with_result(AWAITED, 5))
        second = asyncio.create_task(processor.create_with_result(AWAITED, 5))
        await _work(processor, of="first")
        await _work(processor, of="second")
        results = await asyncio.gather(first, second)
    assert [one.variables["of"] for one in results] == ["first", "second"]
    keys = [one.created.process_instance_key for one in results]
    assert keys[0] != keys[1]


async def test_past_the_time_the_instance_runs_on() -> None:
    async with running() as processor:
        with pytest.raises(Refusal) as refused:
            await processor.create_with_result(AWAITED, 0.05)
        assert refused.value.status is Status.DEADLINE_EXCEEDED
        text = "Time out between gateway and broker: Request timed out after PT0.05S"
        assert refused.value.text == text
        await _work(processor)
        assert processor._results == {}
        ended = [one for one in processor.records if one["intent"] == "ELEMENT_COMPLETED"]
        assert "PROCESS" in {one["value"]["bpmnElementType"] for one in ended}


async def test_a_cancelled_instance_never_answers() -> None:
    async with running() as processor:
        waiting = asyncio.create_task(processor.create_with_result(AWAITED, 0.2))
        (job,) = (await processor.activate_jobs(jobs_for("w"), 5)).jobs
        await processor.submit(CancelInstance(key=job.process_instance_key))
        with pytest.raises(Refusal, match="Time out between gateway and broker"):
            await waiting


async def test_a_refused_creation_is_answered_at_once() -> None:
    async with running() as processor:
        unknown = msgspec.structs.replace(AWAITED, bpmn_process_id="missing")
        with pytest.raises(Refusal) as refused:
            await processor.create_with_result(unknown, 5)
        assert refused.value.status is Status.NOT_FOUND
        assert await create(processor)
