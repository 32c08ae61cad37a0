"""Gateways: which flows are taken, and which tokens are waited for."""

from tests.engine.machine.models import (
    ERROR,
    PAID,
    SIGNAL,
    boundary,
    catch,
    end,
    flows,
    gateway,
    link,
    on,
    start,
    throw,
    timer,
    work,
)
from tests.engine.machine.rig import Rig
from zeebe_engine.engine.commands import BroadcastSignal, CancelInstance, CompleteJob, ThrowError

CHOICE = (
    start()
    + gateway("exclusive", "which", "low")
    + end(element_id="high")
    + end(element_id="higher")
    + end(element_id="low")
    + flows("start>which", "which>high", "which>higher", "which>low", high="a > 10", higher="b")
)


def test_an_exclusive_gateway_takes_the_first_flow_that_holds_or_the_default() -> None:
    rig = Rig()
    rig.deploy(CHOICE)
    rig.start(a=11, b=True)
    rig.start(a=10, b=True)
    rig.start(a=10, b=False)
    assert rig.completed()[2::3] == ["high", "higher", "low"]


def test_conditions_behind_the_one_that_holds_are_not_evaluated() -> None:
    rig = Rig()
    assert rig.is_over(rig.run(CHOICE, a=11, b="no boolean"))


def test_an_exclusive_gateway_with_one_flow_needs_no_condition() -> None:
    rig = Rig()
    body = start() + gateway("exclusive", "which") + end() + flows("start>which", "which>end")
    assert rig.is_over(rig.run(body))


def test_a_parallel_gateway_waits_for_a_token_of_each_flow() -> None:
    body = (
        start()
        + gateway("parallel", "fork")
        + work("a", "a")
        + work("b", "b")
        + gateway("parallel", "join")
        + end()
        + flows("start>fork", "fork>a", "fork>b", "a>join", "b>join", "join>end")
    )
    rig = Rig()
    key = rig.run(body)
    rig.complete("a")
    assert not rig.is_over(key)
    rig.complete("b")
    assert rig.is_over(key)
    assert rig.completed() == ["start", "fork", "a", "b", "join", "end"]


def test_a_parallel_gateway_takes_one_token_of_each_flow_and_keeps_the_others() -> None:
    """Two come by `a` before one comes by `b`."""
    body = (
        start()
        + gateway("parallel", "fork")
        + work("a", "a")
        + work("more", "a")
        + gateway("exclusive", "merge")
        + work("b", "b")
        + gateway("parallel", "join")
        + end()
        + flows("start>fork", "fork>a", "fork>more", "fork>b", "a>merge", "more>merge")
        + flows("merge>join", "b>join", "join>end")
    )
    rig = Rig()
    key = rig.run(body)
    for job in rig.jobs("a"):
        rig.do(CompleteJob(key=job.key))
    rig.complete("b")
    assert rig.completed().count("join") == 1
    assert not rig.is_over(key)
    assert rig.state.instances[key].taken == {"merge-join": 1}


INCLUSIVE = (
    start()
    + gateway("inclusive", "fork", "c")
    + work("a", "a")
    + work("b", "b")
    + work("c", "c")
    + gateway("inclusive", "join")
    + end()
    + flows("start>fork", "fork>a", "fork>b", "fork>c", a="x > 0", b="x > 1")
    + flows("a>join", "b>join", "c>join", "join>end")
)


def test_an_inclusive_gateway_takes_all_that_hold_and_joins_those_that_were_taken() -> None:
    rig = Rig()
    rig.deploy(INCLUSIVE)
    both, one, other = rig.start(x=2), rig.start(x=1), rig.start(x=0)
    for job in (*rig.jobs("a"), *rig.jobs("c")):
        rig.do(CompleteJob(key=job.key))
    assert [rig.is_over(key) for key in (both, one, other)] == [False, True, True]
    rig.complete("b")
    assert rig.is_over(both)
    assert rig.completed(both) == ["start", "fork", "a", "b", "join", "end"]


def test_an_inclusive_join_goes_on_when_the_other_token_goes_another_way() -> None:
    """Over the edge of `b`, which no path leads back from."""
    edge = boundary("edge", "b", on("error", "e")) + end(element_id="other") + flows("edge>other")
    rig = Rig()
    key = rig.run(INCLUSIVE + edge, before=ERROR, x=2)
    rig.complete("a")
    rig.do(ThrowError(key=rig.job("b").key, error_code="E"))
    assert rig.is_over(key)
    assert rig.completed() == ["start", "fork", "a", "edge", "join", "other", "end"]


