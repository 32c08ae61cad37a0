"""An engine that is late, silent, overloaded, frozen or forgetful: nothing twice, nothing lost.

These tests have an engine of their own, because they disturb it.
"""

import re

import pytest

from devstack.control import Fault
from devstack.engine import Engine
from tests.acceptance import bpmn
from tests.acceptance import engine as records
from tests.acceptance.cluster import (
    Cluster,
    Object,
    eventually,
    instance,
    message,
    process,
    resource,
)
from tests.acceptance.operator_process import Operator

CREATE, PUBLISH = "CreateProcessInstance", "PublishMessage"


@pytest.fixture(scope="module")
def engine(own_engine: Engine) -> Engine:
    return own_engine


def _with_rest(cluster: Cluster) -> Object:
    """The default connection of the namespace, over which the operator can also read."""
    return resource(
        "ZeebeConnection",
        "default",
        gatewayAddress=cluster.gateway_address,
        restAddress=cluster.engine.rest_address,
        plaintext=True,
    )


def _published(cluster: Cluster, name: str) -> int:
    return len(records.messages(cluster.engine, name))


def test_a_connection_that_breaks_with_the_answer_publishes_once(
    cluster: Cluster, operator: Operator
) -> None:
    name = f"broken-{cluster.namespace}"
    with cluster.engine.control.faults(Fault("break", PUBLISH, when="after")):
        cluster.apply(message("m", name, timeToLive="1h"))
        cluster.wait_ready("zmsg/m")
        assert cluster.engine.control.met() == 1
    assert _published(cluster, name) == 1


def test_a_lost_answer_is_doubt_where_nothing_can_be_read(
    cluster: Cluster, operator: Operator
) -> None:
    process_id = f"lost-{cluster.namespace}"
    cluster.apply(process("p", bpmn.working(process_id)))
    cluster.wait_ready("zproc/p")
    with cluster.engine.control.faults(Fault("status", CREATE, when="after")):
        cluster.apply(instance("i", processRef={"name": "p"}))
        cluster.until_reason("zinst", "i", "OutcomeUnknown")
    assert len(records.instances(cluster.engine, process_id)) == 1


def test_a_lost_answer_is_found_over_rest(cluster: Cluster, operator: Operator) -> None:
    process_id = f"found-{cluster.namespace}"
    cluster.apply(_with_rest(cluster), process("p", bpmn.working(process_id)))
    cluster.wait_ready("zconn/default", "zproc/p")
    with cluster.engine.control.faults(Fault("status", CREATE, when="after")):
        cluster.apply(instance("i", processRef={"name": "p"}))
        cluster.wait_ready("zinst/i")
    (key,) = records.instances(cluster.engine, process_id)
    assert cluster.get("zinst", "i")["status"]["processInstanceKey"] == str(key)


def test_a_late_answer_is_waited_for(cluster: Cluster, operator: Operator) -> None:
    process_id = f"late-{cluster.namespace}"
    with cluster.engine.control.faults(Fault("delay", "DeployResource", seconds=2.0)):
        cluster.apply(process("p", bpmn.straight(process_id)))
        cluster.wait_ready("zproc/p")
    assert len(records.deployed_versions(cluster.engine, process_id)) == 1


def test_overload_is_waited_out(cluster: Cluster, operator: Operator) -> None:
    name = f"overload-{cluster.namespace}"
    with cluster.engine.control.overloaded():
        cluster.apply(message("m", name))
        refused = re.compile(r'gateway_calls_total\{code="RESOURCE_EXHAUSTED".* \d')
        eventually(lambda: refused.search(operator.probe("/metrics")[1]))
    cluster.wait_ready("zmsg/m")
    assert _published(cluster, name) == 1


def test_a_frozen_engine_is_waited_for(cluster: Cluster, operator: Operator) -> None:
    name = f"frozen-{cluster.namespace}"
    cluster.engine.control.freeze(3.0)
    cluster.apply(*(message(f"m-{n}", name, f"{n}", timeToLive="1h") for n in range(10)))
    cluster.wait_ready(*(f"zmsg/m-{n}" for n in range(10)))
    assert _published(cluster, name) == 10


def test_an_instance_is_followed_over_a_jump_of_the_clock(
    cluster: Cluster, operator: Operator
) -> None:
    process_id = f"sleeping-{cluster.namespace}"
    cluster.apply(
        _with_rest(cluster),
        process("p", bpmn.sleeping(process_id, "P1D")),
        instance("i", processRef={"name": "p"}, waitFor="Completion"),
    )
    cluster.until_reason("zinst", "i", "WaitingForCompletion")
    cluster.engine.control.advance_clock(86_400.0)
    cluster.kubectl("wait", "--for=condition=Succeeded", "--timeout=90s", "zinst/i")


def test_after_lost_data_an_edit_deploys_again(cluster: Cluster, operator: Operator) -> None:
    process_id = f"forgotten-{cluster.namespace}"
    cluster.apply(process("p", bpmn.straight(process_id)))
    cluster.wait_ready("zproc/p")
    cluster.engine.control.lose_data()
    cluster.apply(instance("i", processRef={"name": "p"}))
    cluster.until_reason("zinst", "i", "ProcessNotFound")
    cluster.apply(process("p", bpmn.straight(process_id, name="Edited")))
    cluster.wait_ready("zproc/p", "zinst/i")
    versions = [version for version, _ in records.deployed_versions(cluster.engine, process_id)]
    assert versions == [1, 1]
