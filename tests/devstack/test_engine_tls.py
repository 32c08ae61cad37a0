"""The local engine behind TLS: whom it answers, and whom it does not."""

from collections.abc import Iterator

import grpc
import pytest

from devstack import http_probe
from devstack.certificates import Authority, Certificate
from devstack.engine import Engine, Options
from tests.devstack.client import Client

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def server(authority: Authority) -> Certificate:
    return authority.issue("localhost", "127.0.0.1")


@pytest.fixture(scope="module")
def guarded(server: Certificate) -> Iterator[Engine]:
    with Engine.alone(Options(tls=server)) as engine:
        yield engine


@pytest.fixture(scope="module")
def mutual(server: Certificate, authority: Authority) -> Iterator[Engine]:
    with Engine.alone(Options(tls=server, client_ca=authority.certificate)) as engine:
        yield engine


def version(engine: Engine, authority: Authority, client: Certificate | None = None) -> str:
    pair = [client.key.read_bytes(), client.certificate.read_bytes()] if client else [None, None]
    credentials = grpc.ssl_channel_credentials(authority.certificate.read_bytes(), *pair)
    with grpc.secure_channel(engine.gateway_address, credentials) as channel:
        return Client(channel).topology().gatewayVersion


def test_who_trusts_the_authority_is_answered(guarded: Engine, authority: Authority) -> None:
    assert version(guarded, authority).startswith("8.10.")


def test_who_does_not_is_refused(guarded: Engine) -> None:
    credentials = grpc.ssl_channel_credentials()
    with (
        grpc.secure_channel(guarded.gateway_address, credentials) as channel,
        pytest.raises(grpc.RpcError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        Client(channel).topology()


def test_plaintext_is_refused(guarded: Engine) -> None:
    with (
        grpc.insecure_channel(guarded.gateway_address) as channel,
        pytest.raises(grpc.RpcError, match="UNAVAILABLE"),
    ):
        Client(channel).topology()


def test_its_rest_api_speaks_tls_too(guarded: Engine) -> None:
    assert guarded.rest_address.startswith("https://")
    assert http_probe.is_ok(guarded.ports[1], "/v2/topology", tls=True)
    assert not http_probe.is_ok(guarded.ports[1], "/v2/topology")


def test_who_shows_a_certificate_is_answered(mutual: Engine, authority: Authority) -> None:
    assert version(mutual, authority, authority.issue(name="me")).startswith("8.10.")


def test_who_shows_none_is_refused(mutual: Engine, authority: Authority) -> None:
    with pytest.raises(grpc.RpcError, match="UNAVAILABLE"):
        version(mutual, authority)
