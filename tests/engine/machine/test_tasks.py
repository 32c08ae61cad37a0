"""Tasks: jobs with their types, retries and headers, scripts, decisions, people, and mappings."""

import pytest

from tests.engine.dmn import tables
from tests.engine.machine.models import document, extended, io, line, message, on, work
from tests.engine.machine.rig import Rig
from zeebe_engine.engine.commands import (
    CompleteJob,
    CompleteUserTask,
    ResolveIncident,
    SetVariables,
)

HEADERS = (
    '<zeebe:taskHeaders><zeebe:header key="to" value="ann"/><zeebe:header key="empty"/>'
    "</zeebe:taskHeaders>"
)


def job_of(job_type: str = "work", retries: str = "") -> str:
    told = f' retries="{retries}"' if retries else ""
    return f'<zeebe:taskDefinition type="{job_type}"{told}/>'


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("serviceTask", "SERVICE_TASK"),
        ("sendTask", "SEND_TASK"),
        ("scriptTask", "SCRIPT_TASK"),
        ("businessRuleTask", "BUSINESS_RULE_TASK"),
    ],
)
def test_a_task_is_a_job_with_headers(tag: str, kind: str) -> None:
    rig = Rig()
    key = rig.run(line(extended(tag, "task", job_of() + HEADERS)))
    (job,) = rig.jobs()
    assert (job.element_id, job.headers, job.retries) == ("task", {"to": "ann"}, 3)
    rig.do(CompleteJob(key=job.key, variables={"done": True}))
    assert rig.is_over(key)
    assert rig.variables(key) == {"done": True}
    assert rig.happened("PROCESS_INSTANCE", "ELEMENT_COMPLETED", bpmnElementType=kind)


@pytest.mark.parametrize("tag", ["intermediateThrowEvent", "endEvent"])
def test_a_message_is_thrown_by_a_job(tag: str) -> None:
    event = extended(tag, "throw", job_of() + HEADERS, on("message", "m"))
    rig = Rig()
    flow = '<bpmn:sequenceFlow id="f" sourceRef="s" targetRef="throw"/>'
    key = rig.run(f'<bpmn:startEvent id="s"/>{event}{flow}', before=message("m", "paid", "key"))
    (job,) = rig.jobs()
    assert (job.element_id, job.headers) == ("throw", {"to": "ann"})
    rig.do(CompleteJob(key=job.key, variables={"sent": 1}))
    assert rig.is_over(key)
    assert rig.variables(key) == {"sent": 1}


def test_the_type_and_retries_of_a_job_are_expressions() -> None:
    rig = Rig()
    kind = job_of("=&quot;work-&quot; + region", "=tries + 1")
    rig.run(line(extended("serviceTask", "task", kind)), region="eu", tries=4)
    (job,) = rig.jobs("work-eu")
    assert job.retries == 5


@pytest.mark.parametrize(
    ("kind", "told"),
    [(job_of("=1"), "to be 'STRING', but was 'NUMBER'"), (job_of("a", "=x"), "'NUMBER'")],
)
def test_a_job_that_cannot_be_made_is_an_incident(kind: str, told: str) -> None:
    rig = Rig()
    rig.run(line(extended("serviceTask", "task", kind)))
    assert rig.incident().value["errorType"] == "EXTRACT_VALUE_ERROR"
    assert told in rig.incident().value["errorMessage"]
    assert not rig.happened("JOB", "CREATED")


@pytest.mark.parametrize("tag", ["task", "manualTask"])
def test_a_task_of_nobody_is_passed_and_maps_its_outputs(tag: str) -> None:
    rig = Rig()
    key = rig.run(line(extended(tag, "task", io(inputs={"a": "1"}, outputs={"b": "a + 1"}))))
    assert rig.is_over(key)
    assert rig.variables(key) == {"b": 2}


