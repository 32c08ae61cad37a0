"""Helm 4 with --wait knows when resources of a chart are done, and when they never will be."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from devstack import helm
from devstack.errors import HelmError
from devstack.helm import Helm
from tests.acceptance import bpmn
from tests.acceptance.cluster import Cluster, ready
from tests.acceptance.operator_process import ROOT, Operator

CHART = ROOT / "tests" / "helm" / "charts" / "order"


def install(
    cluster: Cluster, folder: Path, *, content: str, start: bool, timeout: str = "120s"
) -> str:
    values = folder / "values.json"
    values.write_text(json.dumps({"bpmn": content, "start": start}))
    where = (f"--namespace={cluster.namespace}", f"--values={values}")
    program = replace(Helm.built(helm.helm4()), kubeconfig=cluster.env.kubeconfig)
    return program("install", "order", str(CHART), *where, "--wait", f"--timeout={timeout}")


def test_it_returns_when_everything_is_ready(
    operator: Operator, cluster: Cluster, tmp_path: Path
) -> None:
    install(cluster, tmp_path, content=bpmn.working("helm-good"), start=True)
    assert ready(cluster.get("zeebeprocess", "order"))["status"] == "True"
    assert cluster.get("zeebeinstance", "order-1")["status"]["state"] == "Active"


def test_it_gives_up_at_once_when_a_person_must_change_something(
    operator: Operator, cluster: Cluster, tmp_path: Path
) -> None:
    with pytest.raises(HelmError, match="Failed") as refused:
        install(cluster, tmp_path, content="no process", start=False)
    assert "deadline" not in str(refused.value)


def test_it_waits_on_while_something_waits_for_what_has_failed(
    operator: Operator, cluster: Cluster, tmp_path: Path
) -> None:
    """The instance may still start: a corrected process would wake it."""
    with pytest.raises(HelmError, match=r"ZeebeInstance/.*InProgress"):
        install(cluster, tmp_path, content="no process", start=True, timeout="15s")
