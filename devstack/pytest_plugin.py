"""Fixtures on real parts: `pytest_plugins = ["devstack.pytest_plugin"]` in the root conftest.py."""

import secrets
from collections.abc import Iterator

import pytest

from devstack.environment import Environment


@pytest.fixture(scope="session")
def environment(pytestconfig: pytest.Config) -> Iterator[Environment]:
    """One for the whole run; tests keep apart by their namespaces."""
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")
    if capture is None:
        env = Environment.start()
    else:
        with capture.global_and_fixture_disabled():  # the first build takes minutes: show it
            env = Environment.start()
    with env:
        yield env


@pytest.fixture
def namespace(environment: Environment) -> Iterator[str]:
    """A new one for each test; it goes away while the next tests run."""
    name = f"test-{secrets.token_hex(4)}"
    environment.kubectl("create", "namespace", name)
    yield name
    environment.kubectl("delete", "namespace", name, "--wait=false", "--ignore-not-found")
