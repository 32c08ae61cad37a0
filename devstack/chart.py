"""What is made of the chart and for it: `python -m devstack.chart` writes it, tests compare it.

CRDs, roles, alerts and dashboard have one source each, outside of the chart; it must hold copies,
because Helm reads no other file. manifests/install/ is the chart, rendered.
"""

import re
from pathlib import Path

from devstack import helm
from devstack.helm import Helm
from devstack.progress import Progress

ROOT = Path(__file__).parents[1]
CHART = ROOT / "helm" / "zeebe-operator"
INSTALL = ROOT / "manifests" / "install" / "install.yaml"
NAME = "zeebe-operator"

_SOURCES = {
    "alerts.yaml": "monitoring/rules.yaml",
    "dashboard.json": "monitoring/dashboard.json",
    "leader-election.yaml": "manifests/rbac/leader-election.yaml",
    "role.yaml": "manifests/rbac/role.yaml",
}

_NAMESPACE = f"""\
# Rendered from helm/zeebe-operator by `make generate`.
apiVersion: v1
kind: Namespace
metadata:
  name: {NAME}
  labels:
    pod-security.kubernetes.io/enforce: restricted
"""
_HELMS_OWN = re.compile(r"^ *(?:helm\.sh/chart|app\.kubernetes\.io/managed-by): .*\n", re.MULTILINE)


def copies() -> dict[Path, str]:
    """What each generated file of the chart has to hold."""
    crds = {f"crds/{path.name}": f"crds/{path.name}" for path in (ROOT / "crds").glob("*.yaml")}
    sources = _SOURCES | crds
    return {CHART / "files" / copy: (ROOT / path).read_text() for copy, path in sources.items()}


def install(helm4: Helm) -> str:
    """Without the marks by which Helm would take the objects for its own."""
    options = ("--namespace", NAME, "--set=crds.keep=false")
    return _NAMESPACE + _HELMS_OWN.sub("", helm4("template", NAME, str(CHART), *options))


def write() -> None:
    for path, text in copies().items():
        path.write_text(text)
    INSTALL.write_text(install(Helm.built(helm.helm4(), Progress())))


if __name__ == "__main__":
    write()
