"""Traces of a real operator, as they arrive at a collector that comes late."""

from devstack.ports import free_ports
from tests.acceptance import bpmn, collector
from tests.acceptance.cluster import Cluster, eventually, instance, message, process, secret
from tests.acceptance.collector import Collector, attributes_of
from tests.acceptance.operator_process import Operator

CANARY = "c4n4ry"
AWAY = "traces do not arrive at the collector"
BACK = "traces arrive at the collector"


def test_passes_and_their_calls_are_traced_without_a_users_values(
    cluster: Cluster, stopped_operator: Operator
) -> None:
    (port,) = free_ports(1)
    operator, word = stopped_operator, f"traced-{cluster.namespace}"
    operator.set_environ(
        OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{port}",
        OTEL_BSP_SCHEDULE_DELAY="100",
    )
    operator.start().wait_ready()
    cluster.apply(process("p", bpmn.straight(word)), process("broken", f"<{CANARY}/>"))
    cluster.wait_ready("zproc/p")
    cluster.until_reason("zproc", "broken", "Rejected")
    eventually(operator.log.read_text, lambda text: AWAY in text)
    with collector.listening(port) as late:
        cluster.apply(
            secret("s", token=CANARY),
            message("m", word, variables={"a": CANARY}),
            instance(
                "i",
                processRef={"name": "p"},
                variables={"a": CANARY},
                variablesFrom=[{"secretKeyRef": {"name": "s", "key": "token"}, "as": "b"}],
            ),
        )
        cluster.wait_ready("zmsg/m", "zinst/i")
        eventually(operator.log.read_text, lambda text: BACK in text)
        cluster.apply(process("again", f"<{CANARY}/>"))
        cluster.until_reason("zproc", "again", "Rejected")
        cluster.apply(message("last", word, variables={"a": CANARY}))
        eventually(lambda: late.find(zeebe_resource_name="last", zeebe_outcome="ready"))
        assert operator.stop() == 0
        seen = late
    log = operator.log.read_text()
    assert (log.count(AWAY), log.count(BACK)) == (1, 1)
    assert "opentelemetry" not in log
    assert _call_of(seen, "last") == ("PublishMessage", "OK", cluster.engine.gateway_address)
    assert _call_of(seen, "again")[:2] == ("DeployResource", "INVALID_ARGUMENT")
    [stalled] = seen.find(zeebe_resource_name="again", zeebe_outcome="stalled")
    assert attributes_of(stalled)["zeebe.reason"] == "Rejected"
    assert CANARY.encode() not in b"".join(seen.bodies)


def _call_of(seen: Collector, name: str) -> tuple[str, str, str]:
    """Method, code and gateway of the last call in the first pass over a resource."""
    one_pass = min(seen.find(zeebe_resource_name=name), key=lambda s: s.start_time_unix_nano)
    assert one_pass.name.startswith("pass Zeebe")
    calls = [span for span in seen.spans() if span.parent_span_id == one_pass.span_id]
    assert {call.trace_id for call in calls} == {one_pass.trace_id}
    told = attributes_of(max(calls, key=lambda call: call.start_time_unix_nano))
    return told["rpc.method"], told["rpc.response.status_code"], told["zeebe.gateway"]
