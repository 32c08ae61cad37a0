"""Call activities: who is called, what goes in and comes back, and who ends with whom."""

import pytest

from tests.engine.machine.models import (
    PAID,
    call,
    catch,
    document,
    end,
    extended,
    flows,
    io,
    line,
    on,
    start,
    timer,
    with_boundary,
    work,
)
from tests.engine.machine.rig import Rig
from zeebe_engine.engine.commands import CancelInstance, CompleteJob, ModifyInstance
from zeebe_engine.engine.refusals import Rejection, Status


def called(rig: Rig, body: str = "", **more: str) -> int:
    return rig.deploy(body or line(work("inside")), process_id="called", **more)


def test_a_called_process_gets_all_variables_and_gives_its_own_back() -> None:
    rig = Rig()
    called(rig)
    key = rig.run(line(call("=which")), which="called")
    job = rig.job()
    assert (job.variables, job.bpmn_process_id) == ({"which": "called"}, "called")
    assert (job.root_process_instance_key, job.process_instance_key) != (key, key)
    assert job.root_process_instance_key == key
    rig.do(CompleteJob(key=job.key, variables={"x": 1}))
    assert rig.is_over(key)
    assert rig.variables(key) == {"which": "called", "x": 1}


def test_a_called_process_is_recorded_with_its_caller() -> None:
    rig = Rig()
    called(rig)
    key = rig.run(line(call()))
    (began,) = rig.happened(
        "PROCESS_INSTANCE", "ELEMENT_ACTIVATING", elementId="called", bpmnElementType="PROCESS"
    )
    assert began.value["parentProcessInstanceKey"] == key
    assert began.value["parentElementInstanceKey"] == rig.instance_of("call")
    assert began.value["rootProcessInstanceKey"] == key


def test_only_what_is_mapped_goes_in_when_not_all_is_to() -> None:
    inputs = io(inputs={"only": "a + 1"})
    caller = call(propagateAllParentVariables="false").replace(
        "<bpmn:extensionElements>", f"<bpmn:extensionElements>{inputs}"
    )
    rig = Rig()
    called(rig)
    rig.run(line(caller), a=1, b=2)
    assert rig.job().variables == {"only": 2}


@pytest.mark.parametrize(
    ("propagate", "outputs", "found"),
    [
        ("true", None, {"a": 1, "x": 2}),
        ("false", None, {"a": 1}),
        ("false", {"y": "x + 1"}, {"a": 1, "y": 3}),
        ("true", {"y": "x + 1"}, {"a": 1, "y": 3}),
    ],
)
def test_what_comes_back_is_all_or_nothing_or_what_is_mapped(
    propagate: str, outputs: dict[str, str] | None, found: dict[str, int]
) -> None:
    caller = call(propagateAllChildVariables=propagate).replace(
        "<bpmn:extensionElements>", f"<bpmn:extensionElements>{io(outputs=outputs)}"
    )
    rig = Rig()
    called(rig)
    key = rig.run(line(caller), a=1)
    rig.complete(x=2)
    assert rig.is_over(key)
    assert rig.variables(key) == found


def test_a_call_is_bound_to_the_latest_version_to_the_deployment_or_to_a_tag() -> None:
    rig = Rig()
    tagged = document(line(work("tagged")), process_id="called", tag="stable")
    rig.deploy_files({"called.bpmn": tagged})
    own = document(line(work("own")), process_id="called")
    files = {
        f"{binding}.bpmn": document(
            line(call(bindingType=binding, versionTag="stable")), process_id=binding
        )
        for binding in ("latest", "deployment", "versionTag")
    }
    rig.deploy_files({"called.bpmn": own, **files})
    called(rig, line(work("newest")))
    for binding in ("latest", "deployment", "versionTag"):
        rig.start(binding)
    assert [job.element_id for job in rig.jobs()] == ["newest", "own", "tagged"]


