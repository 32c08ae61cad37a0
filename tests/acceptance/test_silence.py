"""What is settled causes no writes, and what is not causes as few as promised."""

from collections import Counter

from devstack.audit import AuditEntry
from tests.acceptance import bpmn
from tests.acceptance.cluster import Cluster, instance, message, process, resource
from tests.acceptance.conftest import HOME
from tests.acceptance.operator_process import Operator

WRITES = {"create", "update", "patch", "delete", "deletecollection"}


def _requests(cluster: Cluster, since: int) -> list[AuditEntry]:
    user = f"system:serviceaccount:{HOME}:{cluster.namespace}"
    return [e for e in cluster.env.audit.entries(since) if e.user == user]


def _writes(cluster: Cluster, since: int) -> list[AuditEntry]:
    return [e for e in _requests(cluster, since) if e.verb in WRITES]


def test_five_hundred_settled_resources_survive_a_restart_without_a_write(
    cluster: Cluster, operator: Operator
) -> None:
    count = 125
    cluster.apply(
        *(process(f"p-{n}", bpmn.working(f"p-{n}-{cluster.namespace}")) for n in range(count)),
        *(message(f"m-{n}", f"m-{cluster.namespace}", f"{n}") for n in range(count)),
        *(instance(f"i-{n}", processRef={"name": f"p-{n}"}) for n in range(count)),
        *(process(f"bad-{n}", "<broken>") for n in range(count)),
    )
    cluster.wait_ready(*(f"zproc/p-{n}" for n in range(count)))
    cluster.wait_ready(*(f"zmsg/m-{n}" for n in range(count)))
    cluster.wait_ready(*(f"zinst/i-{n}" for n in range(count)))
    stalled = (f"zproc/bad-{n}" for n in range(count))
    cluster.kubectl("wait", "--for=condition=Stalled", "--timeout=90s", *stalled)
    assert operator.stop() == 0

    since = cluster.env.audit.position()
    operator.start().wait_ready()
    cluster.apply(message("last", f"last-{cluster.namespace}"))
    cluster.wait_ready("zmsg/last")  # the queue is fair and in order: all others had their turn
    written = Counter((e.verb, e.resource, e.name) for e in _writes(cluster, since))
    assert written == {("patch", "zeebemessages", "last"): 1}
    lists = Counter(e.resource for e in _requests(cluster, since) if e.verb == "list")
    assert lists == {
        "zeebeconnections": 1,
        "zeebeprocesses": 1,
        "zeebemessages": 1,
        "zeebeinstances": 1,
        "zeebejobworkers": 1,
        "zeebecommands": 1,
    }


def test_each_kind_takes_as_many_writes_as_promised(cluster: Cluster, operator: Operator) -> None:
    since = cluster.env.audit.position()
    cluster.apply(process("p", bpmn.working(f"writes-{cluster.namespace}")))
    cluster.wait_ready("zproc/p")
    cluster.apply(
        message("m", f"m-{cluster.namespace}"),
        message("short", f"short-{cluster.namespace}", timeToLive="5s"),
        instance("i", processRef={"name": "p"}),
        resource("ZeebeConnection", "c", gatewayAddress=cluster.gateway_address, plaintext=True),
    )
    cluster.wait_ready("zmsg/m", "zmsg/short", "zinst/i", "zconn/c")
    cluster.apply(message("last", f"last-{cluster.namespace}"))
    cluster.wait_ready("zmsg/last")
    written = Counter(e.name for e in _writes(cluster, since))
    assert written == {"p": 1, "m": 1, "short": 2, "i": 2, "c": 1, "last": 1}


def test_a_label_on_a_settled_resource_causes_no_write(
    cluster: Cluster, operator: Operator
) -> None:
    cluster.apply(process("p", bpmn.straight(f"label-{cluster.namespace}")))
    cluster.wait_ready("zproc/p")
    since = cluster.env.audit.position()
    cluster.kubectl("label", "zproc", "p", "team=a")
    cluster.apply(message("last", f"last-{cluster.namespace}"))
    cluster.wait_ready("zmsg/last")
    assert {e.name for e in _writes(cluster, since)} == {"last"}


def test_no_value_of_a_user_gets_into_logs_or_events(cluster: Cluster, operator: Operator) -> None:
    canary = "canary-4711-value"
    cluster.apply(
        process("p", bpmn.working(f"canary-{cluster.namespace}")),
        instance("i", processRef={"name": "p"}, variables={"secret": canary}),
        instance("bad", processDefinitionKey="2251799813999998", variables={"secret": canary}),
        message("m", f"m-{cluster.namespace}", variables={"secret": canary}),
    )
    cluster.wait_ready("zinst/i", "zmsg/m")
    cluster.until_reason("zinst", "bad", "Rejected")
    assert canary not in operator.said()
    assert canary not in cluster.kubectl("get", "events", "-o", "yaml")
    assert canary not in operator.probe("/metrics")[1]
    for kind in ("zproc", "zinst", "zmsg"):
        assert canary not in str([found["status"] for found in cluster.all(kind)])
