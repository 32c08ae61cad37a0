"""Tokens: fetched once for everybody, renewed in time, and what is said when there is none."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from devstack.certificates import Authority
from tests.fakes.token_server import TokenServer
from tests.zeebe.gateway import LocalGateway
from tests.zeebe.rig import Rig, eventually
from zeebe_engine.settings import BasicAuth, BearerAuth
from zeebe_operator.model.credentials import Basic, OAuth, Pem, Tls
from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.model.errors import (
    CredentialsRejectedError,
    GatewayError,
    GatewayUnavailableError,
    TlsError,
)
from zeebe_operator.zeebe.tokens import Pace, TokenSource

SECRET = "c4n4ry"
EAGER = Pace(pause=0.0)


@pytest.fixture
async def server() -> AsyncIterator[TokenServer]:
    async with TokenServer({"me": SECRET}) as server:
        yield server


def oauth(server: TokenServer, secret: str = SECRET) -> OAuth:
    return OAuth(server.url, "me", secret, audience="zeebe", scope="all")


def source(server: TokenServer, pace: Pace = EAGER) -> TokenSource:
    return TokenSource(oauth(server), Tls(), pace)


async def test_asks_as_the_standard_says(server: TokenServer) -> None:
    assert await source(server).header() == "Bearer token-1-of-me"
    assert server.requests == [
        {
            "grant_type": "client_credentials",
            "client_id": "me",
            "client_secret": SECRET,
            "audience": "zeebe",
            "scope": "all",
        }
    ]


async def test_sends_no_empty_audience_or_scope(server: TokenServer) -> None:
    await TokenSource(OAuth(server.url, "me", SECRET), Tls()).header()
    assert set(server.requests[0]) == {"grant_type", "client_id", "client_secret"}


async def test_fifty_at_once_cause_one_request(server: TokenServer) -> None:
    server.delay = 0.2
    tokens = source(server)
    headers = await asyncio.gather(*(tokens.header() for _ in range(50)))
    assert set(headers) == {"Bearer token-1-of-me"}
    assert len(server.requests) == 1
    await tokens.header()
    assert len(server.requests) == 1


async def test_whoever_gives_up_waiting_leaves_the_others_their_token(server: TokenServer) -> None:
    server.delay = 0.2
    tokens = source(server)
    first, second = (asyncio.create_task(tokens.header()) for _ in range(2))
    await eventually(lambda: server.requests)
    first.cancel()
    assert await second == "Bearer token-1-of-me"


async def test_is_renewed_ahead_of_its_end_while_the_old_one_serves(server: TokenServer) -> None:
    server.lifetime = 1000
    tokens = TokenSource(oauth(server), Tls(), Pace(ahead=10_000, pause=0.0))
    await tokens.header()
    token = tokens._token
    assert token is not None
    assert token.renewal == pytest.approx(token.expiry - 100), "a tenth of its life"
    tokens._token = replace(token, renewal=0.0)
    server.delay = 0.2
    assert await tokens.header() == "Bearer token-1-of-me"
    await eventually(lambda: tokens._token and tokens._token.header == "Bearer token-2-of-me")
    assert await tokens.header() == "Bearer token-2-of-me"
    assert len(server.requests) == 2


async def test_a_token_that_is_still_valid_outlives_a_token_server(server: TokenServer) -> None:
    tokens = source(server)
    await tokens.header()
    assert tokens._token is not None
    tokens._token = replace(tokens._token, renewal=0.0)
    await server.stop()
    for _ in range(3):
        assert await tokens.header() == "Bearer token-1-of-me"
        await eventually(lambda: tokens._fetching is None)


async def test_an_expired_token_is_not_used(server: TokenServer) -> None:
    tokens = source(server)
    await tokens.header()
    assert tokens._token is not None
    tokens._token = replace(tokens._token, renewal=0.0, expiry=0.0)
    assert await tokens.header() == "Bearer token-2-of-me"


async def test_a_refused_token_is_renewed_once_for_all(server: TokenServer) -> None:
    tokens = source(server)
    old = await tokens.header()
    renewed = await asyncio.gather(*(tokens.renewed(old) for _ in range(50)))
    assert set(renewed) == {"Bearer token-2-of-me"}
    assert len(server.requests) == 2


async def test_a_gateway_that_refuses_every_token_causes_no_flood(server: TokenServer) -> None:
    """A new token comes no sooner than after the pause, and is then the same for all."""
    pause = 0.3
    tokens = source(server, Pace(pause=pause))
    old = await tokens.header()
    clock = asyncio.get_running_loop().time
    asked = tokens._asked
    renewed = await asyncio.gather(*(tokens.renewed(old) for _ in range(50)))
    assert clock() - asked >= pause
    assert set(renewed) == {"Bearer token-2-of-me"}
    assert len(server.requests) == 2


async def test_a_token_server_that_fails_is_left_in_peace(server: TokenServer) -> None:
    server.breaks(503)
    failing = source(server, Pace(pause=3600))
    for _ in range(10):
        with pytest.raises(GatewayUnavailableError):
            await failing.header()
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "body", "error", "words"),
    [
        (401, {"error": "invalid_client"}, CredentialsRejectedError, "401: invalid_client"),
        (
            400,
            {"error": "invalid_scope", "error_description": f"not\n{SECRET}"},
            CredentialsRejectedError,
            "400: invalid_scope: not ***",
        ),
        (404, "a page", CredentialsRejectedError, "404: check the URL"),
        (302, "", CredentialsRejectedError, "302: check the URL; redirects are not followed"),
        (429, "slow down", GatewayUnavailableError, "answers 429"),
        (503, "", GatewayUnavailableError, "answers 503"),
        (200, "a page", GatewayUnavailableError, "answers 200 without a token"),
        (200, {"token": "x"}, GatewayUnavailableError, "answers 200 without a token"),
        (200, {"access_token": "a\nb"}, GatewayUnavailableError, "with what is no token"),
        (200, "x" * 100_000, GatewayUnavailableError, "does not answer"),
    ],
)
async def test_what_an_answer_means(
    server: TokenServer, status: int, body: object, error: type[GatewayError], words: str
) -> None:
    text = body if isinstance(body, str) else json.dumps(body)
    location = f"http://127.0.0.1:{server.port}/elsewhere"
    server.breaks(status, text, **({"Location": location} if status == 302 else {}))
    with pytest.raises(error) as caught:
        await source(server).header()
    assert words in str(caught.value)
    assert server.url in str(caught.value)
    assert SECRET not in str(caught.value)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert len(server.requests) == 1
    server.works()
    await source(server).header()


async def test_a_token_server_that_is_away_is_waited_for(server: TokenServer) -> None:
    tokens = source(server)
    await server.stop()
    with pytest.raises(GatewayUnavailableError, match="does not answer"):
        await tokens.header()
    await server.start()
    await tokens.header()


async def test_https_trusts_the_authority_of_the_connection(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    pair = authority.issue("127.0.0.1")
    async with TokenServer({"me": SECRET}, tls=pair) as server:
        ca = Pem("the CA", authority.certificate.read_bytes())
        await TokenSource(oauth(server), Tls(ca=ca)).header()
        with pytest.raises(TlsError, match=r"token server https://.* cannot be trusted"):
            await TokenSource(oauth(server), Tls()).header()


# On a gateway that asks for tokens.


def letting_in(*tokens: str) -> BearerAuth:
    return BearerAuth(frozenset(tokens))


@pytest.fixture
async def gateway() -> AsyncIterator[LocalGateway]:
    """It lets in the first token alone."""
    async with LocalGateway(auth=letting_in("token-1-of-me")) as gateway:
        yield gateway


def with_tokens(gateway: LocalGateway, server: TokenServer) -> GatewaySettings:
    return GatewaySettings(gateway.address, plaintext=True, auth=oauth(server))


async def test_every_call_carries_the_token(
    rig: Rig, gateway: LocalGateway, server: TokenServer
) -> None:
    client = rig.pool.get(with_tokens(gateway, server))
    await client.capabilities()
    await asyncio.gather(*(client.topology() for _ in range(50)))
    assert len(server.requests) == 1
    assert {code for _, code in rig.observed} == {"OK"}


async def test_a_token_that_the_gateway_refuses_is_replaced_and_the_call_repeated(
    rig: Rig, gateway: LocalGateway, server: TokenServer
) -> None:
    client = rig.pool.get(with_tokens(gateway, server))
    await client.topology()
    await gateway.stop()
    await gateway.start(auth=letting_in("token-2-of-me"))
    again = [(gateway.address, False), (gateway.address, True)]
    await eventually(lambda: rig.changes[-2:] == again)
    await asyncio.gather(*(client.topology() for _ in range(50)))
    assert len(server.requests) == 2


async def test_a_gateway_that_refuses_every_token_is_told_in_its_words(
    rig: Rig, server: TokenServer
) -> None:
    async with LocalGateway(auth=letting_in()) as gateway:
        client = rig.pool.get(with_tokens(gateway, server))
        for ask in (client.capabilities, client.topology):
            with pytest.raises(CredentialsRejectedError, match="Failed to parse bearer token"):
                await ask()


async def test_without_a_token_nothing_is_sent(rig: Rig, server: TokenServer) -> None:
    server.breaks(503)
    async with LocalGateway() as gateway:
        client = rig.pool.get(with_tokens(gateway, server))
        for ask in (client.capabilities, client.topology):
            with pytest.raises(GatewayUnavailableError, match="answers 503") as caught:
                await ask()
            assert caught.value.__context__ is None
        assert not gateway.calls


async def test_a_password_is_sent_with_every_call(rig: Rig) -> None:
    async with LocalGateway(auth=BasicAuth("demo", SECRET)) as gateway:
        basic = Basic("demo", SECRET)
        settings = GatewaySettings(gateway.address, plaintext=True, auth=basic)
        await rig.pool.get(settings).topology()
        other = replace(settings, auth=replace(basic, password="wrong"))
        with pytest.raises(CredentialsRejectedError):
            await rig.pool.get(other).topology()
        assert SECRET not in repr(settings)


async def test_without_credentials_there_is_no_header(rig: Rig, gateway: LocalGateway) -> None:
    with pytest.raises(CredentialsRejectedError, match="but found nothing"):
        await rig.client(gateway.address).topology()


async def test_a_connection_that_closes_waits_for_no_token(
    rig: Rig, gateway: LocalGateway, server: TokenServer
) -> None:
    server.delay = 1.0
    client = rig.pool.get(with_tokens(gateway, server))
    call = asyncio.create_task(client.topology())
    await eventually(lambda: server.requests)
    await rig.pool.close()
    with pytest.raises(GatewayUnavailableError):
        await call
