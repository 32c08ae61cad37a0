"""Reading over the REST API: how it is asked, and what becomes of any answer."""

from collections.abc import AsyncIterator

import pytest

from tests.zeebe import pages
from tests.zeebe.gateway import LocalGateway
from tests.zeebe.processes import process
from tests.zeebe.rig import Rig
from zeebe_engine.settings import BasicAuth
from zeebe_operator.model.credentials import Basic
from zeebe_operator.model.engine import CreateInstance, GatewaySettings
from zeebe_operator.model.errors import (
    BackpressureError,
    CredentialsRejectedError,
    GatewayError,
    GatewayUnavailableError,
    NotFoundError,
    NotSupportedByGatewayError,
    RejectedError,
)
from zeebe_operator.zeebe.client import GatewayClient
from zeebe_operator.zeebe.rest import PAGE

KEY = 2251799813685300
GET_INSTANCE = "GET /v2/process-instances/{key}"
SEARCH = "POST /v2/variables/search"
CUT = "x" * 10_000
"""Longer than what a search tells of a value."""


@pytest.fixture
async def gateway() -> AsyncIterator[LocalGateway]:
    async with LocalGateway("8.8") as gateway:
        yield gateway


@pytest.fixture
async def client(rig: Rig, gateway: LocalGateway) -> GatewayClient:
    return rig.pool.get(rig.settings(gateway.address, rest_address=gateway.rest_address))


async def started(client: GatewayClient, **variables: object) -> int:
    await client.deploy([process("order")], None)
    wanted = CreateInstance(bpmn_process_id="order", variables=variables)
    return (await client.create_instance(wanted)).process_instance_key


async def test_an_instance_is_found_with_one_request(
    client: GatewayClient, gateway: LocalGateway
) -> None:
    assert await client.find_instance(await started(client))
    assert gateway.calls[GET_INSTANCE] == 1


async def test_an_instance_that_is_not_there_yet_is_none(rig: Rig) -> None:
    async with LocalGateway("8.8", read_lag=3600) as gateway:
        settings = rig.settings(gateway.address, rest_address=gateway.rest_address)
        client = rig.pool.get(settings)
        assert await client.find_instance(await started(client)) is None


async def test_what_a_search_cuts_is_read_in_full(
    client: GatewayClient, gateway: LocalGateway
) -> None:
    key = await started(client, long=CUT, short=1)
    assert await client.variables_of(key, []) == {"long": CUT, "short": 1}
    assert gateway.calls["GET /v2/variables/{key}"] == 1


async def test_many_variables_come_in_pages(client: GatewayClient, gateway: LocalGateway) -> None:
    many = {f"v{number}": number for number in range(2 * PAGE + 1)}
    assert await client.variables_of(await started(client, **many), []) == many
    assert gateway.calls[SEARCH] == 3


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, {"title": "INVALID_ARGUMENT", "detail": "bad"}, RejectedError),
        (401, "", CredentialsRejectedError),
        (403, {"title": "FORBIDDEN", "detail": "no READ"}, CredentialsRejectedError),
        (
            403,
            {"detail": "set camunda.data.secondary-storage.type"},
            NotSupportedByGatewayError,
        ),
        (404, {"title": "NOT_FOUND"}, NotFoundError),
        (429, "slow down", BackpressureError),
        (503, {"title": "RESOURCE_EXHAUSTED"}, BackpressureError),
        (503, "<html>", GatewayUnavailableError),
        (500, {"title": "INTERNAL"}, GatewayUnavailableError),
        (302, "", GatewayUnavailableError),
        (200, "<html>", GatewayUnavailableError),
        (200, {"hello": 1}, GatewayUnavailableError),
        (200, [1], GatewayUnavailableError),
    ],
)
async def test_every_answer_is_one_of_our_errors(
    rig: Rig, status: int, body: object, error: type[GatewayError]
) -> None:
    async with pages.answering(status, body) as address:
        client = rig.pool.get(rig.settings("127.0.0.1:1", rest_address=address))
        with pytest.raises(error) as raised:
            await client.find_instances_by_tag("t")
    assert type(raised.value) is error


async def test_nobody_there_is_no_connection(rig: Rig, gateway: LocalGateway) -> None:
    settings = GatewaySettings(gateway.address, plaintext=True, rest_address="http://127.0.0.1:1")
    with pytest.raises(GatewayUnavailableError, match=r"no answer from the REST API at http://127"):
        await rig.pool.get(settings).find_instance(KEY)


async def test_without_an_address_nothing_is_read(client: GatewayClient, rig: Rig) -> None:
    assert (await client.capabilities()).reads
    bare = rig.client("127.0.0.1:1")
    with pytest.raises(NotSupportedByGatewayError, match=r"needs spec\.restAddress"):
        await bare.find_instance(KEY)


async def test_the_credentials_of_the_connection_go_along(rig: Rig) -> None:
    async with LocalGateway("8.8", auth=BasicAuth("me", "s3cret")) as gateway:

        def client(password: str) -> GatewayClient:
            settings = GatewaySettings(
                gateway.address,
                plaintext=True,
                rest_address=gateway.rest_address,
                auth=Basic("me", password),
            )
            return rig.pool.get(settings)

        assert await client("s3cret").find_instance(await started(client("s3cret")))
        with pytest.raises(CredentialsRejectedError, match="the REST API answers 401"):
            await client("wrong").find_instance(KEY)


async def test_requests_are_counted(rig: Rig, client: GatewayClient) -> None:
    await client.find_instance(KEY)
    assert ("REST GET process-instances", "404") in rig.observed
