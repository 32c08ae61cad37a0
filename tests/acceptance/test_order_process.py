"""The sample of a complete order: from start to end by resources alone, once."""

from typing import Any

import yaml

from tests.acceptance.cluster import Cluster, Object
from tests.acceptance.operator_process import ROOT, Operator

SAMPLE = ROOT / "manifests" / "samples" / "order-process" / "all.yaml"
PROCESS = "sample-fulfilment"


def objects(cluster: Cluster) -> list[Object]:
    """In the worst order: the ConfigMap last, and before it the connection."""
    found: list[Object] = list(yaml.safe_load_all(SAMPLE.read_text()))
    for each in found:
        if each["kind"] == "ZeebeConnection":
            each["spec"]["gatewayAddress"] = cluster.gateway_address
    return [*found[1:-1], found[0], found[-1]]


def passed(cluster: Cluster, key: str) -> list[str]:
    """The elements that the instance went through, in the order in which they were completed."""
    records = cluster.engine.records.all("PROCESS_INSTANCE", "ELEMENT_COMPLETED", "EVENT")
    of_instance = [r.value for r in records if r.value["processInstanceKey"] == int(key)]
    return [v["elementId"] for v in of_instance if v["bpmnElementType"] != "SEQUENCE_FLOW"]


def test_a_complete_order_runs_by_resources_alone(cluster: Cluster, operator: Operator) -> None:
    for each in objects(cluster):
        cluster.apply(each)
    cluster.kubectl(
        "wait", "--for=condition=Succeeded", "zinst/sample-fulfilment-2001", "--timeout=90s"
    )
    status = cluster.get("zinst", "sample-fulfilment-2001")["status"]
    assert (status["state"], status["result"]) == ("Completed", {"discount": 10, "refund": 108})
    assert passed(cluster, status["processInstanceKey"]) == [
        "placed",
        "check-stock",
        "discount",
        "paid",
        "cool-off",
        "out-of-stock",
        "refund",
        "refunded",
        PROCESS,
    ]
    assert jobs(cluster, "COMPLETED") == ["sample-check-stock", "sample-refund"]
    assert jobs(cluster, "ERROR_THROWN") == ["sample-ship"]


def jobs(cluster: Cluster, intent: str) -> list[Any]:
    records = cluster.engine.records.all("JOB", intent, "EVENT")
    return [r.value["type"] for r in records if r.value["bpmnProcessId"] == PROCESS]
