"""The operator as users run it: a process of its own, killed and started at will."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from devstack.engine import Engine
from devstack.ports import free_ports
from tests.acceptance.cluster import eventually

ROOT = Path(__file__).parents[2]


class Operator:
    """Watches one namespace, with the rights of the shipped role and no more."""

    def __init__(
        self, engine: Engine, namespace: str, kubeconfig: Path, log: Path, *options: str
    ) -> None:
        (self.port,) = free_ports(1)
        self.log = log
        self._options = ["--namespace", namespace, *options]
        self._environ = {
            **os.environ,
            "KUBECONFIG": str(kubeconfig),
            "ZEEBE_ADDRESS": engine.gateway_address,
            "ZEEBE_INSECURE_CONNECTION": "true",
            "PYTHONPATH": str(ROOT / "operator"),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def set_environ(self, **changes: str | None) -> None:
        """For the next start; None unsets."""
        for name, value in changes.items():
            self._environ.pop(name, None)
            if value is not None:
                self._environ[name] = value

    def start(self) -> "Operator":
        """Does not wait: see `wait_ready`."""
        command = [sys.executable, "-m", "zeebe_operator", "run", "--log-format", "console"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--metrics-port", str(self.port), *self._options],
                env=self._environ,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        return self

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def probe(self, path: str) -> tuple[int, str]:
        """Status and text; (0, "") while nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}") as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def wait_ready(self) -> "Operator":
        eventually(lambda: self.probe("/readyz"), lambda seen: seen[0] == 200)
        return self

    def kill(self) -> None:
        """As the kernel does when memory is out: no time to say anything."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """As a kubelet does. Returns the exit code."""
        return self._end(signal.SIGTERM)

    def restart(self) -> "Operator":
        self.stop()
        return self.start().wait_ready()

    def said(self) -> str:
        """All that it logged."""
        return self.log.read_text()

    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _end(self, number: signal.Signals) -> int:
        if self._process is None:
            return 0
        if self._process.poll() is None:
            self._process.send_signal(number)
        return self._process.wait(timeout=60)
