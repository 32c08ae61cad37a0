"""kustomize rewrites the names in our kinds, with the configuration that is shipped."""

import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from devstack import parts
from devstack.progress import Progress
from tests.gitops.states import ROOT, Object
from zeebe_operator.model.names import API_VERSION, GROUP
from zeebe_operator.reconcilers.kinds import KINDS

CONFIGURATION = ROOT / "manifests" / "kustomize" / "namereference.yaml"
KUSTOMIZATION = {
    "configurations": [CONFIGURATION.name],
    "resources": ["resources.yaml"],
    "namePrefix": "test-",
    "configMapGenerator": [{"name": "given", "literals": ["key=value"]}],
    "secretGenerator": [{"name": "given", "literals": ["key=value"]}],
}


def references(schema: Object, path: str = "spec") -> Iterator[str]:
    """Every field of a spec that is the name of another object."""
    for name, field in schema.get("properties", {}).items():
        if name == "name" and path.endswith("Ref"):
            yield f"{path}/name"
        yield from references(field, f"{path}/{name}")
    if "items" in schema:
        yield from references(schema["items"], path)


def in_the_crds() -> set[tuple[str, str]]:
    found = set()
    for kind in KINDS:
        crd = yaml.safe_load((ROOT / "crds" / f"{kind.plural}.yaml").read_text())
        schema = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
        found |= {(str(kind), path) for path in references(schema)}
    return found


def configured() -> list[tuple[str, str, str]]:
    """(the kind that is named, the kind that names it, where)."""
    rows = yaml.safe_load(CONFIGURATION.read_text())["nameReference"]
    return [(row["kind"], spec["kind"], spec["path"]) for row in rows for spec in row["fieldSpecs"]]


def naming(path: str, name: str) -> Object:
    """A spec with nothing but that one name in it; what is a list in the schema is one here."""
    value: Any = name
    for step in reversed(path.split("/")):
        value = {step: [value] if step in ("resources", "variablesFrom") else value}
    spec: Object = value
    return spec


def name_in(value: Any) -> str:
    while not isinstance(value, str):
        [value] = value if isinstance(value, list) else value.values()
    return value


def resource(kind: str, name: str, spec: Object) -> Object:
    return {"apiVersion": API_VERSION, "kind": kind, "metadata": {"name": name}, **spec}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> list[Object]:
    """One object for each reference, and what they refer to."""
    folder = tmp_path_factory.mktemp("kustomize")
    shutil.copy(CONFIGURATION, folder)
    given = [resource(kind, "given", {"spec": {}}) for kind in ("ZeebeConnection", "ZeebeProcess")]
    given.append(resource("ZeebeInstance", "given", {"spec": {}}))
    asking = [
        resource(kind, f"r{number}", naming(path, "given"))
        for number, (_, kind, path) in enumerate(configured())
    ]
    (folder / "resources.yaml").write_text(yaml.safe_dump_all([*given, *asking]))
    (folder / "kustomization.yaml").write_text(yaml.safe_dump(KUSTOMIZATION))
    kubectl = parts.ensure(Progress()).kube.with_name("kubectl")
    done = subprocess.run(
        [kubectl, "kustomize", folder], capture_output=True, text=True, timeout=60, check=True
    )
    return list(yaml.safe_load_all(done.stdout))


def test_every_reference_of_every_kind_is_configured_and_no_other() -> None:
    assert {(kind, path) for _, kind, path in configured()} == in_the_crds()
    assert {
        spec["group"]
        for row in yaml.safe_load(CONFIGURATION.read_text())["nameReference"]
        for spec in row["fieldSpecs"]
    } == {GROUP}


@pytest.mark.parametrize(("number", "row"), list(enumerate(configured())), ids=str)
def test_a_name_follows_what_it_names(
    built: list[Object], number: int, row: tuple[str, str, str]
) -> None:
    named, kind, _ = row
    [target] = [
        each["metadata"]["name"]
        for each in built
        if each["kind"] == named and each["metadata"]["name"].startswith("test-given")
    ]
    assert target != "given"
    [asking] = [
        each
        for each in built
        if (each["kind"], each["metadata"]["name"]) == (kind, f"test-r{number}")
    ]
    assert name_in(asking["spec"]) == target


def test_generated_names_have_a_hash(built: list[Object]) -> None:
    generated = [each for each in built if each["kind"] in ("ConfigMap", "Secret")]
    assert all(len(each["metadata"]["name"]) > len("test-given-") for each in generated)
    assert len(generated) == 2
