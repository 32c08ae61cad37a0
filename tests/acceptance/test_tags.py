"""What an engine of 8.8 does, and one of 8.6 cannot."""

import pytest

from devstack.engine import Engine
from devstack.pytest_plugin import EngineOf
from tests.acceptance import bpmn
from tests.acceptance.cluster import Cluster, Object, condition, instance, process, resource
from tests.acceptance.operator_process import Operator


@pytest.fixture
def engine_88(engine_of: EngineOf) -> Engine:
    return engine_of("8.8")


def _on_88(engine_88: Engine, cluster: Cluster) -> list[Object]:
    """A connection called default: from now on everything of the namespace is on that engine."""
    address = engine_88.gateway_address
    return [
        resource("ZeebeConnection", "default", gatewayAddress=address, plaintext=True),
        process("p", bpmn.straight(f"tagged-{cluster.namespace}")),
    ]


def _tags(engine_88: Engine, process_id: str) -> list[set[str]]:
    created = engine_88.records.all("PROCESS_INSTANCE_CREATION", "CREATED", "EVENT")
    values = [record.value for record in created]
    return [set(value["tags"]) for value in values if value["bpmnProcessId"] == process_id]


def test_an_instance_has_its_tags_and_ours(
    engine_88: Engine, cluster: Cluster, operator: Operator
) -> None:
    cluster.apply(
        *_on_88(engine_88, cluster),
        instance("i", processRef={"name": "p"}, tags=["team:a", "express"]),
    )
    cluster.wait_ready("zinst/i")
    uid = cluster.get("zinst", "i")["metadata"]["uid"]
    assert _tags(engine_88, f"tagged-{cluster.namespace}") == [
        {"team:a", "express", f"k8s-uid:{uid}"}
    ]


def test_an_awaited_instance_has_them_too(
    engine_88: Engine, cluster: Cluster, operator: Operator
) -> None:
    awaited = instance("i", processRef={"name": "p"}, waitFor="Completion", variables={"a": 1})
    cluster.apply(*_on_88(engine_88, cluster), awaited)
    cluster.wait_ready("zinst/i")
    found = cluster.get("zinst", "i")
    assert found["status"]["result"] == {"a": 1}
    uid = found["metadata"]["uid"]
    assert _tags(engine_88, f"tagged-{cluster.namespace}") == [{f"k8s-uid:{uid}"}]


def test_a_business_id_needs_a_still_newer_gateway(
    engine_88: Engine, cluster: Cluster, operator: Operator
) -> None:
    cluster.apply(
        *_on_88(engine_88, cluster), instance("i", processRef={"name": "p"}, businessId="order-1")
    )
    found = cluster.until_reason("zinst", "i", "NotSupportedByGateway")
    assert "spec.businessId: " in condition(found, "Stalled")["message"]
    assert _tags(engine_88, f"tagged-{cluster.namespace}") == []
