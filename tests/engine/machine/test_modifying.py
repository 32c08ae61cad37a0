"""Modification: elements are activated, terminated and moved, all or nothing."""

from typing import Any

import pytest

from tests.engine.machine.models import (
    PAID,
    boundary,
    catch,
    end,
    event_subprocess,
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
    work,
)
from tests.engine.machine.rig import Rig
from zeebe_engine.engine.commands import (
    ActivateInstruction,
    CompleteJob,
    ModifyInstance,
    MoveInstruction,
    VariableInstruction,
)
from zeebe_engine.engine.refusals import Rejection, Status

NESTED = line(
    work("first"),
    subprocess("sub", inside(work("a"), work("b")), extensions=io(inputs={"mapped": "1"})),
)
TWICE = line(work("task"), subprocess("sub", inside(work("a"), work("b"))))


def activate(
    rig: Rig, key: int, element: str, *given: VariableInstruction, ancestor: int = -1
) -> None:
    one = ActivateInstruction(element, ancestor, list(given))
    rig.do(ModifyInstance(key=key, activate=[one]))


def test_an_element_is_activated_beside_the_others() -> None:
    rig = Rig()
    key = rig.run(NESTED)
    activate(rig, key, "first")
    assert rig.active(key) == ["first", "first"]
    assert rig.happened("PROCESS_INSTANCE_MODIFICATION", "MODIFIED", processInstanceKey=key)


def test_a_scope_that_is_missing_begins_without_its_start_and_its_mappings() -> None:
    rig = Rig()
    key = rig.run(NESTED)
    activate(rig, key, "b")
    assert rig.active(key) == ["first", "sub", "b"]
    job = next(one for one in rig.jobs() if one.element_id == "b")
    assert job.variables == {}
    assert "begin" not in rig.completed()


def test_an_element_is_activated_in_the_scope_that_is_there() -> None:
    rig = Rig()
    key = rig.run(NESTED)
    activate(rig, key, "a")
    activate(rig, key, "b")
    assert rig.active(key) == ["first", "sub", "a", "b"]


def test_variables_are_there_before_the_element_begins() -> None:
    rig = Rig()
    body = line(
        work("first"),
        subprocess("sub", inside(work("a", extensions=io(inputs={"sum": "x + y + z"})))),
    )
    key = rig.run(body)
    given = [
        VariableInstruction({"x": 1}),
        VariableInstruction({"y": 2}, "sub"),
        VariableInstruction({"z": 3}, "a"),
    ]
    activate(rig, key, "a", *given)
    job = next(one for one in rig.jobs() if one.element_id == "a")
    assert job.variables["sum"] == 6
    assert rig.variables(key) == {"x": 1}
    assert rig.variables(rig.instance_of("sub")) == {"y": 2}


def test_variables_are_set_in_a_scope_that_is_there() -> None:
    rig = Rig()
    key = rig.run(NESTED)
    activate(rig, key, "a")
    activate(rig, key, "b", VariableInstruction({"y": 2}, "sub"))
    assert rig.variables(rig.instance_of("sub")) == {"y": 2}


def test_an_event_subprocess_begins_at_its_event_and_interrupts_nobody() -> None:
    rig = Rig()
    body = line(work("task")) + event_subprocess(on("message", "m"))
    key = rig.run(body, before=PAID, orderId="1")
    activate(rig, key, "sub")
    assert sorted(rig.active(key)) == ["sub", "sub-work", "task"]


def test_an_element_is_terminated_and_its_empty_scopes_are_too() -> None:
    rig = Rig()
    key = rig.run(TWICE)
    activate(rig, key, "a")
    rig.do(ModifyInstance(key=key, terminate_ids=["a"]))
    assert rig.active(key) == ["task"]
    rig.do(ModifyInstance(key=key, terminate_keys=[rig.instance_of("task")]))
    assert rig.is_terminated(key)


def test_what_is_activated_keeps_the_instance_from_ending() -> None:
    rig = Rig()
    key = rig.run(TWICE)
    rig.do(
        ModifyInstance(
            key=key,
            activate=[ActivateInstruction("b")],
            terminate_keys=[rig.instance_of("task")],
        )
    )
    assert rig.active(key) == ["sub", "b"]
    rig.complete()
    assert rig.is_over(key)


