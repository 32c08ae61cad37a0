"""What a worker asks for, call by call, and then `ZeebeWorker` itself."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from pyzeebe import Job, ZeebeWorker  # type: ignore[import-not-found]
from pyzeebe.errors import BusinessError  # type: ignore[import-not-found]

from tests.engine.clients.pyzeebe_rig import UNKNOWN, Gateway, case, error_of


@case
async def a_job_is_activated_with_all_that_a_worker_needs(gateway: Gateway) -> Any:
    created = await gateway.client.run_process("work", {"a": 1, "b": 2})
    (job,) = await gateway.activate("work", 1, "a")
    assert job.process_instance_key == created.process_instance_key
    assert job.process_definition_key == created.process_definition_key
    assert job.deadline > 0
    await gateway.adapter.complete_job(job.key, {})
    told = [job.type, job.worker, job.retries, job.element_id, job.bpmn_process_id]
    return [*told, job.tenant_id, dict(job.variables), dict(job.custom_headers)]


@case
async def no_more_jobs_are_activated_than_wanted(gateway: Gateway) -> Any:
    for _ in range(3):
        await gateway.client.run_process("work")
    batches = [await gateway.activate("work", 2) for _ in range(2)]
    for job in (job for batch in batches for job in batch):
        await gateway.adapter.complete_job(job.key, {})
    return [len(batch) for batch in batches]


@case
async def bad_wishes_are_refused(gateway: Gateway) -> Any:
    """The streamed ones too, at which the worker would give up."""
    poll, stream = gateway.adapter.activate_jobs, gateway.adapter.stream_activate_jobs
    return [
        await error_of(anext(poll("", "w", 1, 1, [], -1))),
        await error_of(anext(poll("work", "w", 0, 1, [], -1))),
        await error_of(anext(stream("", "w", 1, [], 10))),
        await error_of(anext(stream("work", "w", 0, [], 10))),
    ]


@case
async def a_job_is_completed_once(gateway: Gateway) -> Any:
    job, complete = await gateway.job("work"), gateway.adapter.complete_job
    return [await error_of(complete(job.key, {"b": 1})), await error_of(complete(job.key, {}))]


@case
async def a_job_that_has_failed_is_nobodys(gateway: Gateway) -> Any:
    job, adapter = await gateway.job("work"), gateway.adapter
    return [
        await error_of(adapter.fail_job(job.key, 0, "no", 0, {"c": 1})),
        await error_of(adapter.complete_job(job.key, {})),
        await error_of(adapter.fail_job(job.key, 0, "no", 0, {})),
        await error_of(adapter.update_job_timeout(job.key, 1000)) != "none",
    ]


@case
async def a_job_whose_error_nobody_catches_is_nobodys(gateway: Gateway) -> Any:
    job, throw = await gateway.job("work"), gateway.adapter.throw_error
    return [
        await error_of(throw(job.key, "no", {}, "OTHER")),
        await error_of(throw(job.key, "no", {}, "OTHER")),
    ]


@case
async def a_lease_is_prolonged(gateway: Gateway) -> str:
    job = await gateway.job("work")
    found = await error_of(gateway.adapter.update_job_timeout(job.key, 60_000))
    await gateway.adapter.complete_job(job.key, {})
    return found


@case
async def unknown_jobs_are_not_found(gateway: Gateway) -> Any:
    adapter = gateway.adapter
    return [
        await error_of(adapter.complete_job(UNKNOWN, {})),
        await error_of(adapter.fail_job(UNKNOWN, 1, "no", 0, {})),
        await error_of(adapter.throw_error(UNKNOWN, "no", {}, "E")),
        await error_of(adapter.update_job_timeout(UNKNOWN, 1)),
    ]


@case
async def jobs_are_streamed(gateway: Gateway) -> Any:
    """Until the stream is cancelled: what comes later is for others."""
    stream = gateway.adapter.stream_activate_jobs("work", "streamer", 60_000, [], 60)
    found = asyncio.ensure_future(anext(stream))
    created = await gateway.client.run_process("work", {"a": 1})
    job = await found
    assert job.process_instance_key == created.process_instance_key
    await gateway.adapter.complete_job(job.key, {})
    waiting = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)
    waiting.cancel()
    return [job.worker, dict(job.variables)]


# The worker.


@asynccontextmanager
async def working(
    gateway: Gateway, task: Callable[..., Any], **options: Any
) -> AsyncIterator[None]:
    """`task` gets the jobs of type "work" while it lasts."""
    worker = ZeebeWorker(
        gateway.channel, name="worker", stream_enabled=options.pop("stream_enabled", False)
    )
    worker.task(task_type="work", **options)(task)
    running = asyncio.create_task(worker.work())
    try:
        yield
    finally:
        await worker.stop()
        await running


async def result_of_work(gateway: Gateway, variables: dict[str, Any]) -> Any:
    told = await gateway.client.run_process_with_result("work", variables, timeout=15_000)
    return told.variables


@case
async def a_worker_completes(gateway: Gateway) -> Any:
    async def add(x: int) -> dict[str, int]:
        return {"y": x + 1}

    async with working(gateway, add):
        return await result_of_work(gateway, {"x": 20})


@case
async def a_worker_has_one_value_to_tell(gateway: Gateway) -> Any:
    def double(x: int) -> int:
        return 2 * x

    async with working(gateway, double, single_value=True, variable_name="twice"):
        return await result_of_work(gateway, {"x": 21})


@case
async def a_worker_fails_and_tries_again(gateway: Gateway) -> Any:
    retries = []

    async def fail_first(job: Job) -> dict[str, Any]:
        retries.append(job.retries)
        if len(retries) == 1:
            raise ValueError("not now")
        return {}

    async with working(gateway, fail_first):
        return [await result_of_work(gateway, {}), retries]


@case
async def a_worker_throws_an_error(gateway: Gateway) -> Any:
    async def throw() -> None:
        raise BusinessError("E")

    async with working(gateway, throw):
        return await result_of_work(gateway, {"x": 1})


@case
async def a_job_whose_time_is_over_is_given_out_again(gateway: Gateway) -> Any:
    keys: list[int] = []
    again = asyncio.Event()

    async def sleep_first(job: Job) -> dict[str, Any]:
        keys.append(job.key)
        if len(keys) == 1:
            await again.wait()
        again.set()
        return {}

    async with working(gateway, sleep_first, timeout_ms=300):
        await result_of_work(gateway, {})
    return [len(keys), len(set(keys))]


@case
async def a_worker_that_streams_completes(gateway: Gateway) -> Any:
    async def add(x: int) -> dict[str, int]:
        return {"y": x + 1}

    async with working(gateway, add, stream_enabled=True):
        return [await result_of_work(gateway, {"x": x}) for x in (1, 2)]
