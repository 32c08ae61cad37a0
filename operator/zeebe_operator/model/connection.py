"""From the spec of a ZeebeConnection, or the operator's own options, to gateway settings."""

from zeebe_operator.model import duration
from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.model.errors import InvalidSpecError, NotSupportedError
from zeebe_operator.model.spec import ConnectionSpec

SHORTEST_KEEP_ALIVE = 30.0
"""Seconds; a gateway answers more frequent pings with GOAWAY (protocol default)."""


def settings_of(spec: ConnectionSpec) -> GatewaySettings:
    """Raises InvalidSpecError, and NotSupportedError for what a later version brings."""
    _refuse_unsupported(spec)
    keep_alive = duration.seconds(spec.keep_alive, "spec.keepAlive")
    if keep_alive < SHORTEST_KEEP_ALIVE:
        raise InvalidSpecError("spec.keepAlive: a gateway allows no less than 30s")
    return GatewaySettings(
        address=spec.gateway_address,
        plaintext=spec.plaintext,
        keep_alive=keep_alive,
        request_timeout=duration.seconds(spec.request_timeout, "spec.requestTimeout"),
        rest_address=None if spec.rest_address is None else rest_base(spec.rest_address),
    )


def rest_base(address: str) -> str:
    """Some people write `/v2` behind it, as in the examples for curl."""
    return address.rstrip("/").removesuffix("/v2").rstrip("/")


def _refuse_unsupported(spec: ConnectionSpec) -> None:
    if spec.tls is not None or not spec.plaintext:
        raise NotSupportedError(
            "spec.tls: TLS connections are not supported yet; set spec.plaintext: true to connect"
            " without TLS"
        )
    if spec.auth is not None:
        raise NotSupportedError("spec.auth: credentials are not supported yet; remove spec.auth")
