"""The pods of a release: what they are allowed, and that the operator in them lives with it."""

import json

import pytest

from devstack.errors import KubectlError
from tests.acceptance.cluster import Cluster, message
from tests.installed.installed import Installed

VALUES = {"replicaCount": 1}


def python(operator: Installed, code: str) -> str:
    """Run in the container."""
    [name] = operator.names()
    return operator.kubectl("exec", name, "--", "python", "-c", code).strip()


def test_a_resource_becomes_ready(cluster: Cluster, operator: Installed) -> None:
    cluster.apply(message("m", f"m-{cluster.namespace}"))
    cluster.wait_ready("zmsg/m")


def test_its_logs_are_lines_of_json(operator: Installed) -> None:
    lines = [json.loads(line) for line in operator.said().splitlines()]
    assert lines
    assert all({"level", "message"} <= line.keys() for line in lines)


def test_it_is_nobody_and_can_write_nowhere(operator: Installed) -> None:
    assert python(operator, "import os; print(os.getuid(), os.getgid())") == "65532 65532"
    for folder in ("/", "/tmp", "/opt/zeebe-operator"):
        with pytest.raises(KubectlError, match=r"Read-only file system|Permission denied"):
            python(operator, f"open('{folder}/x', 'w')")


def test_its_token_is_projected(operator: Installed) -> None:
    [pod] = operator.pods()
    sources = [s for volume in pod["spec"]["volumes"] for s in volume["projected"]["sources"]]
    assert [s["serviceAccountToken"]["path"] for s in sources if "serviceAccountToken" in s]
