"""From the spec of a ZeebeConnection to gateway settings."""

from typing import Any

import pytest

from zeebe_operator.model import connection, spec
from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.model.errors import InvalidSpecError, NotSupportedError, OperatorError

ADDRESS = "zeebe:26500"


def settings_of(**fields: Any) -> GatewaySettings:
    raw = {"gatewayAddress": ADDRESS, "plaintext": True, **fields}
    return connection.settings_of(spec.read(raw, spec.ConnectionSpec))


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
        pytest.param(
            {"plaintext": False}, NotSupportedError, "spec.tls: .*plaintext: true", id="TLS"
        ),
        pytest.param({"tls": {}}, NotSupportedError, "spec.tls: ", id="TLS options"),
        pytest.param({"auth": {}}, NotSupportedError, "spec.auth: ", id="credentials"),
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
