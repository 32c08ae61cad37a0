"""Multi-instance activities: items and results, one after the other or all at once."""

import pytest

from tests.engine.machine.models import (
    ERROR,
    PAID,
    boundary,
    end,
    extended,
    flows,
    inside,
    io,
    job,
    line,
    loop,
    on,
    subprocess,
    timer,
    work,
)
from tests.engine.machine.rig import Rig
from zeebe_engine.engine.commands import CompleteJob, ModifyInstance, ThrowError


def finish(rig: Rig, number: int, **variables: object) -> None:
    """The job with that loop counter."""
    found = rig.state.jobs.values()
    counters = {rig.state.instances[one.element_key].loop_counter: one.key for one in found}
    rig.do(CompleteJob(key=counters[number], variables=dict(variables)))


def test_parallel_instances_have_their_items_and_give_results_in_order() -> None:
    rig = Rig()
    key = rig.run(line(work("task", inner=loop())), items=[1, 2, 3])
    jobs = rig.jobs()
    assert [one.variables["item"] for one in jobs] == [1, 2, 3]
    assert [one.variables["loopCounter"] for one in jobs] == [1, 2, 3]
    assert [one.variables["result"] for one in jobs] == [None] * 3
    for number in (3, 1, 2):
        finish(rig, number, result=number * 10)
    assert rig.is_over(key)
    assert rig.variables(key) == {"items": [1, 2, 3], "results": [10, 20, 30]}
    types = [
        one.value["bpmnElementType"]
        for one in rig.happened("PROCESS_INSTANCE", "ELEMENT_COMPLETED", elementId="task")
    ]
    assert types == [*["SERVICE_TASK"] * 3, "MULTI_INSTANCE_BODY"]


def test_sequential_instances_come_one_after_the_other() -> None:
    rig = Rig()
    key = rig.run(line(work("task", inner=loop(sequential=True))), items=["a", "b"])
    for item in ("a", "b"):
        one = rig.job()
        assert one.variables["item"] == item
        rig.do(CompleteJob(key=one.key, variables={"result": item}))
    assert rig.is_over(key)
    assert rig.variables(key)["results"] == ["a", "b"]


@pytest.mark.parametrize("sequential", [True, False])
def test_without_items_the_activity_is_passed_with_an_empty_result(*, sequential: bool) -> None:
    rig = Rig()
    key = rig.run(line(work("task", inner=loop(sequential=sequential))), items=[])
    assert rig.is_over(key)
    assert rig.variables(key)["results"] == []


def test_items_that_are_no_list_are_an_incident() -> None:
    rig = Rig()
    key = rig.run(line(work("task", inner=loop())), items=3)
    assert rig.problem()[0] == "EXTRACT_VALUE_ERROR"
    assert "to be 'ARRAY', but was 'NUMBER'" in rig.problem()[1]
    rig.set_variables(key, items=[])
    rig.resolve()
    assert rig.is_over(key)


def test_a_completion_condition_ends_the_others() -> None:
    rig = Rig()
    key = rig.run(line(work("task", inner=loop(done="result = 1"))), items=[1, 2, 3])
    finish(rig, 2, result=1)
    assert rig.is_over(key)
    assert rig.terminated() == ["task", "task"]
    assert rig.variables(key)["results"] == [None, 1, None]


@pytest.mark.parametrize(
    "condition",
    [
        "numberOfCompletedInstances = 2",
        "numberOfActiveInstances = 1",
        "numberOfInstances = 3 and numberOfCompletedInstances &gt;= 2",
        "numberOfCompletedInstances + numberOfTerminatedInstances = 2",
    ],
)
def test_a_completion_condition_can_count(condition: str) -> None:
    rig = Rig()
    key = rig.run(line(work("task", inner=loop(done=condition))), items=[1, 2, 3])
    finish(rig, 3)
    assert not rig.is_over(key)
    finish(rig, 1)
    assert rig.is_over(key)


def test_a_completion_condition_that_is_no_boolean_is_an_incident() -> None:
    rig = Rig()
    rig.run(line(work("task", inner=loop(done="nothing"))), items=[1])
    rig.complete()
    assert "to be 'BOOLEAN', but was 'NULL'" in rig.problem()[1]


