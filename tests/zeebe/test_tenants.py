"""Tenants: every request that can name one does, and a gateway with multi-tenancy takes it."""

from collections.abc import AsyncIterator

import pytest

from tests.zeebe.gateway import LocalGateway
from tests.zeebe.processes import process
from tests.zeebe.rig import Rig
from zeebe_operator.model.engine import CreateInstance, PublishMessage
from zeebe_operator.model.errors import CredentialsRejectedError, RejectedError
from zeebe_operator.zeebe.client import GatewayClient

MADE = [
    ("PROCESS", "CREATED"),
    ("PROCESS_INSTANCE_CREATION", "CREATED"),
    ("MESSAGE", "PUBLISHED"),
]


@pytest.fixture
async def gateway() -> AsyncIterator[LocalGateway]:
    async with LocalGateway(tenants=frozenset({"acme"})) as gateway:
        yield gateway


async def act(client: GatewayClient, tenant: str | None) -> None:
    await client.deploy([process("order")], tenant)
    await client.create_instance(CreateInstance(bpmn_process_id="order", tenant_id=tenant))
    await client.publish_message(PublishMessage("paid", "", 0, "", tenant_id=tenant))


async def test_a_tenant_is_part_of_every_request(
    gateway: LocalGateway, client: GatewayClient
) -> None:
    await act(client, "acme")
    told = [one["value"]["tenantId"] for what in MADE for one in gateway.happened(*what)]
    assert told == ["acme"] * 3


async def test_a_gateway_with_tenants_wants_one(client: GatewayClient) -> None:
    with pytest.raises(RejectedError, match="but no tenant identifier was provided"):
        await act(client, None)


async def test_a_tenant_of_somebody_else_is_no_outage(client: GatewayClient) -> None:
    with pytest.raises(CredentialsRejectedError, match="tenant is not authorized"):
        await act(client, "umbrella")


async def test_a_gateway_without_tenants_takes_the_default_one_alone(rig: Rig) -> None:
    async with LocalGateway() as gateway:
        client = rig.client(gateway.address)
        await act(client, "<default>")
        with pytest.raises(RejectedError, match="'acme', but multi-tenancy is disabled"):
            await act(client, "acme")
