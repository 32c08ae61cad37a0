"""Engine or API server away: no crash, no lost work, everything goes on when they return.

These tests have an environment of their own, because they take its parts down.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from devstack.engine import NEWEST
from devstack.environment import Environment
from tests.acceptance import bpmn, engine
from tests.acceptance.cluster import (
    Cluster,
    condition,
    eventually,
    instance,
    message,
    process,
    ready,
    worker,
)
from tests.acceptance.operator_process import Operator
from tests.conftest import CRDS

pytestmark = [pytest.mark.api_server, pytest.mark.engine]

COUNT = 100


@pytest.fixture(scope="module")
def own_environment() -> Iterator[Environment]:
    with Environment.start(engine=NEWEST) as env:
        env.kubectl("apply", "--server-side", "-f", str(CRDS))
        env.kubectl("wait", "--for=condition=Established", "--timeout=60s", "-f", str(CRDS))
        yield env


@pytest.fixture
def cluster(own_environment: Environment, request: pytest.FixtureRequest) -> Cluster:
    name = f"ns-{abs(hash(request.node.name)) % 10**8}"
    own_environment.kubectl("create", "namespace", name)
    return Cluster(own_environment, own_environment.engine, name)


@pytest.fixture
def operator(cluster: Cluster, tmp_path: Path) -> Iterator[Operator]:
    log = tmp_path / "operator.log"
    operator = Operator(cluster.engine, cluster.namespace, cluster.env.kubeconfig, log)
    yield operator.start().wait_ready()
    operator.kill()
    print(log.read_text())


def test_a_killed_engine_doubles_and_loses_nothing(cluster: Cluster, operator: Operator) -> None:
    process_id = name = f"killed-{cluster.namespace}"
    cluster.apply(process("p", bpmn.working(process_id)))
    cluster.wait_ready("zproc/p")
    cluster.apply(
        *(message(f"m-{n}", name, f"{n}", timeToLive="1h") for n in range(COUNT)),
        *(instance(f"i-{n}", processRef={"name": "p"}) for n in range(COUNT)),
    )
    cluster.engine.kill()
    cluster.apply(message("late", f"late-{cluster.namespace}"))
    found = cluster.until_reason("zmsg", "late", "GatewayUnavailable")
    assert condition(found, "Reconciling")["status"] == "True"
    cluster.engine.start()
    cluster.wait_ready("zmsg/late")

    settled = {"Started", "Published", "OutcomeUnknown"}
    everything = eventually(
        lambda: cluster.all("zinst") + cluster.all("zmsg"),
        lambda found: {ready(f).get("reason") for f in found} <= settled,
    )
    assert len(everything) == 2 * COUNT + 1
    created = engine.instances(cluster.engine, process_id)
    told = [f["status"].get("processInstanceKey") for f in everything]
    doubtful = sum(ready(f)["reason"] == "OutcomeUnknown" for f in everything)
    assert {int(key) for key in told if key} <= set(created)
    assert len(created) <= COUNT
    assert len([key for key in told if key]) + doubtful == COUNT
    published = engine.messages(cluster.engine, name)
    assert len(published) == COUNT
    assert len({r.value["correlationKey"] for r in published}) == COUNT


def test_a_worker_is_at_work_again_with_its_engine(cluster: Cluster, operator: Operator) -> None:
    word = f"worker-{cluster.namespace}"
    engine.deploy(cluster.engine, f"{word}.bpmn", bpmn.many(word, word))
    handler = {"complete": {"variables": {"result": 1}}}
    cluster.apply(worker("w", word, handler, timeout="5s"))
    cluster.wait_ready("zwork/w")
    engine.start(cluster.engine, word, {"items": list(range(COUNT))})
    cluster.engine.kill()
    cluster.until_reason("zwork", "w", "GatewayUnavailable")
    cluster.engine.start()
    found = eventually(
        lambda: engine.jobs(cluster.engine, word, "COMPLETED"), lambda seen: len(seen) >= COUNT
    )
    assert len({record.key for record in found}) == len(found) == COUNT
    cluster.wait_ready("zwork/w")


def test_an_api_server_that_restarts_is_waited_for(cluster: Cluster, operator: Operator) -> None:
    cluster.apply(message("before", f"before-{cluster.namespace}"))
    cluster.wait_ready("zmsg/before")
    pid = operator.pid
    cluster.env.apiserver.kill()
    eventually(lambda: operator.probe("/readyz"), lambda seen: seen[0] == 503)
    assert "API server" in operator.probe("/readyz")[1]
    assert operator.probe("/healthz")[0] == 200
    cluster.env.apiserver.start()
    eventually(lambda: operator.probe("/readyz"), lambda seen: seen[0] == 200)
    cluster.apply(message("after", f"after-{cluster.namespace}"))
    cluster.wait_ready("zmsg/after")
    assert (operator.running(), operator.pid) == (True, pid)
    assert len(engine.messages(cluster.engine, f"before-{cluster.namespace}")) == 1


def test_a_result_that_could_not_be_written_is_written_later(
    cluster: Cluster, operator: Operator
) -> None:
    """The engine did its part while the API server was frozen: nothing is done again."""
    process_id = f"frozen-{cluster.namespace}"
    cluster.apply(process("p", bpmn.working(process_id)))
    cluster.wait_ready("zproc/p")
    for number in range(5):
        cluster.apply(*(instance(f"i-{number}-{n}", processRef={"name": "p"}) for n in range(10)))
        cluster.env.apiserver.kill()
        cluster.env.apiserver.start()
    eventually(
        lambda: cluster.all("zinst"),
        lambda found: {ready(f).get("reason") for f in found} == {"Started"},
    )
    assert len(engine.instances(cluster.engine, process_id)) == 50
