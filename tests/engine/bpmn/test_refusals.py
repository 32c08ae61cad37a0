"""Every fault is told in words, with the element that it is in, and all of them at once."""

import pytest

from tests.engine.bpmn.models import (
    HEAD,
    START,
    TASK,
    defined,
    document,
    event,
    extended,
    faults,
    process,
    refusal,
    scoped,
    timed,
)
from tests.engine.bpmn.test_elements import LOOP, TYPED

ABSENT = "Attribute '{}' must be present and not empty"
UNTYPED = "Must have exactly one 'zeebe:taskDefinition' extension element"


def expected(found: str) -> str:
    return (
        f"Expected expression but found static value '{found}'. An expression must start with '='"
    )


def test_the_form_is_that_of_the_engine() -> None:
    body = START + '<bpmn:serviceTask id="task"/><bpmn:sendTask id="tell"/>'
    assert refusal(document(process(body))) == (
        "- Element: task\n"
        "    - ERROR: Must have exactly one 'zeebe:taskDefinition' extension element\n"
        "- Element: tell\n"
        "    - ERROR: Must have exactly one 'zeebe:taskDefinition' extension element"
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"<x", "unclosed token: line 1, column 0", id="broken"),
        pytest.param(b"no XML", "syntax error: line 1, column 0", id="no XML"),
        pytest.param(b"", "no element found: line 1, column 0", id="nothing"),
        pytest.param(b"<x/>", "Must be a bpmn:definitions, but is 'x'", id="another root"),
        pytest.param(b"<!DOCTYPE x><x/>", "a DOCTYPE is not allowed", id="DOCTYPE"),
    ],
)
def test_what_is_no_bpmn_is_refused(content: bytes, words: str) -> None:
    assert refusal(content) == words


def test_a_file_must_hold_an_executable_process() -> None:
    idle = process(START).replace('isExecutable="true"', "")
    assert refusal(document(idle)) == (
        "- Element: definitions\n    - ERROR: Must contain at least one executable process"
    )


def test_two_processes_must_not_share_an_id() -> None:
    told = refusal(document(process(START), process(START)))
    assert told.startswith("- Element: order\n    - ERROR: Must have an id of its own")


WORK = "x > extensionElements > {}"
CATCH = "x > {}EventDefinition"
LOOPED = "x > multiInstanceLoopCharacteristics"


