"""From the spec of a ZeebeConnection and its Secrets to gateway settings."""

from collections.abc import Mapping, Sequence
from typing import Any

from zeebe_operator.model import credentials, duration, spec
from zeebe_operator.model.credentials import Basic, OAuth, Tls
from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.model.errors import InvalidSpecError
from zeebe_operator.model.spec import AuthSpec, ConnectionSpec, TlsSpec

SHORTEST_KEEP_ALIVE = 30.0
"""Seconds; a gateway answers more frequent pings with GOAWAY (protocol default)."""

Secrets = Mapping[str, Mapping[str, Any]]
"""Whole objects, by name."""


def read(raw: Mapping[str, Any]) -> ConnectionSpec:
    """Raises InvalidSpecError for what cannot be, whatever the Secrets hold."""
    found = spec.read(raw, ConnectionSpec)
    _refuse_contradictions(found)
    duration.seconds(found.request_timeout, "spec.requestTimeout")
    if duration.seconds(found.keep_alive, "spec.keepAlive") < SHORTEST_KEEP_ALIVE:
        raise InvalidSpecError("spec.keepAlive: a gateway allows no less than 30s")
    return found


def secret_names(wanted: ConnectionSpec) -> Sequence[str]:
    """The Secrets that the spec refers to, each once."""
    tls, auth = wanted.tls or TlsSpec(), wanted.auth or AuthSpec()
    references = (
        tls.ca_secret_ref,
        tls.client_cert_secret_ref,
        auth.oauth and auth.oauth.secret_ref,
        auth.basic and auth.basic.secret_ref,
    )
    return tuple(dict.fromkeys(ref.name for ref in references if ref))


def settings_of(wanted: ConnectionSpec, secrets: Secrets) -> GatewaySettings:
    """Raises DependencyError for a missing key, InvalidSpecError for what is no credential."""
    return GatewaySettings(
        address=wanted.gateway_address,
        plaintext=wanted.plaintext,
        keep_alive=duration.seconds(wanted.keep_alive, "spec.keepAlive"),
        request_timeout=duration.seconds(wanted.request_timeout, "spec.requestTimeout"),
        tls=_tls(wanted.tls or TlsSpec(), secrets),
        auth=_auth(wanted.auth or AuthSpec(), secrets),
        rest_address=None if wanted.rest_address is None else rest_base(wanted.rest_address),
    )


def _tls(wanted: TlsSpec, secrets: Secrets) -> Tls:
    ca, pair = wanted.ca_secret_ref, wanted.client_cert_secret_ref
    return Tls(
        ca=credentials.pem(secrets[ca.name], ca.name, ca.key) if ca else None,
        certificate=credentials.pem(secrets[pair.name], pair.name, "tls.crt") if pair else None,
        key=credentials.pem(secrets[pair.name], pair.name, "tls.key") if pair else None,
        server_name=wanted.server_name,
    )


def _auth(wanted: AuthSpec, secrets: Secrets) -> OAuth | Basic | None:
    if oauth := wanted.oauth:
        name = oauth.secret_ref.name
        return OAuth(
            token_url=oauth.token_url,
            client_id=credentials.text(secrets[name], name, "clientId"),
            client_secret=credentials.text(secrets[name], name, "clientSecret"),
            audience=oauth.audience,
            scope=oauth.scope,
        )
    if basic := wanted.basic:
        name = basic.secret_ref.name
        username = credentials.text(secrets[name], name, "username")
        if ":" in username:
            raise InvalidSpecError(f"key 'username' of Secret {name!r} contains a colon")
        return Basic(username, credentials.text(secrets[name], name, "password"))
    return None


def _refuse_contradictions(wanted: ConnectionSpec) -> None:
    auth = wanted.auth or AuthSpec()
    if wanted.tls is not None and wanted.plaintext:
        raise InvalidSpecError(
            "spec.tls: cannot be combined with plaintext: true; remove one of them"
        )
    if auth.oauth and auth.basic:
        raise InvalidSpecError("spec.auth: takes at most one of oauth and basic")
    if wanted.allow_plaintext_credentials:
        return
    if (auth.oauth or auth.basic) and wanted.plaintext:
        raise InvalidSpecError(
            "spec.auth: would send credentials without TLS; remove plaintext: true, or set"
            " spec.allowPlaintextCredentials: true"
        )
    if auth.oauth and auth.oauth.token_url.lower().startswith("http:"):
        raise InvalidSpecError(
            "spec.auth.oauth.tokenUrl: would send the client secret without TLS; use an https URL,"
            " or set spec.allowPlaintextCredentials: true"
        )
    if (auth.oauth or auth.basic) and (wanted.rest_address or "").lower().startswith("http:"):
        raise InvalidSpecError(
            "spec.restAddress: would be sent credentials without TLS; use an https URL, or set"
            " spec.allowPlaintextCredentials: true"
        )


def rest_base(address: str) -> str:
    """Some people write `/v2` behind it, as in the examples for curl."""
    return address.rstrip("/").removesuffix("/v2").rstrip("/")
