"""Multi-instance activities of every kind, in both orders: all through, to a condition, to an
event at their edge."""

import pytest

from tests.engine.machine.models import (
    ERROR,
    PAID,
    boundary,
    end,
    extended,
    flows,
    inside,
    line,
    loop,
    on,
    subprocess,
    timer,
    work,
)
from tests.engine.machine.rig import Rig
from zeebe_engine.engine.commands import CancelInstance, CompleteJob, ThrowError

KINDS = pytest.mark.parametrize("kind", ["task", "subprocess", "call"])
ORDERS = pytest.mark.parametrize("sequential", [False, True], ids=["parallel", "sequential"])


def many(kind: str, *, sequential: bool, done: str = "") -> str:
    """An activity whose instances each need a job `work`."""
    characteristics = loop(sequential=sequential, done=done)
    match kind:
        case "task":
            return work("many", inner=characteristics)
        case "subprocess":
            return subprocess("many", inside(work("inside")), loop=characteristics)
    called = '<zeebe:calledElement processId="called"/>'
    return extended("callActivity", "many", called, characteristics)


def started(body: str, before: str = "", **variables: object) -> tuple[Rig, int]:
    rig = Rig()
    rig.deploy(line(work("inside")), process_id="called")
    return rig, rig.run(body, before=before, **variables)


def with_edge(activity: str, event: str, *, interrupting: bool = True) -> str:
    edge = boundary("edge", "many", event, interrupting=interrupting) + end(element_id="other")
    return line(activity) + edge + flows("edge>other")


@KINDS
@ORDERS
def test_each_item_has_an_instance_and_results_keep_their_order(
    kind: str, *, sequential: bool
) -> None:
    rig, key = started(line(many(kind, sequential=sequential)), items=["a", "b", "c"])
    seen = []
    while jobs := rig.jobs():
        assert len(jobs) == (1 if sequential else 3)
        for job in reversed(jobs):
            seen.append((job.variables["loopCounter"], job.variables["item"]))
            rig.do(CompleteJob(key=job.key, variables={"result": job.variables["item"] + "!"}))
    assert sorted(seen) == [(1, "a"), (2, "b"), (3, "c")]
    assert rig.is_over(key)
    assert rig.variables(key) == {"items": ["a", "b", "c"], "results": ["a!", "b!", "c!"]}
    lived = rig.happened("PROCESS_INSTANCE", "ELEMENT_COMPLETED", elementId="many")
    types = [one.value["bpmnElementType"] for one in lived]
    assert (types.count("MULTI_INSTANCE_BODY"), len(types)) == (1, 4)


@KINDS
@ORDERS
def test_a_condition_ends_what_is_left(kind: str, *, sequential: bool) -> None:
    done = "numberOfCompletedInstances &gt;= 2"
    body = line(many(kind, sequential=sequential, done=done))
    rig, key = started(body, items=[1, 2, 3, 4])
    for _ in range(2):
        (job,) = rig.jobs(most=1)
        rig.do(CompleteJob(key=job.key, variables={"result": job.variables["item"]}))
    assert rig.is_over(key)
    assert rig.variables(key)["results"] == [1, 2, None, None]


@KINDS
@ORDERS
def test_a_timer_at_the_edge_ends_all_instances(kind: str, *, sequential: bool) -> None:
    body = with_edge(many(kind, sequential=sequential), timer("duration", "PT1S"))
    rig, key = started(body, items=[1, 2, 3])
    rig.do(CompleteJob(key=rig.jobs()[0].key))
    rig.wait(1_000)
    assert rig.is_over(key)
    assert rig.completed(key)[-2:] == ["edge", "other"]
    assert "results" not in rig.variables(key)


@KINDS
@ORDERS
def test_an_error_of_one_instance_ends_all(kind: str, *, sequential: bool) -> None:
    body = with_edge(many(kind, sequential=sequential), on("error", "e"))
    rig, key = started(body, ERROR, items=[1, 2])
    rig.do(ThrowError(key=rig.jobs()[-1].key, error_code="E"))
    assert rig.is_over(key)
    assert rig.completed(key)[-2:] == ["edge", "other"]
    assert "many" not in rig.completed(key)


@KINDS
@ORDERS
def test_a_message_at_the_edge_that_does_not_interrupt_comes_once_for_all(
    kind: str, *, sequential: bool
) -> None:
    body = with_edge(many(kind, sequential=sequential), on("message", "m"), interrupting=False)
    rig, key = started(body, PAID, items=[1, 2], orderId="1")
    rig.publish("paid", "1")
    assert rig.completed(key).count("edge") == 1
    while jobs := rig.jobs():
        for job in jobs:
            rig.do(CompleteJob(key=job.key))
    assert rig.is_over(key)


@KINDS
@ORDERS
def test_a_cancelled_instance_ends_all(kind: str, *, sequential: bool) -> None:
    rig, key = started(line(many(kind, sequential=sequential)), items=[1, 2])
    rig.do(CancelInstance(key=key))
    assert rig.is_terminated(key)
    assert not rig.state.jobs


@ORDERS
def test_scripts_run_through_without_anybody(*, sequential: bool) -> None:
    script = '<zeebe:script expression="=item * item" resultVariable="result"/>'
    task = extended("scriptTask", "many", script, loop(sequential=sequential))
    rig, key = started(line(task), items=list(range(30)))
    assert rig.is_over(key)
    assert rig.variables(key)["results"] == [number**2 for number in range(30)]
    assert "result" not in rig.variables(key)
