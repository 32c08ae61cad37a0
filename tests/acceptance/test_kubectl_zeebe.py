"""`kubectl zeebe`, run by kubectl itself, on a namespace with the operator at work."""

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.acceptance import bpmn, engine
from tests.acceptance.cluster import Cluster, Object, instance, process, resource
from tests.acceptance.operator_process import ROOT, Operator

SAMPLE = ROOT / "manifests" / "samples" / "order.yaml"
CANARY = "c4n4ry"


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Zeebe:
    """As a person types it, in a context whose namespace is that of the test."""

    cluster: Cluster
    kubeconfig: Path

    def kubectl(self, *words: str) -> Said:
        scripts = Path(sys.executable).parent
        environ = {
            **os.environ,
            "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
            "KUBECONFIG": str(self.kubeconfig),
        }
        done = subprocess.run(
            [str(self.cluster.env.kubectl_path), *words],
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Said(done.returncode, done.stdout, done.stderr)

    def __call__(self, *words: str) -> Said:
        return self.kubectl("zeebe", *words)

    def well(self, *words: str) -> str:
        said = self(*words)
        assert said.code == 0, said
        return said.out

    def read(self, *words: str) -> Object:
        found: Object = json.loads(self.well(*words, "-o", "json"))
        return found


@pytest.fixture
def zeebe(cluster: Cluster, tmp_path: Path) -> Zeebe:
    config = yaml.safe_load(cluster.env.kubeconfig.read_text())
    for context in config["contexts"]:
        context["context"]["namespace"] = cluster.namespace
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(yaml.safe_dump(config))
    return Zeebe(cluster, kubeconfig)


def test_a_day_with_orders(
    cluster: Cluster, operator: Operator, zeebe: Zeebe, tmp_path: Path
) -> None:
    assert "no Zeebe resources" in zeebe.well("status")
    cluster.kubectl("apply", "-f", str(SAMPLE))
    cluster.wait_ready("zproc/sample-order", "zinst/sample-order-1001")

    started = zeebe.read("start", "sample-order", "--var", f"orderId={CANARY}", "--wait")
    name, key = started["name"], started["status"]["processInstanceKey"]
    assert name.startswith("sample-order-")
    assert cluster.get("zinst", name)["status"]["processInstanceKey"] == key

    message = zeebe.read("publish", "order-paid", "--key", CANARY, "--ttl", "1h", "--wait")
    assert cluster.get("zmsg", message["name"])["status"]["messageKey"]

    status = zeebe.well("status")
    assert "5 resources: ✓ 5 ready" in status
    assert key in status
    tree = zeebe.well("tree").splitlines()
    [parent] = [number for number, line in enumerate(tree) if "ZeebeProcess/sample-order " in line]
    assert [line.index("ZeebeInstance") for line in tree[parent + 1 : parent + 3]] == [8 + 4] * 2
    assert sum("ZeebeMessage/" in line for line in tree) == 2

    target = tmp_path / "order.svg"
    zeebe.well("diagram", "sample-order", "-o", str(target))
    assert "Order paid" in "".join(ET.fromstring(target.read_text()).itertext())


def test_variables_are_never_shown(cluster: Cluster, operator: Operator, zeebe: Zeebe) -> None:
    cluster.apply(process("p", bpmn.working("p-canary")))
    cluster.apply(instance("i", processRef={"name": "p"}, variables={"card": CANARY}))
    evaluate = {"elementInstanceKey": "1", "variables": {"card": CANARY}}
    cluster.apply(resource("ZeebeCommand", "c", setVariables=evaluate))
    cluster.wait_ready("zinst/i")
    cluster.until_reason("zcmd", "c", "Rejected")
    for form in ("table", "json", "yaml"):
        shown = zeebe.well("status", "-o", form) + zeebe.well("tree", "-o", form)
        assert "ZeebeCommand" in shown or "ZEEBECOMMAND" in shown
        assert CANARY not in shown


def test_trouble_is_explained_and_another_look_is_taken(
    cluster: Cluster, operator: Operator, zeebe: Zeebe
) -> None:
    cluster.apply(process("broken", "<definitions/>"))
    cluster.until_reason("zproc", "broken", "Rejected")
    said = zeebe("status", "--exit-code")
    assert said.code == 1
    assert "✗ ZeebeProcess/broken: Rejected" in said.out
    assert "→ ZeebeProcess, ZeebeJobWorker: correct the spec." in said.out
    zeebe.well("retry", "zproc/broken")
    looked = cluster.until(
        "zproc",
        "broken",
        lambda found: found["status"].get("lastHandledRequest") is not None,
    )
    asked = looked["metadata"]["annotations"]["zeebe-operator.dev/requestedAt"]
    assert looked["status"]["lastHandledRequest"] == asked


def test_an_instance_is_cancelled_by_name_and_by_key(
    cluster: Cluster, operator: Operator, zeebe: Zeebe
) -> None:
    process_id = f"p-{cluster.namespace}"
    cluster.apply(process("p", bpmn.working(process_id)))
    zeebe.well("start", "p", "--name", "first", "--wait")
    second = zeebe.read("start", "p", "--name", "second", "--wait")
    zeebe.well("cancel", "first", "--wait")
    assert cluster.get("zinst", "first")["status"]["state"] == "Cancelled"
    zeebe.well("cancel", "--key", second["status"]["processInstanceKey"], "--wait")
    started = engine.instances(cluster.engine, process_id)
    assert len(started) == 2
    assert set(engine.ended(cluster.engine, process_id, "ELEMENT_TERMINATED")) == set(started)


def test_doubt_is_settled_by_retry(cluster: Cluster, operator: Operator, zeebe: Zeebe) -> None:
    process_id = f"doubt-{cluster.namespace}"
    cluster.apply(process("p", bpmn.working(process_id)))
    cluster.wait_ready("zproc/p")
    operator.stop()
    cluster.apply(instance("i", processRef={"name": "p"}))
    cluster.leave_intent("zinst", "i")
    operator.start()
    cluster.until_reason("zinst", "i", "OutcomeUnknown")
    assert f"→ kubectl zeebe retry ZeebeInstance/i -n {cluster.namespace}" in zeebe.well("status")
    unsure = zeebe("retry", "ZeebeInstance/i")
    assert unsure.code == 1
    assert "--yes" in unsure.err
    assert engine.instances(cluster.engine, process_id) == []
    zeebe.well("retry", "ZeebeInstance/i", "--yes", "--wait")
    assert len(engine.instances(cluster.engine, process_id)) == 1


def test_an_incident_is_resolved_with_new_retries(
    cluster: Cluster, operator: Operator, zeebe: Zeebe
) -> None:
    job_type = f"print-{cluster.namespace}"
    cluster.apply(process("p", bpmn.working(f"p-{cluster.namespace}", job_type)))
    zeebe.well("start", "p", "--name", "i", "--wait")
    key = int(cluster.get("zinst", "i")["status"]["processInstanceKey"])
    [job] = engine.events(cluster.engine, "JOB", "CREATED", processInstanceKey=key)
    failure = {"jobKey": str(job.key), "retries": 0, "errorMessage": "no ink"}
    activation = {"jobType": job_type, "maxJobsToActivate": 1}
    cluster.apply(resource("ZeebeCommand", "take", activateJobs=activation))
    cluster.wait_ready("zcmd/take")
    cluster.apply(resource("ZeebeCommand", "fail", failJob=failure))
    cluster.wait_ready("zcmd/fail")
    [incident] = engine.events(cluster.engine, "INCIDENT", "CREATED", processInstanceKey=key)
    zeebe.well("resolve", str(incident.key), "--job", str(job.key), "--retries", "2", "--wait")
    resolved = engine.events(cluster.engine, "INCIDENT", "RESOLVED", processInstanceKey=key)
    assert [record.key for record in resolved] == [incident.key]


def test_a_wrong_incident_is_a_failure_with_the_words_of_the_engine(
    cluster: Cluster, operator: Operator, zeebe: Zeebe
) -> None:
    said = zeebe("resolve", "2251799813999001", "--wait")
    assert said.code == 1
    assert "NOT_FOUND" in said.err


def test_what_the_cluster_refuses_is_one_sentence(cluster: Cluster, zeebe: Zeebe) -> None:
    for words, told in (
        (("cancel", "nobody"), '"nobody" not found'),
        (("start", "p", "--name", "Not_A_Name"), "Not_A_Name"),
        (("status", "--context", "elsewhere"), "no cluster"),
        (("retry", "pod/x"), "no kind of zeebe-operator"),
    ):
        said = zeebe(*words)
        assert said.code == 1, said
        assert told in said.err.splitlines()[-1]


def test_an_account_without_rights_is_told_so(
    cluster: Cluster, zeebe: Zeebe, tmp_path: Path
) -> None:
    """Its kubeconfig has a token instead of a certificate."""
    poor = cluster.env.service_account_kubeconfig(cluster.namespace, "poor")
    said = zeebe("status", "--kubeconfig", str(poor), "-n", cluster.namespace)
    assert said.code == 1
    assert "not permitted" in said.err
    account = f"--serviceaccount={cluster.namespace}:poor"
    cluster.kubectl("create", "rolebinding", "reader", "--clusterrole=cluster-admin", account)
    assert "no Zeebe resources" in zeebe.well(
        "status", "--kubeconfig", str(poor), "-n", cluster.namespace
    )


def test_a_cluster_that_is_away_is_one_sentence(zeebe: Zeebe, tmp_path: Path) -> None:
    away = tmp_path / "away"
    text = zeebe.kubeconfig.read_text()
    away.write_text(text.replace(zeebe.cluster.env.server, "https://127.0.0.1:9"))
    said = zeebe("status", "--kubeconfig", str(away))
    assert said.code == 1
    assert said.err.startswith(
        "kubectl zeebe: the API server at https://127.0.0.1:9 does not answer"
    )
    assert len(said.err.splitlines()) == 1


def test_kubectl_completes_names(cluster: Cluster, zeebe: Zeebe) -> None:
    cluster.apply(instance("order-1", bpmnProcessId="nobody"))
    said = zeebe.kubectl("__complete", "zeebe", "cancel", "ord")
    assert said.out.split() == ["order-1", ":4"]
