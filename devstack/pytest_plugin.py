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
    with _start(pytestconfig, node=False) as env:
        yield env


@pytest.fixture(scope="session")
def node_environment(pytestconfig: pytest.Config) -> Iterator[Environment]:
    """Another one, where pods really run; it needs root."""
    with _start(pytestconfig, node=True) as env:
        yield env


@pytest.fixture(scope="session")
def engine88(pytestconfig: pytest.Config) -> Iterator[Engine88]:
    """One for the whole run; tests keep apart by their process ids."""
    with ExitStack() as stack:
        with _shown(pytestconfig):
            engine = stack.enter_context(Engine88.alone())
        yield engine


@pytest.fixture
def namespace(environment: Environment) -> str:
    """A new one for each test. It stays until the environment ends: one that cannot go, because a
    finalizer waits for an operator that has ended, keeps the API server busy until then."""
    return _new_namespace(environment)


@pytest.fixture
def node_namespace(node_environment: Environment) -> Iterator[str]:
    """It goes away while the next tests run, and its pods with it."""
    name = _new_namespace(node_environment)
    yield name
    node_environment.kubectl("delete", "namespace", name, "--wait=false", "--ignore-not-found")


def _start(config: pytest.Config, *, node: bool) -> Environment:
    with _shown(config):
        return Environment.start(node=node)


def _new_namespace(environment: Environment) -> str:
    name = f"test-{secrets.token_hex(4)}"
    environment.kubectl("create", "namespace", name)
    return name


def _shown(config: pytest.Config) -> AbstractContextManager[None]:
    """The first build takes minutes: its progress is not captured."""
    capture = config.pluginmanager.getplugin("capturemanager")
    return nullcontext() if capture is None else capture.global_and_fixture_disabled()
