"""One server process: its ports, its start with readiness, and the ways to disturb it in a test."""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from devstack import ports
from devstack.errors import PortTakenError, StartError
from devstack.processes import Command, Processes

_POLL = 0.05
_LAST_LINES = 8
_READ_AT_MOST = 32_000
_OTHER_PORTS = 3
_TAKEN = ("address already in use", "bindexception", "failed to bind", "already in use")


@dataclass(frozen=True, slots=True)
class Plan:
    """How a server is run; command and is_ready are given its ports."""

    ports_needed: int
    command: Callable[[tuple[int, ...]], Command]
    is_ready: Callable[[tuple[int, ...]], bool]
    deadline: float  # seconds until it must be ready
    patience: float  # seconds for an orderly end, then it is killed


class Service:
    """Ports are chosen at the first start and kept from then on."""

    def __init__(self, name: str, processes: Processes, plan: Plan) -> None:
        self.name = name
        self._processes = processes
        self._plan = plan
        self._log = Path()
        self._pid: int | None = None
        self.ports: tuple[int, ...] = ()

    @property
    def pid(self) -> int:
        if self._pid is None:
            raise StartError(f"{self.name} is not running.")
        return self._pid

    @property
    def log(self) -> Path:
        return self._log

    @property
    def is_running(self) -> bool:
        return self._pid is not None and self._processes.exit_code(self.name) is None

    def start(self) -> None:
        """Returns when it answers; does nothing when it already runs."""
        if self.is_running:
            return
        if self.ports:
            self._wait_for_own_ports()
            self._start_and_wait()
            return
        for attempt in range(_OTHER_PORTS):
            self.ports = tuple(ports.free_ports(self._plan.ports_needed))
            try:
                self._start_and_wait()
                return
            except PortTakenError:
                self.ports = ()
                if attempt == _OTHER_PORTS - 1:
                    raise

    def stop(self) -> None:
        """An orderly end; killed when that takes too long."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def suspend(self) -> None:
        """Frozen, with its connections open: what a long pause or a lost network looks like."""
        self._processes.signal(self.name, signal.SIGSTOP)

    def resume(self) -> None:
        self._processes.signal(self.name, signal.SIGCONT)

    def _start_and_wait(self) -> None:
        command = self._plan.command(self.ports)
        self._log = command.log
        log_begins = command.log.stat().st_size if command.log.exists() else 0
        self._pid = self._processes.start(self.name, command)
        ends = time.monotonic() + self._plan.deadline
        while not self._answers():
            code = self._processes.exit_code(self.name)
            if code is not None:
                self._pid = None
                raise self._died(code, log_begins)
            if time.monotonic() > ends:
                self.kill()
                within = f"{self._plan.deadline:.0f} seconds"
                raise StartError(f"{self.name} was not ready within {within}; {self._tail(0)}")
            time.sleep(_POLL)

    def _answers(self) -> bool:
        return all(ports.listens(self.pid, port) for port in self.ports) and self._plan.is_ready(
            self.ports
        )

    def _wait_for_own_ports(self) -> None:
        """After a kill the kernel may need a moment to give them back."""
        ends = time.monotonic() + self._plan.deadline
        while any(ports.is_taken(port) for port in self.ports):
            if time.monotonic() > ends:
                raise PortTakenError(f"A port of {self.name} was taken while it was stopped.")
            time.sleep(_POLL)

    def _end(self, number: signal.Signals) -> None:
        if self._pid is None:
            return
        self._processes.signal(self.name, number)
        if number is signal.SIGTERM:  # a frozen process does not see it until it goes on
            self._processes.signal(self.name, signal.SIGCONT)
        ends = time.monotonic() + self._plan.patience
        while self._processes.exit_code(self.name) is None:
            if time.monotonic() > ends:
                self._processes.signal(self.name, signal.SIGKILL)
                ends += self._plan.patience
            time.sleep(_POLL)
        self._pid = None

    def _died(self, code: int, log_begins: int) -> StartError:
        message = f"{self.name} ended at its start (exit code {code}); {self._tail(log_begins)}"
        if any(word in self._written(log_begins).lower() for word in _TAKEN):
            return PortTakenError(message)
        return StartError(message)

    def _tail(self, begin: int) -> str:
        last = "\n  ".join(self._written(begin).splitlines()[-_LAST_LINES:])
        return f"its log is {self._log} and ends with:\n  {last}"

    def _written(self, begin: int) -> str:
        with self._log.open("rb") as log:
            log.seek(max(begin, log.seek(0, 2) - _READ_AT_MOST))
            return log.read().decode(errors="replace")
