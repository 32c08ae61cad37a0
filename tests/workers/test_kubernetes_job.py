"""The handler `kubernetesJob`: one Kubernetes Job for each attempt, whatever is killed when."""

import asyncio
from typing import Any

import pytest

from tests.fakes.jobs import pod
from tests.workers.rig import KEY, PODS, Rig, assignment
from zeebe_operator.model import job_manifest, kubernetes_job
from zeebe_operator.model.engine import Job
from zeebe_operator.model.errors import (
    ClusterUnavailableError,
    ForbiddenError,
    InvalidSpecError,
    RefusedByClusterError,
)
from zeebe_operator.model.worker import Progress
from zeebe_operator.workers.pool import WorkerPool


@pytest.fixture
async def running(rig: Rig) -> Rig:
    """Two jobs are under way, each as a Kubernetes Job."""
    rig.pool.assign(assignment(PODS), Progress())
    rig.engine.offer(2, secret="c4n4ry")
    await asyncio.sleep(1)
    assert rig.jobs.created == {rig.name(1): 1, rig.name(2): 1}
    return rig


def progress(rig: Rig) -> Progress:
    report = rig.pool.report(KEY)
    assert report is not None
    return report.progress


async def crash(rig: Rig) -> None:
    """The operator is gone without a word; a new one starts on what is left."""
    for pump in rig.pool._pumps.values():
        for task in (pump._fetching, *(each.task for each in pump.errands._errands.values())):
            task.cancel()
    await asyncio.sleep(0.1)
    await rig.pool._http.close()
    rig.pool = WorkerPool(rig.gateways, rig.jobs, (), rig.woken.append, rig)
    rig.pool.assign(assignment(PODS), Progress())
    await asyncio.sleep(1)


async def test_exit_code_zero_completes_with_the_termination_message(running: Rig) -> None:
    running.jobs.end(running.name(1), exitCode=0, message='{"total": 7}')
    await asyncio.sleep(1)
    assert running.engine.happened("COMPLETED") == [1]
    [done] = [c.argument for c in running.gateway.executed if c.method == "complete_job"]
    assert done.variables == {"total": 7}
    assert running.jobs.is_reported(running.name(1))
    assert running.name(1) not in running.jobs.secrets


async def test_variables_are_in_the_secret_and_nowhere_else(running: Rig) -> None:
    assert "c4n4ry" in str(running.jobs.secrets[running.name(1)])
    assert "c4n4ry" not in str(running.jobs.jobs)


async def test_a_failed_pod_is_a_failed_attempt_and_the_next_one_has_another_name(
    running: Rig,
) -> None:
    running.jobs.end(running.name(1), "Failed", exitCode=1, reason="OOMKilled", message="c4n4ry")
    await asyncio.sleep(1)
    assert running.engine.retries(1) == 2
    assert progress(running).last_error == (
        f"job {running.engine.key(1)}: Kubernetes Job {running.name(1)}: exit code 1 (OOMKilled)"
    )
    await asyncio.sleep(15)
    assert running.jobs.created == {running.name(1): 1, running.name(2): 1, running.name(1, 2): 1}


async def test_a_deleted_job_is_a_failed_attempt(running: Rig) -> None:
    running.jobs.lose(running.name(1))
    await asyncio.sleep(5)
    assert running.engine.retries(1) == 2
    assert "was deleted" in progress(running).last_error


async def test_a_cancelled_engine_job_ends_the_kubernetes_job(running: Rig) -> None:
    running.engine.cancel(1)
    await asyncio.sleep(60)
    assert list(running.jobs.jobs) == [running.name(2)]
    assert list(running.jobs.secrets) == [running.name(2)]


async def test_a_job_is_kept_for_as_long_as_its_pod_runs(running: Rig) -> None:
    await asyncio.sleep(3600)
    assert running.engine.happened("TIMED_OUT") == []
    running.jobs.end(running.name(1), exitCode=0)
    await asyncio.sleep(1)
    assert running.engine.happened("COMPLETED") == [1]


async def test_an_image_that_is_not_there_is_told(running: Rig) -> None:
    waiting = pod()
    waiting["status"]["containerStatuses"][0]["state"] = {"waiting": {"reason": "ErrImagePull"}}
    uid = running.jobs.jobs[running.name(1)]["metadata"]["uid"]
    running.jobs.pods_of[uid] = [waiting]
    await asyncio.sleep(20)
    assert progress(running).last_error == "pod pod: container c: ErrImagePull"
    assert progress(running).failed == 0


class TestCrash:
    async def test_what_runs_is_taken_over(self, running: Rig) -> None:
        await crash(running)
        running.jobs.end(running.name(1), exitCode=0)
        running.jobs.end(running.name(2), exitCode=0)
        await asyncio.sleep(1)
        assert running.jobs.created == {running.name(1): 1, running.name(2): 1}
        assert sorted(running.engine.happened("COMPLETED")) == [1, 2]

    async def test_what_ended_meanwhile_is_told(self, running: Rig) -> None:
        running.gateway.up = False
        running.jobs.end(running.name(1), exitCode=0, message='{"a": 1}')
        await asyncio.sleep(1)
        running.gateway.up = True
        await crash(running)
        assert running.engine.happened("COMPLETED") == [1]
        assert running.jobs.is_reported(running.name(1))
        assert running.jobs.created[running.name(1)] == 1

    async def test_what_was_told_but_not_noted_is_noted(self, running: Rig) -> None:
        running.engine.cancel(1)  # or completed: the engine knows the job no more
        ended = {"conditions": [{"type": "Complete", "status": "True"}]}
        running.jobs.jobs[running.name(1)]["status"] = ended  # and nobody here has noticed yet
        await crash(running)
        assert running.jobs.is_reported(running.name(1))
        assert running.name(1) not in running.jobs.secrets
        assert running.results["completed"] == 0

    async def test_what_was_told_is_not_told_again(self, running: Rig) -> None:
        running.jobs.end(running.name(1), "Failed", exitCode=1)
        await asyncio.sleep(1)
        await crash(running)
        assert running.engine.happened("FAILED") == [1]

    async def test_a_job_whose_time_ran_out_meanwhile_is_not_begun_again(
        self, running: Rig
    ) -> None:
        running.gateway.engine.advance(61)
        assert running.engine.happened("TIMED_OUT") == [1, 2]
        await crash(running)
        await asyncio.sleep(200)
        assert running.jobs.created == {running.name(1): 1, running.name(2): 1}
        running.jobs.end(running.name(1), exitCode=0)
        running.jobs.end(running.name(2), exitCode=0)
        await asyncio.sleep(1)
        assert sorted(running.engine.happened("COMPLETED")) == [1, 2]


