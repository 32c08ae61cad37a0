"""Boundary events and event subprocesses: every trigger, interrupting or not, in each place."""

from collections.abc import Callable

import pytest

from tests.engine.machine.models import boundary, extended, flows, io, message, on, timer, work
from tests.engine.machine.rig import Rig
from zeebe_engine.engine.commands import BroadcastSignal, CompleteJob, ThrowError

ROOTS = (
    message("m", "paid", "orderId")
    + '<bpmn:signal id="s" name="alarm"/><bpmn:error id="e" errorCode="E"/>'
    + '<bpmn:escalation id="x" escalationCode="X"/>'
)
DEFINITIONS = {
    "MESSAGE": on("message", "m"),
    "TIMER": timer("duration", "PT10S"),
    "SIGNAL": on("signal", "s"),
    "ERROR": on("error", "e"),
    "ESCALATION": on("escalation", "x"),
}
EACH = [(kind, flag) for kind in DEFINITIONS for flag in (True, False) if flag or kind != "ERROR"]
"""Triggers, and whether they interrupt; an error always does."""


def fail(rig: Rig) -> None:
    (job,) = rig.jobs()
    rig.do(ThrowError(key=job.key, error_code="E", variables={"x": 1}))


CAUSES: dict[str, Callable[[Rig], object]] = {
    "MESSAGE": lambda rig: rig.publish("paid", "1", x=1),
    "TIMER": lambda rig: rig.wait(10_000),
    "SIGNAL": lambda rig: rig.do(BroadcastSignal(name="alarm", variables={"x": 1})),
    "ERROR": fail,
    "ESCALATION": lambda rig: rig.complete(),
}
BRING = ("MESSAGE", "SIGNAL", "ERROR")


def flow_with_escalation() -> str:
    """A job `work`, an escalation, and a job `rest`."""
    return (
        '<bpmn:startEvent id="s1"/>'
        + work("first")
        + extended("intermediateThrowEvent", "up", "", on("escalation", "x"))
        + work("second", "rest")
        + '<bpmn:endEvent id="e1"/>'
        + flows("s1>first", "first>up", "up>second", "second>e1")
    )


def around(inner: str, more: str = "") -> str:
    return (
        '<bpmn:startEvent id="start"/>'
        + extended("subProcess", "host", "", inner)
        + '<bpmn:endEvent id="end"/>'
        + flows("start>host", "host>end")
        + more
    )


def on_the_edge(kind: str, *, interrupting: bool) -> str:
    edge = boundary("edge", "host", DEFINITIONS[kind], interrupting=interrupting)
    way = '<bpmn:endEvent id="other"/>' + work("react", "react") + flows("edge>react")
    return around(flow_with_escalation(), edge + way + flows("react>other"))


def within(kind: str, *, interrupting: bool) -> str:
    flag = str(interrupting).lower()
    inner = (
        extended("startEvent", "edge", "", DEFINITIONS[kind], isInterrupting=flag)
        + work("react", "react")
        + '<bpmn:endEvent id="other"/>'
        + flows("edge>react", "react>other")
    )
    handler = extended("subProcess", "handler", "", inner, triggeredByEvent="true")
    return flow_with_escalation() + handler


def finish(rig: Rig, kind: str) -> None:
    """The usual way, which was not interrupted."""
    if kind != "ESCALATION":
        rig.complete()
    rig.complete("rest")


def events_of(rig: Rig, element_id: str) -> list[tuple[str, str]]:
    found = [one for one in rig.events if one.value_type == "PROCESS_INSTANCE"]
    return [
        (one.intent, one.value["bpmnEventType"])
        for one in found
        if one.value["elementId"] == element_id
    ]


def lived(kind: str) -> list[tuple[str, str]]:
    return [
        (f"ELEMENT_{intent}", kind)
        for intent in ("ACTIVATING", "ACTIVATED", "COMPLETING", "COMPLETED")
    ]


@pytest.mark.parametrize(("kind", "interrupting"), EACH)
def test_a_boundary_event(kind: str, *, interrupting: bool) -> None:
    rig = Rig()
    key = rig.run(on_the_edge(kind, interrupting=interrupting), before=ROOTS, orderId="1")
    CAUSES[kind](rig)
    assert events_of(rig, "edge") == lived(kind)
    ended = rig.happened("PROCESS_INSTANCE", "ELEMENT_TERMINATED", elementId="host")
    assert len(ended) == int(interrupting)
    rig.complete("react")
    assert rig.is_over(key) == interrupting
    if not interrupting:
        finish(rig, kind)
        assert "host" in rig.completed()
    assert rig.is_over(key)
    assert rig.variables(key).get("x") == (1 if kind in BRING else None)
    assert not rig.state.timers


