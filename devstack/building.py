"""Runs one build command: output into a log, a bound on its time, one sentence when it fails."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from devstack.errors import BuildError, DiskFullError
from devstack.processes import Command, Processes

_POLL = 0.2
_FULL = ("no space left on device", "disk quota exceeded")
_UNREACHABLE = (
    "i/o timeout",
    "connection refused",
    "no such host",
    "could not resolve",
    "unknown host",
    "temporary failure in name resolution",
    "network is unreachable",
    "tls handshake timeout",
    "read timed out",
    "connect timed out",
    "connection timed out",
    "max retries exceeded",
    "could not transfer artifact",
    "context deadline exceeded",
)


@dataclass(frozen=True, slots=True)
class Step:
    """`what` begins the sentence that a person reads when it fails; environ is added to ours."""

    what: str
    argv: tuple[str | Path, ...]
    timeout: float
    directory: Path
    environ: Mapping[str, str] = field(default_factory=dict)


def run(step: Step, log: Path) -> None:
    """The keeper sees to it that no compiler goes on when this process is killed."""
    with log.open("ab") as output:
        output.write(f"$ {' '.join(map(str, step.argv))}\n".encode())
    command = Command(
        argv=tuple(str(part) for part in step.argv),
        environ={**os.environ, **step.environ},
        directory=step.directory,
        log=log,
    )
    processes = Processes()
    try:
        processes.start(step.what, command)
        code = _wait(processes, step, log)
    finally:
        processes.end()
    if code != 0:
        raise _failure(step.what, log)


def limit(timeout: float) -> float:
    """A test, or a person on a slow line, may set another limit for each single step."""
    return float(os.environ.get("ZEEBE_OPERATOR_BUILD_TIMEOUT") or timeout)


def _wait(processes: Processes, step: Step, log: Path) -> int:
    timeout = limit(step.timeout)
    ends = time.monotonic() + timeout
    while (code := processes.exit_code(step.what)) is None:
        if time.monotonic() > ends:
            raise BuildError(
                f"{step.what} was given up after {timeout:.0f} seconds: the package registry does"
                f" not answer or this machine is too slow (log: {log})."
            )
        time.sleep(_POLL)
    return code


def _failure(what: str, log: Path) -> BuildError:
    text = log.read_text(errors="replace").lower()
    if any(word in text for word in _FULL):
        return DiskFullError(f"{what} failed because the disk is full (log: {log}).")
    if any(word in text for word in _UNREACHABLE):
        return BuildError(f"{what} failed: the package registry cannot be reached (log: {log}).")
    return BuildError(f"{what} failed; its output is in {log}.")
