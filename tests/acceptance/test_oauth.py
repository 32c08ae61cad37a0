"""Tokens on the way to a real engine: fetched, renewed, refused, and replaced under load."""

import secrets
from collections import Counter
from collections.abc import Iterator

import pytest
import yaml

from devstack.certificates import Authority, Certificate
from tests.acceptance import engine
from tests.acceptance.cluster import (
    Cluster,
    Object,
    condition,
    eventually,
    message,
    ready,
    resource,
    secret,
)
from tests.acceptance.operator_process import ROOT, Operator
from tests.fakes.background import background
from tests.fakes.proxy import Proxy
from tests.fakes.token_server import TokenServer

HOST = "127.0.0.1"
COUNT = 200


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("other"), "other")


@pytest.fixture
def password() -> str:
    return f"c4n4ry{secrets.token_hex(8)}"


@pytest.fixture
def tokens(authority: Authority, password: str) -> Iterator[TokenServer]:
    server = TokenServer({"operator": password}, tls=authority.issue(HOST))
    with background(server) as tokens:
        yield tokens


@pytest.fixture
def proxy(cluster: Cluster, authority: Authority, tokens: TokenServer) -> Iterator[Proxy]:
    """Lets in the last token of each client that the token server knows."""
    gateway = Proxy(cluster.gateway_address, authority.issue(HOST), authority)
    gateway.accepts = lambda header: header in {f"Bearer {token}" for token in tokens.tokens[-1:]}
    with background(gateway) as proxy:
        yield proxy


def login(password: str) -> Object:
    return secret("client", clientId="operator", clientSecret=password)


def pair(own: Certificate) -> Object:
    return secret("pair", tls_crt=own.certificate.read_bytes(), tls_key=own.key.read_bytes())


def connection(proxy: Proxy, tokens: TokenServer) -> Object:
    return resource(
        "ZeebeConnection",
        "default",
        gatewayAddress=proxy.address,
        tls={"caSecretRef": {"name": "ca"}, "clientCertSecretRef": {"name": "pair"}},
        auth={"oauth": {"tokenUrl": tokens.url, "secretRef": {"name": "client"}}},
    )


def ca(authority: Authority) -> Object:
    return secret("ca", ca_crt=authority.certificate.read_bytes())


@pytest.fixture
def operator(stopped_operator: Operator) -> Operator:
    """As talkative as it can be: nothing of a credential may show."""
    stopped_operator.set_environ(ZEEBE_OPERATOR_LOG_LEVEL="debug")
    return stopped_operator.start().wait_ready()


@pytest.fixture
def connected(
    cluster: Cluster, operator: Operator, authority: Authority, proxy: Proxy, tokens: TokenServer
) -> Cluster:
    """All but the client secret is there."""
    own = authority.issue(name="operator")
    cluster.apply(ca(authority), pair(own), connection(proxy, tokens))
    return cluster


def shown(cluster: Cluster, operator: Operator) -> str:
    """Everything that somebody without access to Secrets could read."""
    kinds = "zconn,zmsg,zproc,zinst,events"
    metrics = operator.probe("/metrics")[1]
    return cluster.kubectl("get", kinds, "-o", "yaml") + operator.said() + metrics


def test_many_messages_need_one_token(
    connected: Cluster, proxy: Proxy, tokens: TokenServer, password: str
) -> None:
    cluster, name = connected, f"token-{connected.namespace}"
    cluster.apply(login(password))
    cluster.wait_ready("zconn/default")
    cluster.apply(*(message(f"m-{n}", name, f"{n}") for n in range(50)))
    cluster.wait_ready(*(f"zmsg/m-{n}" for n in range(50)))
    assert len(engine.messages(cluster.engine, name)) == 50
    assert (len(tokens.requests), proxy.refused) == (1, 0)


def test_a_short_token_is_renewed_before_it_ends(
    connected: Cluster, proxy: Proxy, tokens: TokenServer, password: str
) -> None:
    cluster, name = connected, f"short-{connected.namespace}"
    tokens.lifetime = 30.0
    cluster.apply(login(password))
    cluster.wait_ready("zconn/default")
    eventually(lambda: len(tokens.tokens) >= 2)  # the connection looks at the topology, and is late
    cluster.apply(message("m", name))
    cluster.wait_ready("zmsg/m")
    assert proxy.refused == 0


def test_a_token_that_is_refused_is_replaced(
    connected: Cluster, proxy: Proxy, tokens: TokenServer, password: str
) -> None:
    cluster, name = connected, f"revoked-{connected.namespace}"
    cluster.apply(login(password))
    cluster.wait_ready("zconn/default")
    tokens.tokens.append("the only one that is good")
    cluster.apply(message("m", name, timeToLive="1s"))
    cluster.wait_ready("zmsg/m")
    assert proxy.refused
    assert len(engine.messages(cluster.engine, name)) == 1


