"""What is wrong with a process as a whole is told under the element that must change."""

import pytest

from tests.engine.bpmn.models import START, TASK, defined, event, faults, flow, scoped, timed

END = '<bpmn:endEvent id="end"/>'
LINK = '<bpmn:linkEventDefinition name="onwards"/>'
EVENTS = '<bpmn:eventBasedGateway id="x"/>' + "".join(
    event("intermediateCatchEvent", definition, name)
    for name, definition in (
        ("one", defined("message", "m")),
        ("two", timed("Duration", "PT1M")),
        ("three", defined("message", "m")),
    )
)
ATTACHED = 'attachedToRef="task"'


@pytest.mark.parametrize(
    ("start", "text"),
    [
        pytest.param("", "Must have at least one start event", id="none"),
        pytest.param(
            START + '<bpmn:startEvent id="other"/>',
            "Multiple none start events are not allowed",
            id="two",
        ),
        pytest.param(
            event("startEvent", defined("message", "m"), "a")
            + event("startEvent", defined("message", "m"), "b"),
            "Multiple message event definitions with the same name 'paid' are not allowed",
            id="one message twice",
        ),
        pytest.param(
            event("startEvent", defined("signal", "s"), "a")
            + event("startEvent", defined("signal", "s"), "b"),
            "Multiple signal event definitions with the same name 'alarm' are not allowed",
            id="one signal twice",
        ),
    ],
)
def test_a_process_must_have_distinct_starts(start: str, text: str) -> None:
    assert faults("", start) == {"order": [text]}


