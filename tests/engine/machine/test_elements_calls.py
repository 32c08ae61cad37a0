"""Call activities, where the caller mends what its child cannot."""

from tests.engine.machine.models import ERROR, call, document, line, on, with_boundary, work
from tests.engine.machine.rig import Rig
from zeebe_engine.engine.commands import ThrowError


def test_an_error_of_a_job_in_the_child_brings_its_variables_to_the_caller() -> None:
    rig = Rig()
    rig.deploy(line(work("inside")), process_id="called")
    key = rig.run(with_boundary(on("error", "e"), task=call(element_id="task")), before=ERROR)
    rig.do(ThrowError(key=rig.job().key, error_code="E", variables={"why": 1}))
    assert rig.is_over(key)
    assert rig.completed(key) == ["start", "edge", "other"]
    assert rig.variables(key) == {"why": 1}
    assert rig.is_terminated(rig.instances("called")[0])


def test_a_version_tag_that_is_not_there_is_an_incident_until_it_is() -> None:
    rig = Rig()
    rig.deploy(line(), process_id="called", tag="v1")
    key = rig.run(line(call(bindingType="versionTag", versionTag="v9")))
    assert rig.problem()[0] == "CALLED_ELEMENT_ERROR"
    tagged = document(line(work("inside")), process_id="called", tag="v9")
    rig.deploy_files({"called.bpmn": tagged})
    rig.resolve()
    rig.complete()
    assert rig.is_over(key)
