"""Who may do what, and that it is written down."""

import json
import subprocess
from pathlib import Path

import pytest

from devstack.audit import AuditEntry
from devstack.environment import Environment


def _kubectl(api_server: Environment, kubeconfig: Path, *args: str) -> tuple[int, str]:
    done = subprocess.run(
        [api_server.kubectl_path, "--kubeconfig", kubeconfig, *args],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_service_account_may_do_only_what_rbac_gives_it(
    api_server: Environment, namespace: str
) -> None:
    kubeconfig = api_server.service_account_kubeconfig(namespace, "limited")
    code, said = _kubectl(api_server, kubeconfig, "get", "configmaps")
    assert code != 0
    assert f"system:serviceaccount:{namespace}:limited" in said
    assert "forbidden" in said

    api_server.kubectl(
        "-n", namespace, "create", "role", "r", "--verb=list", "--resource=configmaps"
    )
    subject = f"--serviceaccount={namespace}:limited"
    api_server.kubectl("-n", namespace, "create", "rolebinding", "r", "--role=r", subject)
    assert _kubectl(api_server, kubeconfig, "get", "configmaps")[0] == 0
    assert _kubectl(api_server, kubeconfig, "get", "secrets")[0] != 0


def test_asking_twice_for_a_service_account_gives_it_twice(
    api_server: Environment, namespace: str
) -> None:
    first = api_server.service_account_kubeconfig(namespace, "same")
    assert api_server.service_account_kubeconfig(namespace, "same") == first


def test_the_namespace_of_a_test_gets_its_service_account(
    api_server: Environment, namespace: str
) -> None:
    api_server.kubectl(
        *("-n", namespace, "wait", "--for=create", "serviceaccount/default", "--timeout=60s")
    )


def test_a_deleted_namespace_goes_away_with_what_is_in_it(
    api_server: Environment, namespace: str
) -> None:
    api_server.kubectl("-n", namespace, "create", "configmap", "c")
    api_server.kubectl("delete", "namespace", namespace, "--timeout=60s")
    assert not api_server.kubectl("get", "namespace", namespace, "--ignore-not-found")


def test_the_audit_log_tells_who_did_what(api_server: Environment, namespace: str) -> None:
    before = api_server.audit.position()
    api_server.kubectl("-n", namespace, "create", "configmap", "noted", "--from-literal=key=secret")

    def is_the_creation(entry: AuditEntry) -> bool:
        return (entry.verb, entry.resource, entry.namespace) == ("create", "configmaps", namespace)

    found = api_server.audit.wait_for(is_the_creation, since=before)
    assert [(entry.user, entry.name, entry.code) for entry in found] == [("admin", "noted", 201)]
    assert "secret" not in repr(found)


def test_the_audit_log_tells_refusals(api_server: Environment, namespace: str) -> None:
    kubeconfig = api_server.service_account_kubeconfig(namespace, "curious")
    before = api_server.audit.position()
    _kubectl(api_server, kubeconfig, "get", "secrets")
    user = f"system:serviceaccount:{namespace}:curious"
    found = api_server.audit.wait_for(lambda entry: entry.user == user, since=before)
    assert {entry.code for entry in found} == {403}


def test_the_control_plane_itself_is_not_in_the_audit_log(api_server: Environment) -> None:
    users = {entry.user for entry in api_server.audit.entries()}
    assert not [
        user for user in users if user.startswith("system:kube") or user == "system:apiserver"
    ]


@pytest.mark.parametrize("field", ["major", "minor"])
def test_the_api_server_tells_a_version_that_clients_can_parse(
    api_server: Environment, field: str
) -> None:
    version = json.loads(api_server.kubectl("get", "--raw", "/version"))
    assert int(version[field]) in (1, 36)
