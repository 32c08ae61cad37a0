"""The command line, and what it means as settings."""

import argparse
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final, NoReturn

from zeebe_engine.generations import GENERATIONS, NEWEST
from zeebe_engine.settings import BasicAuth, BearerAuth, Settings, Tls

_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0}
_DEFAULTS: Final = Settings()


class OptionError(Exception):
    """Options that mean nothing, or files that cannot be read; a sentence for people."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise OptionError(f"{message}. See {self.prog} --help.")


def parser() -> argparse.ArgumentParser:
    """Its `parse_args` raises OptionError."""
    found = _Parser(
        "zeebe-engine", description="A local engine that speaks the protocol of a Zeebe gateway."
    )
    commands = found.add_subparsers(dest="command", required=True)
    _add_run(commands.add_parser("run", help="starts an engine"))
    replay = commands.add_parser("replay", help="executes a journal again and compares the outcome")
    replay.add_argument("directory", type=Path, help="what --data named; no engine may be using it")
    return found


def settings(parsed: argparse.Namespace) -> Settings:
    """Raises OptionError."""
    return Settings(
        host=parsed.host,
        grpc_port=parsed.grpc_port,
        rest_port=parsed.rest_port,
        control_port=parsed.control_port,
        data=parsed.data,
        generation=GENERATIONS[parsed.engine_version],
        partitions=parsed.partitions,
        read_lag=parsed.read_lag,
        backpressure_limit=parsed.backpressure_limit,
        business_id_uniqueness=parsed.business_id_uniqueness,
        tenants=parsed.tenants,
        tls=_tls(parsed),
        auth=_auth(parsed),
        records=parsed.records,
        snapshot_every=parsed.snapshot_every,
    )


def _add_run(run: argparse.ArgumentParser) -> None:
    run.add_argument("--host", default=_DEFAULTS.host, help="address to listen on (%(default)s)")
    run.add_argument("--grpc-port", type=_port, default=_DEFAULTS.grpc_port, metavar="PORT")
    run.add_argument("--rest-port", type=_port, default=_DEFAULTS.rest_port, metavar="PORT")
    run.add_argument("--control-port", type=_port, metavar="PORT", help="faults, for tests")
    run.add_argument("--data", type=Path, metavar="DIR", help="default: in memory")
    run.add_argument("--engine-version", choices=GENERATIONS, default=NEWEST.name)
    run.add_argument("--partitions", type=_count(1, 1000), default=_DEFAULTS.partitions)
    run.add_argument("--read-lag", type=_seconds, default=0.0, help="as 500ms or 2s")
    run.add_argument("--backpressure-limit", type=_count(0, 10**6), default=0, help="0: no limit")
    run.add_argument("--business-id-uniqueness", action="store_true")
    run.add_argument("--tenants", type=_names, default=frozenset(), help="a,b: multi-tenancy is on")
    run.add_argument("--tls-cert", type=Path, metavar="FILE")
    run.add_argument("--tls-key", type=Path, metavar="FILE")
    run.add_argument(
        "--client-ca", type=Path, metavar="FILE", help="clients must show certificates"
    )
    run.add_argument("--auth", choices=("basic", "oauth"))
    run.add_argument("--username", help="of --auth basic")
    run.add_argument("--password-file", type=Path, metavar="FILE", help="of --auth basic")
    run.add_argument("--token-file", type=Path, metavar="FILE", help="of --auth oauth: one a line")
    run.add_argument("--audience", default="", help="of --auth oauth: of signed tokens")
    run.add_argument(
        "--secret-file", type=Path, metavar="FILE", help="of --auth oauth: signs tokens"
    )
    run.add_argument("--records", type=Path, metavar="FILE", help="JSON lines of what it did")
    run.add_argument(
        "--snapshot-every",
        type=_count(1, 10**9),
        default=_DEFAULTS.snapshot_every,
        metavar="ENTRIES",
    )


def _tls(parsed: argparse.Namespace) -> Tls | None:
    if parsed.tls_cert and parsed.tls_key:
        return Tls(parsed.tls_cert, parsed.tls_key, parsed.client_ca)
    if parsed.tls_cert or parsed.tls_key or parsed.client_ca:
        raise OptionError("TLS needs both --tls-cert and --tls-key.")
    return None


def _auth(parsed: argparse.Namespace) -> BasicAuth | BearerAuth | None:
    match parsed.auth:
        case "basic":
            if not (parsed.username and parsed.password_file):
                raise OptionError("--auth basic needs --username and --password-file.")
            return BasicAuth(parsed.username, _secret(parsed.password_file))
        case "oauth":
            if not (parsed.token_file or parsed.secret_file):
                raise OptionError("--auth oauth needs --token-file or --secret-file.")
            tokens = _secret(parsed.token_file).split() if parsed.token_file else []
            secret = _secret(parsed.secret_file) if parsed.secret_file else ""
            return BearerAuth(frozenset(tokens), parsed.audience, secret)
        case _:
            return None


def _secret(path: Path) -> str:
    try:
        text = path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise OptionError(f"{path} cannot be read: {error}.") from error
    if not text:
        raise OptionError(f"{path} is empty.")
    return text


def _port(text: str) -> int:
    return _count(0, 65535)(text)


def _count(least: int, most: int) -> Callable[[str], int]:
    def count(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"'{text}' is no number from {least} to {most}")
        return int(text)

    return count


def _seconds(text: str) -> float:
    found = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)(ms|s|m)", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"'{text}' is no duration, as 500ms, 2s or 1m")
    return float(found[1]) * _UNITS[found[2]]


def _names(text: str) -> frozenset[str]:
    return frozenset(name for name in text.split(",") if name)
