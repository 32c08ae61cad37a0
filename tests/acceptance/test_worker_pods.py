"""Workers whose jobs are pods, on a node that really runs them."""

import json
import random
import time
from collections import Counter
from typing import Any

import pytest

from devstack.audit import AuditEntry
from devstack.environment import Environment
from devstack.node import parts
from tests.acceptance import bpmn, engine
from tests.acceptance.cluster import Cluster, Object, eventually, ready, worker
from tests.acceptance.conftest import HOME
from tests.acceptance.operator_process import Operator

KILLS = 10
EACH = 100
ENDLESS = "trap 'exit 143' TERM; while true; do sleep 1; done"


@pytest.fixture(scope="module")
def home(node: Environment, crds_beside_node: None) -> str:
    node.kubectl("create", "namespace", HOME)
    return HOME


@pytest.fixture
def cluster(node: Environment, node_namespace: str) -> Cluster:
    return Cluster(node, node.engine, node_namespace)


@pytest.fixture
def word(cluster: Cluster) -> str:
    """Process id and job type of a test."""
    return f"pod-{cluster.namespace}"


def pods(
    script: str, container: Object | None = None, pod: Object | None = None, **more: Any
) -> Object:
    """A handler whose only container runs a script."""
    main = {"name": "main", "image": parts.BUSYBOX, "command": ["sh", "-c", script]}
    spec = {"containers": [{**main, **(container or {})}], **(pod or {})}
    return {"kubernetesJob": {"template": {"spec": spec}, **more}}


def begin(cluster: Cluster, word: str, count: int = 1, **options: Any) -> int:
    """One instance with as many jobs at once; returns its key."""
    engine.deploy(cluster.engine, f"{word}.bpmn", bpmn.many(word, word, **options))
    return engine.start(cluster.engine, word, {"items": list(range(count)), "secret": "c4n4ry"})


def completed(cluster: Cluster, word: str, count: int = 1) -> list[Any]:
    """Waits, and sees that no job was completed twice."""
    found: list[Any] = eventually(
        lambda: engine.jobs(cluster.engine, word, "COMPLETED"), lambda seen: len(seen) >= count, 180
    )
    assert Counter(Counter(record.key for record in found).values()) == {1: count}
    return found


def last_error(cluster: Cluster, words: str) -> Object:
    return cluster.until("zwork", "w", lambda now: words in now["status"].get("lastError", ""))


def test_exit_code_zero_completes_with_the_termination_message(
    cluster: Cluster, operator: Operator, word: str
) -> None:
    script = (
        'test "$ZEEBE_VARIABLES" = "$(cat $ZEEBE_VARIABLES_FILE)" || exit 1;'
        ' echo "{\\"result\\": \\"$ZEEBE_JOB_KEY\\", \\"of\\": $(cat $ZEEBE_VARIABLES_FILE)}"'
        " > /dev/termination-log"
    )
    cluster.apply(worker("w", word, pods(script, result="TerminationMessage")))
    begin(cluster, word)
    [record] = completed(cluster, word)
    assert record.value["variables"]["result"] == str(record.key)
    assert record.value["variables"]["of"]["secret"] == "c4n4ry"
    cluster.until("zwork", "w", lambda now: now["status"]["completed"] == 1)
    [job] = cluster.all("jobs")
    assert job["metadata"]["annotations"]["zeebe-operator.dev/reported"] == "true"
    assert "c4n4ry" not in json.dumps(job)
    assert cluster.all("secrets") == []
    assert "c4n4ry" not in operator.said()


def test_an_exit_code_can_be_a_bpmn_error(cluster: Cluster, operator: Operator, word: str) -> None:
    script = "echo sold out > /dev/termination-log; exit 42"
    cluster.apply(worker("w", word, pods(script, bpmnErrorExitCodes={"42": "NO_STOCK"})))
    begin(cluster, word)
    [thrown] = eventually(lambda: engine.jobs(cluster.engine, word, "ERROR_THROWN"))
    assert (thrown.value["errorCode"], thrown.value["errorMessage"]) == ("NO_STOCK", "sold out\n")


def test_a_failing_pod_uses_up_the_retries_in_new_attempts(
    cluster: Cluster, operator: Operator, word: str
) -> None:
    script = "echo no c4n4ry > /dev/termination-log; exit 3"
    handler = pods(script, failedJobsHistoryLimit=5)
    cluster.apply(worker("w", word, handler, retryBackOff="0s"))
    begin(cluster, word, retries=2)
    [message] = eventually(lambda: engine.incidents(cluster.engine, word))
    assert "exit code 3 (Error): no c4n4ry" in message
    found = last_error(cluster, "exit code 3 (Error)")
    assert "c4n4ry" not in found["status"]["lastError"]
    notes = [job["metadata"]["annotations"] for job in cluster.all("jobs")]
    assert {note["zeebe-operator.dev/job-retries"] for note in notes} == {"2", "1"}


@pytest.mark.parametrize(
    ("handler", "words"),
    [
        pytest.param(
            pods("tail /dev/zero", {"resources": {"limits": {"memory": "16Mi"}}}),
            "OOMKilled",
            id="out of memory",
        ),
        pytest.param(
            pods(ENDLESS, pod={"activeDeadlineSeconds": 2}),
            "DeadlineExceeded",
            id="out of time",
        ),
    ],
)
def test_the_reason_of_a_failure_is_told(
    cluster: Cluster, operator: Operator, word: str, handler: Object, words: str
) -> None:
    cluster.apply(worker("w", word, handler))
    begin(cluster, word, retries=1)
    [message] = eventually(lambda: engine.incidents(cluster.engine, word))
    assert words in message
    last_error(cluster, words)


