"""Fixtures on real parts: `pytest_plugins = ["devstack.pytest_plugin"]` in the root conftest.py."""

import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext

import pytest

from devstack.engine88 import Engine88
from devstack.environment import Environment


@pytest.fixture(scope="session")
def environment(pytestconfig: pytest.Config) -> Iterator[Environment]:
    """One for the whole run; tests keep apart by their namespaces."""
    with _shown(pytestconfig):
        env = Environment.start()
    with env:
        yield env


@pytest.fixture(scope="session")
def engine88(pytestconfig: pytest.Config) -> Iterator[Engine88]:
    """One for the whole run; tests keep apart by their process ids."""
    with ExitStack() as stack:
        with _shown(pytestconfig):
            engine = stack.enter_context(Engine88.alone())
        yield engine


@pytest.fixture
def namespace(environment: Environment) -> Iterator[str]:
    """A new one for each test; it goes away while the next tests run."""
    name = f"test-{secrets.token_hex(4)}"
    environment.kubectl("create", "namespace", name)
    yield name
    environment.kubectl("delete", "namespace", name, "--wait=false", "--ignore-not-found")


def _shown(config: pytest.Config) -> AbstractContextManager[None]:
    """The first build takes minutes: its progress is not captured."""
    capture = config.pluginmanager.getplugin("capturemanager")
    return nullcontext() if capture is None else capture.global_and_fixture_disabled()
