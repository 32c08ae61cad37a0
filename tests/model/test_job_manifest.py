"""The Kubernetes Job that is made for an engine job."""

import json
from typing import Any

import pytest

from tests.workers.rig import assignment
from zeebe_operator.model import job_manifest, names
from zeebe_operator.model.engine import Job
from zeebe_operator.model.spec import KubernetesJobHandler

JOB = Job(2251799813685256, "pay", 3, process_instance_key=7, variables={"secret": "c4n4ry"})
CONTAINER = {"name": "c", "image": "busybox"}


def handler(pod_spec: dict[str, Any] | None = None) -> KubernetesJobHandler:
    template = {
        "metadata": {"labels": {"app": "x"}},
        "spec": {"containers": [CONTAINER], **(pod_spec or {})},
    }
    return KubernetesJobHandler(template=template)


def made(pod_spec: dict[str, Any] | None = None, job: Job = JOB) -> dict[str, Any]:
    return job_manifest.manifest(assignment(), handler(pod_spec), job)


class TestName:
    def test_is_the_same_for_the_same_attempt_only(self) -> None:
        name = job_manifest.name_of("w", JOB)
        assert name == "w-2251799813685256-3"
        assert job_manifest.name_of("w", Job(JOB.key, "", 3)) == name
        assert job_manifest.name_of("w", Job(JOB.key, "pay", 2)) != name

    @pytest.mark.parametrize("worker", ["w" * 253, "a.b", "x" * 40])
    def test_fits_into_a_label(self, worker: str) -> None:
        name = job_manifest.name_of(worker, Job(2**63 - 1, "pay", 2**31 - 1))
        assert len(name) <= 63
        assert "." not in name

    def test_of_two_long_workers_differs(self) -> None:
        long = "w" * 100
        first, second = (job_manifest.name_of(long + end, JOB) for end in "ab")
        assert first != second


class TestManifest:
    def test_holds_no_variables(self) -> None:
        assert "c4n4ry" not in json.dumps(made())
        assert "c4n4ry" in job_manifest.secret(assignment(), JOB)["stringData"]["variables.json"]

    def test_belongs_to_the_worker(self) -> None:
        for each in (made(), job_manifest.secret(assignment(), JOB)):
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
        job_manifest.manifest(assignment(), wanted, JOB)
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