async def test_an_api_server_that_is_away_is_waited_for(rig: Rig) -> None:
    rig.pool.assign(assignment(PODS), Progress())
    await asyncio.sleep(1)
    rig.jobs.failures = [ClusterUnavailableError("away")] * 6
    rig.engine.offer(1)
    await asyncio.sleep(30)
    assert rig.jobs.created == {rig.name(1): 1}


async def test_a_template_that_is_refused_takes_no_jobs(rig: Rig) -> None:
    rig.jobs.refusal = RefusedByClusterError('spec.template: Invalid value: "x"')
    rig.pool.assign(assignment(PODS), Progress())
    rig.engine.offer(1)
    await asyncio.sleep(60)
    report = rig.pool.report(KEY)
    assert report is not None
    assert isinstance(report.trouble, InvalidSpecError)
    assert "spec.handler.kubernetesJob.template" in str(report.trouble)
    assert rig.engine.activated() == []


async def test_a_role_without_jobs_is_tried_again(rig: Rig) -> None:
    rig.jobs.refusal = ForbiddenError("403")
    rig.pool.assign(assignment(PODS), Progress())
    rig.engine.offer(1)
    await asyncio.sleep(60)
    rig.jobs.refusal = None
    await asyncio.sleep(5)
    assert rig.jobs.created == {rig.name(1): 1}


async def test_a_job_of_somebody_else_is_not_taken_for_ours(rig: Rig) -> None:
    rig.engine.offer(1)
    foreign = job_manifest.manifest(assignment(PODS, uid="uid-other"), PODS, rig.engine.left(1))
    await rig.jobs.create("shop", foreign)
    rig.pool.assign(assignment(PODS), Progress())
    await asyncio.sleep(1)
    assert rig.engine.happened("FAILED") == [1]
    assert "belongs to somebody else" in progress(rig).last_error
    assert not rig.jobs.is_reported(rig.name(1))
    assert rig.jobs.secrets == {}


async def test_a_secret_of_somebody_else_is_left_alone(rig: Rig) -> None:
    rig.engine.offer(1)
    foreign = job_manifest.secret(assignment(PODS, uid="uid-other"), rig.engine.left(1))
    rig.jobs.secrets[rig.name(1)] = foreign
    rig.pool.assign(assignment(PODS), Progress())
    await asyncio.sleep(1)
    assert rig.engine.happened("FAILED") == [1]
    assert rig.jobs.secrets == {rig.name(1): foreign}
    assert rig.jobs.created == {}


async def test_retries_that_were_set_anew_are_new_attempts(rig: Rig) -> None:
    rig.pool.assign(assignment(PODS, retry_back_off=0.0), Progress())
    rig.engine.offer(1, retries=1)
    await asyncio.sleep(1)
    rig.jobs.end(rig.name(1, 1), "Failed", exitCode=1)
    await asyncio.sleep(1)
    assert rig.engine.retries(1) == 0
    rig.engine.resolve(1, retries=1)
    await asyncio.sleep(1)
    assert rig.jobs.created == {rig.name(1, 1): 2}
    rig.jobs.end(rig.name(1, 1), exitCode=0)
    await asyncio.sleep(1)
    assert rig.engine.happened("COMPLETED") == [1]


async def test_the_history_is_limited(rig: Rig) -> None:
    rig.pool.assign(assignment(PODS, max_jobs_active=10), Progress())
    rig.engine.offer(8)
    await asyncio.sleep(1)
    for number in range(1, 6):
        rig.jobs.end(rig.name(number), exitCode=0)
    for number in range(6, 9):
        rig.jobs.end(rig.name(number), "Failed", exitCode=1)
    await asyncio.sleep(1)
    assert sorted(rig.jobs.jobs) == [rig.name(number) for number in (3, 4, 5, 8)]


async def test_a_worker_of_the_same_name_is_another_one(running: Rig) -> None:
    running.pool.assign(assignment(PODS, uid="uid-next"), Progress())
    await asyncio.sleep(10)
    owners: Any = [
        raw["metadata"]["ownerReferences"][0]["uid"] for raw in running.jobs.jobs.values()
    ]
    assert set(owners) >= {"uid-w"}
    assert running.engine.happened("FAILED")[:2] == [1, 2]


def test_what_is_adopted_has_key_and_retries() -> None:
    manifest = job_manifest.manifest(assignment(PODS), PODS, Job(1, "pay", 3))
    meta = {**manifest["metadata"], "uid": "u", "resourceVersion": "1"}
    found = kubernetes_job.state({**manifest, "metadata": meta})
    assert found.job == Job(1, "", 3)
    assert found.job.adopted
