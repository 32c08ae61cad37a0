"""TLS on a gateway that speaks nothing else, and mutual TLS through a proxy before one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from devstack.certificates import Authority
from devstack.engine import Engine, Options
from tests.acceptance import bpmn
from tests.acceptance.cluster import (
    Cluster,
    Object,
    condition,
    eventually,
    instance,
    message,
    process,
    ready,
    resource,
    secret,
)
from tests.acceptance.operator_process import Operator
from tests.fakes.background import background
from tests.fakes.proxy import Proxy

HOST = "127.0.0.1"


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("stranger"), "stranger")


@pytest.fixture(scope="module")
def guarded(authority: Authority) -> Iterator[Engine]:
    with Engine.alone(Options(tls=authority.issue(HOST, "zeebe.example.com"))) as running:
        yield running


def ca(authority: Authority) -> Object:
    return secret("ca", ca_crt=authority.certificate.read_bytes())


def connection(address: str, **spec: object) -> Object:
    return resource("ZeebeConnection", "default", gatewayAddress=address, **spec)


def trusting(**tls: object) -> Object:
    return {"caSecretRef": {"name": "ca"}, **tls}


def told(cluster: Cluster, words: str) -> Object:
    """Stalled, in those words."""
    found = cluster.until("zconn", "default", lambda seen: words in ready(seen).get("message", ""))
    assert condition(found, "Stalled")["reason"] == "TlsFailed"
    return found


def published(guarded: Engine, name: str) -> int:
    found = guarded.records.all("MESSAGE", "PUBLISHED", "EVENT")
    return sum(record.value["name"] == name for record in found)


def test_an_engine_behind_tls_is_used_like_any_other(
    cluster: Cluster, operator: Operator, guarded: Engine, authority: Authority
) -> None:
    name = f"tls-{cluster.namespace}"
    cluster.apply(connection(guarded.gateway_address, tls=trusting()))
    cluster.until_reason("zconn", "default", "DependencyNotReady")
    cluster.apply(
        instance("i", processRef={"name": "p"}),
        message("m", name),
        process("p", bpmn.straight(name)),
    )
    cluster.until_reason("zmsg", "m", "DependencyNotReady")
    assert "Secret 'ca' does not exist" in ready(cluster.get("zconn", "default"))["message"]
    cluster.apply(ca(authority))
    cluster.wait_ready("zconn/default", "zproc/p", "zmsg/m", "zinst/i")
    assert published(guarded, name) == 1


def test_another_name_can_be_asked_for(
    cluster: Cluster, operator: Operator, guarded: Engine, authority: Authority
) -> None:
    tls = trusting(serverName="somebody.example.com")
    cluster.apply(ca(authority), connection(guarded.gateway_address, tls=tls))
    told(cluster, "its certificate is for another name")
    cluster.patch("zconn", "default", {"spec": {"tls": {"serverName": "zeebe.example.com"}}})
    cluster.wait_ready("zconn/default")


def test_a_wrong_authority_is_said_and_mended_by_its_secret(
    cluster: Cluster, operator: Operator, guarded: Engine, authority: Authority, stranger: Authority
) -> None:
    name = f"wrong-{cluster.namespace}"
    cluster.apply(ca(stranger), connection(guarded.gateway_address, tls=trusting()))
    told(cluster, "not trusted: give that one in tls.caSecretRef")
    cluster.apply(message("m", name, timeToLive="1s"))
    cluster.until_reason("zmsg", "m", "TlsFailed")
    cluster.apply(ca(authority))
    cluster.wait_ready("zconn/default", "zmsg/m")
    assert published(guarded, name) == 1


def test_the_well_known_authorities_do_not_vouch_for_it(
    cluster: Cluster, operator: Operator, guarded: Engine
) -> None:
    cluster.apply(connection(guarded.gateway_address))
    told(cluster, "not trusted: give that one in tls.caSecretRef")


def test_whoever_mixes_up_tls_and_plaintext_is_told(
    cluster: Cluster, operator: Operator, guarded: Engine
) -> None:
    cluster.apply(connection(guarded.gateway_address, plaintext=True))
    told(cluster, "it expects TLS: remove plaintext: true")
    cluster.apply(connection(cluster.gateway_address, plaintext=False))
    told(cluster, "it does not speak TLS: set plaintext: true")
    cluster.patch("zconn", "default", {"spec": {"plaintext": True}})
    cluster.wait_ready("zconn/default")


def test_what_is_no_certificate_is_named(
    cluster: Cluster, operator: Operator, guarded: Engine, authority: Authority
) -> None:
    cluster.apply(
        secret("ca", ca_crt="c4n4ry"), connection(guarded.gateway_address, tls=trusting())
    )
    found = cluster.until_reason("zconn", "default", "InvalidSpec")
    assert ready(found)["message"] == (
        "key 'ca.crt' of Secret 'ca' holds no certificate in PEM form"
    )
    cluster.apply(ca(authority))
    cluster.wait_ready("zconn/default")


def test_an_expired_certificate_is_said_and_its_renewal_noticed(
    cluster: Cluster, operator: Operator, authority: Authority
) -> None:
    expired = authority.issue(HOST, lifetime=-60.0)
    with background(Proxy(cluster.gateway_address, expired)) as proxy:
        cluster.apply(ca(authority), connection(proxy.address, tls=trusting()))
        told(cluster, "its certificate has expired: renew it at the gateway")
        assert "Handshake failed" not in operator.said(), "gRPC writes past the log"
        proxy.rotate(authority.issue(HOST), None)
        cluster.wait_ready("zconn/default")


def test_a_client_certificate_is_asked_for_shown_and_refused(
    cluster: Cluster, operator: Operator, authority: Authority, stranger: Authority
) -> None:
    name = f"mtls-{cluster.namespace}"
    tls = trusting(clientCertSecretRef={"name": "pair"})
    guarded = Proxy(cluster.gateway_address, authority.issue(HOST), authority)
    with background(guarded) as proxy:
        cluster.apply(ca(authority), connection(proxy.address, tls=trusting()))
        told(cluster, "it seems to ask for a client certificate: set tls.clientCertSecretRef")
        unknown, known = stranger.issue(name="operator"), authority.issue(name="operator")
        cluster.apply(
            secret(
                "pair", tls_crt=known.certificate.read_bytes(), tls_key=unknown.key.read_bytes()
            ),
            connection(proxy.address, tls=tls),
        )
        found = cluster.until_reason("zconn", "default", "InvalidSpec")
        assert "'tls.key' of Secret 'pair' does not belong" in ready(found)["message"]
        cluster.apply(
            secret(
                "pair", tls_crt=unknown.certificate.read_bytes(), tls_key=unknown.key.read_bytes()
            )
        )
        told(cluster, "it seems to refuse the client certificate in key 'tls.crt' of Secret 'pair'")
        cluster.apply(
            secret("pair", tls_crt=known.certificate.read_bytes(), tls_key=known.key.read_bytes()),
            message("m", name),
        )
        cluster.wait_ready("zconn/default", "zmsg/m")
        assert proxy.calls["PublishMessage"] == 1


def test_the_own_connection_follows_its_files(
    cluster: Cluster,
    stopped_operator: Operator,
    guarded: Engine,
    authority: Authority,
    stranger: Authority,
    tmp_path: Path,
) -> None:
    file = tmp_path / "ca.crt"
    operator = stopped_operator
    operator.set_environ(
        ZEEBE_ADDRESS=guarded.gateway_address,
        ZEEBE_INSECURE_CONNECTION=None,
        CAMUNDA_MTLS_CA_PATH=str(file),
    )
    operator.start().wait_ready()
    name = f"own-{cluster.namespace}"
    cluster.apply(message("m", name))
    found = cluster.until_reason("zmsg", "m", "DependencyNotReady")
    assert f"file {file} cannot be read" in ready(found)["message"]
    file.write_bytes(stranger.certificate.read_bytes())
    found = cluster.until_reason("zmsg", "m", "TlsFailed")
    assert "CAMUNDA_MTLS_CA_PATH" in ready(found)["message"]
    file.write_bytes(authority.certificate.read_bytes())
    cluster.wait_ready("zmsg/m")
    assert published(guarded, name) == 1
    eventually(lambda: "Traceback" not in operator.said())
