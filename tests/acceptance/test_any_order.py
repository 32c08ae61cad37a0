"""One file in hostile order becomes Ready as a whole, with the engine's own keys in status."""

import time

from tests.acceptance import bpmn, engine
from tests.acceptance.cluster import (
    Cluster,
    config_map,
    eventually,
    instance,
    message,
    process,
    resource,
)
from tests.acceptance.operator_process import Operator


def test_everything_in_the_wrong_order_becomes_ready(cluster: Cluster, operator: Operator) -> None:
    process_id = f"order-{cluster.namespace}"
    paid = f"paid-{cluster.namespace}"
    cluster.apply(
        message("paid", paid, "1001", timeToLive="1h"),
        instance("order-1001", processRef={"name": "order"}, variables={"orderId": "1001"}),
        resource(
            "ZeebeProcess",
            "order",
            resources=[
                {
                    "name": "order.bpmn",
                    "configMapKeyRef": {"name": "models", "key": "order.bpmn"},
                }
            ],
        ),
        config_map("models", order_bpmn=bpmn.waiting(process_id, paid)),
    )
    cluster.wait_ready("zmsg/paid", "zinst/order-1001", "zproc/order")

    status = {kind: cluster.get(kind, name)["status"] for kind, name in _NAMES.items()}
    versions = engine.deployed_versions(cluster.engine, process_id)
    assert [(str(v), str(k)) for v, k in versions] == [
        (str(status["zproc"]["version"]), status["zproc"]["processDefinitionKey"])
    ]
    assert [str(k) for k in engine.instances(cluster.engine, process_id)] == [
        status["zinst"]["processInstanceKey"]
    ]
    assert [str(r.key) for r in engine.messages(cluster.engine, paid)] == [
        status["zmsg"]["messageKey"]
    ]
    completed = eventually(lambda: engine.ended(cluster.engine, process_id, "ELEMENT_COMPLETED"))
    assert [str(key) for key in completed] == [status["zinst"]["processInstanceKey"]]


def test_a_late_arrival_wakes_the_waiting_at_once(cluster: Cluster, operator: Operator) -> None:
    process_id = f"late-{cluster.namespace}"
    cluster.apply(
        resource("ZeebeProcess", "late", resources=[{"configMapRef": {"name": "models"}}]),
        instance("first", processRef={"name": "late"}),
    )
    cluster.until_reason("zproc", "late", "DependencyNotReady")
    cluster.until_reason("zinst", "first", "DependencyNotReady")
    started = time.monotonic()
    cluster.apply(config_map("models", late_bpmn=bpmn.straight(process_id)))
    cluster.wait_ready("zproc/late", "zinst/first")
    # A polling operator would need its interval, minutes here; this is a wide margin for waking.
    assert time.monotonic() - started < 30
    assert len(engine.instances(cluster.engine, process_id)) == 1


_NAMES = {"zproc": "order", "zinst": "order-1001", "zmsg": "paid"}


def test_an_instance_is_started_by_id_by_version_and_by_key(
    cluster: Cluster, operator: Operator
) -> None:
    process_id = f"named-{cluster.namespace}"
    cluster.apply(process("p", bpmn.working(process_id)))
    cluster.wait_ready("zproc/p")
    first = cluster.get("zproc", "p")["status"]["processDefinitionKey"]
    cluster.patch("zproc", "p", {"spec": {"bpmn": bpmn.working(process_id) + "<!-- 2 -->"}})
    cluster.until("zproc", "p", lambda found: found["status"]["version"] == 2)
    cluster.apply(
        instance("id", bpmnProcessId=process_id),
        instance("version", bpmnProcessId=process_id, version=1),
        instance("key", processDefinitionKey=first),
    )
    cluster.wait_ready("zinst/id", "zinst/version", "zinst/key")
    told = {each["metadata"]["name"]: each["status"] for each in cluster.all("zinst")}
    versions = {name: status["version"] for name, status in told.items()}
    assert versions == {"id": 2, "version": 1, "key": 1}
    keys = sorted(int(status["processInstanceKey"]) for status in told.values())
    assert keys == sorted(engine.instances(cluster.engine, process_id))
