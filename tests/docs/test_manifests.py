"""Every YAML block of the docs is put to the test by what would read it."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import yaml

from devstack import helm
from devstack.environment import Environment
from devstack.helm import Helm
from devstack.progress import Progress
from tests.docs.pages import ROOT, Document, documents, is_ours, name
from tests.helm.chart import render
from zeebe_operator.model.names import GROUP
from zeebe_operator.reconcilers.kinds import KINDS

BUILT_IN = ("v1", "apps/v1", "batch/v1", "networking.k8s.io/v1", "rbac.authorization.k8s.io/v1")
OF_OTHERS = {"kustomize.toolkit.fluxcd.io/v1": "Flux"}
"""Whose CRDs are not here."""
VALUES = {"connection", "extraEnv"}
"""The first key of blocks that are values of the chart."""
KUSTOMIZATION = {"resources", "kustomize.config.k8s.io/v1beta1"}
"""The first key, or the apiVersion, of blocks that are a kustomization.yaml."""


def first(document: Document) -> str:
    """By which a block is told: its apiVersion, or its first key."""
    return str(document.get("apiVersion") or next(iter(document)))


def those(*firsts: str) -> Iterator[Any]:
    for page, document in documents():
        if first(document) in firsts:
            yield pytest.param(document, id=f"{name(page)}:{first(document)}")


def complete() -> Iterator[Any]:
    """The objects that this API server can judge."""
    for page, document in documents():
        if is_ours(document) or first(document) in BUILT_IN:
            label = f"{name(page)}:{document['kind']}/{document['metadata']['name']}"
            yield pytest.param(document, id=label)


@pytest.mark.parametrize("manifest", list(complete()))
def test_every_manifest_is_accepted(
    api_server: Environment, installed_crds: None, manifest: Document
) -> None:
    dry_run = ("create", "--dry-run=server", "--validate=strict", "-n", "default", "-f", "-")
    api_server.kubectl(*dry_run, input=yaml.safe_dump(manifest))


@pytest.mark.parametrize("values", list(those(*VALUES)))
def test_values_are_rendered_by_the_chart(values: Document) -> None:
    assert render(Helm.built(helm.helm4(), Progress()), values).one("Deployment")


@pytest.mark.parametrize("kustomization", list(those(*KUSTOMIZATION)))
def test_a_kustomization_can_be_built(
    api_server: Environment, kustomization: Document, tmp_path: Path
) -> None:
    """With what it names beside it, as its page says."""
    copytree(ROOT / "manifests" / "install", tmp_path / "manifests" / "install")
    rules = ROOT / "manifests" / "kustomize" / "namereference.yaml"
    (tmp_path / rules.name).write_text(rules.read_text())
    process = (document for _, document in documents() if document.get("kind") == "ZeebeProcess")
    (tmp_path / "order.yaml").write_text(yaml.safe_dump(next(process)))
    (tmp_path / "order.bpmn").write_text("<definitions/>")
    (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump(kustomization))
    assert api_server.kubectl("kustomize", str(tmp_path))


def test_no_block_escapes() -> None:
    """One that is none of these needs a test of its own."""
    known = {*BUILT_IN, *OF_OTHERS, *VALUES, *KUSTOMIZATION}
    strange = [(name(page), first(each)) for page, each in documents() if not is_ours(each)]
    assert [(page, key) for page, key in strange if key not in known] == []


def test_there_are_manifests_for_every_kind() -> None:
    assert {each["kind"] for _, each in documents() if is_ours(each)} == set(KINDS)


def test_manifests_of_ours_are_of_the_served_version() -> None:
    versions = {first(each) for _, each in documents() if is_ours(each)}
    assert versions == {f"{GROUP}/v1alpha1"}
