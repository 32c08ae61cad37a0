"""Faults by themselves, and what a caller over gRPC sees of each."""

import asyncio
from typing import Any

import grpc.aio
import pytest
from grpc import StatusCode

from tests.engine.server.running import LONG, settings, stub
from zeebe_engine.engine.refusals import Refusal, Status
from zeebe_engine.faults import Broken, Fault, Faults
from zeebe_engine.server import Server
from zeebe_operator.zeebe.pb import gateway_pb2 as pb

MESSAGE = pb.PublishMessageRequest(name="paid", timeToLive=60_000)


def _refusal(text: str = "no", **given: Any) -> Fault:
    return Fault(action="status", status=Status.UNAVAILABLE, text=text, **given)


async def test_each_fault_meets_one_call_in_the_order_given() -> None:
    faults = Faults()
    faults.add(_refusal("first"))
    faults.add(_refusal("second", call="Topology"))
    for expected in ("first", "second"):
        with pytest.raises(Refusal, match=expected):
            await faults.before("Topology")
    await faults.before("Topology")
    assert [one.met for one in faults.all] == [1, 1]


async def test_a_fault_meets_its_call_at_its_time_until_it_is_cleared() -> None:
    faults = Faults()
    faults.add(_refusal(call="PublishMessage", when="after", times=0))
    await faults.before("PublishMessage")
    await faults.after("Topology")
    for _ in range(3):
        with pytest.raises(Refusal):
            await faults.after("PublishMessage")
    assert faults.all[0].met == 3
    faults.clear()
    await faults.after("PublishMessage")


async def test_a_broken_connection_is_left_to_the_surface() -> None:
    faults = Faults()
    faults.add(Fault(action="break"))
    with pytest.raises(Broken):
        await faults.before("Topology")


async def test_overload_refuses_all_commands_and_not_the_topology() -> None:
    faults = Faults()
    faults.is_overloaded = True
    with pytest.raises(Refusal, match="request limit is exhausted") as refused:
        await faults.before("PublishMessage")
    assert refused.value.status is Status.RESOURCE_EXHAUSTED
    await faults.before("Topology")


def test_there_is_an_end_to_faults() -> None:
    faults = Faults()
    for _ in range(1000):
        faults.add(_refusal())
    with pytest.raises(ValueError, match="clear them first"):
        faults.add(_refusal())


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"action": "status", "status": Status.UNKNOWN, "text": "odd"}, StatusCode.UNKNOWN),
        ({"action": "break"}, StatusCode.UNAVAILABLE),
        ({"action": "silence"}, StatusCode.DEADLINE_EXCEEDED),
        ({"action": "delay", "seconds": 20}, StatusCode.DEADLINE_EXCEEDED),
    ],
    ids=["status", "break", "silence", "delay"],
)
async def test_a_caller_sees_the_fault_and_the_work_was_done_or_not(
    fault: dict[str, Any], code: StatusCode, when: Any
) -> None:
    async with Server(settings()) as server, stub(server.grpc_port) as gateway:
        await gateway.Topology(pb.TopologyRequest())  # the connection is there
        server.control.add(Fault(call="PublishMessage", when=when, **fault))
        seconds = 2.0 if code is StatusCode.DEADLINE_EXCEEDED else LONG
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await gateway.PublishMessage(MESSAGE, timeout=seconds)
        assert refused.value.code() is code
        assert server.processor.position == (when == "after")
        assert (await gateway.PublishMessage(MESSAGE, timeout=LONG, wait_for_ready=True)).key > 0


async def test_an_answer_that_is_late_comes() -> None:
    async with Server(settings()) as server, stub(server.grpc_port) as gateway:
        server.control.add(Fault(action="delay", seconds=0.2))
        begin = asyncio.get_running_loop().time()
        assert (await gateway.PublishMessage(MESSAGE, timeout=10)).key > 0
        assert asyncio.get_running_loop().time() - begin >= 0.2
