"""Incidents of every type: raised with words, resolved, and gone on after; or raised again."""

import pytest

from tests.engine.dmn import tables
from tests.engine.machine.models import (
    ERROR,
    PAID,
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
    job,
    line,
    on,
    start,
    subprocess,
    throw,
    timer,
    work,
)
from tests.engine.machine.rig import Rig
from zeebe_engine.engine.commands import CancelInstance, FailJob, ResolveIncident, UpdateJob
from zeebe_engine.engine.refusals import Rejection, Status

CONDITIONS = (
    start()
    + gateway("exclusive", "which")
    + end(element_id="yes")
    + end(element_id="no")
    + flows("start>which", "which>yes", "which>no", yes="a = 1", no="a = 2")
)
DECISION = '<zeebe:calledDecision decisionId="d" resultVariable="r"/>'
SCRIPT = '<zeebe:script expression="=assert(a, a = 1, &quot;a is not 1&quot;)" resultVariable="r"/>'
CASES = {
    "CONDITION_ERROR": (CONDITIONS, "at least one condition to evaluate to true"),
    "EXTRACT_VALUE_ERROR": (
        line(extended("serviceTask", "task", job("=if a = 1 then &quot;work&quot; else null"))),
        "to be 'STRING', but was 'NULL'",
    ),
    "IO_MAPPING_ERROR": (
        line(work("task", extensions=io(inputs={"b": "assert(a, a = 1)"}))),
        "ASSERT_FAILURE",
    ),
    "DECISION_EVALUATION_ERROR": (
        line(extended("businessRuleTask", "task", DECISION)),
        "Expected to evaluate decision 'd', but",
    ),
}


def rules() -> str:
    """Of 1 there is one rule, of 2 there are two."""
    parts = [tables.rule(f"r{n}", [one], [one]) for n, one in enumerate(("1", "2", "2"))]
    table = tables.table(tables.asked("a"), tables.column(), *parts)
    return tables.document(tables.decision(table)).decode()


def go_on(rig: Rig, key: int) -> bool:
    for one in rig.jobs():
        rig.do(FailJob(key=one.key, retries=1))
        rig.complete()
    return rig.is_over(key)


@pytest.mark.parametrize("kind", CASES)
def test_what_an_expression_has_caused_is_tried_again_when_it_is_resolved(kind: str) -> None:
    body, words = CASES[kind]
    rig = Rig()
    if kind == "DECISION_EVALUATION_ERROR":
        rig.deploy_files({"rules.dmn": rules()})
    key = rig.run(body, a=2 if kind == "DECISION_EVALUATION_ERROR" else 3)
    first = rig.incident()
    assert rig.problem()[0] == kind
    assert words in rig.problem()[1]
    rig.resolve()
    second = rig.incident()
    assert (second.value, second.key > first.key) == (first.value, True)
    rig.set_variables(key, a=1)
    rig.resolve()
    assert not rig.state.incidents
    assert go_on(rig, key)


def test_a_condition_that_is_no_boolean() -> None:
    rig = Rig()
    key = rig.run(CONDITIONS.replace("a = 1", "a"))
    assert rig.problem()[0] == "EXTRACT_VALUE_ERROR"
    told = rig.problem()[1]
    assert told.startswith("Expected result of the expression 'a' to be 'BOOLEAN', but was 'NULL'.")
    assert "[NO_VARIABLE_FOUND] No variable found with name 'a'" in told
    rig.set_variables(key, a=True)
    rig.resolve()
    assert rig.is_over(key)


def test_outputs_that_cannot_be_mapped_hold_what_was_done() -> None:
    """The job is done, and is not done again."""
    rig = Rig()
    key = rig.run(line(work("task", extensions=io(outputs={"b": "assert(a, a = 1)"}))))
    rig.complete(c=1)
    assert rig.problem()[0] == "IO_MAPPING_ERROR"
    assert not rig.state.jobs
    rig.set_variables(key, a=1)
    rig.resolve()
    assert rig.is_over(key)
    assert rig.variables(key) == {"a": 1, "b": 1}


def test_a_script_that_is_stopped_says_why() -> None:
    rig = Rig()
    key = rig.run(line(extended("scriptTask", "task", SCRIPT)), a=2)
    assert rig.problem()[0] == "EXTRACT_VALUE_ERROR"
    assert "a is not 1" in rig.problem()[1]
    rig.set_variables(key, a=1)
    rig.resolve()
    assert rig.variables(key) == {"a": 1, "r": 1}


def test_variables_of_the_element_itself_can_repair_its_inputs() -> None:
    rig = Rig()
    rig.run(line(work("task", extensions=io(inputs={"b": "assert(a, a = 1)"}))))
    rig.set_variables(rig.instance_of("task"), local=True, a=1)
    rig.resolve()
    assert rig.job().variables == {"a": 1, "b": 1}


def test_a_decision_or_a_process_that_is_not_there_is_found_when_it_is_deployed() -> None:
    rig = Rig()
    key = rig.run(line(extended("businessRuleTask", "task", DECISION), call()), a=1)
    assert rig.problem()[0] == "CALLED_DECISION_ERROR"
    assert "no decision found for id 'd'" in rig.problem()[1]
    rig.deploy_files({"rules.dmn": rules()})
    rig.resolve()
    assert rig.problem()[0] == "CALLED_ELEMENT_ERROR"
    rig.deploy(line(), process_id="called")
    rig.resolve()
    assert rig.is_over(key)


