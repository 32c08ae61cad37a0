"""What the API server makes of a ZeebeConnection."""

from collections.abc import Callable

import pytest

from tests.crds.api import Api, Object

KIND = "ZeebeConnection"
ADDRESS = {"gatewayAddress": "zeebe-gateway.camunda.svc:26500"}
OAUTH = {"oauth": {"tokenUrl": "https://login.example.com/token", "secretRef": {"name": "s"}}}
BASIC = {"basic": {"secretRef": {"name": "s"}}}


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param(ADDRESS, id="an address alone"),
        pytest.param({"gatewayAddress": "localhost:1"}, id="a host without dots"),
        pytest.param({"gatewayAddress": "gateway.example.com.:443"}, id="a name with a final dot"),
        pytest.param({"gatewayAddress": "10.0.0.1:65535"}, id="IPv4, the highest port"),
        pytest.param({"gatewayAddress": "[fd00::1]:26500"}, id="IPv6 in brackets"),
        pytest.param(ADDRESS | {"keepAlive": "30s"}, id="the shortest keepAlive"),
        pytest.param(ADDRESS | {"keepAlive": "1h30m"}, id="a composed duration"),
        pytest.param(ADDRESS | {"requestTimeout": "5m"}, id="the longest requestTimeout"),
        pytest.param(ADDRESS | {"requestTimeout": "1500ms"}, id="milliseconds"),
        pytest.param(ADDRESS | {"tls": {"serverName": "zeebe"}}, id="tls with a server name"),
        pytest.param(ADDRESS | {"tls": {"clientCertSecretRef": {"name": "c"}}}, id="mutual tls"),
        pytest.param(ADDRESS | {"plaintext": False, "tls": {}}, id="tls without details"),
        pytest.param(ADDRESS | {"auth": OAUTH}, id="oauth over tls"),
        pytest.param(ADDRESS | {"auth": BASIC}, id="basic over tls"),
        pytest.param(ADDRESS | {"auth": {}}, id="no auth, said explicitly"),
        pytest.param(ADDRESS | {"plaintext": True, "auth": {}}, id="plaintext with an empty auth"),
        pytest.param(
            ADDRESS | {"plaintext": True, "auth": BASIC, "allowPlaintextCredentials": True},
            id="credentials over plaintext, allowed",
        ),
        pytest.param(ADDRESS | {"restAddress": "http://zeebe:8080"}, id="a REST address"),
        pytest.param(ADDRESS | {"restAddress": "https://h/v2/"}, id="a REST address with a path"),
    ],
)
def test_accepts(api: Api, spec: Object) -> None:
    assert api.admitted(KIND, spec).items() >= spec.items()


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        pytest.param({}, "spec.gatewayAddress: Required value", id="no address"),
        *(
            pytest.param({"gatewayAddress": address}, "gatewayAddress must be host:port", id=name)
            for name, address in {
                "a scheme": "grpc://zeebe:26500",
                "no port": "zeebe",
                "an empty host": ":26500",
                "port 0": "zeebe:0",
                "port 65536": "zeebe:65536",
                "a path": "zeebe:26500/x",
                "a space": "ze ebe:26500",
                "IPv6 without brackets": "fd00::1:26500",
                "a line break": "zeebe:26500\n",
            }.items()
        ),
        pytest.param(
            ADDRESS | {"keepAlive": "29s"}, "keepAlive must be a duration of at least 30s", id="29s"
        ),
        pytest.param(
            ADDRESS | {"keepAlive": "1 minute"}, "keepAlive must be a duration", id="prose"
        ),
        pytest.param(ADDRESS | {"keepAlive": "45"}, "for example 45s, 5m or 1h30m", id="no unit"),
        pytest.param(ADDRESS | {"keepAlive": "-45s"}, "keepAlive must be", id="negative duration"),
        pytest.param(ADDRESS | {"keepAlive": 45}, "spec.keepAlive", id="a number as duration"),
        pytest.param(
            ADDRESS | {"requestTimeout": "0s"}, "requestTimeout must be a duration", id="no time"
        ),
        pytest.param(
            ADDRESS | {"requestTimeout": "301s"}, "at most 5m", id="a request for too long"
        ),
        pytest.param(
            ADDRESS | {"plaintext": True, "tls": {}},
            "tls cannot be combined with plaintext: true; remove tls, or set plaintext to false",
            id="tls and plaintext",
        ),
        pytest.param(
            ADDRESS | {"auth": OAUTH | BASIC},
            "auth takes at most one of oauth and basic",
            id="both",
        ),
        pytest.param(
            ADDRESS | {"plaintext": True, "auth": BASIC},
            "set allowPlaintextCredentials to true",
            id="a password over plaintext",
        ),
        pytest.param(
            ADDRESS | {"plaintext": True, "auth": OAUTH},
            "auth would send credentials without TLS",
            id="a token over plaintext",
        ),
        pytest.param(
            ADDRESS | {"auth": {"oauth": OAUTH["oauth"] | {"tokenUrl": "http://login/token"}}},
            "auth would send credentials without TLS",
            id="a client secret over plaintext",
        ),
        pytest.param(
            ADDRESS | {"auth": BASIC, "restAddress": "http://zeebe:8080"},
            "auth would send credentials without TLS",
            id="a password over plaintext to the REST API",
        ),
        pytest.param(
            ADDRESS | {"auth": {"oauth": {"tokenUrl": "https://login/token"}}},
            "spec.auth.oauth.secretRef: Required value",
            id="oauth without a Secret",
        ),
        pytest.param(
            ADDRESS | {"auth": {"oauth": OAUTH["oauth"] | {"tokenUrl": "login/token"}}},
            "tokenUrl must be an http or https URL",
            id="a token URL without a scheme",
        ),
        pytest.param(
            ADDRESS | {"restAddress": "zeebe:8080"},
            "restAddress must be an http or https URL",
            id="a REST address without a scheme",
        ),
        pytest.param(
            ADDRESS | {"tls": {"caSecretRef": {"name": "../x"}}},
            "spec.tls.caSecretRef.name",
            id="a Secret name that is no name",
        ),
        pytest.param(
            ADDRESS | {"gateway": "x"}, 'unknown field "spec.gateway"', id="a misspelling"
        ),
    ],
)
def test_refuses_and_says_why(api: Api, spec: Object, words: str) -> None:
    assert words in api.refusal(KIND, spec)


def test_fills_in_the_defaults(api: Api) -> None:
    assert api.admitted(KIND, ADDRESS) == ADDRESS | {
        "plaintext": False,
        "keepAlive": "45s",
        "requestTimeout": "15s",
        "allowPlaintextCredentials": False,
    }


def test_looks_for_the_certificate_authorities_under_the_usual_key(api: Api) -> None:
    stored = api.admitted(KIND, ADDRESS | {"tls": {"caSecretRef": {"name": "ca"}}})
    assert stored["tls"] == {"caSecretRef": {"name": "ca", "key": "ca.crt"}}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda spec: spec | {"gatewayAddress": "other:1"}, id="the address"),
        pytest.param(lambda spec: spec | {"plaintext": True}, id="plaintext"),
        pytest.param(lambda spec: spec | {"auth": BASIC}, id="auth"),
        pytest.param(lambda spec: spec | {"keepAlive": "1m", "requestTimeout": "1s"}, id="times"),
    ],
)
def test_can_be_changed_at_any_time(api: Api, change: Callable[[Object], Object]) -> None:
    after = change(ADDRESS)
    assert api.edited(KIND, ADDRESS, after).items() >= after.items()
