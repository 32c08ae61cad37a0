"""Tenants: every request that can name one does, and a gateway with multi-tenancy takes it."""

import pytest

from tests.fakes.gateway import FakeGateway
from tests.zeebe.processes import process
from zeebe_operator.model.engine import CreateInstance, PublishMessage
from zeebe_operator.model.errors import CredentialsRejectedError, RejectedError
from zeebe_operator.zeebe.client import GatewayClient


async def act(client: GatewayClient, tenant: str | None) -> None:
    await client.deploy([process("order")], tenant)
    await client.create_instance(CreateInstance(bpmn_process_id="order", tenant_id=tenant))
    await client.publish_message(PublishMessage("paid", "", 0, "", tenant_id=tenant))


async def test_a_tenant_is_part_of_every_request(
    gateway: FakeGateway, client: GatewayClient
) -> None:
    gateway.tenants = frozenset({"acme"})
    await act(client, "acme")
    assert [one.request.tenantId for one in gateway.log] == ["acme"] * 3  # type: ignore[attr-defined]


async def test_a_gateway_with_tenants_wants_one(
    gateway: FakeGateway, client: GatewayClient
) -> None:
    gateway.tenants = frozenset({"acme"})
    with pytest.raises(RejectedError, match="but no tenant identifier was provided"):
        await act(client, None)


async def test_a_tenant_of_somebody_else_is_no_outage(
    gateway: FakeGateway, client: GatewayClient
) -> None:
    gateway.tenants = frozenset({"acme"})
    with pytest.raises(CredentialsRejectedError, match="tenant is not authorized"):
        await act(client, "umbrella")


async def test_a_gateway_without_tenants_takes_the_default_one_alone(client: GatewayClient) -> None:
    """In the words of a broker 8.6.0: see test_contract."""
    await act(client, "<default>")
    with pytest.raises(RejectedError, match="'acme', but multi-tenancy is disabled"):
        await act(client, "acme")
