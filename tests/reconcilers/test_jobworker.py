"""ZeebeJobWorker: what the spec makes the worker do, and what the status says of it."""

import base64
from collections.abc import Mapping
from typing import Any

import pytest

from tests.reconcilers.rig import Rig
from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.model.errors import (
    CredentialsRejectedError,
    DependencyError,
    GatewayUnavailableError,
    InvalidSpecError,
    OperatorError,
    RejectedError,
)
from zeebe_operator.model.names import REQUESTED_AT, Kind, ObjectKey
from zeebe_operator.model.worker import Http, Progress, Report

COMPLETE: Mapping[str, Any] = {"complete": {"variables": {"a": 1}}}


def worker(rig: Rig, handler: Mapping[str, Any] = COMPLETE, **spec: Any) -> ObjectKey:
    return rig.cluster.create(Kind.JOB_WORKER, "w", {"jobType": "pay", "handler": handler, **spec})


def http(rig: Rig, *headers: Mapping[str, Any]) -> ObjectKey:
    return worker(rig, {"http": {"url": "http://billing/", "headers": list(headers)}})


def token(rig: Rig, value: str) -> ObjectKey:
    return rig.cluster.create(Kind.SECRET, "token", data={"a": encoded(value)})


def encoded(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


SECRET_HEADER = {"name": "X-Token", "secretKeyRef": {"name": "token", "key": "a"}}


async def test_the_worker_does_what_the_spec_says(rig: Rig) -> None:
    key = worker(
        rig,
        workerName="me",
        maxJobsActive=3,
        timeout="1m",
        fetchVariables=["a"],
        retryBackOff="0s",
        tenantId="t",
    )
    await rig.settle()
    assignment = rig.workers.assigned[key]
    activation = assignment.activation(2)
    assert (activation.type, activation.worker, activation.tenant_id) == ("pay", "me", "t")
    assert (activation.timeout, activation.max_jobs_to_activate) == (60.0, 2)
    assert list(activation.fetch_variables) == ["a"]
    assert (assignment.max_jobs_active, assignment.retry_back_off) == (3, 0.0)
    assert rig.told(key) == ("True", "Working")
    assert rig.cluster.status(key)["completed"] == 0


async def test_its_name_is_that_of_the_resource_unless_it_has_one(rig: Rig) -> None:
    key = worker(rig)
    await rig.settle()
    assert rig.workers.assigned[key].worker_name == "shop/w"


async def test_an_edit_is_a_new_assignment(rig: Rig) -> None:
    key = worker(rig)
    await rig.settle()
    rig.cluster.edit(key, suspend=True)
    await rig.settle()
    assert rig.workers.assigned[key].suspended
    assert rig.told(key) == ("True", "Suspended")


async def test_a_request_is_an_assignment_that_differs(rig: Rig) -> None:
    key = worker(rig)
    await rig.settle()
    before = rig.workers.assigned[key]
    rig.cluster.annotate(key, REQUESTED_AT, "now")
    await rig.settle()
    assert rig.workers.assigned[key] != before


class TestStatus:
    async def test_has_the_counts_and_the_last_error(self, rig: Rig) -> None:
        key = worker(rig)
        rig.workers.reports[key] = Report(Progress(1, 2, 3, "job 1: HTTP 500"), prepared=True)
        await rig.settle()
        found = rig.cluster.status(key)
        assert (found["active"], found["completed"], found["failed"]) == (1, 2, 3)
        assert found["lastError"] == "job 1: HTTP 500"

    async def test_is_written_again_only_when_it_differs(self, rig: Rig) -> None:
        key = worker(rig)
        await rig.settle()
        writes = len(rig.cluster.writes)
        await rig.settle_for(35)
        assert len(rig.cluster.writes) == writes
        rig.workers.reports[key] = Report(Progress(completed=5), prepared=True)
        await rig.settle_for(35)
        assert len(rig.cluster.writes) == writes + 1
        assert rig.cluster.status(key)["completed"] == 5

    async def test_goes_on_counting_after_a_restart(self, rig: Rig) -> None:
        key = worker(rig)
        rig.workers.reports[key] = Report(Progress(0, 2, 3, "job 1: HTTP 500"), prepared=True)
        await rig.settle()
        rig.workers.counted.clear()
        rig.workers.reports.clear()
        writes = len(rig.cluster.writes)
        rig.restart()
        await rig.settle()
        assert rig.workers.counted[key] == Progress(0, 2, 3, "job 1: HTTP 500")
        assert len(rig.cluster.writes) == writes

    async def test_waits_for_the_preparation(self, rig: Rig) -> None:
        key = worker(rig)
        rig.workers.reports[key] = Report(Progress(), prepared=False)
        await rig.settle()
        assert rig.cluster.writes == []

    async def test_is_left_alone_while_the_operator_stops(self, rig: Rig) -> None:
        key = worker(rig)
        rig.workers.report = lambda _key: None  # type: ignore[method-assign,assignment]
        await rig.settle()
        assert rig.told(key) is None

    @pytest.mark.parametrize(
        ("trouble", "condition", "reason"),
        [
            (GatewayUnavailableError("away"), "Reconciling", "GatewayUnavailable"),
            (DependencyError("no role"), "Reconciling", "DependencyNotReady"),
            (RejectedError("no such tenant"), "Stalled", "Rejected"),
            (InvalidSpecError("no such field"), "Stalled", "InvalidSpec"),
            (CredentialsRejectedError("who"), "Stalled", "CredentialsRejected"),
        ],
    )
    async def test_tells_why_there_are_no_jobs(
        self, rig: Rig, trouble: OperatorError, condition: str, reason: str
    ) -> None:
        key = worker(rig)
        rig.workers.reports[key] = Report(Progress(completed=1), prepared=True, trouble=trouble)
        await rig.settle()
        assert rig.told(key, condition) == ("True", reason)
        assert rig.cluster.status(key)["completed"] == 1
        rig.workers.reports.clear()
        rig.queue.add(key)
        await rig.settle()
        assert rig.told(key) == ("True", "Working")


class TestDependencies:
    async def test_it_waits_for_its_connection(self, rig: Rig) -> None:
        key = worker(rig, connectionRef={"name": "c"})
        await rig.settle()
        assert rig.told(key, "Reconciling") == ("True", "DependencyNotReady")
        assert key not in rig.workers.assigned
        rig.cluster.create(
            Kind.CONNECTION, "c", {"gatewayAddress": "other:26500", "plaintext": True}
        )
        await rig.settle()
        assert rig.workers.assigned[key].settings == GatewaySettings("other:26500", plaintext=True)

    async def test_it_pauses_when_its_connection_goes_away(self, rig: Rig) -> None:
        connection = rig.cluster.create(
            Kind.CONNECTION, "c", {"gatewayAddress": "other:26500", "plaintext": True}
        )
        key = worker(rig, connectionRef={"name": "c"})
        await rig.settle()
        rig.cluster.delete(connection)
        await rig.settle()
        assert rig.workers.paused == [key]

    async def test_a_gateway_that_is_away_is_told(self, rig: Rig) -> None:
        rig.gateway.up = False
        key = worker(rig)
        await rig.settle()
        assert rig.told(key, "Reconciling") == ("True", "GatewayUnavailable")
        rig.gateway.up = True
        rig.wake(rig.default_connection)
        await rig.settle()
        assert rig.told(key) == ("True", "Working")

    async def test_headers_come_from_secrets(self, rig: Rig) -> None:
        token(rig, "Bearer x\n")
        key = http(rig, SECRET_HEADER, {"name": "X-Plain", "value": "y"})
        await rig.settle()
        handler = rig.workers.assigned[key].handler
        assert isinstance(handler, Http)
        assert handler.headers == {"X-Token": "Bearer x", "X-Plain": "y"}
        assert "Bearer" not in repr(rig.workers.assigned[key])

    async def test_a_new_value_of_a_secret_is_noticed_within_thirty_seconds(self, rig: Rig) -> None:
        secret = token(rig, "first")
        key = http(rig, SECRET_HEADER)
        await rig.settle()
        rig.cluster.set_data(secret, a=encoded("second"))
        await rig.settle_for(30)
        handler = rig.workers.assigned[key].handler
        assert isinstance(handler, Http)
        assert handler.headers == {"X-Token": "second"}

    @pytest.mark.parametrize("value", ["two\nlines", "café"])
    async def test_a_secret_that_is_no_header_is_refused(self, rig: Rig, value: str) -> None:
        token(rig, value)
        key = http(rig, SECRET_HEADER)
        await rig.settle()
        assert rig.told(key, "Stalled") == ("True", "InvalidSpec")
        assert value not in rig.message(key)
        assert "'a' of Secret 'token'" in rig.message(key)

    async def test_it_waits_for_its_secret(self, rig: Rig) -> None:
        key = http(rig, SECRET_HEADER)
        await rig.settle()
        assert rig.told(key, "Reconciling") == ("True", "DependencyNotReady")
        token(rig, "late")
        await rig.settle_for(30)
        assert rig.told(key) == ("True", "Working")


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        ({"timeout": "soon"}, "spec.timeout"),
        ({"timeout": "0s"}, "spec.timeout"),
        ({"retryBackOff": "1"}, "spec.retryBackOff"),
        ({"handler": {"complete": None}}, "spec.handler"),
        ({"handler": {"http": {"url": "http://x", "timeout": "?"}}}, "spec.handler.http.timeout"),
        ({"handler": {"kubernetesJob": {}}}, "spec.handler.kubernetesJob"),
    ],
)
async def test_a_bad_spec_stops_the_worker(rig: Rig, spec: Mapping[str, Any], field: str) -> None:
    key = worker(rig)
    await rig.settle()
    rig.cluster.edit(key, **spec)
    await rig.settle()
    assert rig.told(key, "Stalled") == ("True", "InvalidSpec")
    assert field in rig.message(key)
    assert key not in rig.workers.assigned


async def test_a_deleted_worker_is_dismissed(rig: Rig) -> None:
    key = worker(rig)
    await rig.settle()
    assert not rig.cluster.metadata(key).get("finalizers")
    rig.cluster.delete(key)
    await rig.settle()
    assert rig.workers.dismissed == [key]


async def test_one_that_others_hold_is_dismissed_too(rig: Rig) -> None:
    key = worker(rig)
    await rig.settle()
    rig.cluster.metadata(key)["finalizers"] = ["foregroundDeletion"]
    rig.cluster.delete(key)
    await rig.settle()
    assert rig.workers.dismissed == [key]
