"""Who may do what, and that it is written down."""

import json
import subprocess
from pathlib import Path

import pytest

from devstack.audit import AuditEntry
from devstack.environment import Environment


def _kubectl(environment: Environment, kubeconfig: Path, *args: str) -> tuple[int, str]:
    done = subprocess.run(
        [environment.kubectl_path, "--kubeconfig", kubeconfig, *args],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_service_account_may_do_only_what_rbac_gives_it(
    environment: Environment, namespace: str
) -> None:
    kubeconfig = environment.service_account_kubeconfig(namespace, "limited")
    code, said = _kubectl(environment, kubeconfig, "get", "configmaps")
    assert code != 0
    assert f"system:serviceaccount:{namespace}:limited" in said
    assert "forbidden" in said

    environment.kubectl(
        "-n", namespace, "create", "role", "r", "--verb=list", "--resource=configmaps"
    )
    subject = f"--serviceaccount={namespace}:limited"
    environment.kubectl("-n", namespace, "create", "rolebinding", "r", "--role=r", subject)
    assert _kubectl(environment, kubeconfig, "get", "configmaps")[0] == 0
    assert _kubectl(environment, kubeconfig, "get", "secrets")[0] != 0


def test_asking_twice_for_a_service_account_gives_it_twice(
    environment: Environment, namespace: str
) -> None:
    first = environment.service_account_kubeconfig(namespace, "same")
    assert environment.service_account_kubeconfig(namespace, "same") == first


def test_the_namespace_of_a_test_gets_its_service_account(
    environment: Environment, namespace: str
) -> None:
    environment.kubectl(
        *("-n", namespace, "wait", "--for=create", "serviceaccount/default", "--timeout=60s")
    )


def test_a_deleted_namespace_goes_away_with_what_is_in_it(
    environment: Environment, namespace: str
) -> None:
    environment.kubectl("-n", namespace, "create", "configmap", "c")
    environment.kubectl("delete", "namespace", namespace, "--timeout=60s")
    assert not environment.kubectl("get", "namespace", namespace, "--ignore-not-found")


def test_the_audit_log_tells_who_did_what(environment: Environment, namespace: str) -> None:
    before = environment.audit.position()
    environment.kubectl(
        "-n", namespace, "create", "configmap", "noted", "--from-literal=key=secret"
    )

    def is_the_creation(entry: AuditEntry) -> bool:
        return (entry.verb, entry.resource, entry.namespace) == ("create", "configmaps", namespace)

    found = environment.audit.wait_for(is_the_creation, since=before)
    assert [(entry.user, entry.name, entry.code) for entry in found] == [("admin", "noted", 201)]
    assert "secret" not in repr(found)


def test_the_audit_log_tells_refusals(environment: Environment, namespace: str) -> None:
    kubeconfig = environment.service_account_kubeconfig(namespace, "curious")
    before = environment.audit.position()
    _kubectl(environment, kubeconfig, "get", "secrets")
    user = f"system:serviceaccount:{namespace}:curious"
    found = environment.audit.wait_for(lambda entry: entry.user == user, since=before)
    assert {entry.code for entry in found} == {403}


def test_the_control_plane_itself_is_not_in_the_audit_log(environment: Environment) -> None:
    users = {entry.user for entry in environment.audit.entries()}
    assert not [
        user for user in users if user.startswith("system:kube") or user == "system:apiserver"
    ]


@pytest.mark.parametrize("field", ["major", "minor"])
def test_the_api_server_tells_a_version_that_clients_can_parse(
    environment: Environment, field: str
) -> None:
    version = json.loads(environment.kubectl("get", "--raw", "/version"))
    assert int(version[field]) in (1, 36)
