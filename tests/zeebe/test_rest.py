"""Reading over the REST API."""

from collections.abc import AsyncIterator

import pytest

from tests.fakes.gateway import FakeGateway
from tests.fakes.rest import LONGEST_VALUE, FakeRest
from tests.zeebe.rig import Rig
from zeebe_operator.model.credentials import Basic
from zeebe_operator.model.engine import CreatedInstance, FoundInstance, GatewaySettings
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


@pytest.fixture
async def rest() -> AsyncIterator[FakeRest]:
    async with FakeRest() as rest:
        yield rest


@pytest.fixture
async def client(rig: Rig, gateway: FakeGateway, rest: FakeRest) -> GatewayClient:
    gateway.gateway_version = "8.8.0"
    return rig.pool.get(GatewaySettings(gateway.address, plaintext=True, rest_address=rest.address))


async def test_an_instance_is_found_by_its_key(client: GatewayClient, rest: FakeRest) -> None:
    rest.add(KEY, "COMPLETED")
    created = CreatedInstance(KEY, 2251799813685249, "order", 3, "<default>")
    assert await client.find_instance(KEY) == FoundInstance(created, "COMPLETED")
    assert rest.requests == [f"GET /v2/process-instances/{KEY}"]


async def test_an_instance_that_is_not_there_yet_is_none(client: GatewayClient) -> None:
    assert await client.find_instance(KEY) is None


async def test_instances_are_found_by_a_tag(client: GatewayClient, rest: FakeRest) -> None:
    rest.add(1, "ACTIVE", "k8s-uid:a", "team:b")
    rest.add(2, "ACTIVE", "k8s-uid:c")
    found = await client.find_instances_by_tag("k8s-uid:a")
    assert [each.created.process_instance_key for each in found] == [1]


async def test_variables_are_those_of_the_root_scope(client: GatewayClient, rest: FakeRest) -> None:
    rest.add(KEY, "COMPLETED", a=1, b={"c": [None]}, d=None)
    rest.add_variable(KEY, KEY + 1, "a", "of an element")
    rest.add_variable(1, 1, "a", "of another instance")
    assert await client.variables_of(KEY, []) == {"a": 1, "b": {"c": [None]}, "d": None}
    assert await client.variables_of(KEY, ["d", "nobody"]) == {"d": None}


async def test_what_a_search_cuts_is_read_in_full(client: GatewayClient, rest: FakeRest) -> None:
    long = "x" * LONGEST_VALUE
    rest.add(KEY, "COMPLETED", long=long)
    assert await client.variables_of(KEY, []) == {"long": long}
    assert rest.requests[-1] == "GET /v2/variables/1"


async def test_many_variables_come_in_pages(client: GatewayClient, rest: FakeRest) -> None:
    many = {f"v{number}": number for number in range(2 * PAGE + 1)}
    rest.add(KEY, "COMPLETED", **many)
    assert await client.variables_of(KEY, []) == many
    assert len(rest.requests) == 3


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
    client: GatewayClient, rest: FakeRest, status: int, body: object, error: type[GatewayError]
) -> None:
    rest.faults.append((status, body))
    with pytest.raises(error) as raised:
        await client.find_instances_by_tag("t")
    assert type(raised.value) is error


async def test_nobody_there_is_no_connection(rig: Rig, gateway: FakeGateway) -> None:
    settings = GatewaySettings(gateway.address, plaintext=True, rest_address="http://127.0.0.1:1")
    with pytest.raises(GatewayUnavailableError, match=r"no answer from the REST API at http://127"):
        await rig.pool.get(settings).find_instance(KEY)


async def test_without_an_address_nothing_is_read(client: GatewayClient, rig: Rig) -> None:
    assert (await client.capabilities()).reads
    bare = rig.client("127.0.0.1:1")
    with pytest.raises(NotSupportedByGatewayError, match=r"needs spec\.restAddress"):
        await bare.find_instance(KEY)


async def test_the_credentials_of_the_connection_go_along(
    rig: Rig, gateway: FakeGateway, rest: FakeRest
) -> None:
    gateway.gateway_version = "8.8.0"
    rest.add(KEY)
    settings = GatewaySettings(
        gateway.address, plaintext=True, rest_address=rest.address, auth=Basic("me", "s3cret")
    )
    assert await rig.pool.get(settings).find_instance(KEY)
    assert rest.headers["Authorization"] == "Basic bWU6czNjcmV0"


async def test_requests_are_counted(rig: Rig, client: GatewayClient) -> None:
    await client.find_instance(KEY)
    assert ("REST GET process-instances", "404") in rig.observed
