"""A real Prometheus looks at a real operator: every panel has data, every alert fires."""

import json
import math
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from devstack import prometheus
from devstack.certificates import Authority
from devstack.ports import free_ports
from devstack.progress import Progress
from devstack.prometheus import Prometheus
from tests.acceptance import bpmn, engine
from tests.acceptance.cluster import (
    Cluster,
    eventually,
    message,
    process,
    resource,
    secret,
    worker,
)
from tests.acceptance.operator_process import ROOT, Operator
from tests.fakes.background import background
from tests.fakes.proxy import Proxy

MONITORING = ROOT / "monitoring"


ALERTS = ("ConnectionDown", "GatewayErrors", "QueueStuck", "ResourcesStalled", "WorkerJobsFailing")
FIRING = 'ALERTS{alertstate="firing"}'
FIRED = f"count_over_time({FIRING}[15m])"
MANY = 150
"""Messages for a gateway that takes seconds for each."""


@pytest.fixture
def scraped(operator: Operator) -> Iterator[Prometheus]:
    with prometheus.scraping(operator.port, MONITORING / "rules.yaml", Progress()) as running:
        yield running


@pytest.fixture
def impatient(operator: Operator, tmp_path: Path) -> Iterator[Prometheus]:
    """The rules as they are, but for minutes, which are seconds here."""
    rules = tmp_path / "rules.yaml"
    text = (MONITORING / "rules.yaml").read_text()
    text = re.sub(r"^ *for: .*\n", "", text, flags=re.MULTILINE)
    rules.write_text(re.sub(r"\[\d+m\]", "[30s]", text).replace("> 60", "> 5"))
    with prometheus.scraping(operator.port, rules, Progress()) as running:
        yield running


@pytest.fixture
def slow(cluster: Cluster, tmp_path: Path) -> Iterator[Proxy]:
    """A gateway that takes its time; its authority is in the Secret `ca`."""
    authority = Authority(tmp_path)
    cluster.apply(secret("ca", ca_crt=authority.certificate.read_bytes()))
    with background(Proxy(cluster.engine.gateway_address, authority.issue("127.0.0.1"))) as proxy:
        proxy.delay = 8.0
        yield proxy


def queries() -> list[str]:
    panels = json.loads((MONITORING / "dashboard.json").read_text())["panels"]
    expressions = [target["expr"] for panel in panels for target in panel["targets"]]
    return [each.replace("$__rate_interval", "2m") for each in expressions]


def test_every_query_of_the_dashboard_has_data(
    cluster: Cluster, operator: Operator, scraped: Prometheus
) -> None:
    word = f"seen-{cluster.namespace}"
    eventually(lambda: scraped.query("up == 1"))
    own = {"gatewayAddress": cluster.gateway_address, "plaintext": True}
    cluster.apply(
        resource("ZeebeConnection", "default", **own),
        worker("w", word, {"complete": {}}),
        process("p", bpmn.working(word, word)),
        process("broken", "<nothing/>"),
        message("m", word),
    )
    cluster.wait_ready("zwork/w", "zproc/p", "zmsg/m")
    engine.start(cluster.engine, word, {})
    for query in queries():
        eventually(partial(_numbers, scraped, query))
    stalled = scraped.query('zeebe_operator_resources{state="stalled"}')
    assert [(s["metric"]["kind"], s["value"][1]) for s in stalled] == [("ZeebeProcess", "1")]


def _numbers(scraped: Prometheus, query: str) -> list[float]:
    values = [float(series["value"][1]) for series in scraped.query(query)]
    return [value for value in values if not math.isnan(value)]


def test_every_alert_fires_in_its_situation(
    cluster: Cluster, operator: Operator, impatient: Prometheus, slow: Proxy
) -> None:
    word = f"alarm-{cluster.namespace}"
    tls = {"caSecretRef": {"name": "ca"}}
    gone = f"127.0.0.1:{free_ports(1)[0]}"
    cluster.apply(
        resource("ZeebeConnection", "gone", gatewayAddress=gone, plaintext=True),
        resource("ZeebeConnection", "slow", gatewayAddress=slow.address, tls=tls),
        *(message(f"s-{n}", word, connectionRef={"name": "slow"}) for n in range(MANY)),
        *(message(f"g-{n}", word, connectionRef={"name": "gone"}) for n in range(5)),
        process("broken", "<nothing/>"),
        worker("w", word, {"fail": {"errorMessage": "never"}}),
    )
    engine.deploy(cluster.engine, f"{word}.bpmn", bpmn.working(word, word))
    engine.start(cluster.engine, word, {})
    eventually(lambda: _alerts(impatient, FIRED), lambda names: names.issuperset(ALERTS))
    assert "OperatorDown" not in _alerts(impatient, FIRING)
    operator.stop()
    eventually(lambda: _alerts(impatient, FIRING), lambda names: "OperatorDown" in names)


def _alerts(prometheus: Prometheus, query: str) -> set[str]:
    return {series["metric"]["alertname"] for series in prometheus.query(query)}
