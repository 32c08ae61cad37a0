"""Runs the kubectl that belongs to an environment."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from devstack.errors import KubectlError

_TIMEOUT = 180.0


@dataclass(frozen=True, slots=True)
class Kubectl:
    program: Path
    kubeconfig: Path
    cache: Path

    def __call__(
        self,
        *args: str,
        input: str | None = None,  # noqa: A002  (the name subprocess.run has for it)
        check: bool = True,
    ) -> str:
        command = [str(self.program), f"--cache-dir={self.cache}", *args]
        try:
            done = subprocess.run(
                command,
                env={**os.environ, "KUBECONFIG": str(self.kubeconfig), "KUBERC": "off"},
                input=input,
                stdin=subprocess.DEVNULL if input is None else None,
                capture_output=True,
                text=True,
                timeout=_TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise KubectlError(f"kubectl {args[0]} took longer than {_TIMEOUT:.0f} s.") from error
        if check and done.returncode != 0:
            raise KubectlError(done.stderr.strip() or f"kubectl ended with {done.returncode}.")
        return done.stdout