def test_an_error_end_event_that_nobody_catches_stays() -> None:
    rig = Rig()
    key = rig.run(line(last=end(on("error", "e"), "bad")), before=ERROR)
    assert rig.problem()[0] == "UNHANDLED_ERROR_EVENT"
    first = rig.incident().key
    rig.resolve()
    assert rig.problem()[0] == "UNHANDLED_ERROR_EVENT"
    assert rig.incident().key > first
    rig.do(CancelInstance(key=key))


@pytest.mark.parametrize(
    "body",
    [
        line(catch(on("message", "m"))),
        line(extended("receiveTask", "task", messageRef="m")),
        line(work("task")) + boundary("b", "task", on("message", "m")) + flows("b>end"),
        line(work("task")) + event_subprocess(on("message", "m")),
        line(subprocess("s", inside(work("task")) + event_subprocess(on("message", "m")))),
        start()
        + gateway("eventBased", "g")
        + catch(on("message", "m"))
        + catch(timer("duration", "PT1H"), "t")
        + flows("start>g", "g>catch", "g>t"),
    ],
    ids=["catch", "receive", "edge", "process", "subprocess", "gateway"],
)
def test_what_cannot_be_waited_for_begins_nothing(body: str) -> None:
    """Neither a job, nor a start event within."""
    rig = Rig()
    key = rig.run(body, before=PAID)
    assert rig.problem()[0] == "EXTRACT_VALUE_ERROR"
    assert not rig.state.jobs
    assert not rig.state.timers
    rig.set_variables(key, orderId="1")
    rig.resolve()
    rig.publish("paid", "1")
    for one in (*rig.jobs("work"), *rig.jobs("rescue")):
        rig.complete(one.type)
    assert rig.is_over(key)


def test_a_throw_event_without_a_name_to_throw() -> None:
    named = '<bpmn:signal id="s" name="=name"/>'
    rig = Rig()
    key = rig.run(line(throw(on("signal", "s"))), before=named)
    assert rig.problem()[0] == "EXTRACT_VALUE_ERROR"
    rig.set_variables(key, name="alarm")
    rig.resolve()
    assert rig.is_over(key)


def test_a_job_goes_on_with_new_retries() -> None:
    rig = Rig()
    key = rig.run(line(work("task")))
    rig.do(FailJob(key=rig.job().key, retries=-1, message="broken"))
    assert rig.problem() == ("JOB_NO_RETRIES", "broken")
    rig.do(UpdateJob(key=rig.incident().value["jobKey"], retries=1))
    rig.resolve()
    rig.complete()
    assert rig.is_over(key)


def test_incidents_end_with_their_instance() -> None:
    rig = Rig()
    key = rig.run(CONDITIONS, a=3)
    incident = rig.incident().key
    rig.do(CancelInstance(key=key))
    assert [one.key for one in rig.happened("INCIDENT", "RESOLVED")] == [incident]
    with pytest.raises(Rejection, match="but no such incident was found") as refused:
        rig.do(ResolveIncident(key=incident))
    assert refused.value.status == Status.NOT_FOUND


@pytest.mark.parametrize(
    ("extensions", "words"),
    [
        ('<zeebe:priorityDefinition priority="=x"/>', "to be 'NUMBER', but was 'STRING'"),
        ('<zeebe:priorityDefinition priority="=101"/>', "in the range [0,100] but was '101'"),
        ('<zeebe:assignmentDefinition assignee="=1"/>', "to be 'STRING', but was 'NUMBER'"),
        ('<zeebe:assignmentDefinition candidateUsers="=1"/>', "to be 'ARRAY', but was 'NUMBER'"),
        ('<zeebe:taskSchedule dueDate="=x"/>', "Invalid date-time format 'soon'"),
    ],
)
def test_work_of_a_person_that_cannot_be_told(extensions: str, words: str) -> None:
    rig = Rig()
    rig.run(line(extended("userTask", "task", "<zeebe:userTask/>" + extensions)), x="soon")
    assert rig.problem()[0] == "EXTRACT_VALUE_ERROR"
    assert words in rig.problem()[1]
    assert not rig.state.user_tasks


def test_a_wrong_input_of_a_decision_table_is_told_by_its_name() -> None:
    rule = tables.rule("r1", ["> 10"], ["true"])
    table = tables.table(tables.asked("a", "Amount", "number"), tables.column(), rule)
    rig = Rig()
    rig.deploy_files({"rules.dmn": tables.document(tables.decision(table)).decode()})
    key = rig.run(line(extended("businessRuleTask", "task", DECISION)), a="much")
    kind, message = rig.problem()
    assert kind == "DECISION_EVALUATION_ERROR"
    assert message == (
        "Expected to evaluate decision 'd', but input 'Amount' must be of the type 'number',"
        " but found '\"much\"'"
    )
    assert rig.happened("DECISION_EVALUATION", "FAILED", failedDecisionId="d")
    rig.set_variables(key, a=11)
    rig.resolve()
    assert rig.is_over(key)
    assert rig.variables(key) == {"a": 11, "r": True}
