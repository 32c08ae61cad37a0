"""ZeebeConnection: the topology in status, outages told, other connections undisturbed."""

from tests.acceptance import bpmn
from tests.acceptance.cluster import (
    Cluster,
    Object,
    condition,
    instance,
    message,
    process,
    ready,
    resource,
)
from tests.acceptance.operator_process import Operator


def _connection(name: str, address: str) -> Object:
    return resource("ZeebeConnection", name, gatewayAddress=address, plaintext=True)


def test_the_topology_is_in_status(cluster: Cluster, operator: Operator) -> None:
    cluster.apply(_connection("c", cluster.gateway_address))
    cluster.wait_ready("zconn/c")
    topology = cluster.get("zconn", "c")["status"]["topology"]
    assert topology["gatewayVersion"] == "8.10.0"
    counts = ("clusterSize", "partitionsCount", "replicationFactor")
    assert [topology[name] for name in counts] == [1, 3, 1]
    (broker,) = topology["brokers"]
    assert broker["partitions"] == [
        {"partitionId": number, "role": "LEADER", "health": "HEALTHY"} for number in (1, 2, 3)
    ]
    assert "8.10.0" in cluster.kubectl("get", "zconn", "c")


def test_a_gateway_that_is_away_disturbs_nobody_else(cluster: Cluster, operator: Operator) -> None:
    cluster.apply(
        _connection("away", "127.0.0.1:9"),
        *(
            message(f"stuck-{n}", f"stuck-{cluster.namespace}", connectionRef={"name": "away"})
            for n in range(100)
        ),
        message("fine", f"fine-{cluster.namespace}"),
    )
    cluster.wait_ready("zmsg/fine")
    found = cluster.until_reason("zconn", "away", "GatewayUnavailable")
    assert condition(found, "Reconciling")["status"] == "True"
    cluster.until_reason("zmsg", "stuck-99", "GatewayUnavailable")
    cluster.patch("zconn", "away", {"spec": {"gatewayAddress": cluster.gateway_address}})
    cluster.wait_ready("zconn/away", *(f"zmsg/stuck-{n}" for n in range(100)))


def test_the_default_of_the_namespace_goes_before_that_of_the_operator(
    cluster: Cluster, operator: Operator
) -> None:
    cluster.apply(_connection("default", "127.0.0.1:9"))
    cluster.until_reason("zconn", "default", "GatewayUnavailable")
    cluster.apply(message("m", f"m-{cluster.namespace}"))
    found = cluster.until_reason("zmsg", "m", "GatewayUnavailable")
    assert "127.0.0.1:9" in ready(found)["message"]
    cluster.delete("zconn", "default")
    cluster.wait_ready("zmsg/m")


def test_a_settled_resource_stays_ready_when_its_connection_goes(
    cluster: Cluster, operator: Operator
) -> None:
    bound: Object = {"connectionRef": {"name": "c"}}
    cluster.apply(
        _connection("c", cluster.gateway_address),
        process("p", bpmn.working(f"settled-{cluster.namespace}"), **bound),
        instance("i", processRef={"name": "p"}, **bound),
    )
    cluster.wait_ready("zproc/p", "zinst/i")
    cluster.delete("zconn", "c")
    cluster.apply(message("last", f"last-{cluster.namespace}"))
    cluster.wait_ready("zmsg/last")
    assert ready(cluster.get("zinst", "i"))["status"] == "True"
