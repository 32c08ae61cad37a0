"""Migration: an instance goes on in another version, with what it waits for, or not at all."""

from typing import Any

import pytest

from tests.engine.machine.models import (
    PAID,
    SIGNAL,
    boundary,
    catch,
    end,
    extended,
    flows,
    gateway,
    inside,
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
from zeebe_engine.engine.commands import (
    BroadcastSignal,
    CancelInstance,
    CompleteUserTask,
    DeleteResource,
    FailJob,
    MigrateInstance,
    UpdateJob,
)
from zeebe_engine.engine.refusals import Rejection, Status

BEFORE = PAID + SIGNAL


def migrated(old: str, new: str, *mapping: str, **variables: Any) -> tuple[Rig, int]:
    """`a>b` in the mapping: what `a` is becomes `b`."""
    rig = Rig()
    key = rig.run(old, before=BEFORE, **variables)
    migrate(rig, key, rig.deploy(new, process_id="q", before=BEFORE), *mapping)
    return rig, key


def migrate(rig: Rig, key: int, target: int, *mapping: str) -> None:
    pairs = [(one.split(">")[0], one.split(">")[1]) for one in mapping]
    rig.do(MigrateInstance(key=key, target_key=target, mapping=pairs))


def test_a_job_goes_on_as_it_was_and_its_result_in_the_new_version() -> None:
    rig = Rig()
    key = rig.run(line(work("task")))
    rig.jobs()
    migrate(
        rig, key, rig.deploy(line(work("new", "other"), work("next")), process_id="q"), "task>new"
    )
    assert rig.active(key) == ["new"]
    assert rig.happened("JOB", "MIGRATED", bpmnProcessId="q", elementId="new")
    rig.complete()
    assert rig.job().bpmn_process_id == "q"
    rig.complete()
    assert rig.is_over(key)


def test_all_that_is_around_must_be_mapped_too() -> None:
    old = line(subprocess("sub", inside(work("task")), loop=loop()))
    new = line(subprocess("box", start(element_id="s") + work("job") + flows("s>job"), loop=loop()))
    rig, key = migrated(old, new, "sub>box", "task>job", items=[1, 2])
    assert rig.active(key) == ["box", "box", "box", "job", "job"]


def test_what_is_waited_for_goes_on_when_it_is_mapped() -> None:
    """The timer keeps its time, the message its key."""
    old = with_boundary(timer("duration", "PT1M")) + boundary("paid", "task", on("message", "m"))
    old += flows("paid>other")
    new = old.replace("PT1M", "PT5M").replace('"edge"', '"late"').replace("edge-", "late-")
    rig, key = migrated(old, new, "task>task", "edge>late", "paid>paid", orderId="1")
    other = rig.run(old, before=BEFORE, orderId="2")
    rig.wait(60_000)
    assert rig.is_over(key)
    assert rig.completed(key) == ["start", "late", "other"]
    assert rig.is_over(other)


def test_what_is_not_mapped_ends_and_what_is_new_begins() -> None:
    old = with_boundary(timer("duration", "PT1M"))
    new = with_boundary(timer("duration", "PT5M")) + boundary(
        "loud", "task", on("signal", "s"), interrupting=False
    )
    rig, key = migrated(old, new + flows("loud>other"), "task>task")
    rig.wait(60_000)
    assert rig.active(key) == ["task"]
    rig.do(BroadcastSignal(name="alarm"))
    assert rig.completed(key)[-2:] == ["loud", "other"]
    rig.wait(240_000)
    assert rig.is_over(key)


def test_a_new_event_finds_the_message_that_is_buffered() -> None:
    rig = Rig()
    key = rig.run(line(work("task")), orderId="1")
    rig.publish("paid", "1", ttl=60_000)
    migrate(
        rig,
        key,
        rig.deploy(with_boundary(on("message", "m")), process_id="q", before=BEFORE),
        "task>task",
    )
    assert rig.is_over(key)


def test_a_catch_event_and_a_user_task_and_an_incident_go_on() -> None:
    old = (
        start()
        + gateway("parallel", "fork")
        + catch(on("message", "m"))
        + extended("userTask", "ask", "<zeebe:userTask/>")
        + work("task")
        + end()
        + flows(
            "start>fork", "fork>catch", "fork>ask", "fork>task", "catch>end", "ask>end", "task>end"
        )
    )
    rig = Rig()
    key = rig.run(old, before=BEFORE, orderId="1")
    rig.do(FailJob(key=rig.job().key, retries=0))
    target = rig.deploy(
        old.replace('"ask"', '"talk"').replace("-ask", "-talk").replace("ask-", "talk-"),
        process_id="q",
        before=BEFORE,
    )
    migrate(rig, key, target, "catch>catch", "ask>talk", "task>task")
    assert rig.happened("INCIDENT", "MIGRATED")
    assert rig.happened("USER_TASK", "MIGRATED", elementId="talk")
    rig.publish("paid", "1")
    rig.do(CompleteUserTask(key=next(iter(rig.state.user_tasks))))
    rig.do(UpdateJob(key=next(iter(rig.state.jobs)), retries=1))
    rig.resolve()
    rig.complete()
    assert rig.is_over(key)


def test_an_incident_is_resolved_by_what_the_new_version_says() -> None:
    body = start() + gateway("exclusive", "which") + end(element_id="yes") + end(element_id="no")
    body += flows("start>which", "which>yes", "which>no", yes="a", no="not(a)")
    rig, key = migrated(body, body.replace("=a<", "=true<"), "which>which")
    rig.resolve()
    assert rig.is_over(key)


JOIN = (
    start()
    + gateway("parallel", "fork")
    + work("a", "a")
    + work("b", "b")
    + gateway("parallel", "join")
    + end()
    + flows("start>fork", "fork>a", "fork>b", "a>join", "b>join", "join>end")
)


def test_a_token_that_waits_at_a_join_goes_with_the_gateway_and_its_flow() -> None:
    rig = Rig()
    key = rig.run(JOIN)
    rig.complete("a")
    target = rig.deploy(JOIN.replace("a-join", "came"), process_id="q")
    with pytest.raises(Rejection, match="a token waits at the gateway 'join'"):
        migrate(rig, key, target, "b>b")
    with pytest.raises(Rejection, match="the sequence flow 'a-join' must be mapped"):
        migrate(rig, key, target, "b>b", "join>join")
    migrate(rig, key, target, "b>b", "join>join", "a-join>came")
    rig.complete("b")
    assert rig.is_over(key)


REFUSED = {
    "no mapping instruction defined for active element with id 'task'": [],
    "non-existing source element id 'x'": ["x>task"],
    "non-existing target element id 'x'": ["task>x"],
    "duplicate source element ids '\\[task\\]'": ["task>task", "task>other"],
    "and type 'SERVICE_TASK' is mapped to an element with id 'person' and different type": [
        "task>person"
    ],
    "flow scope of active element with id 'task' is changed": ["task>inner"],
    "'edge', which is mapped to 'far', an event of another element": ["task>task", "edge>far"],
    "and event type 'TIMER' is mapped to an element with id 'loud' and different event type": [
        "task>task",
        "edge>loud",
    ],
    "and loop 'none' is mapped to an element with id 'each' and different loop 'parallel'": [
        "task>each"
    ],
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_does_not_fit_is_refused_and_nothing_is_done(words: str) -> None:
    hour = timer("duration", "PT1H")
    new = (
        with_boundary(hour)
        + work("other-task")
        + boundary("far", "other-task", hour)
        + boundary("loud", "task", on("signal", "s"))
        + extended("userTask", "person", "<zeebe:userTask/>")
        + work("each", inner=loop())
        + subprocess("sub", start(element_id="s") + work("inner") + flows("s>inner"))
        + flows("far>other", "loud>other")
    )
    rig = Rig()
    key = rig.run(with_boundary(hour))
    target = rig.deploy(new, process_id="q", before=BEFORE)
    before = len(rig.events)
    with pytest.raises(Rejection, match=words) as refused:
        migrate(rig, key, target, *REFUSED[words])
    assert refused.value.status in (Status.FAILED_PRECONDITION, Status.INVALID_ARGUMENT)
    assert len(rig.events) == before


def test_neither_who_is_not_there_nor_what_is_not_there_is_found() -> None:
    rig = Rig()
    key = rig.run(line(work("task")))
    target = rig.deploy(line(work("task")), process_id="q")
    with pytest.raises(Rejection, match="no process instance found with key"):
        migrate(rig, key + 10, target)
    rig.do(DeleteResource(key=target))
    with pytest.raises(Rejection, match="no process definition found with key") as refused:
        migrate(rig, key, target, "task>task")
    assert refused.value.status == Status.NOT_FOUND


def test_an_event_that_cannot_be_waited_for_refuses_the_migration() -> None:
    rig = Rig()
    key = rig.run(line(work("task")))
    target = rig.deploy(with_boundary(on("message", "m")), process_id="q", before=BEFORE)
    with pytest.raises(Rejection, match="cannot be waited for: Failed to extract"):
        migrate(rig, key, target, "task>task")
    rig.do(CancelInstance(key=key))
