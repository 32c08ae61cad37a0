"""How a Kubernetes Job is, and what its end means."""

from typing import Any

import pytest

from tests.fakes.jobs import pod
from tests.workers.rig import assignment
from zeebe_operator.model import job_manifest, kubernetes_job
from zeebe_operator.model.engine import Job
from zeebe_operator.model.kubernetes_job import State
from zeebe_operator.model.spec import KubernetesJobHandler
from zeebe_operator.model.worker import Completed, Failed, Result, Thrown

JOB = Job(2251799813685256, "pay", 3, process_instance_key=7, variables={"secret": "c4n4ry"})


def handler(**fields: Any) -> KubernetesJobHandler:
    return KubernetesJobHandler(template={"spec": {"containers": []}}, **fields)


def ended(how: str = "Complete", reason: str = "") -> State:
    return State("w-1-3", "u", 1, "uid-w", 1, 3, reported=False, finished=how, reason=reason)


class TestState:
    def test_is_read_from_a_manifest_of_ours(self) -> None:
        manifest = job_manifest.manifest(assignment(), handler(), JOB)
        meta = {**manifest["metadata"], "uid": "u", "resourceVersion": "5"}
        found = kubernetes_job.state({**manifest, "metadata": meta})
        assert (found.worker_uid, found.job_key, found.retries) == ("uid-w", JOB.key, 3)
        assert (found.reported, found.finished) == (False, "")

    def test_of_somebody_else_has_no_worker(self) -> None:
        meta = {"name": "x", "uid": "u", "resourceVersion": "5"}
        found = kubernetes_job.state({"metadata": meta, "status": {}})
        assert (found.worker_uid, found.job_key) == ("", 0)

    @pytest.mark.parametrize("kind", ["Suspended", "FailureTarget", "SuccessCriteriaMet"])
    def test_is_not_over_before_its_pods_are(self, kind: str) -> None:
        meta = {"name": "x", "uid": "u", "resourceVersion": "5"}
        status = {"conditions": [{"type": kind, "status": "True"}]}
        assert not kubernetes_job.state({"metadata": meta, "status": status}).finished


EVICTED = {"metadata": {"name": "p"}, "status": {"reason": "Evicted"}}


@pytest.mark.parametrize(
    ("fields", "state", "pods", "result"),
    [
        pytest.param({}, ended(), [], Completed(), id="well, nothing asked"),
        pytest.param({}, ended(), [pod(exitCode=0, message="{")], Completed(), id="not read"),
        pytest.param(
            {"result": "TerminationMessage"},
            ended(),
            [pod(exitCode=0, message='{"a": 1}')],
            Completed({"a": 1}),
            id="variables",
        ),
        pytest.param(
            {"result": "TerminationMessage"}, ended(), [pod(exitCode=0)], Completed(), id="silent"
        ),
        pytest.param(
            {"result": "TerminationMessage"},
            ended(),
            [pod(exitCode=0, message="[1]")],
            Failed("the termination message is no JSON object"),
            id="a list",
        ),
        pytest.param(
            {"result": "TerminationMessage"},
            ended(),
            [],
            Failed("the pod is gone, and with it the termination message"),
            id="no pod",
        ),
        pytest.param(
            {"bpmn_error_exit_codes": {"42": "NO_STOCK"}},
            ended("Failed"),
            [pod(exitCode=42, message="sold out")],
            Thrown("NO_STOCK", "sold out"),
            id="a BPMN error",
        ),
        pytest.param(
            {"bpmn_error_exit_codes": {"42": "NO_STOCK"}},
            ended("Failed"),
            [pod(exitCode=1, reason="Error", message="why")],
            Failed("Kubernetes Job w-1-3: exit code 1 (Error)", "why"),
            id="another code",
        ),
        pytest.param(
            {},
            ended("Failed"),
            [pod(exitCode=137, reason="OOMKilled")],
            Failed("Kubernetes Job w-1-3: exit code 137 (OOMKilled)"),
            id="out of memory",
        ),
        pytest.param(
            {}, ended("Failed"), [EVICTED], Failed("Kubernetes Job w-1-3: Evicted"), id="evicted"
        ),
        pytest.param(
            {},
            ended("Failed", "BackoffLimitExceeded"),
            [],
            Failed("Kubernetes Job w-1-3: BackoffLimitExceeded, and no pod is left"),
            id="a pod that was deleted",
        ),
    ],
)
def test_the_end_has_a_meaning(
    fields: dict[str, Any], state: State, pods: list[dict[str, Any]], result: Result
) -> None:
    assert kubernetes_job.result(handler(**fields), state, pods) == result


def test_the_first_container_is_the_one_that_counts() -> None:
    both = pod(exitCode=0, message='{"a": 1}')
    both["spec"]["containers"].append({"name": "sidecar"})
    both["status"]["containerStatuses"].insert(
        0, {"name": "sidecar", "state": {"terminated": {"exitCode": 0, "message": '{"a": 2}'}}}
    )
    wanted = handler(result="TerminationMessage")
    assert kubernetes_job.result(wanted, ended(), [both]) == Completed({"a": 1})
