"""Killed at any moment, again and again: nothing twice, nothing lost, doubt told honestly."""

import random
import time
from collections import Counter

from tests.acceptance import bpmn, engine
from tests.acceptance.cluster import (
    Cluster,
    Object,
    condition,
    eventually,
    instance,
    message,
    process,
    ready,
)
from tests.acceptance.operator_process import Operator
from zeebe_operator.wiring import WORKERS

EACH = 200
KILLS = 6


def test_a_killed_operator_doubles_and_loses_nothing(cluster: Cluster, operator: Operator) -> None:
    process_id, name = f"burst-{cluster.namespace}", f"burst-{cluster.namespace}"
    cluster.apply(process("p", bpmn.working(process_id)))
    cluster.wait_ready("zproc/p")
    # Half of the messages live long enough to be deduplicated by the engine, half do not.
    messages = [
        message(f"m-{n}", name, f"key-{n}", timeToLive="1h" if n % 2 else "1s") for n in range(EACH)
    ]
    instances = [instance(f"i-{n}", processRef={"name": "p"}) for n in range(EACH)]
    mixed = [each for pair in zip(messages, instances, strict=True) for each in pair]
    for part in range(KILLS):
        size = len(mixed) // KILLS + 1
        cluster.apply(*mixed[part * size : (part + 1) * size])
        _let_it_work_a_moment(cluster, part)
        operator.kill()
        operator.start()
    found = eventually(lambda: cluster.all("zinst") + cluster.all("zmsg"), _all_are_settled)

    _nothing_doubled(cluster, found, process_id, name)
    in_doubt = [f for f in found if ready(f)["reason"] == "OutcomeUnknown"]
    assert len(in_doubt) <= KILLS * WORKERS, "doubt is for what was under way, and no more"


def test_doubt_ends_when_a_person_says_so(cluster: Cluster, operator: Operator) -> None:
    process_id = f"doubt-{cluster.namespace}"
    cluster.apply(process("p", bpmn.working(process_id)))
    cluster.wait_ready("zproc/p")
    operator.stop()
    cluster.apply(instance("i", processRef={"name": "p"}))
    cluster.leave_intent("zinst", "i")
    operator.start()
    found = cluster.until_reason("zinst", "i", "OutcomeUnknown")
    assert found["status"]["state"] == "Uncertain"
    assert condition(found, "Stalled")["status"] == "True"
    assert "onUncertain: Retry" in ready(found)["message"]
    assert engine.instances(cluster.engine, process_id) == []
    cluster.patch("zinst", "i", {"spec": {"onUncertain": "Retry"}})
    cluster.wait_ready("zinst/i")
    assert len(engine.instances(cluster.engine, process_id)) == 1


def test_a_copied_intent_of_another_resource_means_nothing(
    cluster: Cluster, operator: Operator
) -> None:
    process_id = f"copy-{cluster.namespace}"
    copied = instance("i", processRef={"name": "p"})
    copied["metadata"]["annotations"] = {"zeebe-operator.dev/intent": "of-another-uid/00000000"}
    cluster.apply(process("p", bpmn.working(process_id)), copied)
    cluster.wait_ready("zinst/i")
    assert len(engine.instances(cluster.engine, process_id)) == 1


def _let_it_work_a_moment(cluster: Cluster, part: int) -> None:
    """At least something of this part is under way or done; how much is left to chance."""
    eventually(lambda: _count_ready(cluster) >= part * 10)
    time.sleep(random.uniform(0, 0.3))


def _count_ready(cluster: Cluster) -> int:
    return sum(ready(f).get("status") == "True" for f in cluster.all("zinst"))


def _all_are_settled(found: list[Object]) -> bool:
    """Ready, or in a doubt that is allowed."""
    reasons = Counter(ready(f).get("reason") for f in found)
    return len(found) == 2 * EACH and not set(reasons) - {"Started", "Published", "OutcomeUnknown"}


def _nothing_doubled(
    cluster: Cluster, found: list[Object], process_id: str, message_name: str
) -> None:
    created = {str(key) for key in engine.instances(cluster.engine, process_id)}
    told = [f["status"]["processInstanceKey"] for f in found if _is_ready(f, "ZeebeInstance")]
    assert len(told) == len(set(told))
    assert set(told) <= created
    uncertain = [f for f in found if ready(f)["reason"] == "OutcomeUnknown"]
    of_instances = [f for f in uncertain if f["kind"] == "ZeebeInstance"]
    assert len(created) <= len(told) + len(of_instances)

    published = Counter(
        r.value["correlationKey"] for r in engine.messages(cluster.engine, message_name)
    )
    assert max(published.values()) == 1
    long_lived = [f for f in uncertain if f.get("spec", {}).get("timeToLive") == "1h"]
    assert long_lived == [], "the engine deduplicates these: no doubt is possible"
    ready_messages = [f for f in found if _is_ready(f, "ZeebeMessage")]
    assert all(f["spec"]["correlationKey"] in published for f in ready_messages)


def _is_ready(found: Object, kind: str) -> bool:
    return bool(found["kind"] == kind and ready(found)["status"] == "True")
