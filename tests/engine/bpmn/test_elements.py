"""Each kind of element becomes the right value of the model."""

import pytest

from tests.engine.bpmn.models import (
    START,
    TASK,
    document,
    extended,
    flow,
    process,
    read_element,
    read_process,
    scoped,
)
from zeebe_engine.bpmn import read
from zeebe_engine.bpmn.model import (
    CalledDecision,
    CalledProcess,
    ElementType,
    Flow,
    Job,
    Mapped,
    UserTask,
    Value,
)
from zeebe_engine.feel import compile_expression

TYPED = '<zeebe:taskDefinition type="work"/>'


def computed(source: str) -> Value:
    return Value(f"={source}", compile_expression(source))


def test_a_process_knows_its_elements_and_how_they_hang_together() -> None:
    body = START + TASK + '<bpmn:endEvent id="end"/>'
    found = read_process(body + flow("f1", "start", "task") + flow("f2", "task", "end"))
    first, second = Flow("f1", "start", "task"), Flow("f2", "task", "end")
    assert (found.id, found.name, found.version_tag) == ("order", "Order", "")
    assert found.flows == {"f1": first, "f2": second}
    assert found.root.type is ElementType.PROCESS
    assert found.root.children == ("start", "task", "end")
    assert found.root.starts == ("start",)
    assert found.root.scope == ""
    task = found.elements["task"]
    assert (task.scope, task.name) == ("order", "Work")
    assert (task.incoming, task.outgoing) == ((first,), (second,))


def test_a_version_tag_is_read() -> None:
    tag = '<bpmn:extensionElements><zeebe:versionTag value="1.2"/></bpmn:extensionElements>'
    assert read_process(tag + START).version_tag == "1.2"


def test_only_the_executable_processes_of_a_file_are_read() -> None:
    idle = process("", "idle").replace('isExecutable="true"', 'isExecutable="false"')
    pools = '<bpmn:collaboration id="c"><bpmn:participant processRef="a"/></bpmn:collaboration>'
    found = read("two.bpmn", document(pools, process(START, "a"), idle, process(START, "b")))
    assert [one.id for one in found] == ["a", "b"]


def test_what_has_no_effect_on_execution_is_ignored() -> None:
    noise = """
      <bpmn:documentation>why</bpmn:documentation><bpmn:laneSet id="l"><bpmn:lane id="l1">
      <bpmn:flowNodeRef>start</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>
      <bpmn:textAnnotation id="t"/><bpmn:association id="a" sourceRef="start" targetRef="t"/>
      <bpmn:group id="g"/><bpmn:dataObject id="d"/><bpmn:dataObjectReference id="dr"/>
      <bpmn:dataStoreReference id="ds"/><bpmndi:BPMNDiagram id="di"/>"""
    assert read_process(START + noise).root.children == ("start",)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("task", ElementType.TASK),
        ("manualTask", ElementType.MANUAL_TASK),
        ("exclusiveGateway", ElementType.EXCLUSIVE_GATEWAY),
        ("parallelGateway", ElementType.PARALLEL_GATEWAY),
        ("inclusiveGateway", ElementType.INCLUSIVE_GATEWAY),
        ("endEvent", ElementType.END_EVENT),
        ("intermediateThrowEvent", ElementType.INTERMEDIATE_THROW_EVENT),
    ],
)
def test_a_plain_element_has_its_type_and_nothing_else(kind: str, expected: ElementType) -> None:
    found = read_element(f'<bpmn:{kind} id="x"/>')
    assert found.type is expected
    assert (found.trigger, found.job, found.user_task, found.loop) == (None, None, None, None)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("serviceTask", ElementType.SERVICE_TASK),
        ("sendTask", ElementType.SEND_TASK),
        ("scriptTask", ElementType.SCRIPT_TASK),
        ("businessRuleTask", ElementType.BUSINESS_RULE_TASK),
    ],
)
def test_a_task_with_a_definition_is_a_job(kind: str, expected: ElementType) -> None:
    found = read_element(extended(kind, TYPED))
    assert found.type is expected
    assert found.job == Job(Value("work"), Value("3"))


@pytest.mark.parametrize("kind", ["intermediateThrowEvent", "endEvent"])
def test_throwing_a_message_is_a_job(kind: str) -> None:
    thrown = read_element(extended(kind, TYPED, "<bpmn:messageEventDefinition/>"))
    assert thrown.job == Job(Value("work"), Value("3"))


def test_a_job_has_retries_headers_and_expressions() -> None:
    extensions = """<zeebe:taskDefinition type="=kind" retries="=tries"/><zeebe:taskHeaders>
      <zeebe:header key="unit" value="EUR"/><zeebe:header key="empty"/></zeebe:taskHeaders>"""
    found = read_element(extended("serviceTask", extensions))
    assert found.job == Job(computed("kind"), computed("tries"), {"unit": "EUR"})


def test_inputs_and_outputs_are_mapped() -> None:
    mapping = """<zeebe:ioMapping><zeebe:input source="=a + 1" target="b"/>
      <zeebe:input source="fixed" target="c"/><zeebe:input target="nothing"/>
      <zeebe:output source="=b" target="order.total"/></zeebe:ioMapping>"""
    found = read_element(extended("serviceTask", TYPED + mapping))
    assert found.inputs == (
        Mapped(computed("a + 1"), "b"),
        Mapped(Value("fixed"), "c"),
        Mapped(computed("null"), "nothing"),
    )
    assert found.outputs == (Mapped(computed("b"), "order.total"),)


