"""The chart as Helm renders it: objects by kind, and the container that would run."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from devstack.chart import CHART, ROOT
from devstack.helm import Helm

Object = dict[str, Any]

RELEASE = "shop"
NAMESPACE = "operators"

NAMESPACED: Object = {
    "rbac": {"namespaced": True},
    "watchNamespaces": ["orders", "billing"],
    "crds": {"enabled": False},
}
SECURED: Object = {
    "connection": {
        "address": "gateway.camunda.svc:26500",
        "restAddress": "https://gateway.camunda.svc:8080",
        "oauth": {
            "existingSecret": "login",
            "tokenUrl": "https://login.example.com/token",
            "audience": "zeebe",
            "scope": "all",
        },
        "tls": {
            "serverName": "zeebe.example.com",
            "ca": {"existingSecret": "authority"},
            "clientCert": {"existingSecret": "client"},
        },
    }
}
EVERYTHING: Object = {
    **SECURED,
    "commonLabels": {"team": "flow"},
    "image": {"digest": f"sha256:{'0' * 64}"},
    "imagePullSecrets": [{"name": "pull"}],
    "serviceAccount": {"annotations": {"example.com/role": "reader"}},
    "workers": {"httpAllow": ["127.0.0.0/8"]},
    "podLabels": {"tier": "control"},
    "podAnnotations": {"example.com/note": "yes"},
    "nodeSelector": {"kubernetes.io/os": "linux"},
    "tolerations": [{"key": "control", "operator": "Exists"}],
    "affinity": {"nodeAffinity": {}},
    "topologySpreadConstraints": [
        {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway"}
    ],
    "priorityClassName": "system-cluster-critical",
    "extraEnv": [{"name": "HTTPS_PROXY", "value": "http://proxy:3128"}],
    "extraEnvFrom": [{"configMapRef": {"name": "more"}}],
    "extraVolumes": [{"name": "more", "emptyDir": {}}],
    "extraVolumeMounts": [{"name": "more", "mountPath": "/more"}],
    "metrics": {
        "serviceMonitor": {"enabled": True, "labels": {"release": "prom"}, "interval": "30s"},
        "podMonitor": {"enabled": True},
        "prometheusRule": {"enabled": True},
        "grafanaDashboard": {"enabled": True, "annotations": {"folder": "Zeebe"}},
    },
    "podDisruptionBudget": {"enabled": True},
    "networkPolicy": {
        "enabled": True,
        "metricsFrom": [{"podSelector": {"matchLabels": {"app": "prometheus"}}}],
        "egress": [{"ports": [{"port": 443}]}],
    },
}


@dataclass(frozen=True, slots=True)
class Rendered:
    objects: Sequence[Object]

    def all(self, kind: str) -> list[Object]:
        return [each for each in self.objects if each["kind"] == kind]

    def one(self, kind: str) -> Object:
        [found] = self.all(kind)
        return found

    @property
    def kinds(self) -> set[str]:
        return {each["kind"] for each in self.objects}

    @property
    def pod(self) -> Object:
        template: Object = self.one("Deployment")["spec"]["template"]
        return template

    @property
    def container(self) -> Object:
        [found] = self.pod["spec"]["containers"]
        container: Object = found
        return container


def render(helm: Helm, values: Mapping[str, Any] | None = None, chart: Path = CHART) -> Rendered:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "values.json"
        file.write_text(json.dumps(values or {}))
        text = helm("template", RELEASE, str(chart), f"--namespace={NAMESPACE}", f"-f={file}")
    return Rendered([each for each in yaml.safe_load_all(text) if each])


def role_rules() -> list[Object]:
    role = yaml.safe_load((ROOT / "manifests" / "rbac" / "role.yaml").read_text())
    rules: list[Object] = role["rules"]
    return rules


def crds() -> list[Object]:
    return [yaml.safe_load(path.read_text()) for path in sorted((ROOT / "crds").glob("*.yaml"))]
