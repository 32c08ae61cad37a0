"""From the spec of a ZeebeConnection to gateway settings."""

from typing import Any

import pytest

from zeebe_operator.model import connection
from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.model.errors import InvalidSpecError, NotSupportedError, OperatorError

ADDRESS = "zeebe:26500"
SECRETS: connection.Secrets = {}


def settings_of(**fields: Any) -> GatewaySettings:
    raw = {"gatewayAddress": ADDRESS, "plaintext": True, **fields}
    return connection.settings_of(connection.read(raw), SECRETS)


def test_the_defaults_are_those_of_the_crd() -> None:
    assert settings_of() == GatewaySettings(ADDRESS, True, keep_alive=45, request_timeout=15)


def test_durations_are_read() -> None:
    found = settings_of(keepAlive="1m", requestTimeout="500ms")
    assert (found.keep_alive, found.request_timeout) == (60, 0.5)


def test_the_shortest_keep_alive_is_allowed() -> None:
    assert settings_of(keepAlive="30s").keep_alive == connection.SHORTEST_KEEP_ALIVE


@pytest.mark.parametrize(
    ("fields", "kind", "text"),
    [
        pytest.param(
            {"restAddress": "http://x"}, NotSupportedError, "spec.restAddress: ", id="REST"
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
