"""Authorities and certificates: clients trust what they should, and nothing else."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest

from devstack.certificates import Authority, Certificate
from zeebe_operator.zeebe.pb import gateway_pb2, gateway_pb2_grpc

HOST = "127.0.0.1"


@contextmanager
def _server(certificate: Certificate, clients: Authority | None = None) -> Iterator[str]:
    """It knows no method: a client that gets that answer has got through."""
    pair = (certificate.key.read_bytes(), certificate.certificate.read_bytes())
    credentials = grpc.ssl_server_credentials(
        [pair],
        root_certificates=None if clients is None else clients.certificate.read_bytes(),
        require_client_auth=clients is not None,
    )
    with ThreadPoolExecutor(1) as pool:
        server = grpc.server(pool)
        port = server.add_secure_port(f"{HOST}:0", credentials)
        server.start()
        try:
            yield f"{HOST}:{port}"
        finally:
            server.stop(None).wait()


def _said_to(address: str, authority: Authority, own: Certificate | None = None) -> str:
    key, chain = (own.key.read_bytes(), own.certificate.read_bytes()) if own else (None, None)
    credentials = grpc.ssl_channel_credentials(authority.certificate.read_bytes(), key, chain)
    options = [("grpc.use_local_subchannel_pool", 1)]
    with grpc.secure_channel(address, credentials, options=options) as channel:
        with pytest.raises(grpc.RpcError) as caught:
            gateway_pb2_grpc.GatewayStub(channel).Topology(  # type: ignore[no-untyped-call]
                gateway_pb2.TopologyRequest(), timeout=30
            )
        return str(caught.value)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def test_a_client_with_the_authority_gets_through(authority: Authority) -> None:
    with _server(authority.issue("localhost", HOST)) as address:
        assert "UNIMPLEMENTED" in _said_to(address, authority)


def test_a_client_with_another_authority_does_not(authority: Authority, tmp_path: Path) -> None:
    with _server(authority.issue(HOST)) as address:
        said = _said_to(address, Authority(tmp_path, "another"))
    assert "unable to get local issuer certificate" in said


def test_another_host_is_refused(authority: Authority) -> None:
    with _server(authority.issue("zeebe.example.com")) as address:
        assert "Hostname Verification Check failed" in _said_to(address, authority)


def test_what_has_expired_is_refused(authority: Authority) -> None:
    with _server(authority.issue(HOST, lifetime=-60.0)) as address:
        assert "certificate has expired" in _said_to(address, authority)


def test_clients_have_certificates_too(authority: Authority) -> None:
    with _server(authority.issue(HOST), clients=authority) as address:
        assert "UNAVAILABLE" in _said_to(address, authority)
        assert "UNIMPLEMENTED" in _said_to(address, authority, authority.issue(name="client"))


def test_nobody_else_may_read_a_key(authority: Authority) -> None:
    assert authority.issue(HOST).key.stat().st_mode & 0o777 == 0o600