@pytest.mark.parametrize(
    ("body", "element", "text"),
    [
        pytest.param(
            END + flow("f", "nowhere", "end"),
            "f",
            "Must have a source in this process, but there is no element 'nowhere'",
            id="no source",
        ),
        pytest.param(
            END + flow("f", "start", "nowhere"),
            "f",
            "Must have a target in this process, but there is no element 'nowhere'",
            id="no target",
        ),
        pytest.param(
            scoped('<bpmn:startEvent id="inner"/><bpmn:endEvent id="end"/>')
            + flow("f", "start", "end"),
            "f",
            "Must not cross a border, but goes from 'start' to 'end'",
            id="into a subprocess",
        ),
        pytest.param(
            TASK + END + flow("f", "task", "end", "=a"),
            "f",
            "A condition on a flow that leaves no exclusive or inclusive gateway is not executed by"
            " the local engine; see its documentation for what is",
            id="condition after a task",
        ),
        pytest.param(
            END + TASK + flow("f", "end", "task"),
            "end",
            "Must not have outgoing sequence flows",
            id="after the end",
        ),
        pytest.param(
            TASK + flow("f", "task", "start"),
            "start",
            "Must not have incoming sequence flows",
            id="before the start",
        ),
        pytest.param(
            '<bpmn:exclusiveGateway id="x" default="d"/>' + END + flow("d", "x", "end", "=a"),
            "x",
            "Default flow must not have a condition, but 'd' has one",
            id="default with a condition",
        ),
        pytest.param(
            '<bpmn:exclusiveGateway id="x" default="f"/>' + END + flow("f", "start", "end"),
            "x",
            "Default flow must start at it, but 'f' does not",
            id="default of another",
        ),
        pytest.param(
            '<bpmn:task id="x" default="f"/>' + END + flow("f", "x", "end"),
            "x",
            "A default flow that leaves no exclusive or inclusive gateway is not executed by"
            " the local engine; see its documentation for what is",
            id="default of a task",
        ),
        pytest.param(
            event("boundaryEvent", defined("error"), "x", 'attachedToRef="nothing"'),
            "x",
            "Must be attached to an activity, but 'nothing' is none",
            id="boundary of nothing",
        ),
        pytest.param(
            event("boundaryEvent", defined("error"), "x", 'attachedToRef="start"'),
            "x",
            "Must be attached to an activity, but 'start' is none",
            id="boundary of an event",
        ),
        pytest.param(
            TASK + event("boundaryEvent", timed("Cycle", "R/PT1M"), "x", ATTACHED),
            "x",
            "Interrupting timer event with time cycle is not allowed",
            id="interrupting cycle",
        ),
        pytest.param(
            event("intermediateCatchEvent", timed("Cycle", "R/PT1M")),
            "x",
            "Intermediate timer catch event must have a time duration or a time date",
            id="cycle in between",
        ),
        pytest.param(
            TASK
            + event("boundaryEvent", defined("error", "e"), "a", ATTACHED)
            + event("boundaryEvent", defined("error", "e"), "b", ATTACHED),
            "task",
            "Multiple error event definitions with the same code 'NO_STOCK' are not allowed",
            id="one code twice",
        ),
        pytest.param(
            EVENTS + flow("f", "x", "one"),
            "x",
            "Event-based gateway must have at least 2 outgoing sequence flows.",
            id="one event",
        ),
        pytest.param(
            EVENTS + TASK + flow("f", "x", "one") + flow("g", "x", "task"),
            "x",
            "Event-based gateway must not have an outgoing sequence flow to other elements"
            " than message, timer or signal catch events, but has one to 'task'",
            id="a task as an event",
        ),
        pytest.param(
            EVENTS + flow("f", "x", "one") + flow("g", "x", "two") + flow("h", "start", "one"),
            "x",
            "Must be the only one with a sequence flow to 'one'",
            id="an event with two ways in",
        ),
        pytest.param(
            EVENTS + flow("f", "x", "one") + flow("g", "x", "three"),
            "x",
            "Multiple message event definitions with the same name 'paid' are not allowed",
            id="one event twice",
        ),
        pytest.param(
            scoped(""), "sub", "Must have exactly one start event, but has 0", id="no inner start"
        ),
        pytest.param(
            scoped('<bpmn:startEvent id="a"/><bpmn:startEvent id="b"/>'),
            "sub",
            "Must have exactly one start event, but has 2",
            id="two inner starts",
        ),
        pytest.param(
            scoped(event("startEvent", defined("signal", "s"))),
            "x",
            "Must not have a bpmn:signalEventDefinition; possible here: none",
            id="signal starts a subprocess",
        ),
        pytest.param(
            scoped("", 'triggeredByEvent="true"'),
            "sub",
            "Must have exactly one start event, but has 0",
            id="event subprocess without an event",
        ),
        pytest.param(
            scoped('<bpmn:startEvent id="a"/>', 'triggeredByEvent="true"'),
            "a",
            "Must have one event definition of: message timer signal error escalation",
            id="none start of an event subprocess",
        ),
        pytest.param(
            scoped(event("startEvent", timed("Cycle", "R/PT1M")), 'triggeredByEvent="true"'),
            "x",
            "Interrupting timer event with time cycle is not allowed",
            id="interrupting cycle of an event subprocess",
        ),
        pytest.param(
            scoped(event("startEvent", defined("error")), 'triggeredByEvent="true"')
            + flow("f", "start", "sub"),
            "sub",
            "Must not have incoming sequence flows",
            id="flow to an event subprocess",
        ),
        pytest.param(
            event("intermediateThrowEvent", LINK),
            "order",
            "Must have a link catch event for the thrown link 'onwards'",
            id="link to nowhere",
        ),
        pytest.param(
            event("intermediateCatchEvent", LINK, "a") + event("intermediateCatchEvent", LINK, "b"),
            "order",
            "Multiple link catch events with the name 'onwards' are not allowed",
            id="link to two places",
        ),
        pytest.param(
            event("intermediateCatchEvent", LINK) + flow("f", "start", "x"),
            "x",
            "Must not have incoming sequence flows",
            id="flow to a link",
        ),
    ],
)
def test_a_wrong_process_is_refused(body: str, element: str, text: str) -> None:
    assert faults(body) == {element: [text]}


@pytest.mark.parametrize("kind", ["exclusiveGateway", "inclusiveGateway"])
def test_a_choice_needs_conditions_on_all_flows_but_the_default(kind: str) -> None:
    gateway = f'<bpmn:{kind} id="x" default="d"/>'
    flows = flow("d", "x", "end") + flow("f", "x", "end") + flow("g", "x", "end", "=a")
    assert faults(gateway + END + flows) == {"f": ["Must have a condition or be default flow"]}


def test_a_process_does_not_start_after_a_duration() -> None:
    told = faults("", start=event("startEvent", timed("Duration", "PT1M")))
    assert told == {"x": ["Timer start event must have a time date or a time cycle"]}


def test_a_boundary_event_stands_beside_what_it_is_attached_to() -> None:
    inner = event("boundaryEvent", defined("error"), "x", ATTACHED)
    body = TASK + scoped('<bpmn:startEvent id="inner"/>' + inner)
    assert faults(body) == {
        "x": ["Must stand beside what it is attached to, but 'task' is elsewhere"]
    }


def test_a_link_does_not_leave_its_scope() -> None:
    inner = '<bpmn:startEvent id="inner"/>' + event("intermediateCatchEvent", LINK, "in")
    told = faults(scoped(inner) + event("intermediateThrowEvent", LINK, "out"))
    assert told == {"order": ["Must have a link catch event for the thrown link 'onwards'"]}
