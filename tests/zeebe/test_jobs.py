"""Waiting for jobs: typed answers, and a poll that is no load."""

import asyncio
import json

import pytest

from tests.zeebe.gateway import LocalGateway, hang, overload, refuse
from tests.zeebe.parts import answering
from tests.zeebe.processes import working
from tests.zeebe.rig import LONG, Rig, eventually
from zeebe_engine.engine.refusals import Status
from zeebe_operator.model.commands import ActivateJobs
from zeebe_operator.model.engine import CreateInstance, Job
from zeebe_operator.model.errors import (
    BackpressureError,
    GatewayUnavailableError,
    RejectedError,
)
from zeebe_operator.model.limiter import START
from zeebe_operator.zeebe.client import GatewayClient
from zeebe_operator.zeebe.pb import gateway_pb2 as pb

REQUEST = ActivateJobs("pay", 10, 60.0, "me")


def activated(key: int) -> pb.ActivatedJob:
    return pb.ActivatedJob(
        key=key,
        type="pay",
        processInstanceKey=7,
        bpmnProcessId="order",
        processDefinitionVersion=2,
        processDefinitionKey=8,
        elementId="task",
        elementInstanceKey=9,
        customHeaders='{"unit": "EUR"}',
        worker="me",
        retries=3,
        deadline=1795319663640,
        variables=json.dumps({"a": [None, "ä"]}),
        tenantId="<default>",
    )


async def test_jobs_of_all_parts_come_as_values(rig: Rig) -> None:
    async with answering([activated(1), activated(2)], [activated(3)]) as address:
        first, second, third = await rig.client(address).activate_jobs(REQUEST, LONG)
    assert (second.key, third.key) == (2, 3)
    assert first == Job(
        key=1,
        type="pay",
        retries=3,
        process_instance_key=7,
        bpmn_process_id="order",
        process_definition_version=2,
        process_definition_key=8,
        element_id="task",
        element_instance_key=9,
        custom_headers={"unit": "EUR"},
        worker="me",
        deadline=1795319663640,
        variables={"a": [None, "ä"]},
        tenant_id="<default>",
    )
    assert "ä" not in repr(first)


async def test_no_jobs_are_an_answer_too(client: GatewayClient, gateway: LocalGateway) -> None:
    assert await client.activate_jobs(REQUEST, 0.05) == []


async def test_polls_are_not_under_way(
    rig: Rig, client: GatewayClient, gateway: LocalGateway
) -> None:
    polls = [asyncio.create_task(client.activate_jobs(REQUEST, LONG)) for _ in range(100)]
    await eventually(lambda: gateway.calls["ActivateJobs"] == 100)
    settings = rig.settings(gateway.address)
    assert rig.pool._members[settings].connection.under_way == 0
    await client.topology()
    assert rig.pool.limit(settings) == START
    for poll in polls:
        poll.cancel()
    await asyncio.gather(*polls, return_exceptions=True)


async def test_who_has_gone_away_gets_no_jobs(client: GatewayClient, gateway: LocalGateway) -> None:
    polls = [asyncio.create_task(client.activate_jobs(REQUEST, LONG)) for _ in range(100)]
    await eventually(lambda: gateway.calls["ActivateJobs"] == 100)
    for poll in polls:
        poll.cancel()
    await asyncio.gather(*polls, return_exceptions=True)
    await client.deploy([working("order", "pay")], None)
    await client.create_instance(CreateInstance(bpmn_process_id="order"))
    (job,) = await client.activate_jobs(REQUEST, LONG)
    assert job.bpmn_process_id == "order"


async def test_a_gateway_that_does_not_answer_is_away_and_not_overloaded(
    rig: Rig, gateway: LocalGateway
) -> None:
    client = rig.client(gateway.address, request_timeout=0.1)
    gateway.faults("ActivateJobs", hang())
    with pytest.raises(GatewayUnavailableError):
        await client.activate_jobs(REQUEST, 0.1)
    assert rig.pool.limit(rig.settings(gateway.address, 0.1)) == START


async def test_overload_is_told_at_once(
    rig: Rig, client: GatewayClient, gateway: LocalGateway
) -> None:
    gateway.faults("ActivateJobs", overload())
    with pytest.raises(BackpressureError):
        await client.activate_jobs(REQUEST, LONG)
    assert rig.observed == [("ActivateJobs", "RESOURCE_EXHAUSTED")]


async def test_a_refusal_is_in_the_words_of_the_engine(
    client: GatewayClient, gateway: LocalGateway
) -> None:
    text = "Expected to handle gRPC request ActivateJobs with tenant identifier 'x'"
    gateway.faults("ActivateJobs", refuse(Status.INVALID_ARGUMENT, text))
    with pytest.raises(RejectedError, match="tenant identifier"):
        await client.activate_jobs(REQUEST, LONG)
