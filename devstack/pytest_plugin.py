"""Fixtures on real parts: `pytest_plugins = ["devstack.pytest_plugin"]` in the root conftest.py.

A test has a marker for each part that it asks for: `-m "not engine"` leaves out what needs one.
In a run in parallel each worker has parts of its own.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from functools import cache
from typing import Final

import pytest

from devstack.engine import NEWEST, Engine, Options
from devstack.environment import Environment

EngineOf = Callable[[str], Engine]

_MARKERS: Final = {
    "api_server": "needs a real API server",
    "engine": "needs a local engine",
    "node": "needs a node for pods, and so root",
    "built": "needs a tool that is built or fetched once: Helm, promtool, a client of others",
}
_PART_OF: Final = {
    "api_server": "api_server",
    "own_api_server": "api_server",
    "engine": "engine",
    "engine_of": "engine",
    "own_engine": "engine",
    "node": "node",
    "node_namespace": "node",
    "helm": "built",
    "helm3": "built",
    "helm4": "built",
    "judges": "built",
    "promtool": "built",
}


def pytest_configure(config: pytest.Config) -> None:
    for name, meaning in _MARKERS.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for fixture in getattr(item, "fixturenames", ()):
            if fixture in _PART_OF:
                item.add_marker(_PART_OF[fixture])
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    """What takes longest begins first, so that the workers end together."""
    order = ("node", "api_server", "engine", "built")
    found = (place for place, name in enumerate(order) if item.get_closest_marker(name))
    return next(found, len(order))


@pytest.fixture(scope="session")
def api_server(pytestconfig: pytest.Config) -> Iterator[Environment]:
    """One control plane for the whole run; tests keep apart by their namespaces."""
    with _start(pytestconfig, engine=None, node=False) as env:
        yield env


@pytest.fixture
def own_api_server() -> Iterator[Environment]:
    """One for the test alone, without CRDs: it may do to the whole cluster what it likes."""
    with Environment.start() as env:
        yield env


@pytest.fixture(scope="session")
def engine_of() -> Iterator[EngineOf]:
    """The engine of a generation, as 8.8: one for the whole run; tests keep apart by names."""
    with ExitStack() as stack:
        yield cache(lambda version: stack.enter_context(_own_engine(version)))


@pytest.fixture(scope="session")
def engine(engine_of: EngineOf) -> Engine:
    """For all tests to which the generation does not matter."""
    return engine_of(NEWEST)


@pytest.fixture(scope="module")
def own_engine() -> Iterator[Engine]:
    """One for the tests of a module, which kill or disturb it."""
    with _own_engine(NEWEST) as engine:
        yield engine


@pytest.fixture(scope="session")
def node(pytestconfig: pytest.Config) -> Iterator[Environment]:
    """A control plane, an engine and a node between them, where pods really run."""
    with _start(pytestconfig, engine=NEWEST, node=True) as env, env.engine.replayed():
        yield env


@pytest.fixture
def namespace(api_server: Environment) -> str:
    """A new one for each test. It stays until the environment ends: one that cannot go, because a
    finalizer waits for an operator that has ended, keeps the API server busy until then."""
    return _new_namespace(api_server)


@pytest.fixture
def node_namespace(node: Environment) -> Iterator[str]:
    """It goes away while the next tests run, and its pods with it."""
    name = _new_namespace(node)
    yield name
    node.kubectl("delete", "namespace", name, "--wait=false", "--ignore-not-found")


@contextmanager
def _own_engine(version: str) -> Iterator[Engine]:
    with Engine.alone(Options(version)) as engine, engine.replayed():
        yield engine


def _start(config: pytest.Config, *, engine: str | None, node: bool) -> Environment:
    with _shown(config):
        return Environment.start(engine=engine, node=node)


def _new_namespace(env: Environment) -> str:
    name = f"test-{secrets.token_hex(4)}"
    env.kubectl("create", "namespace", name)
    return name


def _shown(config: pytest.Config) -> AbstractContextManager[None]:
    """The first build takes minutes: its progress is not captured."""
    capture = config.pluginmanager.getplugin("capturemanager")
    return nullcontext() if capture is None else capture.global_and_fixture_disabled()
