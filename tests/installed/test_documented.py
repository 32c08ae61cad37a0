"""The ways of the docs beside `helm install`: by kubectl, and how to get rid of it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from devstack import image
from devstack.chart import INSTALL, NAME
from devstack.environment import Environment
from tests.acceptance import bpmn, engine
from tests.acceptance.cluster import Cluster, instance, message, process, resource
from tests.installed.installed import FIRST, Installed

VALUES = {"replicaCount": 1}
CLUSTER_WIDE = "clusterrole,clusterrolebinding"


@pytest.fixture
def kustomization(tmp_path: Path) -> Path:
    """The one of the page, with the image of these tests."""
    shutil.copytree(INSTALL.parent, tmp_path / "manifests" / "install")
    content = {
        "resources": ["manifests/install"],
        "images": [{"name": NAME, "newName": image.NAME, "newTag": FIRST}],
    }
    (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump(content))
    return tmp_path


@pytest.fixture
def applied(node: Environment, kustomization: Path) -> Iterator[None]:
    """Afterwards all of it is gone but the CRDs, which others need."""
    node.kubectl("apply", "--server-side", "-k", str(kustomization))
    yield
    workload = ("deployment", NAME, "--cascade=foreground", "--timeout=90s")
    node.kubectl("-n", NAME, "delete", *workload)
    node.kubectl("delete", "namespace", NAME, "--wait=false")
    node.kubectl("delete", CLUSTER_WIDE, "-l", f"app.kubernetes.io/instance={NAME}")


def test_a_kustomization_installs_it(cluster: Cluster, applied: None) -> None:
    rollout = ("rollout", "status", f"deployment/{NAME}", "--timeout=120s")
    cluster.env.kubectl("-n", NAME, *rollout)
    connection = {"gatewayAddress": cluster.gateway_address, "plaintext": True}
    cluster.apply(resource("ZeebeConnection", "default", **connection))
    cluster.apply(message("m", f"m-{cluster.namespace}"))
    cluster.wait_ready("zconn/default", "zmsg/m")


def test_it_cleans_up_before_it_is_uninstalled(cluster: Cluster, operator: Installed) -> None:
    name = f"last-{cluster.namespace}"
    cluster.apply(
        process("p", bpmn.working(name)), instance("i", processRef={"name": "p"}), message("m", "m")
    )
    cluster.wait_ready("zinst/i")
    cluster.env.kubectl("delete", "zeebe", "--all", "--all-namespaces", "--timeout=90s")
    assert operator.releases.uninstall("op")
    assert cluster.all("zinst") == []
    assert len(engine.ended(cluster.engine, name, "ELEMENT_TERMINATED")) == 1
