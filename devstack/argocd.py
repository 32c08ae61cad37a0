"""`python -m devstack.argocd`: the settings for Argo CD, rendered from its scripts.

Argo CD takes health scripts by a wildcard only in a key that holds those of everybody, and actions
not even there: so each kind has keys of its own.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
GROUP = "zeebe-operator.dev"
SCRIPTS = ROOT / "manifests" / "argocd" / "resource_customizations" / GROUP / "_"

_HEAD = """\
# Health checks and the action "retry" for Argo CD. Merge them into its ConfigMap:
#   kubectl -n argocd patch configmap argocd-cm --patch-file argocd-cm.yaml
# Rendered by `make generate` from the scripts beside this file.
"""


def rendered() -> str:
    """The whole text of manifests/argocd/argocd-cm.yaml."""
    data = dict(sorted(pair for kind in _kinds() for pair in _settings(kind)))
    patch = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": "argocd-cm",
            "labels": {
                "app.kubernetes.io/name": "argocd-cm",
                "app.kubernetes.io/part-of": "argocd",
            },
        },
        "data": data,
    }
    return _HEAD + _dump(patch)


def _kinds() -> Iterator[str]:
    for path in sorted((ROOT / "crds").glob("*.yaml")):
        yield yaml.safe_load(path.read_text())["spec"]["names"]["kind"]


def _settings(kind: str) -> Iterator[tuple[str, str]]:
    name = f"{GROUP}_{kind}"
    yield f"resource.customizations.health.{name}", _script("health.lua")
    retry = {"name": "retry", "action.lua": _script("actions/retry/action.lua")}
    actions = {"discovery.lua": _script("actions/discovery.lua"), "definitions": [retry]}
    yield f"resource.customizations.actions.{name}", _dump(actions)


def _script(path: str) -> str:
    return (SCRIPTS / path).read_text()


class _Dumper(yaml.SafeDumper):
    """Scripts stay readable: texts of several lines are blocks."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def _dump(value: Any) -> str:
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, width=200)


if __name__ == "__main__":
    sys.stdout.write(rendered())
