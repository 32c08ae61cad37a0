"""Variables: scopes, what goes up, what is mapped, and what is set by hand."""

from typing import Any

import pytest

from tests.engine.machine.models import (
    extended,
    inside,
    io,
    line,
    subprocess,
    work,
)
from tests.engine.machine.rig import Rig
from zeebe_engine.engine.commands import SetVariables
from zeebe_engine.engine.refusals import Rejection


def test_a_result_goes_to_the_nearest_scope_that_has_the_variable() -> None:
    """`a` is of the process, `b` of the subprocess, `c` of nobody."""
    body = line(subprocess("sub", inside(work("task")), extensions=io(inputs={"b": "1"})))
    rig = Rig()
    key = rig.run(body, a=1)
    sub = rig.instance_of("sub")
    rig.complete(a=2, b=2, c=2)
    assert rig.is_over(key)
    assert rig.variables(key) == {"a": 2, "c": 2}
    assert rig.variables(sub) == {"b": 2}


def test_outputs_of_a_subprocess_take_up_what_is_local() -> None:
    mapped = io(inputs={"local": "a + 1"}, outputs={"b": "local"})
    rig = Rig()
    key = rig.run(line(subprocess("sub", inside(work("task")), extensions=mapped)), a=1)
    assert rig.job().variables == {"a": 1, "local": 2}
    rig.complete(local=5)
    assert rig.is_over(key)
    assert rig.variables(key) == {"a": 1, "b": 5}


def test_with_outputs_nothing_else_goes_up() -> None:
    rig = Rig()
    key = rig.run(line(work("task", extensions=io(outputs={"b": "x.y"}))))
    rig.complete(x={"y": 1}, z=2)
    assert rig.variables(key) == {"b": 1}


def test_outputs_keep_the_siblings_of_a_path_and_inputs_replace_them() -> None:
    mapped = io(inputs={"order.id": "1"}, outputs={"order.sum": "2"})
    rig = Rig()
    key = rig.run(line(work("task", extensions=mapped)), order={"id": 7, "old": True})
    assert rig.job().variables == {"order": {"id": 1}}
    rig.complete()
    assert rig.variables(key) == {"order": {"id": 7, "old": True, "sum": 2}}


def test_an_input_without_a_source_is_null() -> None:
    task = extended(
        "serviceTask",
        "task",
        '<zeebe:taskDefinition type="work"/><zeebe:ioMapping><zeebe:input target="a"/>'
        "</zeebe:ioMapping>",
    )
    rig = Rig()
    rig.run(line(task), a=1)
    assert rig.job().variables == {"a": None}


@pytest.mark.parametrize(
    ("before", "after"),
    [(1, True), (0, False), ([1], [True]), ({"a": 0}, {"a": False}), (1, "1"), (None, [])],
)
def test_a_value_that_only_looks_the_same_is_another(before: Any, after: Any) -> None:
    rig = Rig()
    key = rig.run(line(work("task")), v=before)
    rig.set_variables(key, v=after)
    (job,) = rig.jobs()
    assert repr(job.variables) == repr({"v": after})


def test_nothing_is_recorded_of_what_stays_as_it_is() -> None:
    rig = Rig()
    key = rig.run(line(work("task")), v={"a": [1, 2.5, None]})
    rig.set_variables(key, v={"a": [1, 2.5, None]})
    assert not rig.happened("VARIABLE", "UPDATED")
    (created,) = rig.happened("VARIABLE", "CREATED")
    rig.set_variables(key, v=2)
    (updated,) = rig.happened("VARIABLE", "UPDATED")
    assert updated.key == created.key
    assert updated.value["value"] == "2"


def test_variables_are_set_in_a_scope_or_from_it_upwards() -> None:
    rig = Rig()
    key = rig.run(line(subprocess("sub", inside(work("task")))), a=1)
    task, sub = rig.instance_of("task"), rig.instance_of("sub")
    rig.set_variables(task, local=True, a=2)
    rig.set_variables(sub, a=3, b=3)
    assert rig.variables(task) == {"a": 2}
    assert rig.variables(sub) == {}
    assert rig.variables(key) == {"a": 3, "b": 3}
    assert rig.job().variables == {"a": 2, "b": 3}
    told = [one.value for one in rig.happened("VARIABLE_DOCUMENT", "UPDATED")]
    assert [one["updateSemantics"] for one in told] == ["LOCAL", "PROPAGATE"]


def test_variables_of_nobody_are_refused() -> None:
    rig = Rig()
    key = rig.run(line())
    with pytest.raises(Rejection, match="but no such element was found"):
        rig.do(SetVariables(element_instance_key=key, variables={}))


def test_a_value_that_is_nested_too_deep_is_an_incident() -> None:
    """Made by an expression: what comes from outside is looked at before."""
    deep: Any = 1
    for _ in range(398):
        deep = [deep]
    script = '<zeebe:script expression="=[[[[[x]]]]]" resultVariable="y"/>'
    rig = Rig()
    key = rig.run(line(extended("scriptTask", "task", script)), x=deep)
    assert rig.problem()[0] == "IO_MAPPING_ERROR"
    assert "400 levels deep at most" in rig.problem()[1]
    rig.set_variables(key, x=1)
    assert not rig.is_over(key)


def test_dates_and_durations_are_texts_once_they_are_variables() -> None:
    script = (
        '<zeebe:script expression="={at: date and time(&quot;2026-11-01T12:00:00Z&quot;),'
        ' wait: duration(&quot;PT90M&quot;)}" resultVariable="v"/>'
    )
    rig = Rig()
    key = rig.run(line(extended("scriptTask", "task", script)))
    assert rig.variables(key) == {"v": {"at": "2026-11-01T12:00:00Z", "wait": "PT1H30M"}}


def test_large_integers_become_floats() -> None:
    rig = Rig()
    key = rig.run(line(work("task")))
    rig.complete(n=2**63, small=2**63 - 1)
    assert rig.variables(key) == {"n": float(2**63), "small": 2**63 - 1}
