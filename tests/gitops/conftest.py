"""The libraries of the GitOps tools; no cluster."""

import pytest

from devstack.gitops import Judges
from devstack.progress import Progress


@pytest.fixture(scope="session")
def judges() -> Judges:
    return Judges(Progress())
