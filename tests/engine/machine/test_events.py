"""Events: messages, timers, signals, errors, escalations and links, in every place they can be."""

from tests.engine.machine.models import (
    boundary,
    extended,
    flows,
    io,
    line,
    message,
    on,
    timer,
    work,
)
from tests.engine.machine.rig import Rig

PAID = message("m", "paid", "orderId")
SIGNAL = '<bpmn:signal id="s" name="alarm"/>'
ERROR = '<bpmn:error id="e" errorCode="E"/>'
ESCALATION = '<bpmn:escalation id="x" escalationCode="X"/>'


def catch(inner: str, element_id: str = "catch", extensions: str = "") -> str:
    return extended("intermediateCatchEvent", element_id, extensions, inner)


def throw(inner: str, element_id: str = "throw") -> str:
    return extended("intermediateThrowEvent", element_id, "", inner)


def test_a_message_is_correlated_by_its_key() -> None:
    rig = Rig()
    key = rig.run(line(catch(on("message", "m"))), before=PAID, orderId="42")
    rig.publish("paid", "41")
    assert not rig.is_over(key)
    rig.publish("paid", "42", amount=7)
    assert rig.is_over(key)
    assert rig.variables(key) == {"orderId": "42", "amount": 7}


def test_a_buffered_message_waits_for_its_subscription() -> None:
    rig = Rig()
    rig.deploy(line(catch(on("message", "m"))), before=PAID)
    rig.publish("paid", "42", ttl=1000, amount=7)
    key = rig.start(orderId="42")
    assert rig.is_over(key)
    other = rig.start(orderId="42")
    assert not rig.is_over(other)


def test_a_buffered_message_expires() -> None:
    rig = Rig()
    rig.deploy(line(catch(on("message", "m"))), before=PAID)
    rig.publish("paid", "42", ttl=1000)
    rig.wait(1001)
    assert not rig.is_over(rig.start(orderId="42"))


def test_a_message_reaches_one_instance_of_each_process() -> None:
    rig = Rig()
    rig.deploy(line(catch(on("message", "m"))), before=PAID)
    first, second = rig.start(orderId=42), rig.start(orderId=42)
    rig.publish("paid", "42")
    assert (rig.is_over(first), rig.is_over(second)) == (True, False)


def test_a_message_starts_one_instance_at_a_time_for_a_key() -> None:
    rig = Rig()
    start = f'<bpmn:startEvent id="begin">{on("message", "m")}</bpmn:startEvent>'
    body = start + work("task") + '<bpmn:endEvent id="end"/>' + flows("begin>task", "task>end")
    rig.deploy(body, before=message("m", "paid"))
    rig.publish("paid", "42", ttl=60_000, n=1)
    rig.publish("paid", "42", ttl=60_000, n=2)
    rig.publish("paid", "43", ttl=60_000, n=3)
    assert [job.variables for job in rig.jobs()] == [{"n": 1}, {"n": 3}]
    rig.wait(1)
    (first, _) = rig.happened("JOB", "CREATED")
    from zeebe_engine.engine.commands import CompleteJob

    rig.do(CompleteJob(key=first.key))
    assert [job.variables for job in rig.jobs()] == [{"n": 2}]


def test_a_timer_fires_when_it_is_due() -> None:
    rig = Rig()
    key = rig.run(line(catch(timer("duration", "PT10S"))))
    rig.wait(9_999)
    assert not rig.is_over(key)
    rig.wait(1)
    assert rig.is_over(key)


def test_a_signal_reaches_all_and_starts_what_it_starts() -> None:
    rig = Rig()
    key = rig.run(line(catch(on("signal", "s"))), before=SIGNAL)
    thrower = line(throw(on("signal", "s")))
    rig.deploy(thrower, process_id="thrower", before=SIGNAL)
    start = f'<bpmn:startEvent id="begin">{on("signal", "s")}</bpmn:startEvent>'
    body = start + '<bpmn:endEvent id="end"/>' + flows("begin>end")
    rig.deploy(body, process_id="started", before=SIGNAL)
    other = rig.start("thrower", why="test")
    assert rig.is_over(key)
    assert rig.is_over(other)
    assert (
        len(rig.happened("PROCESS_INSTANCE", "ELEMENT_COMPLETED", bpmnElementType="PROCESS")) == 3
    )


def test_a_link_leads_to_its_catch() -> None:
    rig = Rig()
    link = '<bpmn:linkEventDefinition name="there"/>'
    body = (
        '<bpmn:startEvent id="start"/>'
        + throw(link)
        + catch(link)
        + '<bpmn:endEvent id="end"/>'
        + flows("start>throw", "catch>end")
    )
    key = rig.run(body)
    assert rig.is_over(key)
    assert rig.completed() == ["start", "throw", "catch", "end"]


def with_boundary(event: str, *, interrupting: bool = True, task: str = "") -> str:
    return (
        '<bpmn:startEvent id="start"/>'
        + (task or work("task"))
        + boundary("edge", "task", event, interrupting=interrupting)
        + '<bpmn:endEvent id="end"/><bpmn:endEvent id="other"/>'
        + flows("start>task", "task>end", "edge>other")
    )


def test_an_interrupting_boundary_event_takes_the_place_of_the_task() -> None:
    for event, before in ((on("message", "m"), PAID), (on("signal", "s"), SIGNAL)):
        rig = Rig()
        key = rig.run(with_boundary(event), before=before, orderId="42")
        rig.publish("paid", "42", x=1)
        from zeebe_engine.engine.commands import BroadcastSignal

        rig.do(BroadcastSignal(name="alarm", variables={"x": 1}))
        assert rig.is_over(key)
        assert rig.completed() == ["start", "edge", "other"]
        assert rig.happened("JOB", "CANCELED")
        assert rig.variables(key)["x"] == 1


