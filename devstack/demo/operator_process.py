"""The operator as a process beside an environment, which it cannot outlive (see keeper.py)."""

import re
import signal
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Final

from devstack import ports
from devstack.environment import Environment
from devstack.errors import StartError
from devstack.processes import Command, Processes

NAME: Final = "zeebe-operator"
_PACKAGE = Path(__file__).parents[2] / "operator"
_READY_WITHIN = 60.0
_STOPPED_WITHIN = 40.0
_POLL = 0.05


class OperatorProcess:
    """Started, killed and started again at will; its log goes on from one life to the next."""

    def __init__(self, env: Environment, kubeconfig: Path) -> None:
        self._env = env
        self._kubeconfig = kubeconfig
        self._log = env.directory / f"{NAME}.log"
        self._port = ports.free_ports(1)[0]
        self._processes = Processes()

    def start(self) -> int:
        """Returns its process id once it says that it is ready. Raises StartError."""
        argv = (sys.executable, "-m", "zeebe_operator", "run", "--log-format", "console")
        environ = {
            "KUBECONFIG": str(self._kubeconfig),
            "PYTHONPATH": str(_PACKAGE),
            "ZEEBE_ADDRESS": self._env.engine.gateway_address,
            "ZEEBE_INSECURE_CONNECTION": "true",
            "ZEEBE_OPERATOR_METRICS_PORT": str(self._port),
        }
        command = Command(argv, environ, self._env.directory, self._log)
        pid = self._processes.start(NAME, command)
        ends = time.monotonic() + _READY_WITHIN
        while not self._answers_ready():
            if (code := self._processes.exit_code(NAME)) is not None:
                raise StartError(f"The operator ended with exit code {code} instead of starting.")
            if time.monotonic() > ends:
                raise StartError(f"The operator was not ready within {_READY_WITHIN:.0f} s.")
            time.sleep(_POLL)
        return pid

    def kill(self) -> None:
        """As the kernel does when memory is out: it gets no time for anything."""
        self._end(signal.SIGKILL)

    def terminate(self) -> None:
        """As a kubelet does: it finishes what is under way."""
        self._end(signal.SIGTERM)

    def passes(self) -> int:
        """How many passes over resources it has made since it started, by its own metrics."""
        found = re.findall(
            r"^zeebe_operator_reconciles_total\{.*\} (\S+)$", self._metrics(), re.MULTILINE
        )
        return int(sum(map(float, found)))

    def last_lines(self, count: int) -> str:
        """The end of its log, for a person to read."""
        try:
            lines = self._log.read_text(errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(lines[-count:])

    def end(self) -> None:
        """For good; harmless when repeated."""
        self._processes.end()

    def _end(self, number: signal.Signals) -> None:
        self._processes.signal(NAME, number)
        ends = time.monotonic() + _STOPPED_WITHIN
        while self._processes.exit_code(NAME) is None:
            if time.monotonic() > ends:
                raise StartError(f"The operator did not end within {_STOPPED_WITHIN:.0f} s.")
            time.sleep(_POLL)

    def _answers_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{ports.url(self._port)}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def _metrics(self) -> str:
        with urllib.request.urlopen(f"{ports.url(self._port)}/metrics", timeout=5) as answer:
            text: bytes = answer.read()
            return text.decode()
