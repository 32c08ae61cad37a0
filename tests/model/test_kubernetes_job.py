"""The manifest of a Kubernetes Job, and what its end means."""

import json
from typing import Any

import pytest

from tests.fakes.jobs import pod
from tests.workers.rig import assignment
from zeebe_operator.model import kubernetes_job, names
from zeebe_operator.model.engine import Job
from zeebe_operator.model.kubernetes_job import State
from zeebe_operator.model.spec import KubernetesJobHandler
from zeebe_operator.model.worker import Completed, Failed, Result, Thrown

JOB = Job(2251799813685256, "pay", 3, process_instance_key=7, variables={"secret": "c4n4ry"})
CONTAINER = {"name": "c", "image": "busybox"}


def handler(pod_spec: dict[str, Any] | None = None, **fields: Any) -> KubernetesJobHandler:
    template = {
        "metadata": {"labels": {"app": "x"}},
        "spec": {"containers": [CONTAINER], **(pod_spec or {})},
    }
    return KubernetesJobHandler(template=template, **fields)


def made(pod_spec: dict[str, Any] | None = None, job: Job = JOB) -> dict[str, Any]:
    return kubernetes_job.manifest(assignment(), handler(pod_spec), job)


def ended(how: str = "Complete", reason: str = "") -> State:
    return State("w-1-3", "u", 1, "uid-w", 1, 3, reported=False, finished=how, reason=reason)


class TestName:
    def test_is_the_same_for_the_same_attempt_only(self) -> None:
        name = kubernetes_job.name_of("w", JOB)
        assert name == "w-2251799813685256-3"
        assert kubernetes_job.name_of("w", Job(JOB.key, "", 3)) == name
        assert kubernetes_job.name_of("w", Job(JOB.key, "pay", 2)) != name

    @pytest.mark.parametrize("worker", ["w" * 253, "a.b", "x" * 40])
    def test_fits_into_a_label(self, worker: str) -> None:
        name = kubernetes_job.name_of(worker, Job(2**63 - 1, "pay", 2**31 - 1))
        assert len(name) <= 63
        assert "." not in name

    def test_of_two_long_workers_differs(self) -> None:
        long = "w" * 100
        first, second = (kubernetes_job.name_of(long + end, JOB) for end in "ab")
        assert first != second


class TestManifest:
    def test_holds_no_variables(self) -> None:
        assert "c4n4ry" not in json.dumps(made())
        assert "c4n4ry" in kubernetes_job.secret(assignment(), JOB)["stringData"]["variables.json"]

    def test_belongs_to_the_worker(self) -> None:
        for each in (made(), kubernetes_job.secret(assignment(), JOB)):
            [owner] = each["metadata"]["ownerReferences"]
            assert (owner["kind"], owner["name"], owner["uid"]) == ("ZeebeJobWorker", "w", "uid-w")
            assert owner["controller"]
            assert each["metadata"]["labels"][names.WORKER_UID] == "uid-w"

    def test_leaves_the_attempts_to_the_engine(self) -> None:
        spec = made({"restartPolicy": "OnFailure"})["spec"]
        assert spec["backoffLimit"] == 0
        assert spec["template"]["spec"]["restartPolicy"] == "Never"

    def test_gives_the_pod_no_token_unless_it_asks_for_one(self) -> None:
        field = "automountServiceAccountToken"
        assert made()["spec"]["template"]["spec"][field] is False
        assert made({field: True})["spec"]["template"]["spec"][field] is True

    def test_keeps_what_the_template_has(self) -> None:
        pod_spec = {
            "volumes": [{"name": "mine", "emptyDir": {}}],
            "containers": [
                {
                    **CONTAINER,
                    "env": [{"name": "MINE", "value": "1"}],
                    "volumeMounts": [{"name": "mine", "mountPath": "/mine"}],
                }
            ],
        }
        template = made(pod_spec)["spec"]["template"]
        assert template["metadata"] == {"labels": {"app": "x"}}
        assert [v["name"] for v in template["spec"]["volumes"]] == ["mine", "zeebe-variables"]
        [container] = template["spec"]["containers"]
        assert {"name": "MINE", "value": "1"} in container["env"]
        assert [m["mountPath"] for m in container["volumeMounts"]] == ["/mine", "/var/run/zeebe"]

    def test_does_not_touch_the_spec(self) -> None:
        wanted = handler()
        before = json.dumps(wanted.template)
        kubernetes_job.manifest(assignment(), wanted, JOB)
        assert json.dumps(wanted.template) == before

    def test_tells_the_container_about_the_job(self) -> None:
        [container] = made()["spec"]["template"]["spec"]["containers"]
        env = {each["name"]: each.get("value") for each in container["env"]}
        assert env["ZEEBE_JOB_KEY"] == "2251799813685256"
        assert env["ZEEBE_PROCESS_INSTANCE_KEY"] == "7"
        assert env["ZEEBE_VARIABLES_FILE"] == "/var/run/zeebe/variables.json"

    def test_puts_no_large_variables_into_the_environment(self) -> None:
        large = Job(1, "pay", 3, variables={"a": "x" * 70_000})
        for job, there in ((JOB, True), (large, False)):
            [container] = made(job=job)["spec"]["template"]["spec"]["containers"]
            assert ("ZEEBE_VARIABLES" in {each["name"] for each in container["env"]}) is there

    def test_expands_nothing_in_names_of_the_engine(self) -> None:
        [container] = made(job=Job(1, "$(HOME)", 3))["spec"]["template"]["spec"]["containers"]
        env = {each["name"]: each.get("value") for each in container["env"]}
        assert env["ZEEBE_JOB_TYPE"] == "$$(HOME)"


class TestState:
    def test_is_read_from_a_manifest_of_ours(self) -> None:
        manifest = made()
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
