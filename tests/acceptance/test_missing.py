"""What is missing is waited for by name, and its arrival is acted upon."""

import base64

import pytest

from tests.acceptance import bpmn, engine
from tests.acceptance.cluster import (
    Cluster,
    Object,
    condition,
    config_map,
    instance,
    message,
    process,
    ready,
    resource,
)
from tests.acceptance.operator_process import Operator


def _connection(cluster: Cluster, name: str) -> Object:
    address = cluster.gateway_address
    return resource("ZeebeConnection", name, gatewayAddress=address, plaintext=True)


def _waits_for(cluster: Cluster, kind: str, name: str, words: str) -> None:
    """Something else may be missing before: it is waited for first."""
    found = cluster.until(kind, name, lambda found: words in ready(found).get("message", ""))
    assert condition(found, "Reconciling")["status"] == "True"
    assert (ready(found)["status"], ready(found)["reason"]) == ("Unknown", "DependencyNotReady")


def test_a_missing_connection_is_waited_for(cluster: Cluster, operator: Operator) -> None:
    bound: Object = {"connectionRef": {"name": "prod"}}
    cluster.apply(
        process("p", bpmn.straight(f"p-{cluster.namespace}"), **bound),
        message("m", f"m-{cluster.namespace}", **bound),
        instance("i", processRef={"name": "p"}, **bound),
    )
    for kind in ("zproc", "zmsg"):
        name = kind[1]
        _waits_for(cluster, kind, name, "ZeebeConnection 'prod' does not exist")
    cluster.apply(_connection(cluster, "prod"))
    cluster.wait_ready("zconn/prod", "zproc/p", "zmsg/m", "zinst/i")


def test_a_missing_key_of_a_config_map_is_waited_for(cluster: Cluster, operator: Operator) -> None:
    reference = {"name": "models", "key": "p.bpmn"}
    cluster.apply(
        config_map("models", other_bpmn="x"),
        resource("ZeebeProcess", "p", resources=[{"name": "p.bpmn", "configMapKeyRef": reference}]),
    )
    _waits_for(cluster, "zproc", "p", "ConfigMap 'models' has no key 'p.bpmn'")
    cluster.apply(config_map("models", p_bpmn=bpmn.straight(f"key-{cluster.namespace}")))
    cluster.wait_ready("zproc/p")


def test_a_missing_process_reference_is_waited_for(cluster: Cluster, operator: Operator) -> None:
    cluster.apply(instance("i", processRef={"name": "later"}))
    _waits_for(cluster, "zinst", "i", "ZeebeProcess 'later' does not exist")
    cluster.apply(process("later", "<broken>"))
    cluster.until(
        "zinst", "i", lambda found: "'later' is not ready: Rejected" in ready(found)["message"]
    )
    cluster.apply(process("later", bpmn.straight(f"later-{cluster.namespace}")))
    cluster.wait_ready("zinst/i")


def test_a_missing_secret_is_waited_for(cluster: Cluster, operator: Operator) -> None:
    source = {"secretKeyRef": {"name": "values", "key": "pin"}, "as": "pin"}
    cluster.apply(
        process("p", bpmn.working(f"secret-{cluster.namespace}")),
        instance("i", processRef={"name": "p"}, variablesFrom=[source]),
    )
    _waits_for(cluster, "zinst", "i", "Secret 'values' does not exist")
    data = {"pin": base64.b64encode(b"4711").decode()}
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "values"}, "data": data}
    cluster.apply(secret)
    cluster.wait_ready("zinst/i")
    created = [
        r.value["value"]
        for r in cluster.engine.records.all("VARIABLE", "CREATED", "EVENT")
        if r.value["name"] == "pin" and r.value["bpmnProcessId"] == f"secret-{cluster.namespace}"
    ]
    assert created == ['"4711"']


@pytest.mark.parametrize("version", [None, 1], ids=["the latest", "version 1"])
def test_an_unknown_process_waits_and_starts_when_it_is_deployed(
    cluster: Cluster, operator: Operator, version: int | None
) -> None:
    process_id = f"unknown-{cluster.namespace}"
    extra = {} if version is None else {"version": version}
    cluster.apply(instance("early", bpmnProcessId=process_id, **extra))
    found = cluster.until_reason("zinst", "early", "ProcessNotFound")
    assert condition(found, "Reconciling")["status"] == "True"
    assert process_id in ready(found)["message"], "the engine's own words"
    operator.restart()
    cluster.apply(process("brings-it", bpmn.straight(process_id)))
    cluster.wait_ready("zinst/early")
    assert len(engine.instances(cluster.engine, process_id)) == 1


def test_a_process_that_somebody_else_deploys_is_found(
    cluster: Cluster, operator: Operator
) -> None:
    process_id = f"foreign-{cluster.namespace}"
    cluster.apply(instance("early", bpmnProcessId=process_id))
    cluster.until_reason("zinst", "early", "ProcessNotFound")
    engine.deploy(cluster.engine, "foreign.bpmn", bpmn.straight(process_id))
    cluster.kubectl("annotate", "zinst", "early", "zeebe-operator.dev/requestedAt=now")
    cluster.wait_ready("zinst/early")
    assert cluster.get("zinst", "early")["status"]["lastHandledRequest"] == "now"


def test_without_any_connection_the_message_says_what_to_do(
    cluster: Cluster, stopped_operator: Operator
) -> None:
    stopped_operator.set_environ(ZEEBE_ADDRESS=None, ZEEBE_INSECURE_CONNECTION=None)
    stopped_operator.start().wait_ready()
    cluster.apply(message("m", f"m-{cluster.namespace}"))
    _waits_for(cluster, "zmsg", "m", "no connection: name a ZeebeConnection")
    cluster.apply(_connection(cluster, "default"))
    cluster.wait_ready("zmsg/m")
