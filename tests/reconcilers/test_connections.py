"""Secrets of connections: read by the connection alone, again and again; a change reaches all."""

import base64
from typing import Any

import pytest

from tests.fakes.memory_gateway import MemoryGateway
from tests.reconcilers.rig import DEFAULT, Rig
from zeebe_operator.model.credentials import Basic, OAuth, Pem, Tls
from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.model.errors import (
    ClusterUnavailableError,
    CredentialsRejectedError,
    DependencyError,
    ForbiddenError,
    InvalidSpecError,
    TlsError,
)
from zeebe_operator.model.names import Kind, ObjectKey
from zeebe_operator.reconcilers import connection

BASIC = {
    "gatewayAddress": "zeebe:26500",
    "auth": {"basic": {"secretRef": {"name": "login"}}},
}
USED = {"connectionRef": {"name": "zeebe"}, "messageName": "m"}


def encoded(**values: str) -> dict[str, str]:
    """`_` in a name stands for a dot."""
    return {
        key.replace("_", "."): base64.b64encode(value.encode()).decode()
        for key, value in values.items()
    }


def settings(password: str = "one") -> GatewaySettings:
    return GatewaySettings("zeebe:26500", auth=Basic("demo", password))


def login(rig: Rig, **values: str) -> ObjectKey:
    given = values or {"username": "demo", "password": "one"}
    return rig.cluster.create(Kind.SECRET, "login", data=encoded(**given))


async def connected(rig: Rig, **spec: Any) -> ObjectKey:
    key = rig.cluster.create(Kind.CONNECTION, "zeebe", {**BASIC, **spec})
    await rig.settle()
    return key


async def test_every_field_reaches_the_settings(rig: Rig) -> None:
    rig.cluster.create(Kind.SECRET, "ca", data=encoded(own="A"))
    rig.cluster.create(Kind.SECRET, "pair", data=encoded(tls_crt="C", tls_key="K"))
    rig.cluster.create(Kind.SECRET, "client", data=encoded(clientId="me\n", clientSecret="s"))
    key = await connected(
        rig,
        tls={
            "caSecretRef": {"name": "ca", "key": "own"},
            "clientCertSecretRef": {"name": "pair"},
            "serverName": "zeebe.example.com",
        },
        auth={
            "oauth": {
                "tokenUrl": "https://login",
                "secretRef": {"name": "client"},
                "audience": "a",
                "scope": "b",
            }
        },
    )
    assert rig.told(key) == ("True", "Connected")
    assert rig.connections.known(key) == GatewaySettings(
        "zeebe:26500",
        tls=Tls(
            ca=Pem("key 'own' of Secret 'ca'", b"A"),
            certificate=Pem("key 'tls.crt' of Secret 'pair'", b"C"),
            key=Pem("key 'tls.key' of Secret 'pair'", b"K"),
            server_name="zeebe.example.com",
        ),
        auth=OAuth("https://login", "me", "s", "a", "b"),
    )


async def test_a_thousand_messages_read_no_secret(rig: Rig) -> None:
    login(rig)
    await connected(rig)
    before = len(rig.cluster.reads)
    for number in range(1000):
        rig.cluster.create(Kind.MESSAGE, f"m-{number}", USED)
    await rig.settle()
    assert len(rig.gateway.executed) == 1000
    assert len(rig.cluster.reads) == before


async def test_whoever_comes_first_reads_it_once_for_all(rig: Rig) -> None:
    login(rig)
    rig.cluster.create(Kind.CONNECTION, "zeebe", BASIC)
    messages = [rig.cluster.create(Kind.MESSAGE, f"m-{number}", USED) for number in range(10)]
    await rig.settle()
    assert {rig.told(key) for key in messages} == {("True", "Published")}
    assert len(rig.cluster.reads) <= 2, "by the connection, and by one message if that was earlier"


async def test_a_changed_secret_is_noticed_within_30_seconds_and_wakes_the_users(rig: Rig) -> None:
    secret = login(rig)
    refusing, good = MemoryGateway(), rig.gateway
    refusing.fail("capabilities", CredentialsRejectedError("no"), times=100)
    rig.gateways.others[settings("wrong")] = refusing
    rig.cluster.set_data(secret, **encoded(username="demo", password="wrong"))
    refusing.fail("topology", CredentialsRejectedError("who are you"), times=100)
    refusing.fail("publish_message", CredentialsRejectedError("who are you"), times=100)
    key = await connected(rig)
    message = rig.cluster.create(Kind.MESSAGE, "m", USED)
    await rig.settle()
    assert rig.told(key, "Stalled") == ("True", "CredentialsRejected")
    assert rig.told(message, "Stalled") == ("True", "CredentialsRejected")
    rig.cluster.set_data(secret, **encoded(username="demo", password="one"))
    await rig.settle_for(connection.SECRETS + 1)
    assert connection.SECRETS + 1 < 30
    assert rig.told(key) == ("True", "Connected")
    assert rig.told(message) == ("True", "Published")
    assert good.methods() == ["publish_message"]


async def test_an_unchanged_secret_wakes_and_writes_nothing(rig: Rig) -> None:
    login(rig)
    key = await connected(rig)
    rig.gateways.default.up = False
    message = rig.cluster.create(Kind.MESSAGE, "m", USED)
    await rig.settle()
    rig.gateways.default.up = True
    rig.cluster.writes.clear()
    before = len(rig.cluster.reads)
    await rig.settle_for(600)
    assert len(rig.cluster.reads) - before >= 600 / connection.SECRETS
    assert {write.key for write in rig.cluster.writes} <= {message, key}
    assert len(rig.cluster.writes) <= 2


