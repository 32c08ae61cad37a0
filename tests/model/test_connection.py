"""From the spec of a ZeebeConnection to gateway settings."""

from typing import Any

import pytest

from zeebe_operator.model import connection
from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.model.errors import InvalidSpecError, OperatorError

ADDRESS = "zeebe:26500"
SECRETS: connection.Secrets = {}
OAUTH = {"oauth": {"tokenUrl": "https://login/token", "secretRef": {"name": "s"}}}
PLAIN_OAUTH = {"oauth": {"tokenUrl": "http://login/token", "secretRef": {"name": "s"}}}
BASIC = {"basic": {"secretRef": {"name": "s"}}}


def settings_of(**fields: Any) -> GatewaySettings:
    raw = {"gatewayAddress": ADDRESS, "plaintext": True, **fields}
    return connection.settings_of(connection.read(raw), SECRETS)


def test_the_defaults_are_those_of_the_crd() -> None:
    assert settings_of() == GatewaySettings(ADDRESS, True, keep_alive=45, request_timeout=15)


def test_durations_are_read() -> None:
    found = settings_of(keepAlive="1m", requestTimeout="500ms")
    assert (found.keep_alive, found.request_timeout) == (60, 0.5)


@pytest.mark.parametrize("end", ["", "/", "/v2", "/v2/"])
def test_the_rest_address_is_that_of_the_cluster(end: str) -> None:
    assert settings_of(restAddress=f"http://x:8080{end}").rest_address == "http://x:8080"


def test_the_shortest_keep_alive_is_allowed() -> None:
    assert settings_of(keepAlive="30s").keep_alive == connection.SHORTEST_KEEP_ALIVE


@pytest.mark.parametrize(
    ("fields", "kind", "text"),
    [
        pytest.param({"tls": {}}, InvalidSpecError, "spec.tls: .*plaintext", id="TLS or not"),
        pytest.param({"auth": BASIC}, InvalidSpecError, "spec.auth: .*allowPlain", id="clear text"),
        pytest.param({"auth": OAUTH}, InvalidSpecError, "spec.auth: .*allowPlain", id="a token"),
        pytest.param(
            {"plaintext": False, "auth": PLAIN_OAUTH},
            InvalidSpecError,
            "spec.auth.oauth.tokenUrl: .*https",
            id="a client secret in the clear",
        ),
        pytest.param(
            {"plaintext": False, "auth": OAUTH, "restAddress": "http://zeebe:8080"},
            InvalidSpecError,
            "spec.restAddress: .*https",
            id="a token in the clear",
        ),
        pytest.param(
            {"plaintext": False, "auth": {**OAUTH, **BASIC}},
            InvalidSpecError,
            "spec.auth: takes at most one",
            id="two credentials",
        ),
        pytest.param(
            {"keepAlive": "29s"}, InvalidSpecError, "spec.keepAlive: .*30s", id="pings too often"
        ),
        pytest.param({"keepAlive": "x"}, InvalidSpecError, "spec.keepAlive: ", id="keepAlive"),
        pytest.param(
            {"requestTimeout": "x"}, InvalidSpecError, "spec.requestTimeout: ", id="requestTimeout"
        ),
    ],
)
def test_refuses_with_the_field_and_the_remedy(
    fields: dict[str, Any], kind: type[OperatorError], text: str
) -> None:
    with pytest.raises(kind, match=f"^{text}"):
        settings_of(**fields)


def test_tells_the_secrets_that_it_needs_each_once() -> None:
    tls = {"caSecretRef": {"name": "a"}, "clientCertSecretRef": {"name": "b"}}
    raw = {"gatewayAddress": ADDRESS, "tls": tls, "auth": {"basic": {"secretRef": {"name": "a"}}}}
    assert connection.secret_names(connection.read(raw)) == ("a", "b")
    assert connection.secret_names(connection.read({"gatewayAddress": ADDRESS})) == ()


@pytest.mark.parametrize("auth", [OAUTH, PLAIN_OAUTH, BASIC])
def test_credentials_may_travel_in_the_clear_if_it_is_allowed(auth: dict[str, Any]) -> None:
    raw = {"gatewayAddress": ADDRESS, "plaintext": True, "auth": auth}
    connection.read({**raw, "allowPlaintextCredentials": True})
