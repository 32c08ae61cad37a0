"""Valid BPMN that this engine does not know is refused by name, never executed half."""

import pytest

from tests.engine.bpmn.models import (
    START,
    TASK,
    defined,
    document,
    event,
    extended,
    faults,
    process,
    refusal,
)
from tests.engine.bpmn.test_elements import LOOP, TYPED


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ('<bpmn:adHocSubProcess id="x"/>', "A bpmn:adHocSubProcess"),
        ('<bpmn:transaction id="x"/>', "A bpmn:transaction"),
        ('<bpmn:complexGateway id="x"/>', "A bpmn:complexGateway"),
        ('<bpmn:teleport id="x"/>', "A bpmn:teleport"),
        (event("endEvent", defined("compensate")), "A bpmn:compensateEventDefinition"),
        (
            event("intermediateThrowEvent", defined("compensate")),
            "A bpmn:compensateEventDefinition",
        ),
        (
            TASK + event("boundaryEvent", defined("compensate"), "x", 'attachedToRef="task"'),
            "A bpmn:compensateEventDefinition",
        ),
        ('<bpmn:task id="x" isForCompensation="true"/>', "Compensation"),
        (
            '<bpmn:receiveTask id="x" messageRef="m" instantiate="true"/>',
            "A bpmn:receiveTask that creates an instance",
        ),
        (
            event("intermediateCatchEvent", defined("conditional")),
            "A bpmn:conditionalEventDefinition",
        ),
        (event("endEvent", defined("cancel")), "A bpmn:cancelEventDefinition"),
        (
            event("intermediateCatchEvent", defined("message", "m") + defined("signal", "s")),
            "An event with several event definitions",
        ),
        (
            event("endEvent", "<bpmn:eventDefinitionRef>e</bpmn:eventDefinitionRef>"),
            "A bpmn:eventDef",
        ),
        (
            '<bpmn:task id="x"><bpmn:standardLoopCharacteristics/></bpmn:task>',
            "A bpmn:standardLoopCharacteristics",
        ),
        (
            extended("task", "<zeebe:executionListeners><a/></zeebe:executionListeners>"),
            "A zeebe:executionListeners",
        ),
        (
            extended("task", "<zeebe:taskListeners><a/></zeebe:taskListeners>"),
            "A zeebe:taskListeners",
        ),
        (
            extended("userTask", '<zeebe:assignmentDefinition assignee="=a"/>'),
            "A user task with expressions and no 'zeebe:userTask'",
        ),
    ],
)
def test_what_is_not_executed_is_refused_by_name(body: str, what: str) -> None:
    ((path, (text,)),) = faults(body).items()
    assert path == "x"
    assert text.startswith(what)
    assert text.endswith(" is not executed by the local engine; see its documentation for what is")


def test_a_loop_by_cardinality_is_refused_by_name() -> None:
    loop = LOOP.format("", "", "<bpmn:loopCardinality>3</bpmn:loopCardinality>")
    told = faults(extended("serviceTask", TYPED, loop))
    assert told["x > multiInstanceLoopCharacteristics"][0].startswith(
        "A bpmn:loopCardinality is not"
    )


def test_global_tasks_are_refused_by_name() -> None:
    told = refusal(document('<bpmn:globalTask id="g"/>', process(START)))
    assert told.startswith(
        "- Element: g\n    - ERROR: A bpmn:globalTask is not executed by the local"
    )


def test_listeners_of_a_process_are_refused_by_name() -> None:
    listeners = "<zeebe:executionListeners><a/></zeebe:executionListeners>"
    told = faults(f"<bpmn:extensionElements>{listeners}</bpmn:extensionElements>")
    assert told["order"][0].startswith("A zeebe:executionListeners is not executed")


def test_flows_of_a_refused_element_are_not_refused_too() -> None:
    flows = '<bpmn:sequenceFlow id="f" sourceRef="start" targetRef="x"/>'
    assert list(faults(f'<bpmn:complexGateway id="x"/>{flows}')) == ["x"]
