"""Options and their twins in the environment: what they become, and how they are refused."""

import pytest

from zeebe_operator import settings
from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.model.environment import OwnConnection
from zeebe_operator.model.errors import SettingsError
from zeebe_operator.settings import Settings

PLAIN = {"ZEEBE_INSECURE_CONNECTION": "true"}


def parse(*arguments: str, **environ: str) -> Settings:
    return settings.parse(["run", *arguments], environ)


def test_nothing_is_needed() -> None:
    assert parse() == Settings((), None, 8080, "json", "info")


def test_namespaces_may_be_repeated_and_count_once() -> None:
    found = parse("--namespace", "a", "--namespace", "b", "--namespace", "a")
    assert found.namespaces == ("a", "b")


@pytest.mark.parametrize(
    ("option", "variable", "value", "field", "expected"),
    [
        ("--metrics-port", "ZEEBE_OPERATOR_METRICS_PORT", "9000", "metrics_port", 9000),
        ("--log-format", "ZEEBE_OPERATOR_LOG_FORMAT", "console", "log_format", "console"),
        ("--log-level", "ZEEBE_OPERATOR_LOG_LEVEL", "debug", "log_level", "debug"),
        ("--namespace", "ZEEBE_OPERATOR_NAMESPACES", "shop", "namespaces", ("shop",)),
        ("--leader-elect", "ZEEBE_OPERATOR_LEADER_ELECT", "true", "leader_elect", True),
        ("--leader-elect", "ZEEBE_OPERATOR_LEADER_ELECT", "false", "leader_elect", False),
        (
            "--leader-elect-namespace",
            "ZEEBE_OPERATOR_LEADER_ELECT_NAMESPACE",
            "ops",
            "leader_elect_namespace",
            "ops",
        ),
        (
            "--leader-elect-lease",
            "ZEEBE_OPERATOR_LEADER_ELECT_LEASE",
            "blue",
            "leader_elect_lease",
            "blue",
        ),
        (
            "--connection-address",
            "ZEEBE_ADDRESS",
            "grpc://zeebe:26500",
            "connection",
            OwnConnection(GatewaySettings("zeebe:26500", plaintext=True)),
        ),
        (
            "--connection-address",
            "ZEEBE_GRPC_ADDRESS",
            "http://zeebe:26500",
            "connection",
            OwnConnection(GatewaySettings("zeebe:26500", plaintext=True)),
        ),
    ],
)
def test_every_option_has_a_twin_in_the_environment(
    option: str, variable: str, value: str, field: str, expected: object
) -> None:
    assert getattr(parse(option, value), field) == expected
    assert getattr(parse(**{variable: value}), field) == expected


def test_leader_election_needs_no_value_and_is_off_by_default() -> None:
    assert parse("--leader-elect").leader_elect
    assert not parse().leader_elect


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param((), ("a", "b"), id="with commas and blanks"),
        pytest.param(("--namespace", "c"), ("c",), id="the option wins"),
    ],
)
def test_namespaces_may_come_from_the_environment(
    arguments: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert parse(*arguments, ZEEBE_OPERATOR_NAMESPACES="a, b,,a").namespaces == expected


@pytest.mark.parametrize("variable", ["ZEEBE_ADDRESS", "ZEEBE_GRPC_ADDRESS"])
def test_an_option_wins_over_its_twin(variable: str) -> None:
    found = parse("--connection-address", "grpc://mine:1", **{variable: "grpc://other:2"})
    assert found.connection == OwnConnection(GatewaySettings("mine:1", plaintext=True))


def test_the_newer_name_wins_over_the_older() -> None:
    found = parse(ZEEBE_ADDRESS="grpc://old:1", ZEEBE_GRPC_ADDRESS="grpc://new:2")
    assert found.connection == OwnConnection(GatewaySettings("new:2", plaintext=True))


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("zeebe:26500", "zeebe:26500"),
        ("zeebe-gateway.camunda.svc:26500", "zeebe-gateway.camunda.svc:26500"),
        ("[::1]:26500", "[::1]:26500"),
        ("grpc://zeebe:26500/", "zeebe:26500"),
    ],
)
def test_reads_addresses(address: str, target: str) -> None:
    found = parse("--connection-address", address, **PLAIN).connection
    assert found == OwnConnection(GatewaySettings(target, plaintext=True))


@pytest.mark.parametrize("end", ["", "/", "/v2"])
def test_the_rest_address_goes_with_the_connection(end: str) -> None:
    older = {"ZEEBE_REST_ADDRESS": f"https://zeebe:8080/base{end}", "ZEEBE_ADDRESS": "grpc://z:1"}
    found = parse(**older).connection
    assert found
    assert found.settings.rest_address == "https://zeebe:8080/base"
    newer = parse(**older, CAMUNDA_REST_ADDRESS="http://new").connection
    assert newer
    assert newer.settings.rest_address == "http://new"


