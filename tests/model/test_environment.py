"""The variables that Camunda's clients read, and what becomes of them."""

import pytest

from zeebe_operator.model import environment
from zeebe_operator.model.credentials import Basic, OAuth, Tls, TlsFiles
from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.model.environment import OwnConnection
from zeebe_operator.model.errors import SettingsError

SECRET = "c4n4ry"
ADDRESS = {"ZEEBE_ADDRESS": "zeebe:26500"}
CLIENT = {"CAMUNDA_CLIENT_ID": "me", "CAMUNDA_CLIENT_SECRET": SECRET}
URL = {"CAMUNDA_OAUTH_URL": "https://login/token"}
USER = {"CAMUNDA_BASIC_AUTH_USERNAME": "demo", "CAMUNDA_BASIC_AUTH_PASSWORD": SECRET}
PLAIN = {"ZEEBE_INSECURE_CONNECTION": "true"}
ALLOW = {"ZEEBE_OPERATOR_ALLOW_PLAINTEXT_CREDENTIALS": "true"}


def connection(**environ: str) -> OwnConnection:
    found = environment.connection(None, {**ADDRESS, **environ})
    assert found is not None
    return found


def auth(**environ: str) -> OAuth | Basic | None:
    return connection(**environ).settings.auth


def test_without_an_address_there_is_none() -> None:
    assert environment.connection(None, {**CLIENT, **URL}) is None


def test_without_credentials_none_are_sent() -> None:
    assert connection() == OwnConnection(GatewaySettings("zeebe:26500"))


@pytest.mark.parametrize(
    ("client_id", "client_secret", "url", "audience", "scope"),
    [
        (
            "CAMUNDA_CLIENT_ID",
            "CAMUNDA_CLIENT_SECRET",
            "CAMUNDA_OAUTH_URL",
            "CAMUNDA_TOKEN_AUDIENCE",
            "CAMUNDA_OAUTH_SCOPE",
        ),
        (
            "CAMUNDA_CLIENT_AUTH_CLIENTID",
            "CAMUNDA_CLIENT_AUTH_CLIENTSECRET",
            "ZEEBE_AUTHORIZATION_SERVER_URL",
            "ZEEBE_TOKEN_AUDIENCE",
            "ZEEBE_TOKEN_SCOPE",
        ),
        (
            "ZEEBE_CLIENT_ID",
            "ZEEBE_CLIENT_SECRET",
            "ZEEBE_AUTHORIZATION_SERVER_URL",
            "ZEEBE_TOKEN_AUDIENCE",
            "ZEEBE_TOKEN_SCOPE",
        ),
    ],
)
def test_client_credentials_have_several_names(
    client_id: str, client_secret: str, url: str, audience: str, scope: str
) -> None:
    values = {client_id: "me", client_secret: SECRET, url: "https://login/token"}
    assert auth(**values) == OAuth("https://login/token", "me", SECRET)
    more = {**values, audience: "zeebe", scope: "all"}
    assert auth(**more) == OAuth("https://login/token", "me", SECRET, "zeebe", "all")


def test_a_cluster_of_camunda_needs_its_id_and_region_and_a_client() -> None:
    cluster = {"CAMUNDA_CLUSTER_ID": "1a2b", "CAMUNDA_CLUSTER_REGION": "bru-2"}
    found = environment.connection(None, {**cluster, **CLIENT})
    oauth = OAuth(environment.SAAS_TOKEN_URL, "me", SECRET, environment.SAAS_AUDIENCE)
    settings = GatewaySettings("1a2b.bru-2.zeebe.camunda.io:443", auth=oauth)
    assert found == OwnConnection(settings)
    with pytest.raises(SettingsError, match=r"^CAMUNDA_CLUSTER_REGION: is needed"):
        environment.connection(None, {"CAMUNDA_CLUSTER_ID": "1a2b"})


def test_a_password() -> None:
    assert auth(**USER) == Basic("demo", SECRET)


def test_the_strategy_decides() -> None:
    everything = {**CLIENT, **URL, **USER}
    assert isinstance(auth(**everything, CAMUNDA_AUTH_STRATEGY="oauth"), OAuth)
    assert isinstance(auth(**everything, CAMUNDA_AUTH_STRATEGY="BASIC"), Basic)
    assert auth(**everything, CAMUNDA_AUTH_STRATEGY="NONE") is None


def test_certificates_are_named_and_not_read() -> None:
    found = connection(
        CAMUNDA_MTLS_CA_PATH="/tls/ca",
        CAMUNDA_MTLS_CERT_PATH="/tls/crt",
        CAMUNDA_MTLS_KEY_PATH="/tls/key",
        ZEEBE_OVERRIDE_AUTHORITY="zeebe.example.com",
    )
    assert found.files == TlsFiles("/tls/ca", "/tls/crt", "/tls/key")
    assert found.settings.tls == Tls(server_name="zeebe.example.com")
    assert connection(ZEEBE_CA_CERTIFICATE_PATH="/ca").files == TlsFiles(ca="/ca")


def test_credentials_travel_without_tls_only_if_it_is_allowed() -> None:
    assert auth(**USER, **PLAIN, **ALLOW) == Basic("demo", SECRET)
    plain_url = {"CAMUNDA_OAUTH_URL": "http://login/token"}
    assert isinstance(auth(**CLIENT, **plain_url, **ALLOW), OAuth)


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        pytest.param(CLIENT, "^CAMUNDA_OAUTH_URL: is needed", id="no token server"),
        pytest.param(
            {"ZEEBE_CLIENT_ID": "me", **URL}, "^CAMUNDA_CLIENT_SECRET: is needed", id="no secret"
        ),
        pytest.param(
            {"CAMUNDA_BASIC_AUTH_USERNAME": "demo"},
            "^CAMUNDA_BASIC_AUTH_PASSWORD: is needed",
            id="no password",
        ),
        pytest.param(
            {**USER, **CLIENT, **URL}, "^CAMUNDA_AUTH_STRATEGY: .* say which", id="two kinds"
        ),
        pytest.param(
            {"CAMUNDA_AUTH_STRATEGY": "COOKIE"},
            "^CAMUNDA_AUTH_STRATEGY: write NONE, OAUTH or BASIC",
            id="an unknown strategy",
        ),
        pytest.param({**USER, **PLAIN}, "without TLS; write grpcs", id="a password in the clear"),
        pytest.param(
            {**CLIENT, "CAMUNDA_OAUTH_URL": "http://login/token"},
            "^CAMUNDA_OAUTH_URL: .*without TLS; write an https URL",
            id="a client secret in the clear",
        ),
        pytest.param(
            {"CAMUNDA_MTLS_CERT_PATH": "/crt"}, "CAMUNDA_MTLS_KEY_PATH: set both", id="no key"
        ),
        pytest.param(
            {"CAMUNDA_MTLS_CA_PATH": "/ca", **PLAIN}, "^CAMUNDA_MTLS_CA_PATH.* unset", id="no TLS"
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(environ: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words) as refused:
        connection(**environ)
    assert SECRET not in str(refused.value)