def test_the_newest_of_several_versions_with_a_tag_is_called() -> None:
    rig = Rig()
    called(rig, line(work("older")), tag="stable")
    called(rig, line(work("newer")), tag="stable")
    rig.run(line(call(bindingType="versionTag", versionTag="stable")))
    assert rig.job().element_id == "newer"


def test_a_call_of_nobody_goes_on_once_it_is_deployed() -> None:
    rig = Rig()
    key = rig.run(line(call()))
    kind, told = rig.problem()
    assert kind == "CALLED_ELEMENT_ERROR"
    assert "process id 'called' to be deployed, but not found" in told
    called(rig, line())
    rig.resolve()
    assert rig.is_over(key)


def test_a_process_that_only_a_message_starts_cannot_be_called() -> None:
    rig = Rig()
    called(rig, start(on("message", "m")) + end() + flows("start>end"), before=PAID)
    rig.run(line(call()))
    assert "to have a none start event, but not found" in rig.problem()[1]


def test_a_process_that_calls_itself_is_stopped() -> None:
    rig = Rig()
    rig.run(line(call("p")))
    assert "maximum depth of 1000" in rig.problem()[1]
    rig.do(CancelInstance(key=rig.instances()[0]))
    assert not rig.state.instances
    assert not rig.state.incidents


def test_a_cancelled_process_ends_those_that_it_called() -> None:
    rig = Rig()
    called(rig)
    rig.deploy(line(call()), process_id="between")
    key = rig.run(line(call("between")))
    (inner,) = rig.instances("called")
    rig.do(CancelInstance(key=key))
    assert rig.is_terminated(inner)
    assert rig.terminated() == ["inside", "call", "call"]
    assert rig.happened("JOB", "CANCELED")


def test_a_called_process_is_not_cancelled_by_itself() -> None:
    rig = Rig()
    called(rig)
    key = rig.run(line(call()))
    (inner,) = rig.instances("called")
    with pytest.raises(Rejection, match=f"Cancel the root process instance '{key}'") as refused:
        rig.do(CancelInstance(key=inner))
    assert refused.value.status == Status.FAILED_PRECONDITION


def test_a_boundary_event_ends_the_called_process() -> None:
    rig = Rig()
    called(rig)
    key = rig.run(with_boundary(timer("duration", "PT1M"), task=call(element_id="task")))
    rig.wait(60_000)
    assert rig.is_over(key)
    assert rig.is_terminated(rig.instances("called")[0])


def test_an_incident_of_a_called_process_holds_its_caller() -> None:
    rig = Rig()
    called(rig, line(catch(on("message", "m"))), before=PAID)
    key = rig.run(line(call()))
    assert rig.problem()[0] == "EXTRACT_VALUE_ERROR"
    assert rig.incident().value["rootProcessInstanceKey"] == key
    rig.set_variables(rig.instances("called")[0], orderId="1")
    rig.resolve()
    rig.publish("paid", "1")
    assert rig.is_over(key)


def test_what_was_called_ends_with_its_caller_and_not_by_a_modification() -> None:
    rig = Rig()
    called(rig)
    rig.run(line(call()))
    (inner,) = rig.instances("called")
    for key in (inner, rig.instance_of("inside")):
        with pytest.raises(Rejection, match="modify the parent process instead"):
            rig.do(ModifyInstance(key=inner, terminate_keys=[key]))
    assert rig.active(inner) == ["inside"]


def test_a_multi_instance_call_calls_once_for_each_item() -> None:
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>"
        '<zeebe:loopCharacteristics inputCollection="=items" inputElement="item"'
        ' outputCollection="results" outputElement="=output"/>'
        "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"
    )
    extensions = '<zeebe:calledElement processId="called"/>' + io(outputs={"output": "x"})
    rig = Rig()
    called(rig)
    key = rig.run(line(extended("callActivity", "call", extensions, loop)), items=[1, 2])
    for job in reversed(rig.jobs()):
        rig.do(CompleteJob(key=job.key, variables={"x": job.variables["item"] * 10}))
    assert rig.is_over(key)
    assert rig.variables(key) == {"items": [1, 2], "results": [10, 20]}
