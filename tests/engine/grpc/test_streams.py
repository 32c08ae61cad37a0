"""Calls that wait: long polls, streams of jobs, and results."""

import asyncio
from typing import Any

import grpc
import pytest
from grpc import StatusCode

from tests.engine.grpc.rig import LONG, Rig, eventually
from zeebe_engine.engine import answers, commands
from zeebe_engine.engine.refusals import Refusal, Status
from zeebe_operator.zeebe.pb import gateway_pb2 as pb

JOB = answers.ActivatedJob(
    key=1,
    type="pay",
    process_instance_key=2,
    bpmn_process_id="order",
    version=3,
    process_definition_key=4,
    element_id="task",
    element_instance_key=5,
    headers={"h": "ä"},
    worker="w",
    retries=6,
    deadline=7,
    variables={"a": 1.0},
    tags=("t",),
)
TOLD = pb.ActivatedJob(
    key=1,
    type="pay",
    processInstanceKey=2,
    bpmnProcessId="order",
    processDefinitionVersion=3,
    processDefinitionKey=4,
    elementId="task",
    elementInstanceKey=5,
    customHeaders='{"h":"ä"}',
    worker="w",
    retries=6,
    deadline=7,
    variables='{"a":1.0}',
    tenantId="<default>",
    kind="BPMN_ELEMENT",
    listenerEventType="UNSPECIFIED",
    tags=["t"],
)
WANTED = commands.ActivateJobs(
    type="pay", worker="w", timeout=1000, max_jobs=5, fetch_variables=["a"]
)


def poll(rig: Rig, request_timeout: int = 0) -> Any:
    request = pb.ActivateJobsRequest(
        type="pay",
        worker="w",
        timeout=1000,
        maxJobsToActivate=5,
        fetchVariable=["a"],
        requestTimeout=request_timeout,
    )
    return rig.stub.ActivateJobs(request)


def stream(rig: Rig) -> Any:
    request = pb.StreamActivatedJobsRequest(
        type="pay", worker="w", timeout=1000, fetchVariable=["a"]
    )
    return rig.stub.StreamActivatedJobs(request)


class Waiting:
    """What a call waits for, which ends with it."""

    def __init__(self) -> None:
        self.cancelled = 0

    async def __call__(self) -> None:
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            self.cancelled += 1


async def test_activated_jobs_come_in_one_message(rig: Rig) -> None:
    rig.gateway.answer = answers.ActivatedJobs((JOB, JOB))
    (message,) = [one async for one in poll(rig)]
    assert list(message.jobs) == [TOLD, TOLD]


async def test_without_jobs_there_is_no_message(rig: Rig) -> None:
    rig.gateway.answer = answers.ActivatedJobs(())
    assert [one async for one in poll(rig)] == []


@pytest.mark.parametrize(("milliseconds", "seconds"), [(0, 0.0), (2500, 2.5), (-1, -0.001)])
async def test_a_poll_says_how_long_it_waits(rig: Rig, milliseconds: int, seconds: float) -> None:
    rig.gateway.answer = answers.ActivatedJobs(())
    assert [one async for one in poll(rig, milliseconds)] == []
    assert rig.gateway.seen == [(WANTED, seconds)]


async def test_a_client_that_goes_away_ends_its_poll(rig: Rig) -> None:
    rig.gateway.meanwhile = waiting = Waiting()
    call = poll(rig)
    await eventually(lambda: rig.gateway.seen)
    call.cancel()
    await eventually(lambda: waiting.cancelled == 1)
    assert rig.faults.trace == [("before", "ActivateJobs")]


async def test_a_connection_that_goes_away_ends_its_poll(rig: Rig) -> None:
    rig.gateway.meanwhile = waiting = Waiting()
    call = asyncio.ensure_future(anext(aiter(poll(rig))))
    await eventually(lambda: rig.gateway.seen)
    await rig.channel.close()
    await eventually(lambda: waiting.cancelled == 1)
    with pytest.raises((grpc.aio.AioRpcError, asyncio.CancelledError)):
        await call


async def test_jobs_are_streamed_as_they_come(rig: Rig) -> None:
    rig.gateway.jobs = [JOB, JOB]
    rig.gateway.meanwhile = Waiting()
    call = stream(rig)
    async with asyncio.timeout(LONG):
        assert [await call.read(), await call.read()] == [TOLD, TOLD]
    assert rig.gateway.seen[0].max_jobs == 1
    assert rig.gateway.closed == 0


async def test_a_client_that_goes_away_ends_its_stream(rig: Rig) -> None:
    rig.gateway.jobs = [JOB]
    rig.gateway.meanwhile = Waiting()
    call = stream(rig)
    async with asyncio.timeout(LONG):
        await call.read()
    call.cancel()
    await eventually(lambda: rig.gateway.closed == 1)


async def test_a_client_that_goes_away_while_it_is_written_to_ends_its_stream(rig: Rig) -> None:
    rig.gateway.jobs = [JOB] * 100_000
    call = stream(rig)
    async with asyncio.timeout(LONG):
        await call.read()
    call.cancel()
    await eventually(lambda: rig.gateway.closed == 1)


async def test_a_fault_before_the_answer_hides_the_jobs(rig: Rig) -> None:
    rig.gateway.answer = answers.ActivatedJobs((JOB,))
    rig.faults.on_answer = Refusal(Status.UNAVAILABLE, "lost")
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await anext(aiter(poll(rig)))
    assert caught.value.code() is StatusCode.UNAVAILABLE
    assert len(rig.gateway.seen) == 1


async def test_a_result_is_awaited(rig: Rig) -> None:
    created = answers.Created(11, "order", 3, 12, tags=("a:1",), business_id="b")
    rig.gateway.answer = answers.Result(created, {"c": None})
    request = pb.CreateProcessInstanceWithResultRequest(
        request=pb.CreateProcessInstanceRequest(bpmnProcessId="order", version=-1),
        requestTimeout=1500,
        fetchVariables=["c"],
    )
    answer = await rig.stub.CreateProcessInstanceWithResult(request)
    assert answer == pb.CreateProcessInstanceWithResultResponse(
        processDefinitionKey=11,
        bpmnProcessId="order",
        version=3,
        processInstanceKey=12,
        variables='{"c":null}',
        tenantId="<default>",
        tags=["a:1"],
        businessId="b",
    )
    wanted = commands.CreateInstance(bpmn_process_id="order", awaits=True, fetch_variables=["c"])
    assert rig.gateway.seen == [(wanted, 1.5)]
