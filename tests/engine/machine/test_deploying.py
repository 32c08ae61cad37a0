"""Deployment and deletion: versions, duplicates, all or nothing, and what the latest version is."""

import pytest

from tests.engine.dmn import tables
from tests.engine.machine.models import (
    PAID,
    SIGNAL,
    document,
    end,
    flows,
    line,
    on,
    start,
    timer,
    work,
)
from tests.engine.machine.rig import START, Rig, generation
from zeebe_engine.engine import answers
from zeebe_engine.engine.commands import (
    BroadcastSignal,
    CancelInstance,
    CreateInstance,
    DeleteResource,
    Deploy,
    EvaluateDecision,
    Resource,
)
from zeebe_engine.engine.refusals import Rejection, Status

WORKING = document(line(work("task")))
OTHER = document(line(work("other")))
FORM = '{"id": "f", "components": []}'


def versions(rig: Rig, **files: str) -> list[int]:
    """`p="..."` is a file `p.bpmn`."""
    found = rig.deploy_files({f"{name}.bpmn": text for name, text in files.items()})
    return [one.version for one in found.deployed]


def rules(output: str = "1") -> str:
    """Two decisions, of which one needs the other."""
    first = tables.decision(tables.literal(output), "first", result="one")
    second = tables.decision(tables.literal("one + 1"), "second", ["first"], result="two")
    return tables.document(first, second).decode()


def test_only_the_same_name_and_bytes_as_the_latest_version_are_that_version() -> None:
    rig = Rig()
    assert versions(rig, p=WORKING) == [1]
    assert versions(rig, p=WORKING) == [1]
    assert versions(rig, p=OTHER) == [2]
    assert versions(rig, p=WORKING) == [3]
    assert versions(rig, q=WORKING) == [4]


def test_a_duplicate_has_a_new_deployment_key_and_is_told_as_one() -> None:
    rig = Rig()
    first, again = rig.deploy_files({"p.bpmn": WORKING}), rig.deploy_files({"p.bpmn": WORKING})
    assert again.deployed == first.deployed
    assert again.key > first.key
    told = [one.value["processesMetadata"][0] for one in rig.happened("DEPLOYMENT", "CREATED")]
    assert [one["duplicate"] for one in told] == [False, True]
    assert len(rig.happened("PROCESS", "CREATED")) == 1


def test_one_new_file_gives_all_of_a_deployment_a_new_version() -> None:
    rig = Rig()
    second = document(line(), process_id="q")
    assert versions(rig, p=WORKING, q=second) == [1, 1]
    assert versions(rig, p=OTHER, q=second) == [2, 2]


def test_several_processes_are_in_one_file() -> None:
    rig = Rig()
    found = rig.deploy_files({"p.bpmn": document(line(), line(work("task")))})
    assert [
        one.bpmn_process_id for one in found.deployed if isinstance(one, answers.DeployedProcess)
    ] == ["p", "p1"]
    assert rig.is_over(rig.start("p"))


def test_decisions_and_forms_are_deployed_in_the_order_of_the_files() -> None:
    rig = Rig()
    files = {"rules.dmn": rules(), "f.form": FORM, "p.bpmn": WORKING}
    found = rig.deploy_files(files).deployed
    kinds = ["DeployedRequirements", *["DeployedDecision"] * 2, "DeployedForm", "DeployedProcess"]
    assert [type(one).__name__ for one in found] == kinds
    first = found[1]
    assert isinstance(first, answers.DeployedDecision)
    assert (first.id, first.requirements_key, first.requirements_id) == (
        "first",
        found[0].key,
        "rules",
    )
    assert rig.deploy_files(files).deployed == found


def test_a_decision_is_evaluated_with_those_that_it_needs() -> None:
    rig = Rig()
    found = rig.deploy_files({"rules.dmn": rules("a * 10")}).deployed
    for command in (
        EvaluateDecision(decision_id="second", variables={"a": 1}),
        EvaluateDecision(decision_key=found[2].key, variables={"a": 1}),
    ):
        answer = rig.do(command)
        assert (answer.output, answer.version, answer.decision_key) == (11, 1, found[2].key)
        told = [(one.id, one.kind, one.output) for one in answer.evaluated]
        assert told == [("first", "LITERAL_EXPRESSION", 10), ("second", "LITERAL_EXPRESSION", 11)]
    assert len(rig.happened("DECISION_EVALUATION", "EVALUATED")) == 2


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "at least one resource, but none given"),
        ({"a.txt": "x"}, "'a.txt': unknown resource type"),
        ({"a.bpmn": "<x"}, "'a.bpmn': "),
        ({"a.dmn": "<x"}, "'a.dmn': "),
        ({"a.form": "{}"}, "'a.form': Expected the form id to be present"),
        ({"a.form": "x"}, "'a.form': the form is not JSON"),
        (
            {"a.bpmn": WORKING, "b.bpmn": WORKING},
            "Duplicated process id in resources 'a.bpmn' and 'b.bpmn'",
        ),
        ({"a.form": FORM, "b.form": FORM}, "Duplicated form id in resources"),
        ({"a.dmn": rules(), "b.dmn": rules()}, "Duplicated decision id in resources"),
        (
            {"a.bpmn": document(start(timer("cycle", "=x")) + end() + flows("start>end"))},
            "'a.bpmn': Expected result of the expression 'x' to be 'STRING', but was 'NULL'",
        ),
    ],
)
def test_a_deployment_is_all_or_nothing(files: dict[str, str], words: str) -> None:
    rig = Rig()
    good = {"good.bpmn": document(line(), process_id="good")} if files else {}
    with pytest.raises(Rejection, match=words) as refused:
        rig.deploy_files(good | files)
    assert refused.value.status == Status.INVALID_ARGUMENT
    assert not rig.events


