"""Instances by command: their version, result, beginning and end."""

import pytest

from tests.engine.machine.models import (
    PAID,
    boundary,
    catch,
    flows,
    gateway,
    inside,
    io,
    line,
    loop,
    on,
    start,
    subprocess,
    timer,
    with_boundary,
    work,
)
from tests.engine.machine.rig import Rig
from zeebe_engine.engine.answers import Created
from zeebe_engine.engine.commands import (
    CancelInstance,
    CreateInstance,
)
from zeebe_engine.engine.refusals import Rejection, Status
from zeebe_engine.settings import Settings

WORKING = line(work("task"))


def test_the_latest_version_is_created_or_the_one_that_is_wanted() -> None:
    rig = Rig()
    first = rig.deploy(WORKING, tag="old")
    second = rig.deploy(WORKING + work("other"), tag="new")
    for command, version in (
        (CreateInstance(bpmn_process_id="p"), 2),
        (CreateInstance(bpmn_process_id="p", version=1), 1),
        (CreateInstance(process_definition_key=first), 1),
        (CreateInstance(bpmn_process_id="p", version_tag="old"), 1),
    ):
        answer = rig.do(command)
        assert isinstance(answer, Created)
        assert answer.version == version
        assert answer.process_definition_key == (first, second)[version - 1]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (CreateInstance(bpmn_process_id="x"), "process ID 'x', but none found"),
        (
            CreateInstance(bpmn_process_id="p", version=3),
            "process ID 'p' and version '3', but none found",
        ),
        (
            CreateInstance(bpmn_process_id="p", version_tag="t"),
            "process ID 'p' and version tag 't', but none found",
        ),
        (CreateInstance(process_definition_key=123), "key '123', but none found"),
    ],
)
def test_a_process_that_is_not_there_is_not_created(command: CreateInstance, words: str) -> None:
    rig = Rig()
    rig.deploy(WORKING)
    with pytest.raises(Rejection, match=words) as refused:
        rig.do(command)
    assert refused.value.status == Status.NOT_FOUND


@pytest.mark.parametrize(
    ("fetch", "variables"), [([], {"a": 1, "b": 2}), (["b", "nobody"], {"b": 2})]
)
def test_the_result_comes_with_the_completion(fetch: list[str], variables: dict[str, int]) -> None:
    rig = Rig()
    rig.deploy(WORKING)
    command = CreateInstance(
        bpmn_process_id="p", variables={"a": 1}, awaits=True, fetch_variables=fetch
    )
    created = rig.do(command)
    assert not rig.results
    rig.complete(b=2)
    ((key, result),) = rig.results
    assert (key, result.created) == (created.process_instance_key, created)
    assert result.variables == variables


def test_an_instance_that_is_cancelled_has_no_result() -> None:
    rig = Rig()
    rig.deploy(WORKING)
    key = rig.do(CreateInstance(bpmn_process_id="p", awaits=True)).process_instance_key
    rig.do(CancelInstance(key=key))
    assert not rig.results


NESTED = line(
    subprocess(
        "outer",
        inside(
            subprocess("inner", start(element_id="i") + work("deep") + flows("i>deep")),
            work("after"),
        ),
        extensions=io(inputs={"mapped": "1"}),
    )
) + work("beside")


def begin_at(rig: Rig, *elements: str, **variables: object) -> int:
    command = CreateInstance(
        bpmn_process_id="p", start_element_ids=list(elements), variables=dict(variables)
    )
    return int(rig.do(command).process_instance_key)


def test_an_instance_begins_at_elements_instead_of_its_start() -> None:
    rig = Rig()
    rig.deploy(NESTED)
    key = begin_at(rig, "beside", "deep", "after", "after")
    assert sorted(rig.active(key)) == ["after", "after", "beside", "deep", "inner", "outer"]
    assert "start" not in rig.completed()
    assert "mapped" not in rig.jobs()[0].variables


def test_what_began_inside_goes_on_to_the_end() -> None:
    rig = Rig()
    rig.deploy(NESTED)
    key = begin_at(rig, "deep")
    rig.complete()
    rig.complete()
    assert rig.is_over(key)
    assert rig.completed() == ["deep", "inner", "after", "done", "outer", "end"]


