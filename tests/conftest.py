"""Fixtures for every room of tests: the real parts, and the CRDs on them."""

from pathlib import Path

import pytest

from devstack.environment import Environment

pytest_plugins = ["devstack.pytest_plugin"]

CRDS = Path(__file__).parents[1] / "crds"


@pytest.fixture(scope="session")
def installed_crds(environment: Environment) -> None:
    environment.kubectl("apply", "--server-side", "-f", str(CRDS))
    environment.kubectl("wait", "--for=condition=Established", "--timeout=60s", "-f", str(CRDS))
