"""The client against a gateway that fails on request: what is repeated, and what never is."""

import asyncio

import pytest

from tests.zeebe.gateway import LocalGateway, delay, hang, lose_reply, overload, refuse
from tests.zeebe.processes import process
from tests.zeebe.rig import LONG, Rig, eventually
from zeebe_engine.engine.refusals import Status
from zeebe_operator.model.commands import ActivateJobs, CancelInstance, CompleteJob
from zeebe_operator.model.engine import CreateInstance, PublishMessage
from zeebe_operator.model.errors import (
    BackpressureError,
    GatewayUnavailableError,
    NotFoundError,
    OutcomeUnknownError,
    RejectedError,
    ResultTimeoutError,
)
from zeebe_operator.zeebe.client import GatewayClient

CREATE = "CreateProcessInstance"
ORDER = CreateInstance(bpmn_process_id="order")
JOB = ActivateJobs("order", 1, 60.0, "me")
NO_PARTITION = (
    "Expected to execute command on partition {}, but either it does not exist,"
    " or the gateway is not yet aware of it"
)


@pytest.fixture(autouse=True)
async def deployed(client: GatewayClient) -> int:
    return (await client.deploy([process("order")], None)).processes[0].process_definition_key


async def test_a_lost_reply_is_not_sent_again(client: GatewayClient, gateway: LocalGateway) -> None:
    gateway.faults(CREATE, lose_reply())
    with pytest.raises(OutcomeUnknownError):
        await client.create_instance(ORDER)
    assert gateway.calls[CREATE] == 1
    assert len(gateway.created) == 1


async def test_an_engine_that_is_busy_is_asked_again(
    rig: Rig, client: GatewayClient, gateway: LocalGateway
) -> None:
    gateway.faults(CREATE, *[overload()] * 3)
    created = await client.create_instance(ORDER)
    assert gateway.created == [created.process_instance_key]
    codes = [code for rpc, code in rig.observed if rpc == CREATE]
    assert codes == ["RESOURCE_EXHAUSTED"] * 3 + ["OK"]


async def test_an_engine_that_stays_busy_is_told_of(
    client: GatewayClient, gateway: LocalGateway
) -> None:
    gateway.always(CREATE, overload())
    with pytest.raises(BackpressureError):
        await client.create_instance(ORDER)
    assert gateway.calls[CREATE] > 3
    assert gateway.created == []


async def test_overload_lowers_the_limit_and_success_raises_it(
    rig: Rig, client: GatewayClient, gateway: LocalGateway
) -> None:
    settings = rig.settings(gateway.address)
    start = rig.pool.limit(settings)
    gateway.faults(CREATE, *[overload()] * 20)
    await asyncio.gather(*(client.create_instance(ORDER) for _ in range(20)))
    low = rig.pool.limit(settings)
    assert start / 4 < low < start
    for _ in range(40):
        await asyncio.gather(*(client.create_instance(ORDER) for _ in range(low)))
    assert rig.pool.limit(settings) > low


async def test_a_refusal_is_final(client: GatewayClient, gateway: LocalGateway) -> None:
    gateway.faults(CREATE, refuse(Status.INVALID_ARGUMENT, "no such thing"))
    with pytest.raises(RejectedError, match=r"^no such thing$"):
        await client.create_instance(ORDER)
    assert gateway.calls[CREATE] == 1


async def test_silence_ends_at_the_deadline(rig: Rig, gateway: LocalGateway) -> None:
    gateway.faults(CREATE, hang(executes=True))
    with pytest.raises(OutcomeUnknownError):
        await rig.client(gateway.address, request_timeout=0.2).create_instance(ORDER)
    assert len(gateway.created) == 1


async def test_a_slow_answer_is_waited_for(client: GatewayClient, gateway: LocalGateway) -> None:
    gateway.faults(CREATE, delay(0.1))
    assert (await client.create_instance(ORDER)).bpmn_process_id == "order"


async def test_a_topology_that_is_lost_changes_nothing(
    client: GatewayClient, gateway: LocalGateway
) -> None:
    gateway.faults("Topology", lose_reply())
    with pytest.raises(GatewayUnavailableError):
        await client.topology()


async def test_nobody_there(rig: Rig, gateway: LocalGateway) -> None:
    await gateway.stop()
    with pytest.raises(GatewayUnavailableError):
        await rig.client(gateway.address).create_instance(ORDER)


