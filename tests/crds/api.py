"""Asks the API server what it makes of a resource, and reads the CRDs as text."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from devstack.environment import Environment
from devstack.errors import KubectlError

ROOT = Path(__file__).parents[2]
CRDS = ROOT / "crds"
SAMPLES = ROOT / "manifests" / "samples"
GROUP = "zeebe-operator.dev"
KINDS = (
    "ZeebeCommand",
    "ZeebeConnection",
    "ZeebeInstance",
    "ZeebeJobWorker",
    "ZeebeMessage",
    "ZeebeProcess",
)

Object = dict[str, Any]


@cache
def _crds() -> dict[str, Object]:
    found = [yaml.safe_load(path.read_text()) for path in CRDS.glob("*.yaml")]
    return {each["spec"]["names"]["kind"]: each for each in found}


def crd(kind: str) -> Object:
    """Read once in a run: nobody may change it."""
    return _crds()[kind]


def schema(kind: str) -> Object:
    root: Object = crd(kind)["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    return root


def fields(node: Object, path: str = "") -> Iterator[tuple[str, Object]]:
    """Every field below a schema with its path, items of lists and values of maps included."""
    inside = {f".{name}": each for name, each in node.get("properties", {}).items()}
    inside |= {"[]": node["items"]} if "items" in node else {}
    inside |= {"{}": node["additionalProperties"]} if "additionalProperties" in node else {}
    for step, each in inside.items():
        yield path + step, each
        yield from fields(each, path + step)


def manifest(kind: str, spec: object, name: str = "probe") -> str:
    return json.dumps(
        {
            "apiVersion": f"{GROUP}/v1alpha1",
            "kind": kind,
            "metadata": {"name": name},
            "spec": spec,
        }
    )


@dataclass(frozen=True)
class Api:
    """A namespace of the API server; what only asks leaves nothing behind in it."""

    environment: Environment
    namespace: str
    _stored: dict[str, str] = field(default_factory=dict)

    def kubectl(self, *args: str, stdin: str | None = None) -> str:
        return self.environment.kubectl("-n", self.namespace, *args, input=stdin)

    def admitted(self, kind: str, spec: object) -> Object:
        """The spec that the API server would store, defaults filled in."""
        return self._spec(("create", "--dry-run=server"), manifest(kind, spec))

    def refusal(self, kind: str, spec: object) -> str:
        """The words with which the API server refuses a new resource."""
        with pytest.raises(KubectlError) as refused:
            self.admitted(kind, spec)
        return str(refused.value)

    def edited(self, kind: str, before: Object, after: Object) -> Object:
        """The spec that would be stored if a resource were changed from `before` to `after`."""
        name = self._name_of_stored(kind, before)
        return self._spec(("replace", "--dry-run=server"), manifest(kind, after, name))

    def refusal_of_edit(self, kind: str, before: Object, after: Object) -> str:
        with pytest.raises(KubectlError) as refused:
            self.edited(kind, before, after)
        return str(refused.value)

    def _name_of_stored(self, kind: str, spec: Object) -> str:
        """Nothing here changes what is stored, so equal specs can share one resource."""
        text = manifest(kind, spec)
        if text not in self._stored:
            name = f"probe-{uuid.uuid4()}"
            self.kubectl("create", "-f", "-", stdin=manifest(kind, spec, name))
            self._stored[text] = name
        return self._stored[text]

    def _spec(self, command: tuple[str, str], text: str) -> Object:
        answer = json.loads(self.kubectl(*command, "-o", "json", "-f", "-", stdin=text))
        spec: Object = answer["spec"]
        return spec
