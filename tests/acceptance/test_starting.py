"""The start: what is missing is said once in plain words, waited for, and picked up."""

from pathlib import Path

import pytest

from devstack.engine import Engine
from devstack.environment import Environment
from tests.acceptance.cluster import Cluster, eventually, message
from tests.acceptance.operator_process import Operator
from tests.conftest import CRDS


def test_missing_crds_are_waited_for(
    engine: Engine, own_api_server: Environment, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    operator = Operator(engine, "default", own_api_server.kubeconfig, log).start()
    try:
        eventually(lambda: operator.probe("/readyz"), lambda seen: "not installed" in seen[1])
        own_api_server.kubectl("apply", "--server-side", "-f", str(CRDS / "zeebemessages.yaml"))
        cluster = Cluster(own_api_server, engine, "default")
        cluster.kubectl(
            "wait", "--for=condition=Established", "crd/zeebemessages.zeebe-operator.dev"
        )
        cluster.apply(message("m", "m"))
        cluster.wait_ready("zmsg/m")  # one kind is enough to begin
        assert "zeebeprocesses" in operator.probe("/readyz")[1]
        own_api_server.kubectl("apply", "--server-side", "-f", str(CRDS))
        operator.wait_ready()

        own_api_server.kubectl("delete", "crd", "zeebemessages.zeebe-operator.dev", "--timeout=90s")
        eventually(lambda: operator.probe("/readyz"), lambda seen: "zeebemessages" in seen[1])
        own_api_server.kubectl("apply", "--server-side", "-f", str(CRDS))
        operator.wait_ready()
        assert operator.running()
    finally:
        assert operator.stop() == 0
    lines = [line for line in log.read_text().splitlines() if "not installed" in line]
    assert len({line.split(" ", 1)[1] for line in lines}) == len(lines), "each thing is said once"
    assert "Traceback" not in log.read_text()


def test_a_kind_that_is_not_permitted_is_named_and_picked_up_later(
    cluster: Cluster, tmp_path: Path
) -> None:
    namespace = cluster.namespace
    kubeconfig = cluster.env.service_account_kubeconfig(namespace, "poor")
    cluster.kubectl(
        "create",
        "role",
        "poor",
        "--verb=list,watch,patch",
        "--resource=zeebemessages.zeebe-operator.dev,zeebemessages.zeebe-operator.dev/status",
    )
    account = f"--serviceaccount={namespace}:poor"
    cluster.kubectl("create", "rolebinding", "poor", "--role=poor", account)
    log = tmp_path / "log"
    operator = Operator(cluster.engine, namespace, kubeconfig, log).start()
    try:
        eventually(
            lambda: operator.probe("/readyz"),
            lambda seen: all(f"zeebe{kind}" in seen[1] for kind in ("connections", "instances")),
        )
        cluster.apply(message("m", f"m-{namespace}"))
        cluster.wait_ready("zmsg/m")
        cluster.kubectl("create", "rolebinding", "rich", "--clusterrole=cluster-admin", account)
        operator.wait_ready()
        assert operator.running()
    finally:
        assert operator.stop() == 0
    assert "Traceback" not in log.read_text()


def test_an_absent_api_server_is_waited_for(
    api_server: Environment, engine: Engine, tmp_path: Path
) -> None:
    kubeconfig = tmp_path / "kubeconfig"
    text = api_server.kubeconfig.read_text()
    kubeconfig.write_text(text.replace(api_server.server, "https://127.0.0.1:9"))
    operator = Operator(engine, "default", kubeconfig, tmp_path / "log").start()
    try:
        eventually(lambda: operator.probe("/readyz"), lambda seen: seen[0] == 503)
        eventually(lambda: "API server does not answer" in (tmp_path / "log").read_text())
        assert operator.probe("/healthz")[0] == 200
    finally:
        assert operator.stop() == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"KUBECONFIG": "/nowhere"}, "no Kubernetes cluster", id="no cluster"),
        pytest.param({"ZEEBE_ADDRESS": "not an address"}, "no gateway address", id="no address"),
        pytest.param({"ZEEBE_CLIENT_ID": "me"}, "CAMUNDA_OAUTH_URL", id="half a client"),
        pytest.param(
            {"CAMUNDA_BASIC_AUTH_USERNAME": "me", "CAMUNDA_BASIC_AUTH_PASSWORD": "c4n4ry"},
            "credentials would travel without TLS",
            id="a password in the clear",
        ),
    ],
)
def test_a_setting_that_cannot_work_ends_with_one_sentence(
    api_server: Environment,
    engine: Engine,
    tmp_path: Path,
    changes: dict[str, str | None],
    words: str,
) -> None:
    log = tmp_path / "log"
    operator = Operator(engine, "default", api_server.kubeconfig, log)
    operator.set_environ(**changes)
    operator.start()
    assert eventually(lambda: not operator.running())
    assert operator.stop() == 1
    text = log.read_text()
    assert words in text
    assert "Traceback" not in text


def test_a_taken_port_ends_with_one_sentence(
    cluster: Cluster, operator: Operator, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    port = ("--metrics-port", str(operator.port))
    second = Operator(cluster.engine, cluster.namespace, cluster.env.kubeconfig, log, *port).start()
    assert eventually(lambda: not second.running())
    assert second.stop() == 1
    assert "choose another with --metrics-port" in log.read_text()
