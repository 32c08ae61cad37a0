"""For every room of tests: the CRDs on the real parts, and which worker runs what."""

from pathlib import Path

import pytest
from xdist.scheduler import LoadFileScheduling

from devstack.environment import Environment

pytest_plugins = ["devstack.pytest_plugin"]

ON_NODE = (
    "tests/installed/",
    "tests/acceptance/test_worker_pods.py",
    "tests/devstack/test_node.py",
)
CRDS = Path(__file__).parents[1] / "crds"


class ByFile(LoadFileScheduling):  # type: ignore[misc]
    """Of a run in parallel: a file is one worker's, and so is all that needs the node."""

    def _split_scope(self, nodeid: str) -> str:
        return "node" if nodeid.startswith(ON_NODE) else str(super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile:
    return ByFile(config, log)


@pytest.hookimpl(trylast=True)  # the markers are there by then
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    elsewhere = [i.nodeid for i in items if i.get_closest_marker("node")]
    missing = [nodeid for nodeid in elsewhere if not nodeid.startswith(ON_NODE)]
    assert not missing, f"tests/conftest.py does not know that these need the node: {missing}"


@pytest.fixture(scope="session")
def installed_crds(api_server: Environment) -> None:
    _install_crds(api_server)


@pytest.fixture(scope="session")
def crds_beside_node(node: Environment) -> None:
    _install_crds(node)


def _install_crds(env: Environment) -> None:
    env.kubectl("apply", "--server-side", "-f", str(CRDS))
    env.kubectl("wait", "--for=condition=Established", "--timeout=60s", "-f", str(CRDS))
