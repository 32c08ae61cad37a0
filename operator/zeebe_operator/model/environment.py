"""The operator's own connection, from the variables that Camunda's own clients read.

Of several names for one thing the newer one wins. Files are only named here, and read elsewhere.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from zeebe_operator.model.connection import rest_base
from zeebe_operator.model.credentials import Basic, OAuth, Tls, TlsFiles
from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.model.errors import SettingsError

Environ = Mapping[str, str]

ADDRESS: Final = ("ZEEBE_GRPC_ADDRESS", "ZEEBE_ADDRESS")
CLIENT_ID: Final = ("CAMUNDA_CLIENT_ID", "CAMUNDA_CLIENT_AUTH_CLIENTID", "ZEEBE_CLIENT_ID")
CLIENT_SECRET: Final = (
    "CAMUNDA_CLIENT_SECRET",
    "CAMUNDA_CLIENT_AUTH_CLIENTSECRET",
    "ZEEBE_CLIENT_SECRET",
)
TOKEN_URL: Final = ("CAMUNDA_OAUTH_URL", "ZEEBE_AUTHORIZATION_SERVER_URL")
AUDIENCE: Final = ("CAMUNDA_TOKEN_AUDIENCE", "ZEEBE_TOKEN_AUDIENCE")
SCOPE: Final = ("CAMUNDA_OAUTH_SCOPE", "ZEEBE_TOKEN_SCOPE")
USERNAME: Final = ("CAMUNDA_BASIC_AUTH_USERNAME",)
PASSWORD: Final = ("CAMUNDA_BASIC_AUTH_PASSWORD",)
STRATEGY: Final = ("CAMUNDA_AUTH_STRATEGY",)
CA: Final = ("CAMUNDA_MTLS_CA_PATH", "ZEEBE_CA_CERTIFICATE_PATH")
CERTIFICATE: Final = ("CAMUNDA_MTLS_CERT_PATH",)
KEY: Final = ("CAMUNDA_MTLS_KEY_PATH",)
AUTHORITY: Final = ("ZEEBE_OVERRIDE_AUTHORITY",)
CLUSTER: Final = ("CAMUNDA_CLUSTER_ID",)
REGION: Final = ("CAMUNDA_CLUSTER_REGION",)
REST_ADDRESS: Final = ("CAMUNDA_REST_ADDRESS", "ZEEBE_REST_ADDRESS")
INSECURE: Final = ("ZEEBE_INSECURE_CONNECTION",)
ALLOW_PLAINTEXT: Final = ("ZEEBE_OPERATOR_ALLOW_PLAINTEXT_CREDENTIALS",)

SAAS_TOKEN_URL: Final = "https://login.cloud.camunda.io/oauth/token"  # noqa: S105 - an address
SAAS_AUDIENCE: Final = "zeebe.camunda.io"

_ADDRESS: Final = re.compile(
    r"(?:(?P<scheme>grpcs?|https?)://)?(?P<target>[^\s/:]+:\d{1,5}|\[[^\]]+\]:\d{1,5})/?"
)

_URL: Final = re.compile(r"https?://[^/?#\s]+(/[^?#\s]*)?")


@dataclass(frozen=True, slots=True)
class OwnConnection:
    """`settings` lacks what is in `files`."""

    settings: GatewaySettings
    files: TlsFiles = field(default_factory=TlsFiles)


def connection(option: str | None, environ: Environ) -> OwnConnection | None:
    """`option` wins over the environment. None: nothing says where a gateway is."""
    address = option or _first(environ, ADDRESS) or _saas_address(environ)
    if address is None:
        return None
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise SettingsError(
            f"--connection-address: {address!r} is no gateway address; write HOST:PORT or"
            " grpc://HOST:PORT"
        )
    plaintext = _is_plaintext(match["scheme"], environ)
    auth = _auth(environ)
    if auth and not _says_true(environ, ALLOW_PLAINTEXT):
        _refuse_plaintext(auth, plaintext=plaintext, rest=_first(environ, REST_ADDRESS))
    files = _files(environ)
    if plaintext and files != TlsFiles():
        raise SettingsError(
            "CAMUNDA_MTLS_CA_PATH, CAMUNDA_MTLS_CERT_PATH: are for TLS, but the connection is"
            " without; unset them, or write grpcs://HOST:PORT"
        )
    tls = Tls(server_name=_first(environ, AUTHORITY))
    settings = GatewaySettings(
        match["target"], plaintext, tls=tls, auth=auth, rest_address=_rest_address(environ)
    )
    return OwnConnection(settings, files)


def _rest_address(environ: Environ) -> str | None:
    address = _first(environ, REST_ADDRESS)
    if address is None:
        return None
    if not _URL.fullmatch(address):
        raise SettingsError(
            f"CAMUNDA_REST_ADDRESS, ZEEBE_REST_ADDRESS: {address!r} is no URL; write"
            " http://HOST:PORT"
        )
    return rest_base(address)


def _auth(environ: Environ) -> OAuth | Basic | None:
    """As CAMUNDA_AUTH_STRATEGY says, else whatever credentials there are."""
    strategy = (_first(environ, STRATEGY) or "").upper()
    found = {"OAUTH": _first(environ, CLIENT_ID), "BASIC": _first(environ, USERNAME)}
    if strategy not in ("", "NONE", *found):
        raise SettingsError("CAMUNDA_AUTH_STRATEGY: write NONE, OAUTH or BASIC")
    if not strategy:
        given = [name for name, value in found.items() if value]
        if len(given) > 1:
            raise SettingsError(
                "CAMUNDA_AUTH_STRATEGY: there are credentials for OAUTH and for BASIC; say which"
            )
        strategy = given[0] if given else "NONE"
    if strategy == "OAUTH":
        return _oauth(environ)
    return _basic(environ) if strategy == "BASIC" else None


def _oauth(environ: Environ) -> OAuth:
    saas = _first(environ, CLUSTER) is not None
    return OAuth(
        token_url=_needed(environ, TOKEN_URL, SAAS_TOKEN_URL if saas else None),
        client_id=_needed(environ, CLIENT_ID),
        client_secret=_needed(environ, CLIENT_SECRET),
        audience=_first(environ, AUDIENCE) or (SAAS_AUDIENCE if saas else None),
        scope=_first(environ, SCOPE),
    )


def _basic(environ: Environ) -> Basic:
    return Basic(_needed(environ, USERNAME), _needed(environ, PASSWORD))


def _refuse_plaintext(auth: OAuth | Basic, *, plaintext: bool, rest: str | None) -> None:
    allow = "or set ZEEBE_OPERATOR_ALLOW_PLAINTEXT_CREDENTIALS=true"
    if plaintext:
        raise SettingsError(
            "ZEEBE_INSECURE_CONNECTION, --connection-address: credentials would travel without"
            f" TLS; write grpcs://HOST:PORT, {allow}"
        )
    if (rest or "").lower().startswith("http:"):
        raise SettingsError(
            "CAMUNDA_REST_ADDRESS, ZEEBE_REST_ADDRESS: credentials would travel without TLS; write"
            f" an https URL, {allow}"
        )
    if isinstance(auth, OAuth) and not auth.token_url.lower().startswith("https:"):
        raise SettingsError(
            "CAMUNDA_OAUTH_URL: the client secret would travel without TLS; write an https URL,"
            f" {allow}"
        )


def _files(environ: Environ) -> TlsFiles:
    certificate, key = _first(environ, CERTIFICATE), _first(environ, KEY)
    if (certificate is None) is not (key is None):
        raise SettingsError(
            "CAMUNDA_MTLS_CERT_PATH, CAMUNDA_MTLS_KEY_PATH: set both, or neither of them"
        )
    return TlsFiles(ca=_first(environ, CA), certificate=certificate, key=key)


def _saas_address(environ: Environ) -> str | None:
    if cluster := _first(environ, CLUSTER):
        return f"grpcs://{cluster}.{_needed(environ, REGION)}.zeebe.camunda.io:443"
    return None


def _is_plaintext(scheme: str | None, environ: Environ) -> bool:
    if scheme is not None:
        return scheme in ("grpc", "http")
    return _says_true(environ, INSECURE)


def _says_true(environ: Environ, names: tuple[str, ...]) -> bool:
    return (_first(environ, names) or "").lower() == "true"


def _needed(environ: Environ, names: tuple[str, ...], default: str | None = None) -> str:
    if (value := _first(environ, names) or default) is None:
        raise SettingsError(f"{names[0]}: is needed for the credentials of the connection; set it")
    return value


def _first(environ: Environ, names: tuple[str, ...]) -> str | None:
    """An empty variable counts as none."""
    return next((environ[name] for name in names if environ.get(name)), None)