def test_an_inclusive_join_waits_for_who_can_still_come_over_an_edge_or_a_link() -> None:
    body = (
        start()
        + gateway("inclusive", "fork")
        + work("a", "a")
        + work("b", "b")
        + boundary("edge", "b", timer("duration", "PT1M"), interrupting=False)
        + throw(link("there"))
        + catch(link("there"))
        + gateway("inclusive", "join")
        + end()
        + end(element_id="b-end")
        + flows("start>fork", "fork>a", "fork>b", a="true", b="true")
        + flows("a>join", "b>b-end", "edge>throw", "catch>join", "join>end")
    )
    rig = Rig()
    key = rig.run(body)
    rig.complete("a")
    assert "join" not in rig.completed()
    rig.wait(60_000)
    assert "join" in rig.completed()
    rig.complete("b")
    assert rig.is_over(key)


def test_an_inclusive_join_does_not_wait_once_each_flow_was_taken() -> None:
    """The third token could still come, but by a flow that has one already."""
    body = (
        start()
        + gateway("parallel", "fork")
        + work("a", "a")
        + work("b", "b")
        + work("c", "c")
        + gateway("exclusive", "merge")
        + gateway("inclusive", "join")
        + end()
        + flows("start>fork", "fork>a", "fork>b", "fork>c", "a>merge", "c>merge")
        + flows("merge>join", "b>join", "join>end")
    )
    rig = Rig()
    key = rig.run(body)
    rig.complete("a")
    assert "join" not in rig.completed()
    rig.complete("b")
    assert "join" in rig.completed()
    rig.complete("c")
    assert rig.is_over(key)
    assert rig.completed().count("join") == 2


def test_a_loop_is_gone_through_until_its_condition_holds() -> None:
    body = (
        start()
        + gateway("exclusive", "merge")
        + work("again")
        + gateway("exclusive", "done", "end")
        + end()
        + flows("start>merge", "merge>again", "again>done", "done>merge", "done>end")
    ).replace(
        '"done-merge" sourceRef="done" targetRef="merge">',
        '"done-merge" sourceRef="done" targetRef="merge">'
        "<bpmn:conditionExpression>=n &lt; 3</bpmn:conditionExpression>",
    )
    rig = Rig()
    key = rig.run(body)
    for n in (1, 2, 3):
        rig.complete(n=n)
    assert rig.is_over(key)
    assert rig.completed().count("again") == 3


EVENTS = (
    start()
    + gateway("eventBased", "which")
    + catch(on("message", "m"), "first")
    + catch(timer("duration", "PT1M"), "second")
    + catch(on("signal", "s"), "third")
    + end()
    + flows("start>which", "which>first", "which>second", "which>third")
    + flows("first>end", "second>end", "third>end")
)


def test_an_event_based_gateway_goes_on_with_what_comes_first() -> None:
    rig = Rig()
    rig.deploy(EVENTS, before=PAID + SIGNAL)
    by_message, by_signal = rig.start(orderId="1"), rig.start(orderId="2")
    rig.publish("paid", "1", x=2)
    rig.do(BroadcastSignal(name="alarm"))
    by_time = rig.start(orderId="3")
    rig.wait(60_000)
    for key, event in ((by_message, "first"), (by_time, "second"), (by_signal, "third")):
        assert rig.is_over(key)
        assert rig.completed(key) == ["start", "which", event, "end"]
    assert rig.variables(by_message) == {"orderId": "1", "x": 2}
    assert not rig.state.timers
    assert not rig.state.subscriptions


def test_an_event_based_gateway_finds_the_message_that_was_there_before() -> None:
    rig = Rig()
    rig.deploy(EVENTS, before=PAID + SIGNAL)
    rig.publish("paid", "1", ttl=1000)
    assert rig.is_over(rig.start(orderId="1"))


def test_an_endless_loop_lets_others_go_on_until_it_is_cancelled() -> None:
    body = start() + gateway("exclusive", "a") + gateway("exclusive", "b")
    rig = Rig()
    key = rig.run(body + flows("start>a", "a>b", "b>a"))
    rig.deploy(start() + end() + flows("start>end"), process_id="q")
    assert rig.is_over(rig.start("q"))
    assert rig.machine.next_due() == rig.now
    rig.do(CancelInstance(key=key))
    assert rig.machine.next_due() is None