@pytest.mark.parametrize("address", ["zeebe:8080", "grpc://zeebe:1", "http://", "http://z/?a=b"])
def test_what_is_no_url_of_a_rest_api_is_refused(address: str) -> None:
    with pytest.raises(SettingsError, match=r"ZEEBE_REST_ADDRESS: .* write http://HOST:PORT"):
        parse("--connection-address", "grpc://zeebe:1", ZEEBE_REST_ADDRESS=address)


@pytest.mark.parametrize("value", ["true", "TRUE", "True"])
def test_the_environment_may_allow_a_connection_without_tls(value: str) -> None:
    found = parse("--connection-address", "zeebe:26500", ZEEBE_INSECURE_CONNECTION=value)
    assert found.connection is not None


@pytest.mark.parametrize(
    ("address", "environ"),
    [
        pytest.param("grpcs://zeebe:26500", PLAIN, id="the scheme says TLS"),
        pytest.param("https://zeebe:26500", PLAIN, id="in other words"),
        pytest.param("zeebe:26500", {}, id="TLS is the default"),
        pytest.param("zeebe:26500", {"ZEEBE_INSECURE_CONNECTION": "false"}, id="wanted"),
    ],
)
def test_tls_is_the_default(address: str, environ: dict[str, str]) -> None:
    found = parse("--connection-address", address, **environ).connection
    assert found == OwnConnection(GatewaySettings("zeebe:26500"))


@pytest.mark.parametrize("address", ["zeebe", "zeebe:", ":1", "ftp://z:1", "a b:1", "z:1/x"])
def test_what_is_no_address_is_refused_with_an_example(address: str) -> None:
    with pytest.raises(SettingsError, match="no gateway address; write HOST:PORT") as refused:
        parse("--connection-address", address, **PLAIN)
    assert repr(address) in str(refused.value)


def test_credentials_for_other_tools_are_no_concern_without_a_connection() -> None:
    assert parse(ZEEBE_CLIENT_ID="x").connection is None


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"ZEEBE_OPERATOR_METRICS_PORT": "many"}, ("--metrics-port", "many")),
        ({"ZEEBE_OPERATOR_METRICS_PORT": "70000"}, ("--metrics-port", "70000")),
        ({"ZEEBE_OPERATOR_LOG_FORMAT": "xml"}, ("--log-format", "xml")),
        ({"ZEEBE_OPERATOR_LOG_LEVEL": "loud"}, ("--log-level", "loud")),
    ],
)
def test_a_bad_value_in_the_environment_is_refused_like_a_bad_option(
    environ: dict[str, str], words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        parse(**environ)
    said = capsys.readouterr().err
    assert refused.value.code == 2
    assert all(word in said for word in words)


@pytest.mark.parametrize(
    "arguments", [["run", "--log-level", "loud"], ["run", "--unknown"], [], ["stop"]]
)
def test_exits_like_every_command_for_what_it_does_not_know(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        settings.parse(arguments, {})
    assert refused.value.code == 2
    assert "usage: zeebe-operator" in capsys.readouterr().err


ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}


@pytest.mark.parametrize(
    ("environ", "asked"),
    [
        pytest.param({}, False, id="nothing is said"),
        pytest.param({"OTEL_SERVICE_NAME": "mine"}, False, id="a name alone"),
        pytest.param(ENDPOINT, True, id="an endpoint"),
        pytest.param(
            {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://c/v1/traces"}, True, id="for traces"
        ),
        pytest.param({"OTEL_TRACES_EXPORTER": "otlp"}, True, id="an exporter"),
        pytest.param({**ENDPOINT, "OTEL_TRACES_EXPORTER": "none"}, False, id="no exporter"),
        pytest.param({**ENDPOINT, "OTEL_SDK_DISABLED": "TRUE"}, False, id="disabled"),
        pytest.param(
            {**ENDPOINT, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}, True, id="our protocol"
        ),
    ],
)
def test_the_variables_of_opentelemetry_ask_for_traces(
    environ: dict[str, str], asked: bool
) -> None:
    assert parse(**environ).traces is asked


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, "OTEL_TRACES_EXPORTER: write otlp or none"),
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318"},
            "OTEL_EXPORTER_OTLP_ENDPOINT: write a URL",
        ),
        (
            {**ENDPOINT, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
            "OTEL_EXPORTER_OTLP_PROTOCOL: write http/protobuf",
        ),
    ],
)
def test_traces_that_cannot_be_sent_are_refused(environ: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        parse(**environ)