def test_a_boundary_event_that_does_not_interrupt_can_happen_again() -> None:
    rig = Rig()
    key = rig.run(with_boundary(timer("cycle", "R2/PT10S"), interrupting=False))
    rig.wait(10_000)
    rig.wait(10_000)
    rig.wait(10_000)
    assert rig.completed() == ["start", *["edge", "other"] * 2]
    rig.complete()
    assert rig.is_over(key)


def test_an_error_is_caught_at_the_edge() -> None:
    from zeebe_engine.engine.commands import ThrowError

    rig = Rig()
    key = rig.run(with_boundary(on("error", "e")), before=ERROR)
    (job,) = rig.jobs()
    rig.do(ThrowError(key=job.key, error_code="E", variables={"why": "x"}))
    assert rig.is_over(key)
    assert rig.completed() == ["start", "edge", "other"]
    assert rig.variables(key) == {"why": "x"}


def test_an_error_goes_out_of_subprocesses_and_calls() -> None:
    inner = (
        '<bpmn:startEvent id="s1"/>'
        + extended("endEvent", "bad", "", on("error", "e"))
        + flows("s1>bad")
    )
    rig = Rig()
    rig.deploy(inner, process_id="called", before=ERROR)
    call = extended("callActivity", "task", '<zeebe:calledElement processId="called"/>')
    key = rig.run(with_boundary(on("error", "e"), task=call), before=ERROR)
    assert rig.is_over(key)
    assert rig.completed() == ["s1", "start", "edge", "other"] or "edge" in rig.completed()
    assert not rig.machine.state.instances


def test_an_escalation_goes_on_when_it_does_not_interrupt() -> None:
    inner = (
        '<bpmn:startEvent id="s1"/>'
        + extended("intermediateThrowEvent", "up", "", on("escalation", "x"))
        + work("inside")
        + '<bpmn:endEvent id="e1"/>'
        + flows("s1>up", "up>inside", "inside>e1")
    )
    rig = Rig()
    sub = extended("subProcess", "task", "", inner)
    key = rig.run(
        with_boundary(on("escalation", "x"), interrupting=False, task=sub), before=ESCALATION
    )
    assert "other" in rig.completed()
    assert not rig.is_over(key)
    rig.complete()
    assert rig.is_over(key)


def event_subprocess(event: str, *, interrupting: bool) -> str:
    start = extended("startEvent", "begin", "", event, isInterrupting=str(interrupting).lower())
    inner = start + work("inside", "rescue") + '<bpmn:endEvent id="done"/>'
    inner += flows("begin>inside", "inside>done")
    return line(work("task")) + extended("subProcess", "sub", "", inner, triggeredByEvent="true")


def test_an_event_subprocess_that_interrupts() -> None:
    rig = Rig()
    key = rig.run(event_subprocess(on("message", "m"), interrupting=True), before=PAID, orderId="1")
    rig.publish("paid", "1")
    assert not rig.jobs("work")
    rig.publish("paid", "1")
    rig.complete("rescue")
    assert rig.is_over(key)
    assert rig.completed() == ["start", "begin", "inside", "done", "sub"]


def test_an_event_subprocess_that_does_not_interrupt() -> None:
    rig = Rig()
    key = rig.run(
        event_subprocess(on("message", "m"), interrupting=False), before=PAID, orderId="1"
    )
    rig.publish("paid", "1")
    rig.publish("paid", "1")
    assert len(rig.jobs("rescue")) == 2
    rig.complete()
    assert not rig.is_over(key)


def test_an_event_based_gateway_follows_what_comes_first() -> None:
    body = (
        '<bpmn:startEvent id="start"/><bpmn:eventBasedGateway id="which"/>'
        + catch(on("message", "m"), "first")
        + catch(timer("duration", "PT1M"), "second")
        + '<bpmn:endEvent id="end"/>'
        + flows("start>which", "which>first", "which>second", "first>end", "second>end")
    )
    rig = Rig()
    key = rig.run(body, before=PAID, orderId="1")
    rig.publish("paid", "1", x=2)
    assert rig.is_over(key)
    assert rig.completed() == ["start", "which", "first", "end"]
    assert rig.variables(key)["x"] == 2
    assert not rig.machine.state.timers
    later = rig.start(orderId="2")
    rig.wait(60_000)
    assert rig.is_over(later)


def test_a_terminate_end_ends_everything() -> None:
    body = (
        '<bpmn:startEvent id="start"/><bpmn:parallelGateway id="fork"/>'
        + work("a")
        + work("b", "other")
        + extended("endEvent", "stop", "", "<bpmn:terminateEventDefinition/>")
        + '<bpmn:endEvent id="end"/>'
        + flows("start>fork", "fork>a", "fork>b", "a>stop", "b>end")
    )
    rig = Rig()
    key = rig.run(body)
    rig.complete()
    assert rig.is_over(key)
    assert rig.happened("PROCESS_INSTANCE", "ELEMENT_TERMINATED", elementId="b")


def test_outputs_of_an_event_are_mapped() -> None:
    rig = Rig()
    mapped = io(outputs={"paidAmount": "amount"})
    key = rig.run(line(catch(on("message", "m"), extensions=mapped)), before=PAID, orderId="1")
    rig.publish("paid", "1", amount=3)
    assert rig.variables(key) == {"orderId": "1", "paidAmount": 3}
