"""Helm of both lines: built once, and run without the settings of this machine."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from devstack import cache, parts
from devstack.cache import Recipe
from devstack.errors import HelmError
from devstack.golang import GoBuild
from devstack.progress import Progress

HELM3_VERSION = "3.22.0"
HELM4_VERSION = "4.3.1"

_TIMEOUT = 300.0


def helm3() -> Recipe:
    """Unlike its successor it learns from the linker which Kubernetes it is made for."""
    prefix = "helm.sh/helm/v3"
    minor = _kubernetes_minor(parts.module("helm3"))
    version = {
        f"{prefix}/internal/version.version": f"v{HELM3_VERSION}",
        f"{prefix}/pkg/chartutil.k8sVersionMajor": "1",
        f"{prefix}/pkg/chartutil.k8sVersionMinor": minor,
        f"{prefix}/pkg/lint/rules.k8sVersionMajor": "1",
        f"{prefix}/pkg/lint/rules.k8sVersionMinor": minor,
    }
    return _recipe("helm3", HELM3_VERSION, version)


def helm4() -> Recipe:
    version = {"helm.sh/helm/v4/internal/version.version": f"v{HELM4_VERSION}"}
    return _recipe("helm4", HELM4_VERSION, version)


def _kubernetes_minor(module: Path) -> str:
    match = re.search(r"k8s\.io/client-go v0\.(\d+)\.", (module / "go.mod").read_text())
    assert match, f"{module}/go.mod names no client of Kubernetes"
    return match[1]


def _recipe(name: str, version: str, variables: dict[str, str]) -> Recipe:
    flags = " ".join(f"-X {key}={value}" for key, value in variables.items())
    build = GoBuild(parts.module(name), f"-s -w {flags}", packages="tool")
    return build.recipe(1.0, f"Building Helm {version}", "some minutes")


@dataclass(frozen=True, slots=True)
class Helm:
    """Without a kubeconfig it can only lint and render."""

    program: Path
    kubeconfig: Path | None = None

    @classmethod
    def built(cls, recipe: Recipe, progress: Progress | None = None) -> "Helm":
        return cls(cache.ensure(recipe, progress or Progress()) / "helm")

    def __call__(self, *args: str, check: bool = True) -> str:
        """Its standard output; raises HelmError with its words."""
        with TemporaryDirectory(prefix="helm-") as home:
            command = [str(self.program), *args]
            try:
                done = subprocess.run(
                    command,
                    env=self._environ(Path(home)),
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    text=True,
                    timeout=_TIMEOUT,
                    check=False,
                )
            except subprocess.TimeoutExpired as error:
                raise HelmError(f"helm {args[0]} took longer than {_TIMEOUT:.0f} s.") from error
        if check and done.returncode != 0:
            raise HelmError(done.stderr.strip() or done.stdout.strip())
        return done.stdout

    def _environ(self, home: Path) -> dict[str, str]:
        """No cluster is reached by accident: without a kubeconfig there is an empty one."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("HELM_")}
        folders = {f"HELM_{kind}_HOME": str(home / kind) for kind in ("CACHE", "CONFIG", "DATA")}
        return {**ours, **folders, "KUBECONFIG": str(self.kubeconfig or home / "none")}
