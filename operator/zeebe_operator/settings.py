"""What the operator is told at its start: options, and the environment as their twin."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_network

from zeebe_operator.model import environment
from zeebe_operator.model.addresses import Network
from zeebe_operator.model.environment import OwnConnection
from zeebe_operator.model.errors import SettingsError

_ALLOW = "ZEEBE_OPERATOR_WORKER_HTTP_ALLOW"
_HIGHEST_PORT = 65535

_TRACES_EXPORTER = "OTEL_TRACES_EXPORTER"
_TRACES_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_TRACES_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")


@dataclass(frozen=True, slots=True)
class Settings:
    """`namespaces` empty: all of them. `connection`: for resources that name none."""

    namespaces: Sequence[str] = ()
    connection: OwnConnection | None = None
    metrics_port: int = 8080
    log_format: str = "json"
    log_level: str = "info"
    leader_elect: bool = False
    leader_elect_namespace: str | None = None
    """Where the Lease is; None: where the pod is."""
    leader_elect_lease: str = "zeebe-operator"
    worker_http_allow: Sequence[Network] = ()
    """Loopback and link-local networks that workers may call all the same."""
    traces: bool = False
    """Whether the variables of OpenTelemetry ask for traces."""


def parse(arguments: Sequence[str], environ: Mapping[str, str]) -> Settings:
    """Raises SettingsError; exits like every command for --help and unknown options."""
    options = _parser(environ).parse_args(arguments)
    return Settings(
        namespaces=tuple(
            dict.fromkeys(options.namespace or _parts(environ, "ZEEBE_OPERATOR_NAMESPACES"))
        ),
        connection=environment.connection(options.connection_address, environ),
        metrics_port=options.metrics_port,
        log_format=options.log_format,
        log_level=options.log_level,
        leader_elect=options.leader_elect == "true",
        leader_elect_namespace=options.leader_elect_namespace,
        leader_elect_lease=options.leader_elect_lease,
        worker_http_allow=_networks(options.worker_http_allow or _parts(environ, _ALLOW)),
        traces=_traces(environ),
    )


def _parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="zeebe-operator", description="Manages Zeebe declaratively, from custom resources."
    )
    run = parser.add_subparsers(dest="command", required=True).add_parser(
        "run", help="run the operator", description="Runs the operator until it is told to stop."
    )
    run.add_argument(
        "--namespace",
        action="append",
        metavar="NS",
        help="watch only this namespace; may be repeated (default: all namespaces;"
        " environment: ZEEBE_OPERATOR_NAMESPACES, with commas)",
    )
    run.add_argument(
        "--connection-address",
        metavar="HOST:PORT",
        help="gateway for resources without a connection; grpc://HOST:PORT connects without TLS"
        " (environment: ZEEBE_GRPC_ADDRESS, ZEEBE_ADDRESS, ZEEBE_INSECURE_CONNECTION, and the"
        " variables for credentials that Camunda's clients read)",
    )
    run.add_argument(
        "--metrics-port",
        type=_port,
        default=environ.get("ZEEBE_OPERATOR_METRICS_PORT", "8080"),
        metavar="PORT",
        help="port of /metrics, /healthz and /readyz (default: 8080;"
        " environment: ZEEBE_OPERATOR_METRICS_PORT)",
    )
    run.add_argument(
        "--log-format",
        type=_one_of("json", "console"),
        default=environ.get("ZEEBE_OPERATOR_LOG_FORMAT", "json"),
        metavar="json|console",
        help="(default: json; environment: ZEEBE_OPERATOR_LOG_FORMAT)",
    )
    run.add_argument(
        "--log-level",
        type=_one_of("debug", "info", "warning", "error"),
        default=environ.get("ZEEBE_OPERATOR_LOG_LEVEL", "info"),
        metavar="debug|info|warning|error",
        help="(default: info; environment: ZEEBE_OPERATOR_LOG_LEVEL)",
    )
    _add_leader_election(run, environ)
    run.add_argument(
        "--worker-http-allow",
        action="append",
        metavar="CIDR",
        help="loopback or link-local network that ZeebeJobWorkers may call over HTTP; may be"
        " repeated (default: none; environment: ZEEBE_OPERATOR_WORKER_HTTP_ALLOW, with commas)",
    )
    return parser


def _add_leader_election(run: argparse.ArgumentParser, environ: Mapping[str, str]) -> None:
    run.add_argument(
        "--leader-elect",
        nargs="?",
        const="true",
        type=_one_of("true", "false"),
        default=environ.get("ZEEBE_OPERATOR_LEADER_ELECT") or "false",
        metavar="true|false",
        help="work only while holding a Lease, so that several replicas can run"
        " (default: false; environment: ZEEBE_OPERATOR_LEADER_ELECT)",
    )
    run.add_argument(
        "--leader-elect-namespace",
        default=environ.get("ZEEBE_OPERATOR_LEADER_ELECT_NAMESPACE") or None,
        metavar="NS",
        help="namespace of that Lease (default: the pod's own;"
        " environment: ZEEBE_OPERATOR_LEADER_ELECT_NAMESPACE)",
    )
    run.add_argument(
        "--leader-elect-lease",
        default=environ.get("ZEEBE_OPERATOR_LEADER_ELECT_LEASE") or "zeebe-operator",
        metavar="NAME",
        help="name of that Lease (default: zeebe-operator;"
        " environment: ZEEBE_OPERATOR_LEADER_ELECT_LEASE)",
    )


def _networks(texts: Sequence[str]) -> Sequence[Network]:
    try:
        return tuple(ip_network(text) for text in texts)
    except ValueError as error:
        raise SettingsError(
            f"--worker-http-allow: {error}; write a network like 127.0.0.0/8"
        ) from None


def _traces(environ: Mapping[str, str]) -> bool:
    """The rest of these variables is read by the SDK. What they hold is not quoted: an endpoint
    may have a password in it."""
    exporter, endpoint = environ.get(_TRACES_EXPORTER), _first(environ, _TRACES_ENDPOINTS)
    disabled = environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
    if disabled or exporter == "none" or not (exporter or endpoint):
        return False
    if exporter and exporter != "otlp":
        raise SettingsError(f"{_TRACES_EXPORTER}: write otlp or none; there is no other exporter")
    if endpoint and not endpoint[1].startswith(("http://", "https://")):
        raise SettingsError(f"{endpoint[0]}: write a URL like http://collector:4318")
    protocol = _first(environ, _TRACES_PROTOCOLS)
    if protocol and protocol[1] != "http/protobuf":
        raise SettingsError(
            f"{protocol[0]}: write http/protobuf, the only one there is, and let the endpoint have"
            " the collector's port for it (4318 as a rule)"
        )
    return True


def _first(environ: Mapping[str, str], variables: Sequence[str]) -> tuple[str, str] | None:
    """The name and the value of the first one that is set."""
    return next(((name, environ[name]) for name in variables if environ.get(name)), None)


def _port(text: str) -> int:
    if not (text.isdecimal() and int(text) <= _HIGHEST_PORT):
        raise argparse.ArgumentTypeError(f"{text!r} is no port")
    return int(text)


def _one_of(*allowed: str) -> Callable[[str], str]:
    """Unlike `choices` this also holds the environment to what is allowed."""

    def check(value: str) -> str:
        if value not in allowed:
            raise argparse.ArgumentTypeError(f"{value!r} is none of {', '.join(allowed)}")
        return value

    return check


def _parts(environ: Mapping[str, str], variable: str) -> Sequence[str]:
    parts = environ.get(variable, "").split(",")
    return [part.strip() for part in parts if part.strip()]
