"""Deletion does what the policy says, and always ends."""

import json

from tests.acceptance import bpmn, engine
from tests.acceptance.cluster import (
    Cluster,
    eventually,
    instance,
    message,
    process,
    resource,
)
from tests.acceptance.operator_process import Operator


def _terminated(cluster: Cluster, process_id: str) -> list[int]:
    return engine.ended(cluster.engine, process_id, "ELEMENT_TERMINATED")


def test_cancel_terminates_the_instance_and_retain_does_not(
    cluster: Cluster, operator: Operator
) -> None:
    process_id = f"del-{cluster.namespace}"
    cluster.apply(
        process("p", bpmn.working(process_id)),
        instance("cancel", processRef={"name": "p"}),
        instance("retain", processRef={"name": "p"}, deletionPolicy="Retain"),
    )
    cluster.wait_ready("zinst/cancel", "zinst/retain")
    key = int(cluster.get("zinst", "cancel")["status"]["processInstanceKey"])
    assert not cluster.get("zinst", "retain")["metadata"].get("finalizers")
    cluster.delete("zinst", "cancel", "retain")
    assert eventually(lambda: _terminated(cluster, process_id)) == [key]


def test_the_desired_state_cancelled_terminates_and_keeps_the_resource(
    cluster: Cluster, operator: Operator
) -> None:
    process_id = f"stop-{cluster.namespace}"
    cluster.apply(process("p", bpmn.working(process_id)), instance("i", processRef={"name": "p"}))
    cluster.wait_ready("zinst/i")
    cluster.patch("zinst", "i", {"spec": {"desiredState": "Cancelled"}})
    found = cluster.until_reason("zinst", "i", "Cancelled")
    assert found["status"]["state"] == "Cancelled"
    assert "endedAt" in found["status"]
    cluster.until("zinst", "i", lambda seen: not seen["metadata"].get("finalizers"))
    assert len(_terminated(cluster, process_id)) == 1
    cluster.delete("zinst", "i")


def test_what_never_was_started_is_cancelled_without_the_engine(
    cluster: Cluster, operator: Operator
) -> None:
    process_id = f"never-{cluster.namespace}"
    cluster.apply(
        process("p", bpmn.working(process_id)),
        instance("i", processRef={"name": "p"}, desiredState="Cancelled"),
    )
    found = cluster.until_reason("zinst", "i", "Cancelled")
    assert found["status"]["state"] == "Cancelled"
    cluster.wait_ready("zproc/p")
    assert engine.instances(cluster.engine, process_id) == []


def test_an_instance_that_ended_by_itself_does_not_hold_up_its_deletion(
    cluster: Cluster, operator: Operator
) -> None:
    process_id = f"done-{cluster.namespace}"
    cluster.apply(process("p", bpmn.straight(process_id)), instance("i", processRef={"name": "p"}))
    cluster.wait_ready("zinst/i")
    eventually(lambda: engine.ended(cluster.engine, process_id, "ELEMENT_COMPLETED"))
    cluster.delete("zinst", "i")


def test_delete_removes_all_versions_when_their_instances_have_ended(
    cluster: Cluster, operator: Operator
) -> None:
    """The engine sees to that by itself from 8.10 on: nothing has to wait for it."""
    process_id, work = f"gone-{cluster.namespace}", f"work-{cluster.namespace}"
    cluster.apply(process("p", bpmn.straight(process_id), deletionPolicy="Delete"))
    cluster.wait_ready("zproc/p")
    cluster.apply(process("p", bpmn.working(process_id, work), deletionPolicy="Delete"))
    cluster.until("zproc", "p", lambda found: found["status"]["version"] == 2)
    cluster.apply(instance("i", processRef={"name": "p"}, deletionPolicy="Retain"))
    cluster.wait_ready("zinst/i")
    cluster.delete("zproc", "p")
    old, new = (key for _, key in engine.deployed_versions(cluster.engine, process_id))
    assert engine.deleted_processes(cluster.engine, process_id) == [old]
    engine.complete_job(cluster.engine, work)
    assert engine.deleted_processes(cluster.engine, process_id) == [old, new]


def test_retained_resources_carry_no_finalizer(cluster: Cluster, operator: Operator) -> None:
    cluster.apply(
        process("p", bpmn.straight(f"free-{cluster.namespace}")),
        message("m", f"m-{cluster.namespace}"),
        instance("i", processRef={"name": "p"}, deletionPolicy="Retain"),
        resource("ZeebeConnection", "c", gatewayAddress=cluster.gateway_address, plaintext=True),
    )
    cluster.wait_ready("zproc/p", "zmsg/m", "zinst/i", "zconn/c")
    for kind in ("zproc", "zmsg", "zinst", "zconn"):
        assert [f["metadata"].get("finalizers") for f in cluster.all(kind)] == [None]


def test_a_vanished_connection_releases_its_users_with_a_warning(
    cluster: Cluster, operator: Operator
) -> None:
    bound = {"connectionRef": {"name": "c"}}
    cluster.apply(
        resource("ZeebeConnection", "c", gatewayAddress=cluster.gateway_address, plaintext=True),
        process("p", bpmn.working(f"bound-{cluster.namespace}"), deletionPolicy="Delete", **bound),
        instance("i", processRef={"name": "p"}, **bound),
    )
    cluster.wait_ready("zproc/p", "zinst/i")
    cluster.delete("zconn", "c")
    cluster.delete("zinst", "i")
    cluster.delete("zproc", "p")
    events = json.loads(cluster.kubectl("get", "events", "-o", "json"))["items"]
    warned = {e["involvedObject"]["kind"] for e in events if e["reason"] == "ConnectionGone"}
    assert warned == {"ZeebeInstance", "ZeebeProcess"}
    assert {e["type"] for e in events if e["reason"] == "ConnectionGone"} == {"Warning"}


def test_a_namespace_goes_away_completely(
    cluster: Cluster, stopped_operator: Operator, home: str
) -> None:
    """With rights that do not live in the namespace itself: those would go away with it."""
    account = f"--serviceaccount={home}:{cluster.namespace}"
    role = "--clusterrole=zeebe-operator"
    cluster.env.kubectl("create", "clusterrolebinding", cluster.namespace, role, account)
    stopped_operator.start().wait_ready()
    process_id = f"ns-{cluster.namespace}"
    cluster.apply(
        process("p", bpmn.working(process_id), deletionPolicy="Delete"),
        message("m", f"m-{cluster.namespace}"),
        *(instance(f"i-{number}", processRef={"name": "p"}) for number in range(5)),
    )
    cluster.wait_ready(*(f"zinst/i-{number}" for number in range(5)))
    cluster.env.kubectl("delete", "namespace", cluster.namespace, "--timeout=90s")
    assert len(_terminated(cluster, process_id)) == 5
