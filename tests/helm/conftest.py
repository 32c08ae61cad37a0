"""Helm of both lines, and a fresh cluster for each test: releases own cluster-wide objects."""

from collections.abc import Iterator

import pytest

from devstack import helm as lines
from devstack.environment import Environment
from devstack.helm import Helm
from tests.helm.release import Releases, new_namespace


@pytest.fixture(scope="session")
def helm3(pytestconfig: pytest.Config) -> Helm:
    return _built(pytestconfig, "3")


@pytest.fixture(scope="session")
def helm4(pytestconfig: pytest.Config) -> Helm:
    return _built(pytestconfig, "4")


@pytest.fixture(scope="session", params=["3", "4"])
def helm(pytestconfig: pytest.Config, request: pytest.FixtureRequest) -> Helm:
    """A test that asks for it runs with each."""
    return _built(pytestconfig, request.param)


@pytest.fixture
def releases(own_api_server: Environment, helm: Helm) -> Iterator[Releases]:
    with new_namespace(own_api_server) as namespace:
        yield Releases(own_api_server, helm, namespace)


def _built(config: pytest.Config, line: str) -> Helm:
    """The first build takes minutes: its progress is not captured."""
    capture = config.pluginmanager.getplugin("capturemanager")
    assert capture
    with capture.global_and_fixture_disabled():
        return Helm.built({"3": lines.helm3, "4": lines.helm4}[line]())
