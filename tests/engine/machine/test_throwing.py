"""Throw events and end events: none, message, signal, escalation, link, error, terminate."""

import pytest

from tests.engine.machine.models import (
    ERROR,
    ESCALATION,
    SIGNAL,
    TERMINATE,
    boundary,
    call,
    catch,
    end,
    event_subprocess,
    extended,
    flows,
    gateway,
    inside,
    io,
    line,
    link,
    on,
    start,
    subprocess,
    throw,
    with_boundary,
    work,
)
from tests.engine.machine.rig import Rig


def test_none_events_are_passed_and_map_their_outputs() -> None:
    rig = Rig()
    key = rig.run(line(throw("", extensions=io(inputs={"a": "1"}, outputs={"b": "a + 1"}))))
    assert rig.is_over(key)
    assert rig.completed() == ["start", "throw", "end"]
    assert rig.variables(key) == {"b": 2}


def test_a_link_goes_on_at_its_other_end() -> None:
    way = throw(link("there")) + catch(link("there"))
    body = start() + way + end() + flows("start>throw", "catch>end")
    rig = Rig()
    assert rig.is_over(rig.run(body))
    assert rig.completed() == ["start", "throw", "catch", "end"]


def test_a_link_within_a_subprocess_stays_within() -> None:
    """The process has a link of that name, too."""
    inner = (
        start(element_id="begin")
        + throw(link("there"), "up")
        + catch(link("there"), "down")
        + end(element_id="done")
        + flows("begin>up", "down>done")
    )
    body = line(subprocess("sub", inner)) + throw(link("there")) + catch(link("there"))
    rig = Rig()
    assert rig.is_over(rig.run(body + end(element_id="far") + flows("catch>far")))
    assert rig.completed() == ["start", "begin", "up", "down", "done", "sub", "end"]


@pytest.mark.parametrize("tag", ["intermediateThrowEvent", "endEvent"])
def test_a_signal_goes_to_all_who_listen_with_the_local_variables_only(tag: str) -> None:
    rig = Rig()
    rig.deploy(line(catch(on("signal", "s"))), process_id="listening", before=SIGNAL)
    listeners = [rig.start("listening"), rig.start("listening")]
    signal = extended(tag, "throw", io(inputs={"told": "secret + 1"}), on("signal", "s"))
    key = rig.run(start() + signal + flows("start>throw"), before=SIGNAL, secret=1)
    assert rig.is_over(key)
    assert [rig.variables(one) for one in listeners] == [{"told": 2}, {"told": 2}]
    assert rig.happened("SIGNAL", "BROADCASTED", signalName="alarm")


def test_the_name_of_a_signal_is_an_expression() -> None:
    named = '<bpmn:signal id="s" name="=&quot;alarm-&quot; + string(floor)"/>'
    rig = Rig()
    waits = line(catch(on("signal", "s")))
    rig.deploy(waits, process_id="waits", before=named)
    key = rig.start("waits", floor=3)
    rig.run(line(throw(on("signal", "s"))), before=named, floor=2)
    assert not rig.is_over(key)
    rig.start(floor=3)
    assert rig.is_over(key)


@pytest.mark.parametrize("tag", ["intermediateThrowEvent", "endEvent"])
def test_an_escalation_that_nobody_catches_is_recorded_and_forgotten(tag: str) -> None:
    escalation = extended(tag, "up", "", on("escalation", "x"))
    rig = Rig()
    assert rig.is_over(rig.run(start() + escalation + flows("start>up"), before=ESCALATION))
    assert rig.happened("ESCALATION", "NOT_ESCALATED", escalationCode="X", throwElementId="up")


def test_an_escalation_goes_out_of_a_called_process_and_on_in_it() -> None:
    rig = Rig()
    inner = line(throw(on("escalation", "x")), work("inside"))
    rig.deploy(inner, process_id="called", before=ESCALATION)
    key = rig.run(
        with_boundary(on("escalation", "x"), interrupting=False, task=call(element_id="task")),
        before=ESCALATION,
    )
    assert rig.completed(key) == ["start", "edge", "other"]
    (told,) = rig.happened("ESCALATION", "ESCALATED")
    assert told.value["catchElementId"] == "edge"
    rig.complete()
    assert rig.is_over(key)


