"""What an administrator's tools see."""

import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from zeebe_operator.model.census import Census, Group, Link
from zeebe_operator.model.names import Kind, ObjectKey
from zeebe_operator.model.outcome import Ready
from zeebe_operator.model.reasons import Reason
from zeebe_operator.telemetry import server
from zeebe_operator.telemetry.health import Health
from zeebe_operator.telemetry.metrics import Metrics

CENSUS = Census(
    depth=7,
    oldest=2.5,
    links=(Link("", "", up=True, limit=32), Link("shop", "main", up=False, limit=0)),
    groups={Group(Kind.PROCESS, "ready", "Deployed"): 3},
)


@pytest.fixture
def health() -> Health:
    return Health(synced=True, cluster_reachable=True)


@pytest.fixture
def metrics(health: Health) -> Metrics:
    return Metrics(health)


def port_of(runner: web.AppRunner) -> int:
    """Of IPv4: with port 0 each family gets one of its own."""
    (port,) = {address[1] for address in runner.addresses if len(address) == 2}
    return int(port)


@pytest.fixture
async def address(health: Health, metrics: Metrics) -> AsyncIterator[str]:
    runner = await server.start(0, health, metrics)
    yield f"http://127.0.0.1:{port_of(runner)}"
    await runner.cleanup()


def count_a_pass(metrics: Metrics) -> None:
    with metrics.passing(ObjectKey(Kind.PROCESS, "shop", "order")) as conclude:
        conclude(Ready(Reason.DEPLOYED, ""))


async def get(url: str) -> tuple[int, str, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.text(), response.headers["Content-Type"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_all_is_well(address: str, path: str) -> None:
    assert (await get(address + path))[:2] == (200, "ok\n")


async def test_who_stands_by_is_ready(address: str, health: Health) -> None:
    health.standby, health.synced, health.cluster_reachable = True, False, False
    assert (await get(f"{address}/readyz"))[:2] == (200, "standby\n")
    assert "\nzeebe_operator_leader 0.0" in (await get(f"{address}/metrics"))[1]


async def test_only_a_hanging_pass_is_a_reason_for_a_restart(address: str, health: Health) -> None:
    health.cluster_reachable = health.synced = False
    health.missing = "not installed: zeebeprocesses"
    assert (await get(f"{address}/healthz"))[0] == 200
    health.stuck = lambda: "the pass over ZeebeProcess a/b hangs"
    assert (await get(f"{address}/healthz"))[:2] == (503, "the pass over ZeebeProcess a/b hangs\n")


@pytest.mark.parametrize(
    ("broken", "text"),
    [
        pytest.param(
            Health(), "the Kubernetes API server cannot be reached", id="nothing works yet"
        ),
        pytest.param(
            Health(cluster_reachable=True, missing="not installed: zeebeprocesses"),
            "not installed: zeebeprocesses",
            id="no CRDs",
        ),
        pytest.param(
            Health(cluster_reachable=True, synced=True, missing="not permitted: x"),
            "not permitted: x",
            id="some kinds only",
        ),
        pytest.param(
            Health(cluster_reachable=True),
            "still reading the resources of the cluster",
            id="not synced",
        ),
        pytest.param(
            Health(standby=True, election="not permitted: x"), "not permitted: x", id="no election"
        ),
        pytest.param(
            Health(synced=True), "the Kubernetes API server cannot be reached", id="API away"
        ),
    ],
)
async def test_readiness_says_what_is_missing(metrics: Metrics, broken: Health, text: str) -> None:
    runner = await server.start(0, broken, metrics)
    found = await get(f"http://127.0.0.1:{port_of(runner)}/readyz")
    await runner.cleanup()
    assert found[:2] == (503, f"{text}\n")


async def test_metrics_have_the_documented_names(address: str, metrics: Metrics) -> None:
    count_a_pass(metrics)
    metrics.called("zeebe:26500", "DeployResource", "OK", 0.3)
    metrics.read_from(lambda: CENSUS)
    status, text, kind = await get(f"{address}/metrics")
    assert status == 200
    assert kind == "text/plain; charset=utf-8"
    for line in (
        'zeebe_operator_reconciles_total{kind="ZeebeProcess",result="ready"} 1.0',
        'zeebe_operator_reconcile_duration_seconds_count{kind="ZeebeProcess"} 1.0',
        'zeebe_operator_reconcile_duration_seconds_bucket{kind="ZeebeProcess",le="+Inf"} 1.0',
        'zeebe_operator_gateway_calls_total{code="OK",method="DeployResource"} 1.0',
        'zeebe_operator_gateway_call_duration_seconds_count{method="DeployResource"} 1.0',
        "zeebe_operator_ready 1.0",
        "zeebe_operator_synced 1.0",
        "zeebe_operator_leader 1.0",
        "zeebe_operator_queue_depth 7.0",
        "zeebe_operator_queue_oldest_age_seconds 2.5",
        'zeebe_operator_connection_up{name="",namespace=""} 1.0',
        'zeebe_operator_connection_up{name="main",namespace="shop"} 0.0',
        'zeebe_operator_connection_limit{name="",namespace=""} 32.0',
        'zeebe_operator_resources{kind="ZeebeProcess",reason="Deployed",state="ready"} 3.0',
        "process_resident_memory_bytes ",
        "python_info{",
        'zeebe_operator_build_info{version="',
    ):
        assert f"\n{line}" in text


def test_a_worker_that_is_gone_leaves_no_series(metrics: Metrics) -> None:
    gone, other = (ObjectKey(Kind.JOB_WORKER, "shop", name) for name in ("gone", "other"))
    for worker, result in ((gone, "completed"), (gone, "failed"), (other, "completed")):
        metrics.worked(worker, result)
    metrics.forget(gone)
    text = metrics.text().decode()
    assert 'worker="gone"' not in text
    assert 'worker_jobs_total{namespace="shop",result="completed",worker="other"} 1.0' in text


def test_two_operators_in_one_process_count_apart() -> None:
    one, other = Metrics(Health()), Metrics(Health())
    count_a_pass(one)
    assert b"ZeebeProcess" not in other.text()


async def test_a_port_that_is_taken_is_told_with_the_way_out(
    health: Health, metrics: Metrics
) -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(server.PortTakenError, match=f"port {port} .*--metrics-port"):
            await server.start(port, health, metrics)