@pytest.mark.parametrize(
    ("body", "path", "text"),
    [
        pytest.param(
            extended("serviceTask", '<zeebe:taskDefinition type=" "/>'),
            WORK.format("taskDefinition"),
            ABSENT.format("type"),
            id="blank type",
        ),
        pytest.param(
            extended("serviceTask", '<zeebe:taskDefinition type="a" retries="many"/>'),
            WORK.format("taskDefinition"),
            "Expected a number of retries, or an expression that starts with '=', but found 'many'",
            id="retries",
        ),
        pytest.param(
            extended(
                "serviceTask",
                TYPED + '<zeebe:ioMapping><zeebe:output target="a"/></zeebe:ioMapping>',
            ),
            WORK.format("ioMapping > output"),
            ABSENT.format("source"),
            id="output without source",
        ),
        pytest.param(
            extended(
                "serviceTask",
                TYPED + '<zeebe:ioMapping><zeebe:input source="a" target="1+"/></zeebe:ioMapping>',
            ),
            WORK.format("ioMapping > input"),
            "Attribute 'target' must be a variable like 'order.total', but is '1+'",
            id="target",
        ),
        pytest.param(
            extended("serviceTask", TYPED + "<zeebe:taskHeaders/><zeebe:taskHeaders/>"),
            "x",
            "Must have at most one 'zeebe:taskHeaders' extension element",
            id="headers twice",
        ),
        pytest.param(
            '<bpmn:scriptTask id="x"/>',
            "x",
            "Must have either one 'zeebe:script' or one 'zeebe:taskDefinition' extension element",
            id="script",
        ),
        pytest.param(
            extended("scriptTask", '<zeebe:script expression="a" resultVariable="b"/>'),
            WORK.format("script"),
            expected("a"),
            id="fixed script",
        ),
        pytest.param(
            extended("scriptTask", '<zeebe:script expression="=a"/>'),
            WORK.format("script"),
            ABSENT.format("resultVariable"),
            id="script without result",
        ),
        pytest.param(
            extended(
                "businessRuleTask",
                TYPED + '<zeebe:calledDecision decisionId="d" resultVariable="r"/>',
            ),
            "x",
            "Must have either one 'zeebe:calledDecision' or one 'zeebe:taskDefinition'",
            id="decision and job",
        ),
        pytest.param(
            extended("businessRuleTask", '<zeebe:calledDecision resultVariable="r"/>'),
            WORK.format("calledDecision"),
            ABSENT.format("decisionId"),
            id="decision without id",
        ),
        pytest.param(
            '<bpmn:callActivity id="x"/>',
            "x",
            "Must have exactly one 'zeebe:calledElement' extension element",
            id="call",
        ),
        pytest.param(
            extended("callActivity", '<zeebe:calledElement processId=""/>'),
            WORK.format("calledElement"),
            ABSENT.format("processId"),
            id="call of nothing",
        ),
        pytest.param(
            extended("callActivity", '<zeebe:calledElement processId="a" bindingType="newest"/>'),
            WORK.format("calledElement"),
            "Attribute 'bindingType' must be one of: latest, deployment, versionTag",
            id="binding",
        ),
        pytest.param(
            extended(
                "callActivity", '<zeebe:calledElement processId="a" bindingType="versionTag"/>'
            ),
            WORK.format("calledElement"),
            ABSENT.format("versionTag"),
            id="tag",
        ),
        pytest.param(
            extended("userTask", '<zeebe:userTask/><zeebe:priorityDefinition priority="101"/>'),
            WORK.format("priorityDefinition"),
            "Expected a priority from 0 to 100",
            id="priority",
        ),
        pytest.param(
            extended("userTask", '<zeebe:userTask/><zeebe:taskSchedule dueDate="today"/>'),
            WORK.format("taskSchedule"),
            "Expected a date and time like '2026-11-01T12:00:00Z'",
            id="due date",
        ),
        pytest.param(
            extended("serviceTask", TYPED, "<bpmn:multiInstanceLoopCharacteristics/>"),
            LOOPED,
            "Must have exactly one 'zeebe:loopCharacteristics' extension element",
            id="loop",
        ),
        pytest.param(
            extended("serviceTask", TYPED, LOOP.format("", "", "").replace('"=items"', '""')),
            f"{LOOPED} > extensionElements > loopCharacteristics",
            "Expected expression but not found.",
            id="loop over nothing",
        ),
        pytest.param(
            extended("serviceTask", TYPED, LOOP.format("", 'outputElement="=a"', "")),
            f"{LOOPED} > extensionElements > loopCharacteristics",
            "Must have both 'outputCollection' and 'outputElement', or none of them",
            id="half of an output",
        ),
        pytest.param(
            event("intermediateCatchEvent", ""),
            "x",
            "Must have one event definition of: message timer signal link",
            id="catch nothing",
        ),
        pytest.param(
            event("intermediateCatchEvent", defined("error", "e")),
            "x",
            "Must not have a bpmn:errorEventDefinition; possible here: message timer signal link",
            id="catch an error",
        ),
        pytest.param(
            event("intermediateCatchEvent", defined("message")),
            CATCH.format("message"),
            "Must reference a bpmn:message",
            id="no message",
        ),
        pytest.param(
            event("intermediateCatchEvent", defined("message", "nameless")),
            "nameless",
            ABSENT.format("name"),
            id="nameless message",
        ),
        pytest.param(
            event("intermediateCatchEvent", defined("message", "keyless")),
            "keyless",
            "Must have exactly one 'zeebe:subscription' extension element",
            id="no key to catch",
        ),
        pytest.param(
            '<bpmn:receiveTask id="x" messageRef="keyless"/>',
            "keyless",
            "Must have exactly one 'zeebe:subscription' extension element",
            id="no key to receive",
        ),
        pytest.param(
            '<bpmn:receiveTask id="x"/>', "x", "Must reference a bpmn:message", id="receive nothing"
        ),
        pytest.param(
            TASK
            + event("boundaryEvent", defined("message", "keyless"), "x", 'attachedToRef="task"'),
            "keyless",
            "Must have exactly one 'zeebe:subscription' extension element",
            id="no key at a boundary",
        ),
        pytest.param(
            event("intermediateCatchEvent", defined("signal", "unnamed")),
            "unnamed",
            ABSENT.format("name"),
            id="nameless signal",
        ),
        pytest.param(
            event("intermediateThrowEvent", defined("signal")),
            CATCH.format("signal"),
            "Must reference a bpmn:signal",
            id="no signal",
        ),
        pytest.param(
            event("intermediateThrowEvent", defined("message", "m")), "x", UNTYPED, id="message"
        ),
        pytest.param(
            event("intermediateCatchEvent", "<bpmn:timerEventDefinition/>"),
            CATCH.format("timer"),
            "Must be exactly one type of timer: timeDuration, timeDate or timeCycle",
            id="no time",
        ),
        pytest.param(
            event("intermediateCatchEvent", timed("Duration", "")),
            CATCH.format("timer") + " > timeDuration",
            "Expected a duration like 'PT10S', or an expression, but found nothing",
            id="blank time",
        ),
        pytest.param(
            event("endEvent", defined("error")),
            CATCH.format("error"),
            "Must reference a bpmn:error",
            id="no error",
        ),
        pytest.param(
            event("endEvent", defined("error", "codeless")),
            "codeless",
            ABSENT.format("errorCode"),
            id="error without a code",
        ),
        pytest.param(
            TASK
            + event("boundaryEvent", defined("error", "computed"), "x", 'attachedToRef="task"'),
            CATCH.format("error"),
            "Must have a fixed error code where it is caught, but found '=code'",
            id="computed code",
        ),
        pytest.param(
            event("intermediateThrowEvent", "<bpmn:linkEventDefinition/>"),
            CATCH.format("link"),
            ABSENT.format("name"),
            id="nameless link",
        ),
        pytest.param("<bpmn:task/>", "task", ABSENT.format("id"), id="no id"),
        pytest.param(
            '<bpmn:task id="x"/><bpmn:task id="x"/>',
            "x",
            "Must have an id of its own, but something else has the same",
            id="one id twice",
        ),
        pytest.param(
            extended("serviceTask", '<zeebe:taskDefinition type="=1 +"/>'),
            WORK.format("taskDefinition"),
            "failed to parse expression '1 +': ",
            id="expression",
        ),
        pytest.param(
            extended("serviceTask", f'<zeebe:taskDefinition type="{"x" * 40_000}"/>'),
            WORK.format("taskDefinition"),
            "Must not have a field of more than 32768 characters, but has 40000",
            id="a long field",
        ),
    ],
)
def test_a_wrong_element_is_named(body: str, path: str, text: str) -> None:
    told = faults(body)
    assert [path] == list(told)
    assert len(told[path]) == 1
    assert told[path][0].startswith(text)


