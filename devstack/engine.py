"""How the local engine of this repository is run; several of them can run side by side."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from devstack import alone, http_probe, ports
from devstack.certificates import Certificate
from devstack.control import Control
from devstack.errors import ReplayError
from devstack.processes import Command, Processes
from devstack.records import RecordLog
from devstack.service import Plan, Service

NEWEST: Final = "8.10"
"""The generation of Camunda 8 that an engine speaks when nobody asks for another."""

_REPOSITORY: Final = Path(__file__).parent.parent
_SOURCES: Final = (_REPOSITORY / "operator", _REPOSITORY / "engine")


@dataclass(frozen=True, slots=True)
class Options:
    """`version` is a generation, as 8.8. With `tls` it takes no plaintext, with `client_ca` clients
    must show a certificate of that authority; `extra` are more arguments of `zeebe-engine run`."""

    version: str = NEWEST
    partitions: int = 3
    tls: Certificate | None = None
    client_ca: Path | None = None
    extra: Sequence[str] = ()


_PLAIN: Final = Options()
_ENVIRON: Final = {"PYTHONPATH": ":".join(map(str, _SOURCES))}
_REPLAY_TIMEOUT: Final = 300.0


class Engine(Service):
    """The same ports and data after a restart; `directory` is its own."""

    def __init__(self, processes: Processes, directory: Path, options: Options = _PLAIN) -> None:
        self.options = options
        self.records = RecordLog(directory / "records.jsonl")
        self._directory = directory
        super().__init__(
            "zeebe-engine",
            processes,
            Plan(
                ports_needed=3,
                command=self._command,
                is_ready=lambda own: http_probe.is_ok(own[2], "/ready"),
                deadline=30.0,
                patience=10.0,
            ),
        )

    @classmethod
    @contextmanager
    def alone(cls, options: Options = _PLAIN) -> Iterator[Self]:
        """One without a control plane, or beside that of an environment."""
        with alone.place() as (processes, directory):
            engine = cls(processes, directory, options)
            engine.start()
            yield engine

    @property
    def data(self) -> Path:
        """The folder of its journal."""
        return self._directory / "data"

    @property
    def gateway_address(self) -> str:
        return f"{ports.HOST}:{self.ports[0]}"

    @property
    def rest_address(self) -> str:
        return ports.url(self.ports[1], "http" if self.options.tls is None else "https")

    @property
    def control(self) -> Control:
        return Control(ports.url(self.ports[2]))

    @contextmanager
    def replayed(self) -> Iterator[Self]:
        """At the end it stops, and its journal must give the state that it ended with.

        Raises ReplayError.
        """
        yield self
        self.resume()
        self.start()
        self.stop()
        self.replay()

    def replay(self) -> None:
        """Executes the journal of an engine that has stopped again. Raises ReplayError."""
        done = subprocess.run(
            [sys.executable, "-m", "zeebe_engine", "replay", str(self.data)],
            env={**os.environ, **_ENVIRON},
            capture_output=True,
            text=True,
            timeout=_REPLAY_TIMEOUT,
            check=False,
        )
        if done.returncode != 0 or "as the engine ended" not in done.stdout:
            raise ReplayError(f"{self.data}: {(done.stderr or done.stdout).strip()}")

    def _command(self, own: tuple[int, ...]) -> Command:
        grpc, rest, control = map(str, own)
        return Command(
            argv=(
                *(sys.executable, "-m", "zeebe_engine", "run"),
                *("--grpc-port", grpc, "--rest-port", rest, "--control-port", control),
                *("--engine-version", self.options.version),
                *("--partitions", str(self.options.partitions)),
                *("--data", str(self.data)),
                *("--records", str(self.records.path)),
                *self._security(),
                *self.options.extra,
            ),
            environ=_ENVIRON,
            directory=self._directory,
            log=self._directory / f"{self.name}.log",
        )

    def _security(self) -> tuple[str, ...]:
        found: list[str] = []
        if self.options.tls is not None:
            pair = self.options.tls
            found += ["--tls-cert", str(pair.certificate), "--tls-key", str(pair.key)]
        if self.options.client_ca is not None:
            found += ["--client-ca", str(self.options.client_ca)]
        return tuple(found)
