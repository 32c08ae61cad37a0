"""An operator for each test, in a namespace of its own, on the API server and engine of the run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from devstack.certificates import Authority
from devstack.engine import Engine
from devstack.environment import Environment
from tests.acceptance.cluster import Cluster
from tests.acceptance.operator_process import ROOT, Operator

HOME = "zeebe-operator-system"
"""The accounts live apart from what they manage: a namespace under test may go away."""


@pytest.fixture(scope="session")
def home(api_server: Environment) -> str:
    api_server.kubectl("create", "namespace", HOME)
    return HOME


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Whom those trust who are told to."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def cluster(
    api_server: Environment, engine: Engine, installed_crds: None, namespace: str
) -> Cluster:
    return Cluster(api_server, engine, namespace)


@pytest.fixture
def stopped_operator(cluster: Cluster, home: str, tmp_path: Path) -> Iterator[Operator]:
    """Not started yet. Its account has the shipped role in the namespace of the test."""
    env = cluster.env
    env.kubectl("apply", "-f", str(ROOT / "manifests" / "rbac"))
    account = cluster.namespace
    kubeconfig = env.service_account_kubeconfig(home, account)
    bind = (account, "--clusterrole=zeebe-operator", f"--serviceaccount={home}:{account}")
    cluster.kubectl("create", "rolebinding", *bind)
    log = tmp_path / "operator.log"
    operator = Operator(cluster.engine, cluster.namespace, kubeconfig, log)
    yield operator
    operator.kill()
    print(log.read_text() if log.exists() else "the operator never ran")
    user = f"system:serviceaccount:{home}:{account}"
    forbidden = [e for e in env.audit.entries() if e.code == 403 and e.user == user]
    assert not forbidden, f"the shipped role lacks something: {forbidden[:3]}"


@pytest.fixture
def operator(stopped_operator: Operator) -> Operator:
    return stopped_operator.start().wait_ready()
