"""Fixtures for every room of tests: the real parts, and the CRDs on them."""

from pathlib import Path

import pytest

from devstack.environment import Environment

pytest_plugins = ["devstack.pytest_plugin"]

CRDS = Path(__file__).parents[1] / "crds"


@pytest.fixture(scope="session")
def installed_crds(api_server: Environment) -> None:
    _install_crds(api_server)


@pytest.fixture(scope="session")
def crds_beside_node(node: Environment) -> None:
    _install_crds(node)


def _install_crds(env: Environment) -> None:
    env.kubectl("apply", "--server-side", "-f", str(CRDS))
    env.kubectl("wait", "--for=condition=Established", "--timeout=60s", "-f", str(CRDS))
