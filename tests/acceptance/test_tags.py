"""What an engine of Zeebe 8.8 does, and the broker 8.6 of the other tests cannot."""

from devstack.engine88 import Engine88
from tests.acceptance import bpmn
from tests.acceptance.cluster import Cluster, Object, condition, instance, process, resource
from tests.acceptance.operator_process import Operator


def _on_88(engine88: Engine88, cluster: Cluster) -> list[Object]:
    """A connection called default: from now on everything of the namespace is on that engine."""
    address = engine88.gateway_address
    return [
        resource("ZeebeConnection", "default", gatewayAddress=address, plaintext=True),
        process("p", bpmn.straight(f"tagged-{cluster.namespace}")),
    ]


def _tags(engine88: Engine88, process_id: str) -> list[set[str]]:
    created = engine88.records("PROCESS_INSTANCE_CREATION", "CREATED", "EVENT")
    values = [record.value for record in created]
    return [set(value["tags"]) for value in values if value["bpmnProcessId"] == process_id]


def test_an_instance_has_its_tags_and_ours(
    engine88: Engine88, cluster: Cluster, operator: Operator
) -> None:
    cluster.apply(
        *_on_88(engine88, cluster),
        instance("i", processRef={"name": "p"}, tags=["team:a", "express"]),
    )
    cluster.wait_ready("zinst/i")
    uid = cluster.get("zinst", "i")["metadata"]["uid"]
    assert _tags(engine88, f"tagged-{cluster.namespace}") == [
        {"team:a", "express", f"k8s-uid:{uid}"}
    ]


def test_an_awaited_instance_has_them_too(
    engine88: Engine88, cluster: Cluster, operator: Operator
) -> None:
    awaited = instance("i", processRef={"name": "p"}, waitFor="Completion", variables={"a": 1})
    cluster.apply(*_on_88(engine88, cluster), awaited)
    cluster.wait_ready("zinst/i")
    found = cluster.get("zinst", "i")
    assert found["status"]["result"] == {"a": 1}
    uid = found["metadata"]["uid"]
    assert _tags(engine88, f"tagged-{cluster.namespace}") == [{f"k8s-uid:{uid}"}]


def test_a_business_id_needs_a_still_newer_gateway(
    engine88: Engine88, cluster: Cluster, operator: Operator
) -> None:
    cluster.apply(
        *_on_88(engine88, cluster), instance("i", processRef={"name": "p"}, businessId="order-1")
    )
    found = cluster.until_reason("zinst", "i", "NotSupportedByGateway")
    assert "spec.businessId: " in condition(found, "Stalled")["message"]
    assert _tags(engine88, f"tagged-{cluster.namespace}") == []