def test_a_join_goes_on_when_the_token_that_it_waited_for_is_terminated() -> None:
    body = (
        start()
        + gateway("inclusive", "fork")
        + work("a", "a")
        + work("b", "b")
        + gateway("inclusive", "join")
        + end()
        + flows(
            "start>fork", "fork>a", "fork>b", "a>join", "b>join", "join>end", a="true", b="true"
        )
    )
    rig = Rig()
    key = rig.run(body)
    rig.complete("a")
    rig.do(ModifyInstance(key=key, terminate_ids=["b"]))
    assert rig.is_over(key)


def test_all_instances_of_an_element_are_moved() -> None:
    rig = Rig()
    key = rig.run(line(work("task", "old"), work("next")))
    activate(rig, key, "task")
    rig.do(ModifyInstance(key=key, move=[MoveInstruction("next", source_id="task")]))
    assert rig.active(key) == ["next", "next"]


def test_an_element_is_moved_within_its_own_instance_of_a_multi_instance_subprocess() -> None:
    rig = Rig()
    body = line(subprocess("sub", inside(work("a"), work("b", "b")), loop=loop()))
    key = rig.run(body, items=[1, 2])
    second = rig.jobs()[1]
    move = MoveInstruction("b", source_key=second.element_instance_key)
    rig.do(ModifyInstance(key=key, move=[move]))
    assert rig.job("b").variables["item"] == 2
    for one in tuple(rig.state.jobs.values()):
        rig.do(CompleteJob(key=one.key))
    rig.complete("b")
    assert rig.is_over(key)


def test_with_several_scopes_the_ancestor_says_which() -> None:
    rig = Rig()
    body = (
        start()
        + gateway("parallel", "fork")
        + gateway("exclusive", "merge")
        + subprocess("sub", inside(work("a"), work("b")))
        + flows("start>fork", "merge>sub")
        + '<bpmn:sequenceFlow id="f1" sourceRef="fork" targetRef="merge"/>'
        '<bpmn:sequenceFlow id="f2" sourceRef="fork" targetRef="merge"/>'
    )
    key = rig.run(body)
    with pytest.raises(Rejection, match="several active instances, and no ancestor"):
        activate(rig, key, "b")
    second = rig.jobs()[1].element_instance_key
    scope = rig.state.instances[second].scope_key
    activate(rig, key, "b", ancestor=scope)
    (began,) = rig.happened("PROCESS_INSTANCE", "ELEMENT_ACTIVATED", elementId="b")
    assert began.value["flowScopeKey"] == scope


REFUSED: dict[str, dict[str, Any]] = {
    "with an element that could not be found: 'x'": {"activate": [ActivateInstruction("x")]},
    "'start' is a start event": {"activate": [ActivateInstruction("start")]},
    "'edge' is a boundary event": {"activate": [ActivateInstruction("edge")]},
    "'catch' belongs to an event-based gateway": {"activate": [ActivateInstruction("catch")]},
    "'many-task' is inside a multi-instance subprocess": {
        "activate": [ActivateInstruction("many-task")]
    },
    "an ancestor scope key that does not exist": {"activate": [ActivateInstruction("a", 1 << 51)]},
    "with the scope 'sub', which is no scope of the element 'task'": {
        "activate": [ActivateInstruction("task", -1, [VariableInstruction({}, "sub")])]
    },
    "an element instance that could not be found: '5'": {"terminate_keys": [5]},
    "with a source element that is not active: 'a'": {"move": [MoveInstruction("task", "a")]},
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_cannot_be_done_is_refused_and_nothing_is_done(words: str) -> None:
    body = (
        TWICE
        + boundary("edge", "task", timer("duration", "PT1H"))
        + flows("edge>end")
        + gateway("eventBased", "which")
        + catch(timer("duration", "PT1H"))
        + catch(timer("duration", "PT2H"), "catch2")
        + flows("which>catch", "which>catch2")
        + subprocess("many", start(element_id="m") + work("many-task"), loop=loop())
    )
    rig = Rig()
    key = rig.run(body)
    before = len(rig.events)
    first = [ActivateInstruction("task")]
    told = {"activate": [*first, *REFUSED[words].get("activate", [])]}
    with pytest.raises(Rejection, match=words) as refused:
        rig.do(ModifyInstance(key=key, **(REFUSED[words] | told)))
    assert refused.value.status == Status.INVALID_ARGUMENT
    assert len(rig.events) == before


def test_nobody_is_modified_who_is_not_there() -> None:
    with pytest.raises(Rejection, match="no process instance found with key") as refused:
        Rig().do(ModifyInstance(key=(1 << 51) + 5))
    assert refused.value.status == Status.NOT_FOUND
