"""Workers as resources: every job is brought to an end once, counted in the engine's records."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.acceptance import bpmn, engine
from tests.acceptance.cluster import Cluster, Object, eventually, ready, worker
from tests.acceptance.http_service import Service, service
from tests.acceptance.operator_process import Operator

KILLS = 10
EACH = 100


@pytest.fixture
def http() -> Iterator[Service]:
    with service() as told:
        yield told


@pytest.fixture(autouse=True)
def local_services(stopped_operator: Operator) -> None:
    """The services of these tests are on this machine."""
    stopped_operator.set_environ(ZEEBE_OPERATOR_WORKER_HTTP_ALLOW="127.0.0.0/8")


@pytest.fixture
def word(cluster: Cluster) -> str:
    """Process id and job type of a test."""
    return f"job-{cluster.namespace}"


def begin(cluster: Cluster, word: str, count: int, **options: Any) -> int:
    """One instance with as many jobs at once; returns its key."""
    engine.deploy(cluster.engine, f"{word}.bpmn", bpmn.many(word, word, **options))
    return engine.start(cluster.engine, word, {"items": list(range(count)), "secret": "c4n4ry"})


def all_completed(cluster: Cluster, word: str, count: int) -> list[Any]:
    """Waits, and sees that no job was completed twice."""
    found: list[Any] = eventually(
        lambda: engine.jobs(cluster.engine, word, "COMPLETED"), lambda seen: len(seen) >= count
    )
    assert Counter(Counter(record.key for record in found).values()) == {1: count}
    return found


def counted(found: Object) -> tuple[int, int, int]:
    status = found["status"]
    return status["active"], status["completed"], status["failed"]


def test_jobs_are_completed_with_the_variables_of_the_spec(
    cluster: Cluster, operator: Operator, word: str
) -> None:
    begin(cluster, word, 50)
    cluster.apply(worker("w", word, {"complete": {"variables": {"result": 7}}}, maxJobsActive=8))
    cluster.wait_ready("zwork/w")
    found = all_completed(cluster, word, 50)
    assert {record.value["worker"] for record in found} == {f"{cluster.namespace}/w"}
    assert all(record.value["variables"] == {"result": 7} for record in found)
    assert len(engine.ended(cluster.engine, word, "ELEMENT_COMPLETED")) == 1
    seen = cluster.until("zwork", "w", lambda now: counted(now) == (0, 50, 0))
    assert ready(seen)["reason"] == "Working"


def test_an_error_is_thrown(cluster: Cluster, operator: Operator, word: str) -> None:
    begin(cluster, word, 1)
    cluster.apply(worker("w", word, {"throwError": {"errorCode": "NO_STOCK"}}))
    [thrown] = eventually(lambda: engine.jobs(cluster.engine, word, "ERROR_THROWN"))
    assert thrown.value["errorCode"] == "NO_STOCK"
    eventually(lambda: engine.ended(cluster.engine, word, "ELEMENT_COMPLETED"))


def test_a_failing_worker_uses_up_the_retries(
    cluster: Cluster, operator: Operator, word: str
) -> None:
    begin(cluster, word, 1, retries=3)
    cluster.apply(worker("w", word, {"fail": {"errorMessage": "not today"}}, retryBackOff="0s"))
    [message] = eventually(lambda: engine.incidents(cluster.engine, word))
    assert "not today" in message
    retries = [record.value["retries"] for record in engine.jobs(cluster.engine, word, "FAILED")]
    assert retries == [2, 1, 0]
    cluster.until("zwork", "w", lambda now: counted(now) == (0, 0, 3))


class TestHttp:
    def test_a_service_gets_the_job_and_its_answer_becomes_variables(
        self, cluster: Cluster, operator: Operator, word: str, http: Service
    ) -> None:
        cluster.kubectl("create", "secret", "generic", "token", "--from-literal=a=Bearer c4n4ry")
        header = {"name": "Authorization", "secretKeyRef": {"name": "token", "key": "a"}}
        http.answer = lambda job: (200, {"result": job["variables"]["item"] * 2})
        cluster.apply(
            worker(
                "w",
                word,
                {"http": {"url": http.url, "headers": [header]}},
                fetchVariables=["item"],
            )
        )
        instance = begin(cluster, word, 5)
        found = all_completed(cluster, word, 5)
        assert sorted(record.value["variables"]["result"] for record in found) == [0, 2, 4, 6, 8]
        for headers, job in http.asked:
            assert headers["Authorization"] == "Bearer c4n4ry"
            assert headers["Idempotency-Key"] == f"{job['key']}-3"
            assert job["processInstanceKey"] == str(instance)
            assert job["customHeaders"] == {"unit": "EUR"}
            assert job["variables"].keys() == {"item"}
        assert "c4n4ry" not in operator.said()

    def test_a_new_secret_is_noticed(
        self, cluster: Cluster, operator: Operator, word: str, http: Service
    ) -> None:
        cluster.kubectl("create", "secret", "generic", "token", "--from-literal=a=first")
        header = {"name": "X-Token", "secretKeyRef": {"name": "token", "key": "a"}}
        cluster.apply(worker("w", word, {"http": {"url": http.url, "headers": [header]}}))
        cluster.wait_ready("zwork/w")
        cluster.patch("secret", "token", {"stringData": {"a": "second"}})
        engine.deploy(cluster.engine, f"{word}.bpmn", bpmn.many(word, word))

        def last_token() -> str:
            engine.start(cluster.engine, word, {"items": [1]})
            eventually(lambda: http.asked)
            return http.asked[-1][0]["X-Token"]

        eventually(last_token, lambda seen: seen == "second", within=30)

    def test_a_failure_is_told_to_the_engine_and_not_to_the_log(
        self, cluster: Cluster, operator: Operator, word: str, http: Service
    ) -> None:
        http.answer = lambda _: (500, b"out of c4n4ries")
        cluster.apply(worker("w", word, {"http": {"url": http.url}}, retryBackOff="0s"))
        begin(cluster, word, 1, retries=2)
        [message] = eventually(lambda: engine.incidents(cluster.engine, word))
        assert message == "HTTP 500: out of c4n4ries"
        found = cluster.until("zwork", "w", lambda now: counted(now) == (0, 0, 2))
        assert found["status"]["lastError"].endswith(": HTTP 500")
        assert [job["retries"] for _, job in http.asked] == [2, 1]
        assert "c4n4ries" not in operator.said()

    def test_an_answer_can_be_a_bpmn_error(
        self, cluster: Cluster, operator: Operator, word: str, http: Service
    ) -> None:
        http.answer = lambda _: (422, {"errorCode": "NO_STOCK", "errorMessage": "sold out"})
        cluster.apply(worker("w", word, {"http": {"url": http.url}}))
        begin(cluster, word, 1)
        [thrown] = eventually(lambda: engine.jobs(cluster.engine, word, "ERROR_THROWN"))
        assert (thrown.value["errorCode"], thrown.value["errorMessage"]) == ("NO_STOCK", "sold out")

    def test_a_job_stays_ours_for_as_long_as_the_service_takes(
        self, cluster: Cluster, operator: Operator, word: str, http: Service
    ) -> None:
        http.slowness = 6
        cluster.apply(worker("w", word, {"http": {"url": http.url}}, timeout="2s"))
        begin(cluster, word, 3)
        all_completed(cluster, word, 3)
        assert len(http.asked) == 3
        assert engine.jobs(cluster.engine, word, "TIMED_OUT") == []


class TestStopping:
    def test_a_suspended_worker_finishes_what_it_has_and_takes_no_more(
        self, cluster: Cluster, operator: Operator, word: str, http: Service
    ) -> None:
        http.slowness = 1
        cluster.apply(worker("w", word, {"http": {"url": http.url}}, maxJobsActive=5))
        begin(cluster, word, 20)
        eventually(lambda: len(http.asked) >= 5)
        cluster.patch("zwork", "w", {"spec": {"suspend": True}})
        cluster.until("zwork", "w", lambda now: ready(now)["reason"] == "Suspended")
        cluster.until("zwork", "w", lambda now: now["status"]["active"] == 0)
        done = len(engine.jobs(cluster.engine, word, "COMPLETED"))
        assert len(http.asked) == done < 20
        cluster.patch("zwork", "w", {"spec": {"suspend": False}})
        all_completed(cluster, word, 20)
        assert len(http.asked) == 20

    def test_an_edit_loses_no_job(
        self, cluster: Cluster, operator: Operator, word: str, http: Service
    ) -> None:
        http.slowness = 0.5
        cluster.apply(worker("w", word, {"http": {"url": http.url}}, maxJobsActive=4))
        begin(cluster, word, 40)
        eventually(lambda: len(http.asked) >= 4)
        handler = {"http": None, "complete": {"variables": {"result": "edited"}}}
        cluster.patch("zwork", "w", {"spec": {"handler": handler}})
        found = all_completed(cluster, word, 40)
        results = Counter(record.value["variables"]["result"] for record in found)
        assert set(results) == {"done", "edited"}
        assert results["done"] == len(http.asked)
        assert engine.jobs(cluster.engine, word, "TIMED_OUT") == []

    def test_a_deleted_worker_finishes_what_it_has(
        self, cluster: Cluster, operator: Operator, word: str, http: Service
    ) -> None:
        http.slowness = 2
        cluster.apply(worker("w", word, {"http": {"url": http.url}}, maxJobsActive=5))
        begin(cluster, word, 20)
        eventually(lambda: len(http.asked) >= 5)
        cluster.delete("zwork", "w")
        eventually(lambda: len(engine.jobs(cluster.engine, word, "COMPLETED")) == len(http.asked))
        assert len(http.asked) < 20
        cluster.apply(worker("another", word, {"complete": {"variables": {"result": 1}}}))
        all_completed(cluster, word, 20)

    def test_a_stopped_operator_finishes_what_it_has(
        self, cluster: Cluster, operator: Operator, word: str, http: Service
    ) -> None:
        http.slowness = 2
        cluster.apply(worker("w", word, {"http": {"url": http.url}}, maxJobsActive=10))
        begin(cluster, word, 30)
        eventually(lambda: len(http.asked) >= 10)
        assert operator.stop() == 0
        assert len(engine.jobs(cluster.engine, word, "COMPLETED")) == len(http.asked) < 30
        operator.start().wait_ready()
        all_completed(cluster, word, 30)
        assert len(http.asked) == 30
        assert engine.jobs(cluster.engine, word, "TIMED_OUT") == []


def test_ten_kills_complete_every_job_once(
    cluster: Cluster, operator: Operator, word: str, http: Service
) -> None:
    """Half of them by a service, half by the operator itself."""
    http.slowness = 0.2
    other = f"{word}-own"
    cluster.apply(
        worker("http", word, {"http": {"url": http.url}}, maxJobsActive=4, timeout="3s"),
        worker("own", other, {"complete": {"variables": {"result": 1}}}, timeout="3s"),
    )
    cluster.wait_ready("zwork/http", "zwork/own")
    begin(cluster, word, EACH)
    for _ in range(KILLS):
        begin(cluster, other, EACH // KILLS)
        wait_for_more(http)
        time.sleep(random.uniform(0, 0.3))
        operator.kill()
        operator.start()
    all_completed(cluster, word, EACH)
    all_completed(cluster, other, EACH)
    again = Counter(headers["Idempotency-Key"] for headers, _ in http.asked)
    assert set(again) == {f"{key}-3" for key in seen_keys(http)}
    assert given_back_only(cluster, word)


def given_back_only(cluster: Cluster, word: str) -> bool:
    """No attempt failed. The gateway itself gives back, with all retries, what it activated for an
    operator that was killed meanwhile."""
    return all(
        record.value["retries"] == 3 for record in engine.jobs(cluster.engine, word, "FAILED")
    )


def wait_for_more(http: Service) -> None:
    """At least one more job is under way, unless all were."""
    asked = len(http.asked)
    eventually(lambda: len(http.asked) > asked or len(seen_keys(http)) == EACH)


def seen_keys(http: Service) -> set[str]:
    return {job["key"] for _, job in http.asked}


def test_a_cancelled_job_is_dropped(
    cluster: Cluster, operator: Operator, word: str, http: Service
) -> None:
    http.slowness = 4
    cluster.apply(worker("w", word, {"http": {"url": http.url}}, timeout="2s"))
    instance = begin(cluster, word, 1)
    eventually(lambda: http.asked)
    engine.cancel(cluster.engine, instance)
    eventually(lambda: 'result="gone"' in operator.probe("/metrics")[1])
    assert engine.jobs(cluster.engine, word, "COMPLETED") == []


def test_an_idle_worker_writes_nothing(cluster: Cluster, operator: Operator, word: str) -> None:
    cluster.apply(worker("w", word, {"complete": {}}))
    cluster.wait_ready("zwork/w")
    begin(cluster, word, 10)
    cluster.until("zwork", "w", lambda now: counted(now) == (0, 10, 0))
    before = cluster.get("zwork", "w")["metadata"]["resourceVersion"]
    operator.restart()
    passes = 'zeebe_operator_reconciles_total{kind="ZeebeJobWorker",result="ready"}'
    eventually(lambda: f"{passes} 2.0" in operator.probe("/metrics")[1])
    assert cluster.get("zwork", "w")["metadata"]["resourceVersion"] == before
