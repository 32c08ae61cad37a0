"""The CRDs on a real API server."""

import uuid
from collections.abc import Iterator

import pytest

from devstack.environment import Environment
from tests.crds.api import Api


@pytest.fixture(scope="session")
def api(api_server: Environment, installed_crds: None) -> Iterator[Api]:
    """One namespace for all questions: they are independent of each other."""
    name = f"crds-{uuid.uuid4().hex[:8]}"
    api_server.kubectl("create", "namespace", name)
    yield Api(api_server, name)
    api_server.kubectl("delete", "namespace", name, "--wait=false", "--ignore-not-found")