@pytest.mark.parametrize(
    "time",
    [
        *(("Duration", text) for text in ("10", "P", "PT", "P1H", "PT1D", "P1DT", "PT9999999999S")),
        *(("Date", text) for text in ("2026-12-01", "2026-12-01T08:00:00", "T", "1")),
    ],
)
def test_a_fixed_time_must_be_iso_8601(time: tuple[str, str]) -> None:
    ((path, (text,)),) = faults(event("intermediateCatchEvent", timed(*time))).items()
    assert path == f"x > timerEventDefinition > time{time[0]}"
    assert text.endswith(f"but found '{time[1]}'")


@pytest.mark.parametrize("text", ["PT10S", "R3", "R3/", "R3/P", "R3/2026-12-01/PT1S", "0 0 9 * *"])
def test_a_fixed_cycle_must_be_one(text: str) -> None:
    told = faults("", start=event("startEvent", timed("Cycle", text)))
    assert list(told) == ["x > timerEventDefinition > timeCycle"]


def test_nested_elements_are_read_too() -> None:
    inner = '<bpmn:startEvent id="inner"/>' + '<bpmn:serviceTask id="deep"/>'
    assert faults(scoped(inner)) == {"deep": [UNTYPED]}


def test_more_elements_than_a_model_has_are_refused() -> None:
    tasks = "".join(f'<bpmn:task id="t{number}"/>' for number in range(10_000))
    told = refusal(document(process(START + tasks)))
    assert told == "Must not have more than 10000 elements and flows, but has 10001"


def test_deep_nesting_is_refused() -> None:
    deep = scoped("") * 1
    for number in range(250):
        deep = scoped(deep, scope_id=f"s{number}")
    assert refusal(document(process(deep))) == "elements are nested more than 200 deep"


def test_a_long_explanation_is_cut() -> None:
    tasks = "".join(f'<bpmn:serviceTask id="{"t" * 500}{number}"/>' for number in range(500))
    told = refusal(document(process(START + tasks)))
    assert len(told) < 5_000
    assert told.endswith(f"... and {500 - told.count('- Element')} more elements")


def test_a_prefix_is_of_no_importance() -> None:
    plain = HEAD.replace("xmlns:bpmn=", "xmlns=").replace("<bpmn:", "<")
    content = f'{plain}<process id="p" isExecutable="true"><serviceTask id="t"/></process>'
    told = refusal(f"{content}</definitions>".encode())
    assert "- Element: t\n" in told
