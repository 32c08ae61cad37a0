"""A real Prometheus looks at a real operator: no panel of the dashboard stays empty."""

import json
import math
from collections.abc import Iterator
from functools import partial

import pytest

from devstack import prometheus
from devstack.progress import Progress
from devstack.prometheus import Prometheus
from tests.acceptance import bpmn, engine
from tests.acceptance.cluster import Cluster, eventually, message, process, resource, worker
from tests.acceptance.operator_process import ROOT, Operator

MONITORING = ROOT / "monitoring"


@pytest.fixture
def scraped(operator: Operator) -> Iterator[Prometheus]:
    with prometheus.scraping(operator.port, MONITORING / "rules.yaml", Progress()) as running:
        yield running


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
    engine.start(cluster.env, word, {})
    for query in queries():
        eventually(partial(_numbers, scraped, query))
    stalled = scraped.query('zeebe_operator_resources{state="stalled"}')
    assert [(s["metric"]["kind"], s["value"][1]) for s in stalled] == [("ZeebeProcess", "1")]


def _numbers(scraped: Prometheus, query: str) -> list[float]:
    values = [float(series["value"][1]) for series in scraped.query(query)]
    return [value for value in values if not math.isnan(value)]