def test_all_faults_of_all_files_are_told_at_once() -> None:
    with pytest.raises(Rejection, match=r"(?s)'a.txt': .*'b.form': "):
        Rig().deploy_files({"a.txt": "x", "b.form": "{}"})


def test_two_files_of_one_name_are_two_files() -> None:
    same = [Resource("p.bpmn", WORKING.encode()), Resource("p.bpmn", OTHER.encode())]
    with pytest.raises(Rejection, match=r"in resources 'p\.bpmn' and 'p\.bpmn'"):
        Rig().do(Deploy(resources=same))


def test_a_deleted_version_uncovers_the_one_before_and_is_never_given_again() -> None:
    rig = Rig()
    rig.deploy(line(work("a")))
    newest = rig.deploy(line(work("b")))
    rig.do(DeleteResource(key=newest))
    rig.start()
    assert rig.job().version == 1
    assert versions(rig, p=document(line(work("a")))) == [3]


def test_what_is_deleted_is_gone() -> None:
    rig = Rig()
    key = rig.deploy(line(work("task")))
    rig.do(DeleteResource(key=key))
    assert not rig.state.contents
    for command in (DeleteResource(key=key), CreateInstance(process_definition_key=key)):
        with pytest.raises(Rejection) as refused:
            rig.do(command)
        assert refused.value.status == Status.NOT_FOUND
    assert versions(rig, p=WORKING) == [2]


def starting(cycle: str) -> str:
    return (
        start(timer("cycle", cycle), "by-time")
        + start(on("message", "m"), "by-message")
        + start(on("signal", "s"), "by-signal")
        + end()
        + flows("by-time>end", "by-message>end", "by-signal>end")
    )


def started(rig: Rig, wait: int) -> list[int]:
    """The versions of which a timer, a message and a signal start instances."""
    before = len(rig.instances())
    rig.wait(wait)
    rig.publish("paid")
    rig.do(BroadcastSignal(name="alarm"))
    began = rig.happened("PROCESS_INSTANCE", "ELEMENT_ACTIVATING", bpmnElementType="PROCESS")
    return [one.value["version"] for one in began[before:]]


def test_start_events_of_the_latest_version_wait_and_again_after_a_deletion() -> None:
    rig = Rig()
    before = PAID + SIGNAL
    rig.deploy(starting("R/PT10S"), before=before)
    newest = rig.deploy(starting("R/PT20S"), before=before)
    assert started(rig, 20_000) == [2, 2, 2]
    rig.do(DeleteResource(key=newest))
    assert started(rig, 10_000) == [1, 1, 1]


def test_the_deletion_of_an_older_version_leaves_the_latest_as_it_is() -> None:
    rig = Rig()
    before = PAID + SIGNAL
    older = rig.deploy(starting("R/PT10S"), before=before)
    rig.deploy(starting("R/PT20S"), before=before)
    rig.wait(15_000)
    rig.do(DeleteResource(key=older))
    assert rig.machine.next_due() == START + 20_000


def test_a_duplicate_does_not_begin_a_timer_anew() -> None:
    body = start(timer("cycle", "R1/PT10S")) + end() + flows("start>end")
    rig = Rig()
    rig.deploy(body)
    rig.wait(10_000)
    rig.deploy(body)
    assert rig.machine.next_due() is None
    assert len(rig.instances()) == 1


@pytest.mark.parametrize("name", ["8.6", "8.8", "8.9"])
def test_older_generations_do_not_delete_what_has_instances(name: str) -> None:
    rig = generation(name)
    key = rig.deploy(line(work("task")))
    instance = rig.start()
    with pytest.raises(Rejection, match="there are still running instances") as refused:
        rig.do(DeleteResource(key=key))
    assert refused.value.status == Status.FAILED_PRECONDITION
    rig.do(CancelInstance(key=instance))
    rig.do(DeleteResource(key=key))


def test_since_810_what_has_instances_drains() -> None:
    rig = generation("8.10")
    key = rig.deploy(line(work("task")))
    first, second = rig.start(), rig.start()
    rig.do(DeleteResource(key=key))
    for command in (DeleteResource(key=key), CreateInstance(bpmn_process_id="p")):
        with pytest.raises(Rejection) as refused:
            rig.do(command)
        assert refused.value.status == Status.NOT_FOUND
    rig.do(CancelInstance(key=first))
    assert not rig.happened("PROCESS", "DELETED")
    rig.complete()
    assert rig.is_over(second)
    assert [one.key for one in rig.happened("PROCESS", "DELETED")] == [key]
    assert not rig.state.definitions


def test_decisions_are_deleted_with_their_requirements() -> None:
    rig = Rig()
    rig.deploy_files({"rules.dmn": rules("1")})
    newest = rig.deploy_files({"rules.dmn": rules("2")}).deployed
    with pytest.raises(Rejection, match="no resource found with key"):
        rig.do(DeleteResource(key=newest[1].key))
    rig.do(DeleteResource(key=newest[0].key))
    assert rig.do(EvaluateDecision(decision_id="second")).output == 2
    rig.do(DeleteResource(key=rig.deploy_files({"f.form": FORM}).deployed[0].key))
    with pytest.raises(Rejection, match="no decision found for key"):
        rig.do(EvaluateDecision(decision_key=newest[1].key))