def test_a_script_is_an_expression_with_a_result() -> None:
    found = read_element(
        extended("scriptTask", '<zeebe:script expression="=a * 2" resultVariable="b"/>')
    )
    assert found.script
    assert (found.script.expression.text, found.script.result_variable) == ("=a * 2", "b")
    assert found.job is None


def test_a_business_rule_asks_a_decision() -> None:
    called = '<zeebe:calledDecision decisionId="discount" resultVariable="d"{}/>'
    plain = read_element(extended("businessRuleTask", called.format("")))
    assert plain.decision == CalledDecision(Value("discount"), "d")
    bound = ' bindingType="versionTag" versionTag="1.2"'
    tagged = read_element(extended("businessRuleTask", called.format(bound)))
    assert tagged.decision == CalledDecision(Value("discount"), "d", "versionTag", "1.2")


def test_a_call_activity_calls_a_process() -> None:
    plain = read_element(extended("callActivity", '<zeebe:calledElement processId="pay"/>'))
    assert plain.call == CalledProcess(Value("pay"))
    element = """<zeebe:calledElement processId="=which" bindingType="deployment"
      propagateAllChildVariables="false" propagateAllParentVariables="false"/>"""
    found = read_element(extended("callActivity", element))
    assert found.call == CalledProcess(
        computed("which"),
        "deployment",
        propagate_all_parent_variables=False,
        propagate_all_child_variables=False,
    )


def test_a_user_task_of_the_engine_has_its_assignment() -> None:
    extensions = """<zeebe:userTask/><zeebe:assignmentDefinition assignee="=boss"
      candidateGroups="sales, ops" candidateUsers="ann"/>
      <zeebe:taskSchedule dueDate="2026-12-24T18:00:00Z" followUpDate="=soon"/>
      <zeebe:formDefinition formId="approval"/>
      <zeebe:priorityDefinition priority="80"/>
      <zeebe:taskHeaders><zeebe:header key="a" value="b"/></zeebe:taskHeaders>"""
    assert read_element(extended("userTask", extensions)).user_task == UserTask(
        assignee=computed("boss"),
        candidate_groups=Value("sales, ops"),
        candidate_users=Value("ann"),
        due_date=Value("2026-12-24T18:00:00Z"),
        follow_up_date=computed("soon"),
        priority=Value("80"),
        form_id="approval",
        headers={"a": "b"},
    )


def test_a_user_task_without_the_mark_is_a_job_with_one_retry() -> None:
    extensions = """<zeebe:assignmentDefinition assignee="ann" candidateGroups="sales, ops"/>
      <zeebe:formDefinition formId="approval"/>"""
    found = read_element(extended("userTask", extensions))
    assert found.user_task is None
    assert found.job == Job(
        Value("io.camunda.zeebe:userTask"),
        Value("1"),
        {
            "io.camunda.zeebe:assignee": "ann",
            "io.camunda.zeebe:candidateGroups": '["sales", "ops"]',
        },
    )


LOOP = """<bpmn:multiInstanceLoopCharacteristics {}><bpmn:extensionElements>
  <zeebe:loopCharacteristics inputCollection="=items" {}/></bpmn:extensionElements>{}
  </bpmn:multiInstanceLoopCharacteristics>"""


def test_an_activity_for_each_item_of_a_collection() -> None:
    plain = read_element(extended("serviceTask", TYPED, LOOP.format("", "", ""))).loop
    assert plain
    assert plain.input_collection.text == "=items"
    assert (plain.is_sequential, plain.input_element, plain.output_collection) == (False, "", "")
    assert plain.output_element is plain.completion_condition is None

    collected = 'inputElement="item" outputCollection="results" outputElement="=r"'
    condition = "<bpmn:completionCondition>=enough</bpmn:completionCondition>"
    loop = LOOP.format('isSequential="true"', collected, condition)
    full = read_element(extended("serviceTask", TYPED, loop)).loop
    assert full
    assert (full.is_sequential, full.input_element, full.output_collection) == (
        True,
        "item",
        "results",
    )
    assert (full.output_element, full.completion_condition) == (computed("r"), computed("enough"))


def test_a_subprocess_has_a_scope_of_its_own_and_may_loop() -> None:
    inner = '<bpmn:startEvent id="inner"/>' + LOOP.format("", "", "")
    found = read_process(START + scoped(inner))
    sub = found.elements["sub"]
    assert (sub.type, sub.scope, sub.children, sub.starts) == (
        ElementType.SUB_PROCESS,
        "order",
        ("inner",),
        ("inner",),
    )
    assert sub.loop
    assert found.elements["inner"].scope == "sub"
    assert found.root.children == ("start", "sub")


def test_conditions_and_default_flows_are_read() -> None:
    gateway = '<bpmn:exclusiveGateway id="x" default="other"/><bpmn:endEvent id="end"/>'
    flows = flow("big", "x", "end", "=amount &gt; 10") + flow("other", "x", "end")
    found = read_element(gateway + flows)
    assert found.default_flow == "other"
    assert [one.condition for one in found.outgoing] == [computed("amount > 10"), None]