def test_mappings_are_of_each_instance_and_outputs_can_give_its_result() -> None:
    mapped = job() + io(inputs={"twice": "item * 2"}, outputs={"result": "answer.value"})
    rig = Rig()
    key = rig.run(line(extended("serviceTask", "task", mapped, loop())), items=[1, 2])
    assert [one.variables["twice"] for one in rig.jobs()] == [2, 4]
    finish(rig, 2, answer={"value": "two"})
    finish(rig, 1, answer={"value": "one"})
    assert rig.is_over(key)
    assert rig.variables(key) == {"items": [1, 2], "results": ["one", "two"]}


def test_results_of_an_expression_need_no_variable_of_their_own() -> None:
    rig = Rig()
    key = rig.run(line(work("task", inner=loop(output="item + extra"))), items=[1, 2])
    for one in rig.jobs():
        assert "extra" not in one.variables
        rig.do(CompleteJob(key=one.key, variables={"extra": 10}))
    assert rig.is_over(key)
    assert rig.variables(key) == {"items": [1, 2], "results": [11, 12], "extra": 10}


def test_a_subprocess_is_gone_through_for_each_item() -> None:
    body = line(subprocess("sub", inside(work("task")), loop=loop()))
    rig = Rig()
    key = rig.run(body, items=[1, 2])
    assert [one.variables["item"] for one in rig.jobs()] == [1, 2]
    for one in tuple(rig.state.jobs.values()):
        rig.do(CompleteJob(key=one.key, variables={"result": one.key}))
    assert rig.is_over(key)
    assert len(rig.variables(key)["results"]) == 2
    assert rig.completed().count("sub") == 3


@pytest.mark.parametrize("sequential", [True, False])
def test_an_event_at_the_edge_ends_all_instances_without_results(*, sequential: bool) -> None:
    edge = boundary("edge", "task", timer("duration", "PT1M")) + end(element_id="late")
    body = line(work("task", inner=loop(sequential=sequential))) + edge + flows("edge>late")
    rig = Rig()
    key = rig.run(body, items=[1, 2, 3])
    finish(rig, 1)
    rig.wait(60_000)
    assert rig.is_over(key)
    assert rig.completed()[-2:] == ["edge", "late"]
    assert "results" not in rig.variables(key)


def test_an_error_of_one_instance_is_caught_at_the_edge_of_all() -> None:
    edge = boundary("edge", "task", on("error", "e")) + end(element_id="bad") + flows("edge>bad")
    rig = Rig()
    key = rig.run(line(work("task", inner=loop())) + edge, before=ERROR, items=[1, 2])
    rig.do(ThrowError(key=rig.jobs()[0].key, error_code="E"))
    assert rig.is_over(key)
    assert rig.terminated() == ["task", "task", "task"]


def test_an_event_at_the_edge_that_does_not_interrupt_leaves_the_instances() -> None:
    edge = boundary("edge", "task", on("message", "m"), interrupting=False)
    body = line(work("task", inner=loop())) + edge + end(element_id="o") + flows("edge>o")
    rig = Rig()
    key = rig.run(body, before=PAID, items=[1, 2], orderId="1")
    rig.publish("paid", "1")
    rig.publish("paid", "1")
    assert rig.completed().count("edge") == 2
    finish(rig, 1)
    finish(rig, 2)
    assert rig.is_over(key)


def test_a_receive_task_waits_once_for_each_item() -> None:
    task = extended("receiveTask", "task", "", loop(), messageRef="m")
    rig = Rig()
    body = line(task)
    key = rig.run(body, before=PAID.replace("=orderId", "=item"), items=["a", "b"])
    rig.publish("paid", "b", result=2)
    assert not rig.is_over(key)
    rig.publish("paid", "a", result=1)
    assert rig.is_over(key)
    assert rig.variables(key)["results"] == [1, 2]


def test_an_instance_that_is_terminated_by_hand_is_not_waited_for() -> None:
    rig = Rig()
    key = rig.run(line(work("task", inner=loop())), items=[1, 2])
    first = rig.jobs()[0]
    rig.do(ModifyInstance(key=key, terminate_keys=[first.element_instance_key]))
    finish(rig, 2, result="two")
    assert rig.is_over(key)
    assert rig.variables(key)["results"] == [None, "two"]


def test_a_multi_instance_activity_in_another() -> None:
    inner = work("task", inner=loop(items="item", output="item"))
    body = line(subprocess("sub", inside(inner), loop=loop(output="results")))
    rig = Rig()
    key = rig.run(body, items=[[1, 2], [3]])
    for one in rig.jobs():
        rig.do(CompleteJob(key=one.key))
    assert rig.is_over(key)
    assert rig.variables(key)["results"] == [[1, 2], [3]]
