"""What a release may do, and lets others do: asked of a real API server."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from devstack.chart import ROOT
from devstack.errors import KubectlError
from devstack.ports import free_ports
from tests.acceptance.cluster import eventually
from tests.helm.chart import EVERYTHING, render
from tests.helm.release import Releases


@contextmanager
def running(args: Sequence[str], kubeconfig: Path, log: Path) -> Iterator[None]:
    """The operator as a process, with the account of a release."""
    environ = {**os.environ, "KUBECONFIG": str(kubeconfig), "PYTHONPATH": str(ROOT / "operator")}
    with log.open("wb") as output:
        command = [sys.executable, "-m", "zeebe_operator", *args]
        process = subprocess.Popen(command, env=environ, stdout=output, stderr=output)
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=60)
            print(log.read_text())


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError as error:
        error.close()
        return False
    except OSError:
        return False


def can(releases: Releases, user: str, verb: str) -> bool:
    ask = ("auth", "can-i", verb, "zeebeinstances.zeebe-operator.dev", f"--as={user}")
    return releases.kubectl(*ask, check=False).strip() == "yes"


@pytest.mark.parametrize("is_namespaced", [False, True], ids=["cluster-wide", "namespaced"])
def test_an_operator_with_the_rights_and_options_of_a_release_is_ready(
    releases: Releases, tmp_path: Path, *, is_namespaced: bool
) -> None:
    (port,) = free_ports(1)
    values: dict[str, Any] = {"metrics.port": port}
    if is_namespaced:
        releases.kubectl("apply", "--server-side", "-f", str(ROOT / "crds"))
        values |= {"crds.enabled": False, "rbac.namespaced": True}
        values |= {"watchNamespaces": [releases.namespace]}
    releases.install("op", values=values)
    account = releases.pod()["serviceAccountName"]
    kubeconfig = releases.env.service_account_kubeconfig(releases.namespace, account)
    with running(releases.args(), kubeconfig, tmp_path / "log"):
        eventually(lambda: is_ready(port))
    user = f"system:serviceaccount:{releases.namespace}:{account}"
    asked = [each for each in releases.env.audit.entries() if each.user == user]
    assert asked
    assert [each for each in asked if each.code == 403] == []


def test_who_has_a_role_in_a_namespace_has_it_for_the_kinds(releases: Releases) -> None:
    releases.install("op")
    releases.await_crds()
    for role in ("view", "edit", "admin"):
        releases.kubectl("create", "rolebinding", role, f"--clusterrole={role}", f"--user={role}")
    eventually(lambda: can(releases, "admin", "create"))
    eventually(lambda: can(releases, "edit", "delete"))
    eventually(lambda: can(releases, "view", "list"))
    assert not can(releases, "view", "create")


def test_its_pods_meet_the_restricted_standard(releases: Releases) -> None:
    pod = render(releases.helm, {**EVERYTHING, "priorityClassName": ""}).pod
    pod |= {"apiVersion": "v1", "kind": "Pod"}
    pod["metadata"]["name"] = "probe"
    pod["spec"]["serviceAccountName"] = "default"
    eventually(lambda: releases.kubectl("get", "serviceaccount", "default", "--ignore-not-found"))
    dry_run = ("create", "--dry-run=server", "-f", "-")
    releases.kubectl(*dry_run, stdin=json.dumps(pod))
    pod["spec"]["containers"][0]["securityContext"]["capabilities"] = {}
    with pytest.raises(KubectlError, match="restricted"):
        releases.kubectl(*dry_run, stdin=json.dumps(pod))
