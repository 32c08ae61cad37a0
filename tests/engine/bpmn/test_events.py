"""Each kind of event becomes the right trigger, where it may stand."""

import pytest

from tests.engine.bpmn.models import (
    START,
    TASK,
    defined,
    event,
    extended,
    flow,
    read_element,
    read_process,
    scoped,
    timed,
)
from tests.engine.bpmn.test_elements import computed
from zeebe_engine.bpmn.model import (
    ElementType,
    Error,
    Escalation,
    Link,
    Message,
    Signal,
    Terminate,
    Timer,
    Trigger,
    Value,
)

PAID = Message(Value("paid"), computed("orderId"))
ALARM = Signal(Value("alarm"))
MINUTE = Timer("duration", Value("PT1M"))

CATCHING = [
    pytest.param(defined("message", "m"), PAID, id="message"),
    pytest.param(
        defined("message", "m2"), Message(computed("kind"), computed("orderId")), id="=name"
    ),
    pytest.param(timed("Duration", "PT1M"), MINUTE, id="timer"),
    pytest.param(timed("Duration", "=wait"), Timer("duration", computed("wait")), id="=timer"),
    pytest.param(
        timed("Date", "2026-12-01T08:00:00+01:00[Europe/Berlin]"),
        Timer("date", Value("2026-12-01T08:00:00+01:00[Europe/Berlin]")),
        id="date",
    ),
    pytest.param(defined("signal", "s"), ALARM, id="signal"),
]
CYCLE = [
    pytest.param(timed("Cycle", text), Timer("cycle", Value(text)), id=text)
    for text in (
        *("R3/PT10S", "R/P1DT12H", "R-1/PT1M", "R2/2026-12-01T00:00:00Z/P1W", "@daily"),
        "0 0 9-17 * * MON-FRI",
    )
]
CODED = [
    pytest.param(defined("error", "e"), Error(Value("NO_STOCK")), id="error"),
    pytest.param(defined("error"), Error(None), id="any error"),
    pytest.param(defined("error", "codeless"), Error(None), id="error without a code"),
    pytest.param(defined("escalation", "c"), Escalation(Value("LATE")), id="escalation"),
    pytest.param(defined("escalation"), Escalation(None), id="any escalation"),
]


@pytest.mark.parametrize(
    ("definition", "trigger"),
    [
        pytest.param("", None, id="none"),
        pytest.param(defined("message", "keyless"), Message(Value("go")), id="message"),
        pytest.param(defined("signal", "s"), ALARM, id="signal"),
        *CYCLE,
    ],
)
def test_start_events(definition: str, trigger: Trigger | None) -> None:
    found = read_process(event("startEvent", definition))
    assert found.elements["x"].trigger == trigger
    assert found.root.starts == ("x",)


@pytest.mark.parametrize(("definition", "trigger"), CATCHING)
def test_intermediate_catch_events(definition: str, trigger: Trigger) -> None:
    found = read_element(event("intermediateCatchEvent", definition))
    assert (found.type, found.trigger) == (ElementType.INTERMEDIATE_CATCH_EVENT, trigger)


def test_a_receive_task_waits_for_a_message() -> None:
    found = read_element('<bpmn:receiveTask id="x" messageRef="m"/>')
    assert (found.type, found.trigger) == (ElementType.RECEIVE_TASK, PAID)


@pytest.mark.parametrize(("definition", "trigger"), CATCHING + CODED)
def test_boundary_events(definition: str, trigger: Trigger) -> None:
    boundary = event("boundaryEvent", definition, attributes='attachedToRef="task"')
    found = read_process(START + TASK + boundary).elements
    assert found["task"].boundaries == ("x",)
    assert (found["x"].attached_to, found["x"].trigger) == ("task", trigger)
    assert found["x"].interrupting


@pytest.mark.parametrize(
    ("definition", "interrupting"),
    [
        pytest.param(timed("Duration", "PT1M"), False, id="timer"),
        pytest.param(timed("Cycle", "R3/PT1M"), False, id="cycle"),
        pytest.param(defined("escalation", "c"), False, id="escalation"),
        pytest.param(defined("error", "e"), True, id="error"),
    ],
)
def test_a_boundary_event_interrupts_unless_it_says_not(
    definition: str, interrupting: bool
) -> None:
    attributes = 'attachedToRef="task" cancelActivity="false"'
    found = read_element(TASK + event("boundaryEvent", definition, attributes=attributes))
    assert found.interrupting is interrupting


@pytest.mark.parametrize(("definition", "trigger"), CATCHING + CODED)
def test_event_subprocesses(definition: str, trigger: Trigger) -> None:
    start = event("startEvent", definition, attributes='isInterrupting="false"')
    found = read_process(START + scoped(start, 'triggeredByEvent="true"'))
    assert found.root.event_subprocesses == ("sub",)
    assert found.root.starts == ("start",)
    assert found.elements["sub"].type is ElementType.EVENT_SUB_PROCESS
    assert found.elements["x"].trigger == trigger
    assert found.elements["x"].interrupting is isinstance(trigger, Error)


@pytest.mark.parametrize(
    ("kind", "definition", "trigger"),
    [
        pytest.param("intermediateThrowEvent", defined("signal", "s"), ALARM, id="signal"),
        pytest.param(
            "intermediateThrowEvent",
            defined("escalation", "c"),
            Escalation(Value("LATE")),
            id="escalation",
        ),
        pytest.param("endEvent", defined("signal", "s"), ALARM, id="signal end"),
        pytest.param("endEvent", defined("error", "e"), Error(Value("NO_STOCK")), id="error end"),
        pytest.param(
            "endEvent", defined("error", "computed"), Error(computed("code")), id="computed end"
        ),
        pytest.param(
            "endEvent", defined("escalation", "c"), Escalation(Value("LATE")), id="escalation end"
        ),
        pytest.param("endEvent", defined("terminate"), Terminate(), id="terminate end"),
    ],
)
def test_throw_and_end_events(kind: str, definition: str, trigger: Trigger) -> None:
    assert read_element(event(kind, definition)).trigger == trigger


def test_a_link_is_thrown_and_caught_by_its_name() -> None:
    link = '<bpmn:linkEventDefinition name="onwards"/>'
    body = event("intermediateThrowEvent", link, "out") + event(
        "intermediateCatchEvent", link, "in"
    )
    found = read_process(START + body).elements
    assert found["out"].trigger == found["in"].trigger == Link("onwards")


def test_an_event_based_gateway_waits_for_several_events() -> None:
    body = (
        '<bpmn:eventBasedGateway id="x"/>'
        + event("intermediateCatchEvent", defined("message", "m"), "one")
        + event("intermediateCatchEvent", timed("Duration", "PT1M"), "two")
    )
    found = read_element(body + flow("f1", "x", "one") + flow("f2", "x", "two"))
    assert found.type is ElementType.EVENT_BASED_GATEWAY
    assert [one.target for one in found.outgoing] == ["one", "two"]


def test_a_reference_may_carry_a_prefix() -> None:
    found = read_element(event("intermediateCatchEvent", defined("message", "tns:m")))
    assert found.trigger == PAID


def test_a_message_that_is_thrown_needs_no_message() -> None:
    typed = '<zeebe:taskDefinition type="tell"/>'
    found = read_element(extended("endEvent", typed, "<bpmn:messageEventDefinition/>"))
    assert found.trigger is None
    assert found.job