def test_a_deleted_pod_is_a_failed_attempt(cluster: Cluster, operator: Operator, word: str) -> None:
    cluster.apply(worker("w", word, pods(ENDLESS)))
    begin(cluster, word, retries=1)
    [pod] = eventually(lambda: cluster.all("pods"))
    name = pod["metadata"]["name"]
    cluster.kubectl("wait", "--for=condition=Ready", f"pod/{name}", "--timeout=60s")
    cluster.kubectl("delete", "pod", name, "--wait=false")
    [message] = eventually(lambda: engine.incidents(cluster.engine, word))
    assert "Kubernetes Job w-" in message


def test_an_image_that_is_not_there_is_told_and_fails_nothing(
    cluster: Cluster, operator: Operator, word: str
) -> None:
    cluster.apply(worker("w", word, pods("true", {"image": "localhost/missing:1"})))
    begin(cluster, word)
    found = last_error(cluster, "Image")
    assert found["status"]["failed"] == 0
    assert engine.jobs(cluster.engine, word, "FAILED") == []


def test_a_template_that_is_refused_takes_no_jobs(
    cluster: Cluster, operator: Operator, word: str
) -> None:
    bad = pods("true", {"imagePullPolicy": "Sometimes"})
    cluster.apply(worker("w", word, bad))
    begin(cluster, word)
    found = cluster.until_reason("zwork", "w", "InvalidSpec")
    assert "imagePullPolicy" in ready(found)["message"]
    cluster.apply(worker("w", word, pods("true")))
    completed(cluster, word)
    assert engine.jobs(cluster.engine, word, "FAILED") == []


def test_a_cancelled_instance_ends_its_pods(
    cluster: Cluster, operator: Operator, word: str
) -> None:
    handler = pods(ENDLESS)
    cluster.apply(worker("w", word, handler, timeout="4s"))
    instance = begin(cluster, word)
    eventually(lambda: cluster.all("pods"))
    engine.cancel(cluster.engine, instance)
    eventually(lambda: cluster.all("jobs") + cluster.all("secrets"), lambda left: not left)


def test_a_deleted_worker_takes_its_pods_along_and_gives_the_jobs_back(
    cluster: Cluster, operator: Operator, word: str
) -> None:
    cluster.apply(worker("w", word, pods(ENDLESS)))
    begin(cluster, word, 2)
    eventually(lambda: len(cluster.all("pods")) == 2)
    cluster.delete("zwork", "w")
    given_back = eventually(
        lambda: engine.jobs(cluster.engine, word, "FAILED"), lambda seen: len(seen) == 2
    )
    assert {record.value["retries"] for record in given_back} == {3}
    eventually(lambda: cluster.all("jobs") + cluster.all("secrets"), lambda left: not left)


def test_ten_kills_run_every_pod_once(cluster: Cluster, operator: Operator, word: str) -> None:
    since = cluster.env.audit.position()
    script = "sleep 2; echo '{\"result\": 1}' > /dev/termination-log"
    handler = pods(script, result="TerminationMessage", successfulJobsHistoryLimit=2 * EACH)
    cluster.apply(worker("w", word, handler, maxJobsActive=16, timeout="5s"))
    cluster.wait_ready("zwork/w")
    begin(cluster, word, EACH)
    for _ in range(KILLS):
        _wait_for_more(cluster, word)
        time.sleep(random.uniform(0, 0.5))
        operator.kill()
        operator.start()
    completed(cluster, word, EACH)
    jobs = eventually(lambda: cluster.all("jobs"), _all_are_reported)
    assert len(jobs) == EACH
    assert all(job["status"]["succeeded"] == 1 for job in jobs)
    # None was replaced. The create of a caller that is killed may end as an error and yet be done.
    asked = _requests_for_jobs(cluster, since)
    assert not [entry for entry in asked if entry.verb.startswith("delete")]
    made = Counter(entry.name for entry in asked if (entry.verb, entry.code) == ("create", 201))
    assert set(made.values()) == {1}
    assert all(
        record.value["retries"] == 3 for record in engine.jobs(cluster.engine, word, "FAILED")
    )
    assert eventually(lambda: cluster.all("secrets"), lambda left: not left) == []


def _requests_for_jobs(cluster: Cluster, since: int) -> list[AuditEntry]:
    return [
        entry
        for entry in cluster.env.audit.entries(since)
        if (entry.namespace, entry.resource) == (cluster.namespace, "jobs")
        and "dryRun" not in entry.uri
    ]


def _wait_for_more(cluster: Cluster, word: str) -> None:
    """One more job has ended, or all have."""
    before = len(engine.jobs(cluster.engine, word, "COMPLETED"))
    least = min(before + 1, EACH)
    eventually(lambda: len(engine.jobs(cluster.engine, word, "COMPLETED")) >= least)


def _all_are_reported(jobs: list[Object]) -> bool:
    told = "zeebe-operator.dev/reported"
    return all(told in job["metadata"]["annotations"] for job in jobs)