@pytest.mark.parametrize("nested", [False, True], ids=["process", "subprocess"])
@pytest.mark.parametrize(("kind", "interrupting"), EACH)
def test_an_event_subprocess(kind: str, *, interrupting: bool, nested: bool) -> None:
    body = within(kind, interrupting=interrupting)
    rig = Rig()
    key = rig.run(around(body) if nested else body, before=ROOTS, orderId="1")
    CAUSES[kind](rig)
    assert events_of(rig, "edge") == lived(kind)
    ended = rig.happened("PROCESS_INSTANCE", "ELEMENT_TERMINATED", bpmnElementType="SERVICE_TASK")
    assert bool(ended) == (interrupting and kind != "ESCALATION")
    rig.complete("react")
    assert rig.is_over(key) == interrupting
    if not interrupting:
        finish(rig, kind)
    assert rig.is_over(key)
    assert ("host" in rig.completed()) == nested
    assert rig.completed().count("handler") == 1


@pytest.mark.parametrize("kind", ["MESSAGE", "SIGNAL"])
def test_what_does_not_interrupt_happens_as_often_as_it_comes(kind: str) -> None:
    rig = Rig()
    key = rig.run(within(kind, interrupting=False), before=ROOTS, orderId="1")
    CAUSES[kind](rig)
    CAUSES[kind](rig)
    assert rig.completed().count("edge") == 2
    finish(rig, kind)
    assert not rig.is_over(key)
    for job in rig.jobs("react"):
        rig.do(CompleteJob(key=job.key))
    assert rig.is_over(key)


def test_an_error_boundary_event_for_any_code_comes_after_the_one_for_the_code() -> None:
    edges = (
        boundary("any", "task", on("error"))
        + boundary("own", "task", on("error", "e"))
        + '<bpmn:endEvent id="o1"/><bpmn:endEvent id="o2"/>'
    )
    body = '<bpmn:startEvent id="start"/>' + work("task") + edges + '<bpmn:endEvent id="end"/>'
    body += flows("start>task", "task>end", "any>o1", "own>o2")
    for code, way in (("E", ["own", "o2"]), ("OTHER", ["any", "o1"])):
        rig = Rig()
        rig.run(body, before=ROOTS)
        (job,) = rig.jobs()
        rig.do(ThrowError(key=job.key, error_code=code))
        assert rig.completed() == ["start", *way]


def test_an_error_that_nobody_catches_is_an_incident() -> None:
    rig = Rig()
    rig.run(on_the_edge("TIMER", interrupting=True), before=ROOTS)
    fail(rig)
    assert rig.incident().value["errorType"] == "UNHANDLED_ERROR_EVENT"


def test_an_event_subprocess_does_not_catch_its_own_error() -> None:
    """It goes on to whoever stands around its scope."""
    start = extended("startEvent", "begin", "", on("error", "e"))
    again = extended("endEvent", "again", "", on("error", "e"))
    inner = start + again + flows("begin>again")
    handler = extended("subProcess", "handler", "", inner, triggeredByEvent="true")
    edge = boundary("edge", "host", on("error", "e")) + '<bpmn:endEvent id="other"/>'
    rig = Rig()
    body = around(flow_with_escalation() + handler, edge + flows("edge>other"))
    key = rig.run(body, before=ROOTS)
    fail(rig)
    assert rig.is_over(key)
    assert rig.completed()[-2:] == ["edge", "other"]


def test_a_message_at_the_edge_is_not_matched_by_what_is_mapped_into_the_activity() -> None:
    task = work("host", extensions=io(inputs={"orderId": "2"}))
    body = (
        '<bpmn:startEvent id="start"/>'
        + task
        + boundary("edge", "host", DEFINITIONS["MESSAGE"])
        + '<bpmn:endEvent id="end"/><bpmn:endEvent id="other"/>'
        + flows("start>host", "host>end", "edge>other")
    )
    rig = Rig()
    key = rig.run(body, before=ROOTS, orderId="1")
    rig.publish("paid", "2")
    assert not rig.is_over(key)
    rig.publish("paid", "1")
    assert rig.completed() == ["start", "edge", "other"]
