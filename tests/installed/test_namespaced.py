"""A release without rights on the cluster manages its namespaces and nothing else."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import yaml

from devstack.environment import Environment
from tests.acceptance import bpmn, engine
from tests.acceptance.cluster import Cluster, instance, message, process
from tests.helm.release import new_namespace
from tests.installed.conftest import PodCluster
from tests.installed.installed import Installed, installed

COMMON = {"", "authorization.k8s.io"}
"""API groups that every account may ask about itself."""


@pytest.fixture(scope="module")
def namespaces(node: Environment) -> Iterator[list[Cluster]]:
    """Two that are managed, and another one."""
    with ExitStack() as stack:
        names = [stack.enter_context(new_namespace(node)) for _ in range(3)]
        yield [PodCluster(node, node.engine, name) for name in names]


@pytest.fixture(scope="module")
def operator(
    node: Environment, crds_beside_node: None, namespaces: list[Cluster]
) -> Iterator[Installed]:
    watched = [each.namespace for each in namespaces[:2]]
    with installed(node, {"rbac.namespaced": True, "watchNamespaces": watched}) as release:
        yield release


def test_it_has_no_right_on_the_cluster(operator: Installed) -> None:
    text = operator.releases("get", "manifest", "op")
    kinds = {each["kind"] for each in yaml.safe_load_all(text) if each}
    assert {"Role", "RoleBinding"} <= kinds
    assert not {"ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition"} & kinds


def test_it_manages_its_namespaces_and_nothing_else(
    namespaces: list[Cluster], operator: Installed
) -> None:
    *managed, other = namespaces
    _apply(other, "there")
    before = _versions(other)
    for each in managed:
        _apply(each, "there")
        _wait_ready(each, "there")
    operator.restart()
    for each in managed:
        _apply(each, "here")
        _wait_ready(each, "here")
    assert _versions(other) == before
    word = f"there-{other.namespace}"
    assert engine.deployed_versions(other.engine, word) == []
    assert engine.messages(other.engine, word) == []
    asked = operator.requests()
    assert {e.namespace for e in asked} - {""} == {each.namespace for each in managed}
    assert {e.group for e in asked if not e.namespace} <= COMMON
    assert [e for e in asked if e.code == 403] == []


def _apply(cluster: Cluster, name: str) -> None:
    word = f"{name}-{cluster.namespace}"
    cluster.apply(
        process(name, bpmn.straight(word)),
        instance(name, processRef={"name": name}),
        message(name, word),
    )


def _wait_ready(cluster: Cluster, name: str) -> None:
    cluster.wait_ready(f"zproc/{name}", f"zinst/{name}", f"zmsg/{name}")


def _versions(cluster: Cluster) -> dict[str, str]:
    """Any write makes another one."""
    found = [each for kind in ("zproc", "zinst", "zmsg") for each in cluster.all(kind)]
    return {each["kind"]: each["metadata"]["resourceVersion"] for each in found}
