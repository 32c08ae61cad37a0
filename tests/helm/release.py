"""Releases in a namespace of a real API server."""

import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from devstack.chart import CHART
from devstack.environment import Environment
from devstack.helm import Helm
from tests.helm.chart import Object, crds

Values = Mapping[str, Any]
"""By their paths: {"log.level": "debug"}."""

CRDS = [each["metadata"]["name"] for each in crds()]
DEPLOYMENT = "op-zeebe-operator"
"""Of a release named op."""


@dataclass(frozen=True)
class Releases:
    env: Environment
    helm: Helm
    namespace: str

    def __call__(self, *args: str) -> str:
        helm = replace(self.helm, kubeconfig=self.env.kubeconfig)
        return helm(*args, f"--namespace={self.namespace}")

    def install(self, name: str, *args: str, values: Values | None = None) -> None:
        self("install", name, str(CHART), *args, *_options(values or {}))

    def upgrade(self, name: str, chart: Path = CHART, values: Values | None = None) -> None:
        self("upgrade", name, str(chart), *_options(values or {}))

    def uninstall(self, name: str, *args: str) -> str:
        return self("uninstall", name, *args)

    def kubectl(self, *args: str, stdin: str | None = None, check: bool = True) -> str:
        return self.env.kubectl("-n", self.namespace, *args, input=stdin, check=check)

    def get(self, *what: str) -> Object:
        found: Object = json.loads(self.kubectl("get", *what, "-o=json"))
        return found

    def await_crds(self) -> None:
        self.kubectl("wait", "--for=condition=Established", "--timeout=60s", "crd", *CRDS)

    def pod(self) -> Object:
        """What the Deployment of the release op wants to run."""
        pod: Object = self.get("deployment", DEPLOYMENT)["spec"]["template"]["spec"]
        return pod

    def args(self) -> list[str]:
        args: list[str] = self.pod()["containers"][0]["args"]
        return args


def _options(values: Values) -> list[str]:
    return [f"--set-json={name}={json.dumps(value)}" for name, value in values.items()]


@contextmanager
def new_namespace(env: Environment) -> Iterator[str]:
    """Only pods that meet the restricted standard may run in it."""
    name = f"release-{uuid.uuid4().hex[:8]}"
    env.kubectl("create", "namespace", name)
    env.kubectl("label", "namespace", name, "pod-security.kubernetes.io/enforce=restricted")
    yield name
    env.kubectl("delete", "namespace", name, "--wait=false")