async def test_the_same_content_in_a_new_version_is_no_change(rig: Rig) -> None:
    secret = login(rig)
    key = await connected(rig)
    woken: list[object] = []
    rig.connections._wake = woken.append
    rig.cluster.annotate(secret, "touched", "yes")
    await rig.settle_for(connection.SECRETS + 1)
    assert woken == []
    rig.cluster.set_data(secret, **encoded(username="demo", password="two"))
    await rig.settle_for(connection.SECRETS + 1)
    assert woken == [key]
    assert rig.connections.known(key) == settings("two")


@pytest.mark.parametrize("error", [ForbiddenError("403"), ClusterUnavailableError("away")])
async def test_a_secret_that_cannot_be_read_for_a_while_breaks_nothing(
    rig: Rig, error: ForbiddenError | ClusterUnavailableError
) -> None:
    login(rig)
    key = await connected(rig)
    rig.cluster.fail("get", error, times=3)
    await rig.settle_for(3 * connection.SECRETS)
    assert rig.told(key) == ("True", "Connected")
    message = rig.cluster.create(Kind.MESSAGE, "m", USED)
    await rig.settle()
    assert rig.told(message) == ("True", "Published")


async def test_a_deleted_secret_is_used_no_more(rig: Rig) -> None:
    secret = login(rig)
    key = await connected(rig)
    rig.cluster.delete(secret)
    await rig.settle_for(connection.SECRETS + 1)
    assert rig.told(key, "Reconciling") == ("True", "DependencyNotReady")
    assert rig.message(key) == "Secret 'login' does not exist"
    message = rig.cluster.create(Kind.MESSAGE, "m", USED)
    await rig.settle()
    assert rig.told(message, "Reconciling") == ("True", "DependencyNotReady")
    assert rig.message(message) == (
        "ZeebeConnection 'zeebe' is not ready: Secret 'login' does not exist"
    )
    login(rig)
    await rig.settle_for(connection.SECRETS + 1)
    assert rig.told(message) == ("True", "Published")


@pytest.mark.parametrize(
    ("values", "reason", "words"),
    [
        ({"username": "demo"}, "DependencyNotReady", "Secret 'login' has no key 'password'"),
        (
            {"username": "demo", "password": ""},
            "InvalidSpec",
            "key 'password' of Secret 'login' is empty",
        ),
        ({"username": "a:b", "password": "x"}, "InvalidSpec", "'username' of Secret 'login'"),
    ],
)
async def test_a_malformed_secret_is_named(
    rig: Rig, values: dict[str, str], reason: str, words: str
) -> None:
    login(rig, **values)
    key = await connected(rig)
    assert rig.told(key) is not None
    assert rig.told(key, "Ready") in (("Unknown", reason), ("False", reason))
    assert words in rig.message(key)


async def test_the_role_may_not_let_it_read_secrets(rig: Rig) -> None:
    login(rig)
    rig.cluster.fail("get", ForbiddenError("403"), times=100)
    key = await connected(rig)
    assert rig.told(key, "Reconciling") == ("True", "DependencyNotReady")
    assert "role of the operator" in rig.message(key)


async def test_certificates_that_are_none_stall_the_connection_and_hold_up_its_users(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: GatewaySettings) -> None:
        raise InvalidSpecError("key 'ca.crt' of Secret 'ca' holds no certificate in PEM form")

    monkeypatch.setattr(rig.gateways, "check", refuse)
    login(rig)
    key = await connected(rig)
    message = rig.cluster.create(Kind.MESSAGE, "m", USED)
    await rig.settle()
    assert rig.told(key, "Stalled") == ("True", "InvalidSpec")
    assert rig.told(message, "Reconciling") == ("True", "DependencyNotReady")
    assert "'zeebe' is stalled: key 'ca.crt' of Secret 'ca' holds no" in rig.message(message)


async def test_a_certificate_that_the_gateway_renews_is_noticed_without_a_hint(rig: Rig) -> None:
    rig.gateway.fail("topology", TlsError("its certificate has expired"), times=2)
    key = await connected(rig, auth=None)
    assert rig.told(key, "Stalled") == ("True", "TlsFailed")
    await rig.settle_for(2 * connection.LOOK_AGAIN + 2)
    assert rig.told(key) == ("True", "Connected")


async def test_a_connection_of_the_same_name_starts_anew(rig: Rig) -> None:
    login(rig)
    key = await connected(rig)
    rig.cluster.delete(key)
    await rig.settle()
    assert rig.connections.known(key) is None
    await connected(rig, auth=None)
    assert rig.connections.known(key) == GatewaySettings("zeebe:26500")


# The operator's own.


async def test_the_own_connection_follows_its_files(rig: Rig) -> None:
    rig.connections.set_own(InvalidSpecError("file /x holds no certificate"))
    message = rig.cluster.create(Kind.MESSAGE, "m", {"messageName": "m"})
    await rig.settle()
    assert rig.told(message, "Reconciling") == ("True", "DependencyNotReady")
    assert rig.message(message).endswith("is not ready: file /x holds no certificate")
    rig.connections.set_own(DEFAULT)
    await rig.settle()
    assert rig.told(message) == ("True", "Published")


async def test_a_file_that_cannot_be_read_for_a_while_breaks_nothing(rig: Rig) -> None:
    rig.connections.set_own(DependencyError("file /x cannot be read"))
    assert rig.connections.own() == DEFAULT