def test_inputs_see_earlier_ones_and_outputs_write_paths() -> None:
    mappings = io(
        inputs={"price.net": "100", "price.tax": "price.net * 0.2", "sum": "price.net + price.tax"},
        outputs={"order.sum": "sum", "order.tax": "price.tax", "seen": "order.tax"},
    )
    rig = Rig()
    key = rig.run(line(work("task", extensions=mappings)), order={"id": 7})
    (job,) = rig.jobs()
    assert job.variables["price"] == {"net": 100, "tax": 20}
    rig.do(CompleteJob(key=job.key, variables={"ignored": True}))
    assert rig.is_over(key)
    assert rig.variables(key) == {"order": {"id": 7, "sum": 120, "tax": 20}, "seen": 20}


def test_a_mapping_that_is_stopped_is_an_incident_which_can_be_resolved() -> None:
    rig = Rig()
    mapping = io(inputs={"b": "assert(a, a != null)"})
    key = rig.run(line(work("task", extensions=mapping)))
    incident = rig.incident()
    assert incident.value["errorType"] == "IO_MAPPING_ERROR"
    rig.do(SetVariables(element_instance_key=key, variables={"a": 1}))
    rig.do(ResolveIncident(key=incident.key))
    (job,) = rig.jobs()
    assert job.variables == {"a": 1, "b": 1}


@pytest.mark.parametrize(
    ("expression", "value"), [("=a + 1", 2), ("={x: [a]}", {"x": [1]}), ("=nothing", None)]
)
def test_a_script_gives_its_result(expression: str, value: object) -> None:
    script = f'<zeebe:script expression="{expression}" resultVariable="b"/>'
    rig = Rig()
    key = rig.run(line(extended("scriptTask", "task", script)), a=1)
    assert rig.is_over(key)
    assert rig.variables(key) == {"a": 1, "b": value}


def rules(output: str, tag: str = "") -> str:
    extension = f'<x:versionTag xmlns:x="urn:x" value="{tag}"/>' if tag else ""
    logic = f"<extensionElements>{extension}</extensionElements>{tables.literal(output)}"
    return tables.document(tables.decision(logic, result="r")).decode()


def calling(decision_id: str = "d") -> str:
    called = f'<zeebe:calledDecision decisionId="{decision_id}" resultVariable="r"/>'
    return line(extended("businessRuleTask", "task", called))


def test_a_decision_gives_its_output_and_is_recorded() -> None:
    rig = Rig()
    rig.deploy_files({"rules.dmn": rules("a * 10")})
    key = rig.run(calling(decision_id="=&quot;d&quot;"), a=2)
    assert rig.is_over(key)
    assert rig.variables(key) == {"a": 2, "r": 20}
    (told,) = rig.happened("DECISION_EVALUATION", "EVALUATED", decisionId="d")
    assert (told.value["processInstanceKey"], told.value["elementId"]) == (key, "task")


def bound(element: str) -> dict[str, str]:
    """Processes that differ in one word of that element."""
    return {
        f"{binding}.bpmn": document(line(element.replace("BINDING", binding)), process_id=binding)
        for binding in BINDINGS
    }


BINDINGS = ("latest", "deployment", "versionTag")


def test_a_decision_is_bound_to_the_latest_to_the_deployment_or_to_a_tag() -> None:
    rig = Rig()
    rig.deploy_files({"rules.dmn": rules("1", tag="stable")})
    called = (
        '<zeebe:calledDecision decisionId="d" resultVariable="r" bindingType="BINDING"'
        ' versionTag="stable"/>'
    )
    files = bound(extended("businessRuleTask", "task", called))
    rig.deploy_files({"rules.dmn": rules("2"), **files})
    rig.deploy_files({"rules.dmn": rules("3")})
    found = [rig.variables(rig.start(binding)) for binding in BINDINGS]
    assert found == [{"r": 3}, {"r": 2}, {"r": 1}]


def test_a_decision_that_is_not_there_is_an_incident() -> None:
    rig = Rig()
    key = rig.run(calling())
    assert rig.incident().value["errorType"] == "CALLED_DECISION_ERROR"
    rig.deploy_files({"rules.dmn": rules("3")})
    rig.do(ResolveIncident(key=rig.incident().key))
    assert rig.is_over(key)
    assert rig.variables(key) == {"r": 3}