def test_a_scope_that_cannot_wait_for_its_events_begins_when_it_is_resolved() -> None:
    body = line(subprocess("sub", inside(work("task")))) + boundary(
        "edge", "sub", on("message", "m")
    )
    rig = Rig()
    rig.deploy(body + flows("edge>end"), before=PAID)
    key = begin_at(rig, "task")
    assert rig.problem()[0] == "EXTRACT_VALUE_ERROR"
    assert not rig.state.jobs
    rig.set_variables(key, orderId="1")
    rig.resolve()
    rig.complete()
    assert rig.is_over(key)
    assert "begin" not in rig.completed()


@pytest.mark.parametrize(
    ("element", "words"),
    [
        ("nowhere", "no element found with id 'nowhere'"),
        ("start", "the element with id 'start' is a start event"),
        ("edge", "the element with id 'edge' is a boundary event"),
        ("p", "the element with id 'p' is the process itself"),
        ("inside", "the element with id 'inside' is inside a multi-instance subprocess"),
        ("catch", "the element with id 'catch' belongs to an event-based gateway"),
    ],
)
def test_where_nothing_can_begin_is_refused(element: str, words: str) -> None:
    body = (
        with_boundary(timer("duration", "PT1M"))
        + subprocess("many", inside(work("inside")), loop=loop())
        + gateway("eventBased", "g")
        + catch(timer("duration", "PT1M"))
        + catch(timer("duration", "PT2M"), "c2")
        + flows("g>catch", "g>c2")
    )
    rig = Rig()
    rig.deploy(body)
    with pytest.raises(Rejection, match=words) as refused:
        begin_at(rig, element)
    assert refused.value.status == Status.INVALID_ARGUMENT
    assert not rig.state.instances


def test_an_instance_cannot_end_after_an_element_that_is_not_there() -> None:
    rig = Rig()
    rig.deploy(line(work("a")))
    with pytest.raises(Rejection, match=r"no element found with id 'b'\.") as refused:
        rig.do(CreateInstance(bpmn_process_id="p", terminate_after=["a", "b"]))
    assert refused.value.status == Status.INVALID_ARGUMENT
    assert not rig.state.instances


def test_an_instance_ends_after_an_element_that_completes() -> None:
    rig = Rig()
    rig.deploy(line(work("a"), work("b")))
    command = CreateInstance(bpmn_process_id="p", terminate_after=["a"])
    key = rig.do(command).process_instance_key
    rig.complete()
    assert rig.is_terminated(key)
    assert rig.completed() == ["start", "a"]


def test_an_instance_ends_after_an_element_that_is_terminated() -> None:
    rig = Rig()
    rig.deploy(with_boundary(timer("duration", "PT1M")))
    command = CreateInstance(bpmn_process_id="p", terminate_after=["task"])
    key = rig.do(command).process_instance_key
    rig.wait(60_000)
    assert rig.is_terminated(key)
    assert "other" not in rig.completed()


def test_an_instance_ends_after_all_instances_of_an_element() -> None:
    rig = Rig()
    rig.deploy(line(work("task", inner=loop(sequential=True)), work("next")))
    command = CreateInstance(
        bpmn_process_id="p", terminate_after=["task"], variables={"items": [1, 2]}
    )
    key = rig.do(command).process_instance_key
    rig.complete()
    assert rig.active(key) == ["task", "task"]
    rig.complete()
    assert rig.is_terminated(key)


def test_an_instance_is_cancelled_with_all_that_is_in_it_and_once() -> None:
    rig = Rig()
    key = rig.run(NESTED)
    rig.do(CancelInstance(key=key))
    assert rig.terminated() == ["deep", "inner", "outer"]
    assert rig.is_terminated(key)
    with pytest.raises(Rejection, match="but no such process was found") as refused:
        rig.do(CancelInstance(key=key))
    assert refused.value.status == Status.NOT_FOUND


def test_instances_go_to_the_partitions_in_turn() -> None:
    rig = Rig(Settings(partitions=3))
    rig.deploy(WORKING)
    assert [rig.start() >> 51 for _ in range(4)] == [1, 2, 3, 1]
