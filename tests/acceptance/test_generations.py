"""What differs between the generations of the engine, and that everything goes on all the same."""

from typing import Any

import pytest

from devstack.pytest_plugin import EngineOf
from tests.acceptance import bpmn, engine
from tests.acceptance.cluster import (
    Cluster,
    command,
    condition,
    instance,
    message,
    process,
    ready,
)
from tests.acceptance.operator_process import Operator

_WITH_TAGS = ["8.8", "8.9", "8.10"]
_BEFORE_DRAINING = ["8.6", "8.8", "8.9"]


def created(cluster: Cluster) -> list[dict[str, Any]]:
    """What the engine noted of the instances that `tagged` applies."""
    found = cluster.engine.records.all("PROCESS_INSTANCE_CREATION", "CREATED", "EVENT")
    values = [record.value for record in found]
    return [value for value in values if value["bpmnProcessId"] == f"tagged-{cluster.namespace}"]


def apply_tagged(cluster: Cluster, **spec: Any) -> None:
    cluster.apply(
        process("p", bpmn.straight(f"tagged-{cluster.namespace}")),
        instance("i", processRef={"name": "p"}, **spec),
    )


@pytest.mark.parametrize("version", ["8.6", *_WITH_TAGS])
def test_each_is_connected_and_used(
    engine_of: EngineOf, cluster: Cluster, operator: Operator, version: str
) -> None:
    cluster = cluster.on(engine_of(version))
    topology = cluster.get("zconn", "default")["status"]["topology"]
    assert topology["gatewayVersion"] == f"{version}.0"
    name = f"used-{cluster.namespace}"
    cluster.apply(
        message("m", name),
        instance("i", processRef={"name": "p"}),
        process("p", bpmn.straight(name)),
    )
    cluster.wait_ready("zmsg/m", "zinst/i", "zproc/p")
    assert len(engine.messages(cluster.engine, name)) == 1
    assert len(engine.instances(cluster.engine, name)) == 1


@pytest.mark.parametrize("version", _WITH_TAGS)
def test_an_instance_has_its_tags_and_ours(
    engine_of: EngineOf, cluster: Cluster, operator: Operator, version: str
) -> None:
    cluster = cluster.on(engine_of(version))
    apply_tagged(cluster, tags=["team:a", "express"])
    cluster.wait_ready("zinst/i")
    uid = cluster.get("zinst", "i")["metadata"]["uid"]
    (value,) = created(cluster)
    assert set(value["tags"]) == {"team:a", "express", f"k8s-uid:{uid}"}


def test_an_awaited_instance_has_them_too(
    engine_of: EngineOf, cluster: Cluster, operator: Operator
) -> None:
    cluster = cluster.on(engine_of("8.8"))
    apply_tagged(cluster, waitFor="Completion", variables={"a": 1})
    cluster.wait_ready("zinst/i")
    found = cluster.get("zinst", "i")
    assert found["status"]["result"] == {"a": 1}
    (value,) = created(cluster)
    assert value["tags"] == [f"k8s-uid:{found['metadata']['uid']}"]


@pytest.mark.parametrize("version", ["8.9", "8.10"])
def test_a_business_id_is_passed_on(
    engine_of: EngineOf, cluster: Cluster, operator: Operator, version: str
) -> None:
    cluster = cluster.on(engine_of(version))
    apply_tagged(cluster, businessId="order-1")
    cluster.wait_ready("zinst/i")
    (value,) = created(cluster)
    assert value["businessId"] == "order-1"


@pytest.mark.parametrize(
    ("version", "spec"),
    [
        ("8.6", {"tags": ["team:a"]}),
        ("8.6", {"businessId": "order-1"}),
        ("8.8", {"businessId": "order-1"}),
    ],
)
def test_what_a_gateway_cannot_is_said_and_not_sent(
    engine_of: EngineOf, cluster: Cluster, operator: Operator, version: str, spec: Any
) -> None:
    cluster = cluster.on(engine_of(version))
    apply_tagged(cluster, **spec)
    found = cluster.until_reason("zinst", "i", "NotSupportedByGateway")
    (field,) = spec
    assert f"spec.{field}" in condition(found, "Stalled")["message"]
    assert created(cluster) == []


@pytest.mark.parametrize("version", _BEFORE_DRAINING)
def test_before_8_10_a_deletion_waits_for_running_instances(
    engine_of: EngineOf, cluster: Cluster, operator: Operator, version: str
) -> None:
    cluster = cluster.on(engine_of(version))
    process_id, work = f"gone-{cluster.namespace}", f"work-{cluster.namespace}"
    cluster.apply(process("p", bpmn.straight(process_id), deletionPolicy="Delete"))
    cluster.wait_ready("zproc/p")
    cluster.apply(process("p", bpmn.working(process_id, work), deletionPolicy="Delete"))
    cluster.until("zproc", "p", lambda found: found["status"]["version"] == 2)
    cluster.apply(instance("i", processRef={"name": "p"}, deletionPolicy="Retain"))
    cluster.wait_ready("zinst/i")
    cluster.delete("zproc", "p", wait=False)
    found = cluster.until_reason("zproc", "p", "InstancesRunning")
    assert "running instances" in ready(found)["message"]
    engine.complete_job(cluster.engine, work)
    cluster.kubectl("wait", "--for=delete", "zproc/p", "--timeout=90s")
    keys = [key for _, key in engine.deployed_versions(cluster.engine, process_id)]
    assert engine.deleted_processes(cluster.engine, process_id) == keys


@pytest.mark.parametrize("version", _BEFORE_DRAINING)
def test_before_8_10_a_command_to_delete_is_refused_while_instances_run(
    engine_of: EngineOf, cluster: Cluster, operator: Operator, version: str
) -> None:
    cluster = cluster.on(engine_of(version))
    name = f"refused-{cluster.namespace}"
    cluster.apply(process("p", bpmn.working(name)), instance("i", processRef={"name": "p"}))
    cluster.wait_ready("zinst/i")
    key = cluster.get("zproc", "p")["status"]["processDefinitionKey"]
    cluster.apply(command("delete", deleteResource={"resourceKey": key}))
    found = cluster.until_reason("zcmd", "delete", "Rejected")
    assert "still running instances" in ready(found)["message"]
    cluster.delete("zinst", "i")
    cluster.kubectl("annotate", "zcmd", "delete", "zeebe-operator.dev/requestedAt=now")
    cluster.kubectl("wait", "--for=condition=Succeeded", "--timeout=90s", "zcmd/delete")
    assert engine.deleted_processes(cluster.engine, name) == [int(key)]
