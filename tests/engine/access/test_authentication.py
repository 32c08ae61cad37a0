"""Who is let in: with opaque tokens, signed tokens, and basic credentials."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import grpc
import pytest
from grpc import StatusCode

from tests.engine.grpc.rig import served
from zeebe_engine.access import authenticate
from zeebe_engine.engine.refusals import Refusal, Status
from zeebe_engine.settings import BasicAuth, BearerAuth, Settings
from zeebe_operator.zeebe.pb import gateway_pb2 as pb

OPAQUE = BearerAuth(frozenset({"one", "twö"}))
SIGNED = BearerAuth(audience="zeebe", secret="s3cret")
BASIC = BasicAuth("demo", "dëmo")


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def token(secret: str = "s3cret", algorithm: str = "HS256", **claims: Any) -> str:
    told = {"exp": time.time() + 60, "aud": "zeebe", **claims}
    parts = (json.dumps(one).encode() for one in ({"alg": algorithm, "typ": "JWT"}, told))
    signed = ".".join(encoded(part) for part in parts)
    return f"{signed}.{encoded(hmac.digest(secret.encode(), signed.encode(), 'sha256'))}"


def basic(pair: str) -> str:
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


@pytest.mark.parametrize(
    ("auth", "header"),
    [
        (None, None),
        (None, "nonsense"),
        (OPAQUE, "Bearer one"),
        (OPAQUE, "Bearer twö"),
        (BASIC, basic("demo:dëmo")),
    ],
)
def test_who_is_known_may(auth: BasicAuth | BearerAuth | None, header: str | None) -> None:
    authenticate(auth, header)


@pytest.mark.parametrize("auth", [OPAQUE, SIGNED])
def test_a_token_is_wanted(auth: BearerAuth) -> None:
    words = r"^Expected bearer token at header with key \[authorization\], but found nothing$"
    with pytest.raises(Refusal, match=words) as caught:
        authenticate(auth, None)
    assert caught.value.status is Status.UNAUTHENTICATED


@pytest.mark.parametrize("header", ["Bearer three", "Bearer", "one", "Bearer onetwö", "Basic one"])
def test_another_token_is_refused(header: str) -> None:
    words = "^Failed to parse bearer token, see cause for details$"
    with pytest.raises(Refusal, match=words) as caught:
        authenticate(OPAQUE, header)
    assert caught.value.status is Status.UNAUTHENTICATED


@pytest.mark.parametrize("header", [None, "", basic("demo:demo"), basic("dëmo")])
def test_other_credentials_are_refused(header: str | None) -> None:
    with pytest.raises(Refusal, match="basic credentials") as caught:
        authenticate(BASIC, header)
    assert caught.value.status is Status.UNAUTHENTICATED


@pytest.mark.parametrize("make", [token, lambda: token(aud=["other", "zeebe"])])
def test_a_signed_token_is_good(make: Callable[[], str]) -> None:
    authenticate(SIGNED, f"Bearer {make()}")


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: token("other"), id="of somebody else"),
        pytest.param(lambda: token(algorithm="none"), id="of no algorithm"),
        pytest.param(lambda: token(exp=time.time() - 1), id="over"),
        pytest.param(lambda: token(exp="never"), id="of no end"),
        pytest.param(lambda: token(aud="other"), id="for somebody else"),
        pytest.param(lambda: token(aud=[]), id="for nobody"),
        pytest.param(lambda: token()[:-2] + "xx", id="of a broken signature"),
        pytest.param(lambda: f"{token()}.x", id="of four parts"),
        pytest.param(lambda: "a.ä.c", id="of nonsense"),
        pytest.param(lambda: "..", id="of nothing"),
    ],
)
def test_a_token_that_is_not_for_us_is_refused(make: Callable[[], str]) -> None:
    with pytest.raises(Refusal, match="Failed to parse bearer token"):
        authenticate(SIGNED, f"Bearer {make()}")


async def test_the_header_of_a_call_is_looked_at_before_all_else() -> None:
    async with served(Settings(auth=OPAQUE)) as rig:
        request = pb.PublishMessageRequest(name="paid", variables="no JSON")
        call = rig.stub.PublishMessage(request, metadata=(("authorization", "Bearer x"),))
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call
        assert caught.value.code() is StatusCode.UNAUTHENTICATED
        assert rig.faults.trace == []
        await rig.stub.CompleteJob(
            pb.CompleteJobRequest(jobKey=1), metadata=(("authorization", "Bearer one"),)
        )
        assert rig.gateway.seen[0].key == 1