def test_a_user_task_without_its_extension_is_a_job() -> None:
    assigned = (
        '<zeebe:assignmentDefinition assignee="ann" candidateGroups="a, b"/>'
        '<zeebe:taskSchedule dueDate="2027-01-01T00:00:00Z"/>' + HEADERS
    )
    rig = Rig()
    key = rig.run(line(extended("userTask", "task", assigned)))
    (job,) = rig.jobs("io.camunda.zeebe:userTask")
    assert job.retries == 1
    assert job.headers == {
        "to": "ann",
        "io.camunda.zeebe:assignee": "ann",
        "io.camunda.zeebe:candidateGroups": '["a", "b"]',
        "io.camunda.zeebe:dueDate": "2027-01-01T00:00:00Z",
    }
    rig.do(CompleteJob(key=job.key))
    assert rig.is_over(key)


def test_a_user_task_of_the_engine_has_a_form_and_people() -> None:
    told = (
        '<zeebe:userTask/><zeebe:assignmentDefinition assignee="=boss" candidateGroups="a, b"'
        ' candidateUsers="=[boss]"/><zeebe:formDefinition formId="f"/>'
        '<zeebe:priorityDefinition priority="=70"/>'
        '<zeebe:taskSchedule dueDate="=due"/>' + HEADERS
    )
    rig = Rig()
    (form,) = rig.deploy_files({"ask.form": '{"id": "f", "components": []}'}).deployed
    due = "2027-01-01T00:00:00Z"
    key = rig.run(line(extended("userTask", "task", told)), boss="ann", due=due)
    (created,) = rig.happened("USER_TASK", "CREATED")
    wanted = {
        "assignee": "ann",
        "candidateGroupsList": ["a", "b"],
        "candidateUsersList": ["ann"],
        "priority": 70,
        "formKey": form.key,
        "dueDate": due,
        "customHeaders": {"to": "ann"},
    }
    assert wanted.items() <= created.value.items()
    rig.do(CompleteUserTask(key=created.key, variables={"ok": True}))
    assert rig.is_over(key)
    assert rig.variables(key)["ok"] is True


def test_a_form_is_bound_to_the_latest_to_the_deployment_or_to_a_tag() -> None:
    rig = Rig()
    told = (
        '<zeebe:userTask/><zeebe:formDefinition formId="f" bindingType="BINDING"'
        ' versionTag="stable"/>'
    )
    tagged = {"ask.form": '{"id": "f", "versionTag": "stable"}'}
    own = {"ask.form": '{"id": "f"}', **bound(extended("userTask", "task", told))}
    newest = {"ask.form": '{"id": "f", "components": []}'}
    keys = [rig.deploy_files(files).deployed[0].key for files in (tagged, own, newest)]
    for binding in BINDINGS:
        rig.start(binding)
    created = rig.happened("USER_TASK", "CREATED")
    assert [one.value["formKey"] for one in created] == [*reversed(keys)]


def test_a_form_that_is_not_there_is_an_incident() -> None:
    told = '<zeebe:userTask/><zeebe:formDefinition formId="f"/>'
    rig = Rig()
    rig.run(line(extended("userTask", "task", told)))
    assert rig.incident().value["errorType"] == "FORM_NOT_FOUND"


def test_a_receive_task_waits_for_its_message() -> None:
    mapped = io(inputs={"key": "orderId + 1"}, outputs={"paid": "amount"})
    task = extended("receiveTask", "task", mapped, messageRef="m")
    rig = Rig()
    key = rig.run(line(task), before=message("m", "paid", "key"), orderId=41)
    rig.publish("paid", "42", amount=3)
    assert rig.is_over(key)
    assert rig.variables(key) == {"orderId": 41, "paid": 3}
    intents = [one.intent for one in rig.events if one.value_type == "PROCESS_MESSAGE_SUBSCRIPTION"]
    assert intents == ["CREATED", "CORRELATED"]