def test_a_wrong_secret_is_said_in_the_words_of_the_token_server(
    connected: Cluster, operator: Operator, tokens: TokenServer, password: str
) -> None:
    cluster = connected
    cluster.until_reason("zconn", "default", "DependencyNotReady")
    cluster.apply(login(f"{password}-not"))
    found = cluster.until_reason("zconn", "default", "CredentialsRejected")
    assert condition(found, "Stalled")["status"] == "True"
    assert "401: invalid_client: no such client, or secret" in ready(found)["message"]
    cluster.apply(message("m", f"wrong-{cluster.namespace}"))
    cluster.until_reason("zmsg", "m", "CredentialsRejected")
    cluster.apply(login(password))
    cluster.wait_ready("zconn/default", "zmsg/m")
    assert password not in shown(cluster, operator)


def test_a_token_server_that_is_away_is_waited_for(
    connected: Cluster, tokens: TokenServer, password: str
) -> None:
    cluster = connected
    tokens.breaks(503)
    cluster.apply(login(password), message("m", f"away-{cluster.namespace}"))
    found = cluster.until_reason("zconn", "default", "GatewayUnavailable")
    assert "answers 503" in ready(found)["message"]
    tokens.works()
    cluster.wait_ready("zconn/default", "zmsg/m")


def test_credentials_never_travel_in_the_clear_unless_it_is_allowed(
    cluster: Cluster, operator: Operator
) -> None:
    spec = {"gatewayAddress": cluster.gateway_address, "plaintext": True}
    auth = {"basic": {"secretRef": {"name": "login"}}}
    allowed = {"allowPlaintextCredentials": True}
    cluster.apply(secret("login", username="demo", password="demo"))
    cluster.apply(resource("ZeebeConnection", "default", **spec, auth=auth, **allowed))
    cluster.wait_ready("zconn/default")


def test_the_samples_become_ready(
    cluster: Cluster, operator: Operator, tokens: TokenServer, authority: Authority, password: str
) -> None:
    """As they are, but for the addresses and that the authority is a private one."""
    own, named = authority.issue(name="operator"), authority.issue("zeebe.example.com")
    cluster.apply(
        secret("gateway-ca", ca_crt=authority.certificate.read_bytes()),
        secret(
            "gateway-client", tls_crt=own.certificate.read_bytes(), tls_key=own.key.read_bytes()
        ),
        secret("gateway-oauth", clientId="operator", clientSecret=password),
    )
    guarded = Proxy(cluster.gateway_address, named, authority)
    with background(guarded) as mutual:
        cluster.apply(*sample("tls", mutual.address))
        cluster.wait_ready("zconn/sample-connection-tls")
    with background(Proxy(cluster.gateway_address, authority.issue(HOST))) as open_to_all:
        (found,) = sample("oauth", open_to_all.address)
        found["spec"]["tls"] = {"caSecretRef": {"name": "gateway-ca"}}
        found["spec"]["auth"]["oauth"]["tokenUrl"] = tokens.url
        cluster.apply(found)
        cluster.wait_ready("zconn/sample-connection-oauth")
    assert tokens.requests[0]["audience"] == "zeebe.camunda.io"


def sample(kind: str, address: str) -> list[Object]:
    text = (ROOT / "manifests" / "samples" / "connections" / f"{kind}.yaml").read_text()
    return list(yaml.safe_load_all(text.replace("zeebe-gateway.camunda.svc:26500", address)))


def test_everything_is_replaced_under_load_and_nothing_is_lost_or_doubled(
    connected: Cluster,
    operator: Operator,
    proxy: Proxy,
    tokens: TokenServer,
    authority: Authority,
    other: Authority,
) -> None:
    """The authority, the certificates on both sides and the client secret, all at once."""
    cluster, name, password = (
        connected,
        f"rotated-{connected.namespace}",
        tokens.clients["operator"],
    )
    cluster.apply(login(password))
    cluster.wait_ready("zconn/default")
    proxy.delay = 0.5
    cluster.apply(*(message(f"m-{n}", name, f"{n}", timeToLive="1s") for n in range(COUNT // 2)))
    eventually(lambda: proxy.calls["PublishMessage"])
    proxy.rotate(other.issue(HOST), other)
    tokens.clients = {"operator": f"{password}-new"}
    tokens.tokens.append("the old ones are good no more")
    own = other.issue(name="operator")
    cluster.apply(
        *(message(f"m-{n}", name, f"{n}", timeToLive="1s") for n in range(COUNT // 2, COUNT))
    )
    # The token server keeps its certificate: its authority is needed as well.
    both = authority.certificate.read_bytes() + other.certificate.read_bytes()
    cluster.apply(secret("ca", ca_crt=both), pair(own), login(f"{password}-new"))
    everything = eventually(
        lambda: cluster.all("zmsg"),
        lambda found: {ready(each).get("reason") for each in found} == {"Published"},
    )
    assert len(everything) == COUNT
    published = engine.messages(cluster.engine, name)
    assert Counter(record.value["correlationKey"] for record in published) == Counter(
        str(number) for number in range(COUNT)
    )
    assert proxy.refused
    cluster.wait_ready("zconn/default")
    text = shown(cluster, operator)
    assert password not in text
    assert not any(token in text for token in tokens.tokens)
    assert "Traceback" not in text
