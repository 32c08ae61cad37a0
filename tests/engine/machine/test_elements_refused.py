"""What is not executed is refused when it is deployed: by name, with its element and its file."""

import pytest

from tests.engine.machine.models import catch, document, end, extended, job, line, on, throw, work
from tests.engine.machine.rig import Rig
from zeebe_engine.engine.refusals import Rejection, Status

LISTENERS = '<zeebe:{0}><zeebe:{1} eventType="start" type="x"/></zeebe:{0}>'
COMPENSATE = on("compensate")
CONDITIONAL = "<bpmn:conditionalEventDefinition/>"
CARDINALITY = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>3</bpmn:loopCardinality>"
    '<bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=a"/>'
    "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"
)
REFUSED = {
    "adHocSubProcess": (extended("adHocSubProcess", "x"), "A bpmn:adHocSubProcess"),
    "transaction": (extended("transaction", "x"), "A bpmn:transaction"),
    "complexGateway": (extended("complexGateway", "x"), "A bpmn:complexGateway"),
    "compensation throw": (throw(COMPENSATE, "x"), "A bpmn:compensateEventDefinition"),
    "compensation end": (end(COMPENSATE, "x"), "A bpmn:compensateEventDefinition"),
    "compensation boundary": (
        work("host") + extended("boundaryEvent", "x", "", COMPENSATE, attachedToRef="host"),
        "A bpmn:compensateEventDefinition",
    ),
    "compensation task": (extended("task", "x", isForCompensation="true"), "Compensation"),
    "conditional catch": (catch(CONDITIONAL, "x"), "A bpmn:conditionalEventDefinition"),
    "conditional start": (
        extended("startEvent", "x", "", CONDITIONAL),
        "A bpmn:conditionalEventDefinition",
    ),
    "cancel": (end(on("cancel"), "x"), "A bpmn:cancelEventDefinition"),
    "several definitions": (
        catch(on("message", "m") + on("signal", "s"), "x"),
        "An event with several event definitions",
    ),
    "instantiating receive task": (
        extended("receiveTask", "x", messageRef="m", instantiate="true"),
        "A bpmn:receiveTask that creates an instance",
    ),
    "standard loop": (
        extended("task", "x", "", "<bpmn:standardLoopCharacteristics/>"),
        "A bpmn:standardLoopCharacteristics",
    ),
    "loop cardinality": (
        extended("serviceTask", "x", job(), CARDINALITY),
        "A bpmn:loopCardinality",
    ),
    "execution listeners": (
        work("x", extensions=LISTENERS.format("executionListeners", "executionListener")),
        "A zeebe:executionListeners",
    ),
    "task listeners": (
        extended("userTask", "x", LISTENERS.format("taskListeners", "taskListener")),
        "A zeebe:taskListeners",
    ),
    "linked resources": (
        work(
            "x",
            extensions='<zeebe:linkedResources><zeebe:linkedResource resourceId="r"/>'
            "</zeebe:linkedResources>",
        ),
        "A zeebe:linkedResources",
    ),
    "expressions of a user job": (
        extended("userTask", "x", '<zeebe:assignmentDefinition assignee="=a"/>'),
        "A user task with expressions and no 'zeebe:userTask'",
    ),
    "condition behind a task": (
        work("a") + work("b") + '<bpmn:sequenceFlow id="x" sourceRef="a" targetRef="b">'
        "<bpmn:conditionExpression>=true</bpmn:conditionExpression></bpmn:sequenceFlow>",
        "A condition on a flow that leaves no exclusive or inclusive gateway",
    ),
    "default behind a task": (
        extended("task", "x", default="f")
        + '<bpmn:endEvent id="e"/><bpmn:sequenceFlow id="f" sourceRef="x" targetRef="e"/>',
        "A default flow that leaves no exclusive or inclusive gateway",
    ),
    "unknown": (extended("teleport", "x"), "A bpmn:teleport"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_executed_is_not_deployed(name: str) -> None:
    body, what = REFUSED[name]
    rig = Rig()
    with pytest.raises(Rejection) as refused:
        rig.deploy_files({"good.bpmn": document(line()), "odd.bpmn": document(line() + body)})
    assert refused.value.status == Status.INVALID_ARGUMENT
    assert "'odd.bpmn': " in refused.value.reason
    assert "'good.bpmn'" not in refused.value.reason
    assert "- Element: x" in refused.value.reason
    assert f"{what} is not executed by the local engine" in refused.value.reason
    assert not rig.events
    assert not rig.state.definitions
