"""What a client is told when there is no answer."""

import asyncio
import logging

import aiohttp
import pytest

from tests.engine.grpc.rig import LONG, eventually
from tests.engine.rest.rig import Rig, served
from zeebe_engine.engine import answers, commands
from zeebe_engine.engine.refusals import Refusal, Rejection, RejectionType, Status
from zeebe_engine.faults import Broken
from zeebe_engine.generations import GENERATIONS
from zeebe_engine.settings import Settings

CANCEL = "process-instances/1/cancellation"
NAMES = {
    Status.INVALID_ARGUMENT: (400, "INVALID_ARGUMENT"),
    Status.UNAUTHENTICATED: (401, "UNAUTHENTICATED"),
    Status.PERMISSION_DENIED: (403, "PERMISSION_DENIED"),
    Status.NOT_FOUND: (404, "NOT_FOUND"),
    Status.ALREADY_EXISTS: (409, "ALREADY_EXISTS"),
    Status.FAILED_PRECONDITION: (409, "INVALID_STATE"),
    Status.RESOURCE_EXHAUSTED: (503, "RESOURCE_EXHAUSTED"),
    Status.UNAVAILABLE: (503, "UNAVAILABLE"),
    Status.DEADLINE_EXCEEDED: (504, "DEADLINE_EXCEEDED"),
    Status.UNIMPLEMENTED: (501, "UNIMPLEMENTED"),
    Status.UNKNOWN: (500, "UNKNOWN"),
    Status.INTERNAL: (500, "INTERNAL"),
}


@pytest.mark.parametrize("status", list(Status))
async def test_a_refusal_is_told_in_its_own_words(rig: Rig, status: Status) -> None:
    rig.gateway.answer = Refusal(status, "because")
    answer = await rig.post(CANCEL)
    assert (answer.problem, answer.detail) == (NAMES[status], "because")
    assert answer.body["type"] == "about:blank"
    assert answer.body["instance"] == f"/v2/{CANCEL}"


async def test_a_rejection_tells_its_kind(rig: Rig) -> None:
    kind = RejectionType.PROCESSING_ERROR
    rig.gateway.answer = Rejection(kind, "CANCEL", "because")
    answer = await rig.post(CANCEL)
    assert answer.problem == (500, "PROCESSING_ERROR")
    assert answer.detail == "Command 'CANCEL' rejected with code 'PROCESSING_ERROR': because"


async def test_a_report_has_a_type_of_its_own(rig: Rig) -> None:
    rig.gateway.answer = Refusal(Status.NOT_FOUND, "because")
    async with rig.session.post(f"/v2/{CANCEL}") as response:
        assert response.content_type == "application/problem+json"


async def test_an_error_of_the_engine_is_not_shown(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.gateway.answer = ValueError("a secret")
    with caplog.at_level(logging.ERROR):
        answer = await rig.post(CANCEL)
    assert answer.problem == (500, "INTERNAL")
    assert "secret" not in str(answer.body)
    assert "a secret" in caplog.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/v1/topology"),
        ("GET", "/v2/nothing"),
        ("POST", "/v2/nothing/1/deletion"),
    ],
)
async def test_an_unknown_path_is_not_found(rig: Rig, method: str, path: str) -> None:
    assert (await rig.ask(method, path)).problem == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "cluster-variables/global"),
        ("POST", "process-instances/cancellation"),
        ("GET", "process-instances/1/call-hierarchy"),
        ("PATCH", "user-tasks/1"),
        ("POST", "jobs/statistics/by-types"),
    ],
)
async def test_what_only_a_cluster_does_is_told_in_words(rig: Rig, method: str, path: str) -> None:
    answer = await rig.ask(method, path)
    assert answer.problem == (501, "UNIMPLEMENTED")
    assert "local engine" in answer.detail


@pytest.mark.parametrize(
    ("generation", "path"),
    [
        ("8.6", "process-instances/search"),
        ("8.6", "cluster-variables/search"),
        ("8.8", "process-instances/1/suspension"),
        ("8.9", "process-instances/1/suspension"),
        ("8.9", "process-instances/1/business-id-assignment"),
    ],
)
async def test_a_path_is_unknown_to_an_older_gateway(generation: str, path: str) -> None:
    async with served(Settings(generation=GENERATIONS[generation])) as rig:
        assert (await rig.post(path, {})).problem == (404, "NOT_FOUND")


async def test_faults_are_told_of_each_call(rig: Rig) -> None:
    await rig.post(CANCEL)
    await rig.get("topology")
    await rig.get("/ready")
    await rig.get("nothing")
    cancel, topology = "POST /v2/process-instances/{key}/cancellation", "GET /v2/topology"
    assert rig.faults.trace == [
        *(("before", cancel), ("after", cancel)),
        *(("before", topology), ("after", topology)),
    ]


async def test_a_fault_may_come_before_or_after_the_work(rig: Rig) -> None:
    rig.faults.on_answer = Refusal(Status.UNAVAILABLE, "away")
    assert (await rig.post(CANCEL)).problem == (503, "UNAVAILABLE")
    assert rig.gateway.seen == [commands.CancelInstance(key=1)]
    rig.faults.on_arrival = Refusal(Status.RESOURCE_EXHAUSTED, "full")
    assert (await rig.post(CANCEL)).problem == (503, "RESOURCE_EXHAUSTED")
    assert len(rig.gateway.seen) == 1


async def test_a_connection_can_break_within_an_answer(rig: Rig) -> None:
    rig.faults.on_answer = Broken()
    with pytest.raises(aiohttp.ClientError):
        await rig.post(CANCEL)
    assert rig.gateway.seen == [commands.CancelInstance(key=1)]
    rig.faults.on_answer = None
    assert (await rig.post(CANCEL)).status == 204


async def test_a_client_that_goes_away_ends_its_long_poll(rig: Rig) -> None:
    ended = asyncio.Event()

    async def poll() -> None:
        try:
            await asyncio.sleep(LONG)
        finally:
            ended.set()

    rig.gateway.meanwhile = poll
    body = {"type": "a", "timeout": 1, "maxJobsToActivate": 1}
    waiting = asyncio.ensure_future(rig.post("jobs/activation", body))
    await eventually(lambda: rig.gateway.seen)
    waiting.cancel()
    async with asyncio.timeout(LONG):
        await ended.wait()


async def test_no_jobs_is_an_answer(rig: Rig) -> None:
    rig.gateway.answer = answers.ActivatedJobs(())
    body = {"type": "a", "timeout": 1, "maxJobsToActivate": 1}
    assert (await rig.post("jobs/activation", body)).body == {"jobs": []}