async def test_a_gateway_that_dies_during_the_call(
    client: GatewayClient, gateway: LocalGateway
) -> None:
    gateway.faults(CREATE, hang())
    call = asyncio.create_task(client.create_instance(ORDER))
    await eventually(lambda: gateway.calls[CREATE])
    await gateway.stop()
    with pytest.raises(OutcomeUnknownError):
        await call


async def test_our_own_cancellation_stays_one(client: GatewayClient, gateway: LocalGateway) -> None:
    gateway.faults(CREATE, hang())
    call = asyncio.create_task(client.create_instance(ORDER))
    await eventually(lambda: gateway.calls[CREATE])
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


@pytest.mark.parametrize("partition", [0, 7])
async def test_a_key_on_no_partition_is_not_an_outage(
    client: GatewayClient, gateway: LocalGateway, partition: int
) -> None:
    text = NO_PARTITION.format(partition)
    gateway.faults("CancelProcessInstance", refuse(Status.UNAVAILABLE, text))
    with pytest.raises(NotFoundError):
        await client.run(CancelInstance((partition << 51) + 123))


async def test_a_partition_that_the_gateway_will_learn_of_is_waited_for(
    client: GatewayClient, gateway: LocalGateway
) -> None:
    text = NO_PARTITION.format(1)
    gateway.faults("CancelProcessInstance", refuse(Status.UNAVAILABLE, text))
    with pytest.raises(GatewayUnavailableError):
        await client.run(CancelInstance((1 << 51) + 123))


async def test_two_at_a_time_are_two(client: GatewayClient, gateway: LocalGateway) -> None:
    message = PublishMessage("paid", "42", time_to_live=60, message_id="")
    keys = await asyncio.gather(*(client.publish_message(message) for _ in range(2)))
    assert len(set(keys)) == 2


async def test_a_message_may_be_published_again_when_its_time_is_over(
    client: GatewayClient, gateway: LocalGateway
) -> None:
    """A cluster looks once a minute for what to forget."""
    message = PublishMessage("paid", "42", time_to_live=60, message_id="uid")
    key = await client.publish_message(message)
    gateway.advance_clock(61)
    assert await client.publish_message(message) != key


async def test_capabilities_are_asked_for_once(
    client: GatewayClient, gateway: LocalGateway
) -> None:
    answers = await asyncio.gather(*(client.capabilities() for _ in range(20)))
    assert len(set(answers)) == 1
    assert not answers[0].tags
    assert gateway.calls["Topology"] == 1


async def test_capabilities_are_asked_for_again_after_a_failure(
    client: GatewayClient, gateway: LocalGateway
) -> None:
    gateway.faults("Topology", lose_reply())
    with pytest.raises(GatewayUnavailableError):
        await client.capabilities()
    assert not (await client.capabilities()).tags


# A call that waits for an instance to complete.

AWAIT = "CreateProcessInstanceWithResult"


async def test_it_may_take_longer_than_other_calls(rig: Rig, gateway: LocalGateway) -> None:
    client = rig.client(gateway.address, request_timeout=0.05)
    awaiting = asyncio.create_task(client.create_instance_with_result(ORDER, [], LONG))
    await eventually(lambda: gateway.created)
    await asyncio.sleep(0.1)  # longer than any other call may take
    (job,) = await rig.client(gateway.address).activate_jobs(JOB, LONG)
    await rig.client(gateway.address).run(CompleteJob(job.key))
    assert [(await awaiting).created.process_instance_key] == gateway.created


async def test_its_end_without_a_result_is_told_apart_from_a_lost_connection(
    client: GatewayClient, gateway: LocalGateway
) -> None:
    with pytest.raises(ResultTimeoutError):
        await client.create_instance_with_result(ORDER, [], 0.05)
    await client.deploy([process("quick", waits=False)], None)
    gateway.faults(AWAIT, lose_reply())
    with pytest.raises(OutcomeUnknownError) as lost:
        await client.create_instance_with_result(CreateInstance(bpmn_process_id="quick"), [], LONG)
    assert type(lost.value) is OutcomeUnknownError


async def test_it_takes_no_room_from_others_and_overload_counts(
    rig: Rig, client: GatewayClient, gateway: LocalGateway
) -> None:
    settings = rig.settings(gateway.address)
    start = rig.pool.limit(settings)
    with pytest.raises(ResultTimeoutError):
        await client.create_instance_with_result(ORDER, [], 0.05)
    assert rig.pool.limit(settings) == start
    gateway.faults(AWAIT, *[overload()] * 3)
    with pytest.raises(ResultTimeoutError):
        await client.create_instance_with_result(ORDER, [], 0.05)
    assert gateway.calls[AWAIT] == 5
    assert rig.pool.limit(settings) < start
