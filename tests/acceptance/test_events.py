"""What kubectl describe shows: an event that repeats is one event with a count."""

import json

from tests.acceptance import bpmn
from tests.acceptance.cluster import Cluster, eventually, process
from tests.acceptance.operator_process import Operator


def _counts(cluster: Cluster, reason: str) -> list[int]:
    found = json.loads(cluster.kubectl("get", "events", "-o", "json"))["items"]
    return [event["count"] for event in found if event["reason"] == reason]


def test_a_refusal_that_repeats_is_counted(cluster: Cluster, operator: Operator) -> None:
    for _ in range(3):
        cluster.apply(process("p", "<definitions>"))
        cluster.until_reason("zproc", "p", "Rejected")
        cluster.apply(process("p", bpmn.straight(f"events-{cluster.namespace}")))
        cluster.wait_ready("zproc/p")
    eventually(lambda: _counts(cluster, "Rejected"), lambda seen: seen == [3])
