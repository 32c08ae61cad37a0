"""The operator as its users get it: the chart, installed by Helm, as pods on a real node.

What tests of tests/acceptance ask for by its name is in here the release, so some run once more.
"""

from collections.abc import Iterator

import pytest

from devstack import image
from devstack.environment import Environment
from devstack.progress import Progress
from tests.acceptance.cluster import Cluster
from tests.helm.release import Values
from tests.installed.installed import FIRST, SECOND, Installed, installed


class PodCluster(Cluster):
    """A namespace that an operator in a pod manages."""

    @property
    def gateway_address(self) -> str:
        return self.env.node.gateway_address


@pytest.fixture(scope="session")
def node(node: Environment, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """It has the operator's image."""
    archive = tmp_path_factory.mktemp("image") / "operator.tar"
    node.node.load_image(image.pack(FIRST, archive, Progress()))
    archive.unlink()
    node.node.tag_image(f"{image.NAME}:{FIRST}", f"{image.NAME}:{SECOND}")
    return node


@pytest.fixture(scope="module")
def operator(
    node: Environment, crds_beside_node: None, request: pytest.FixtureRequest
) -> Iterator[Installed]:
    """One for each module, with its VALUES; it is gone before others start an operator."""
    values: Values = request.module.VALUES
    with installed(node, values) as release:
        yield release


@pytest.fixture
def namespace(node_namespace: str) -> str:
    return node_namespace


@pytest.fixture
def cluster(node: Environment, crds_beside_node: None, namespace: str) -> Cluster:
    return PodCluster(node, node.engine, namespace)
