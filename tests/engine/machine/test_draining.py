"""What a deletion leaves behind: definitions that drain, and start events that wait again."""

from tests.engine.machine.models import call, end, flows, line, on, start, timer, work
from tests.engine.machine.rig import MINUTE, START, Rig, generation
from zeebe_engine.engine.commands import (
    CancelInstance,
    DeleteResource,
    MigrateInstance,
    SuspendInstance,
)

HOUR = 60 * MINUTE


def test_a_draining_version_is_gone_when_its_last_instance_has_moved_to_another() -> None:
    rig = generation("8.10")
    old = rig.deploy(line(work("task")))
    first, second = rig.start(), rig.start()
    new = rig.deploy(line(work("task"), work("more")))
    rig.do(DeleteResource(key=old))
    rig.do(MigrateInstance(key=first, target_key=new, mapping=[("task", "task")]))
    assert old in rig.state.definitions
    rig.do(MigrateInstance(key=second, target_key=new, mapping=[("task", "task")]))
    assert list(rig.state.definitions) == [new]
    assert len(rig.state.contents) == 1
    assert [one.key for one in rig.happened("PROCESS", "DELETED")] == [old]


def test_a_draining_version_is_gone_when_a_suspended_instance_is_cancelled() -> None:
    rig = generation("8.10")
    definition = rig.deploy(line(work("task")))
    key = rig.start()
    rig.do(SuspendInstance(key=key))
    rig.do(DeleteResource(key=definition))
    rig.do(CancelInstance(key=key))
    assert not rig.state.definitions


def test_caller_and_called_drain_together() -> None:
    rig = generation("8.10")
    caller = rig.deploy(line(call()))
    called = rig.deploy(line(work("task")), process_id="called")
    key = rig.start()
    rig.do(DeleteResource(key=called))
    rig.do(DeleteResource(key=caller))
    rig.complete()
    assert rig.is_over(key)
    assert not rig.state.definitions
    again = rig.deploy(line(work("task")), process_id="called")
    assert rig.state.definitions[again].version == 2


def test_an_older_version_waits_again_where_its_expressions_still_give_something() -> None:
    limit = 'date and time("2027-01-15T08:30:00Z")'
    until = f'=if now() &lt; {limit} then "R/PT1H" else null'
    body = (
        start(timer("cycle", until))
        + start(timer("cycle", "R/PT2H"), "other")
        + end()
        + flows("start>end", "other>end")
    )
    rig = Rig()
    rig.deploy(body)
    assert {one.element_id: one.due - START for one in rig.state.timers.values()} == {
        "start": HOUR,
        "other": 2 * HOUR,
    }
    rig.wait(HOUR // 2)
    newer = rig.deploy(line())
    assert not rig.state.timers
    rig.do(DeleteResource(key=newer))
    assert [one.element_id for one in rig.state.timers.values()] == ["other"]


def test_a_lock_outlives_the_version_that_took_it() -> None:
    body = start(on("message", "m")) + work("task") + end() + flows("start>task", "task>end")
    before = '<bpmn:message id="m" name="paid"/>'
    rig = generation("8.10")
    old = rig.deploy(body, before=before)
    rig.publish("paid", "1", ttl=HOUR)
    new = rig.deploy(f"{body}\n", before=before)
    rig.publish("paid", "1", ttl=HOUR)
    rig.do(DeleteResource(key=old))
    (first,) = rig.instances()
    rig.complete()
    assert rig.is_over(first)
    (second,) = [one.key for one in rig.state.instances.values() if one.type == "PROCESS"]
    assert rig.state.instances[second].definition_key == new
    assert old not in rig.state.definitions