def test_an_escalation_can_end_the_process_that_it_comes_from() -> None:
    rig = Rig()
    inner = line(throw(on("escalation", "x")), work("inside"))
    rig.deploy(inner, process_id="called", before=ESCALATION)
    key = rig.run(with_boundary(on("escalation"), task=call(element_id="task")))
    assert rig.is_over(key)
    assert rig.terminated()[-1] == "task"
    assert not rig.state.jobs


def test_an_error_goes_out_of_subprocesses_and_called_processes() -> None:
    rig = Rig()
    inner = line(subprocess("sub", inside(last=end(on("error", "e"), "bad"))))
    rig.deploy(inner, process_id="called", before=ERROR)
    key = rig.run(with_boundary(on("error", "e"), task=call(element_id="task")), before=ERROR)
    assert rig.is_over(key)
    assert rig.completed(key) == ["start", "edge", "other"]
    assert rig.terminated() == ["bad", "sub", "task"]


def test_an_error_is_caught_where_its_code_is_not_where_another_is() -> None:
    other = '<bpmn:error id="o" errorCode="OTHER"/>'
    bad = end(on("error", "e"), "bad")
    inner = subprocess("task", start(element_id="inner") + bad + flows("inner>bad"))
    outer = subprocess("outer", inside(inner) + boundary("near", "task", on("error", "o")))
    body = line(outer) + boundary("far", "outer", on("error", "e"))
    rig = Rig()
    key = rig.run(body, before=ERROR + other)
    assert rig.is_over(key)
    assert rig.completed() == ["start", "begin", "inner", "far"]


def test_the_code_of_a_thrown_error_is_an_expression() -> None:
    thrown = '<bpmn:error id="t" errorCode="=code"/>'
    body = with_boundary(
        on("error", "e"), task=subprocess("task", inside(last=end(on("error", "t"), "bad")))
    )
    rig = Rig()
    key = rig.run(body, before=ERROR + thrown, code="E")
    assert rig.is_over(key)
    assert "edge" in rig.completed()


def test_a_terminate_end_event_completes_and_ends_everything_else_in_its_scope() -> None:
    inner = (
        start(element_id="begin")
        + gateway("parallel", "fork")
        + work("a")
        + work("b", "other")
        + end(TERMINATE, "stop")
        + end(element_id="done")
        + flows("begin>fork", "fork>a", "fork>b", "a>stop", "b>done")
    )
    rig = Rig()
    key = rig.run(line(subprocess("sub", inner), work("after", "after")))
    rig.complete()
    assert rig.terminated() == ["b"]
    assert rig.completed()[-2:] == ["stop", "sub"]
    rig.complete("after")
    assert rig.is_over(key)


def test_a_terminate_end_event_ends_tokens_that_wait_at_a_join() -> None:
    body = (
        start()
        + gateway("parallel", "fork")
        + gateway("parallel", "join")
        + work("a")
        + end(TERMINATE, "stop")
        + flows("start>fork", "fork>join", "fork>a", "a>stop")
        + work("never", "never")
        + flows("never>join")
    )
    rig = Rig()
    key = rig.run(body)
    rig.complete()
    assert rig.is_over(key)
    assert "join" not in rig.completed()


def test_nobody_listens_any_more_when_everything_was_terminated() -> None:
    """The signal comes from a token that is on its way at the same time."""
    body = (
        start()
        + gateway("parallel", "fork")
        + end(TERMINATE, "stop")
        + end(on("signal", "s"), "loud")
        + flows("start>fork", "fork>stop", "fork>loud")
        + event_subprocess(on("signal", "s"), interrupting=False)
    )
    rig = Rig()
    assert rig.is_over(rig.run(body, before=SIGNAL))
    assert not rig.jobs("rescue")
