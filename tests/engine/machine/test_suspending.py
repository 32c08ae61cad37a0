"""Suspension: nothing goes on until it is resumed, and nothing is lost that is kept for then."""

from collections.abc import Callable

import pytest

from tests.engine.machine.models import (
    ERROR,
    PAID,
    SIGNAL,
    call,
    catch,
    extended,
    flows,
    gateway,
    line,
    on,
    start,
    timer,
    with_boundary,
    work,
)
from tests.engine.machine.rig import MINUTE, START, Rig
from zeebe_engine.engine.commands import (
    AnyCommand,
    AssignBusinessId,
    AssignUserTask,
    BroadcastSignal,
    CancelInstance,
    CompleteJob,
    CompleteUserTask,
    FailJob,
    MigrateInstance,
    ModifyInstance,
    ResolveIncident,
    ResumeInstance,
    SuspendInstance,
    ThrowError,
    UpdateJob,
)
from zeebe_engine.engine.refusals import Rejection, Status


def suspended(body: str, *, before: str = "", **variables: object) -> tuple[Rig, int]:
    rig = Rig()
    key = rig.run(body, before=before, **variables)
    rig.do(SuspendInstance(key=key))
    return rig, key


def test_jobs_are_not_given_out_while_it_is_suspended() -> None:
    rig, key = suspended(line(work("task")))
    assert not rig.jobs()
    rig.do(ResumeInstance(key=key))
    assert rig.job_types == {"work"}
    rig.complete()
    assert rig.is_over(key)


def test_a_job_that_somebody_has_is_done_after_it_is_resumed() -> None:
    rig = Rig()
    key = rig.run(line(work("task")))
    job = rig.job().key
    rig.do(SuspendInstance(key=key))
    with pytest.raises(Rejection, match="its process instance is suspended"):
        rig.do(CompleteJob(key=job))
    rig.wait(MINUTE)
    assert not rig.jobs()
    rig.do(ResumeInstance(key=key))
    assert rig.job().key == job
    rig.do(CompleteJob(key=job))
    assert rig.is_over(key)


def test_timers_that_became_due_fire_once_when_it_is_resumed() -> None:
    rig, key = suspended(with_boundary(timer("cycle", "R/PT10S"), interrupting=False))
    rig.wait(35_000)
    assert rig.machine.next_due() is None
    rig.do(ResumeInstance(key=key))
    rig.wait(0)
    assert rig.completed().count("edge") == 1
    assert rig.machine.next_due() == START + 45_000
    rig.do(CancelInstance(key=key))


def test_messages_wait_if_they_are_buffered_and_are_lost_if_not() -> None:
    rig, key = suspended(line(catch(on("message", "m"))), before=PAID, orderId="1")
    rig.publish("paid", "1", n=1)
    rig.publish("paid", "1", ttl=MINUTE, n=2)
    assert not rig.is_over(key)
    rig.do(ResumeInstance(key=key))
    assert rig.is_over(key)
    assert rig.variables(key)["n"] == 2


def test_signals_are_lost() -> None:
    rig, key = suspended(line(catch(on("signal", "s"))), before=SIGNAL)
    rig.do(BroadcastSignal(name="alarm"))
    rig.do(ResumeInstance(key=key))
    assert not rig.is_over(key)
    rig.do(BroadcastSignal(name="alarm"))
    assert rig.is_over(key)


def test_variables_are_set_and_it_is_cancelled_while_it_is_suspended() -> None:
    rig, key = suspended(line(work("task")))
    rig.set_variables(key, a=1)
    rig.do(CancelInstance(key=key))
    assert rig.is_terminated(key)


BLOCKED: dict[str, Callable[[Rig, int], AnyCommand]] = {
    "fail": lambda rig, key: FailJob(key=next(iter(rig.state.jobs)), retries=1),
    "throw": lambda rig, key: ThrowError(key=next(iter(rig.state.jobs)), error_code="E"),
    "update": lambda rig, key: UpdateJob(key=next(iter(rig.state.jobs)), retries=1),
    "task": lambda rig, key: CompleteUserTask(key=next(iter(rig.state.user_tasks))),
    "assign": lambda rig, key: AssignUserTask(key=next(iter(rig.state.user_tasks)), assignee="a"),
    "resolve": lambda rig, key: ResolveIncident(key=next(iter(rig.state.incidents))),
    "modify": lambda rig, key: ModifyInstance(key=key),
    "migrate": lambda rig, key: MigrateInstance(
        key=key, target_key=rig.deploy(line(), process_id="q")
    ),
    "assign id": lambda rig, key: AssignBusinessId(key=key, business_id="b"),
    "suspend": lambda rig, key: SuspendInstance(key=key),
}


@pytest.mark.parametrize("name", BLOCKED)
def test_everything_else_is_blocked(name: str) -> None:
    body = (
        start()
        + gateway("parallel", "fork")
        + work("task")
        + extended("userTask", "ask", "<zeebe:userTask/>")
        + catch(on("message", "m"))
        + flows("start>fork", "fork>task", "fork>ask", "fork>catch")
    )
    rig, key = suspended(body, before=PAID)
    with pytest.raises(Rejection, match="suspended") as refused:
        rig.do(BLOCKED[name](rig, key))
    assert refused.value.status == Status.FAILED_PRECONDITION


def test_what_it_calls_goes_on_and_waits_for_it_at_the_end() -> None:
    rig = Rig()
    rig.deploy(line(work("inside")), process_id="called")
    key = rig.run(line(call(), work("after", "after")))
    rig.do(SuspendInstance(key=key))
    rig.complete(x=1)
    assert rig.is_over(rig.instances("called")[0])
    assert rig.active(key) == ["call"]
    assert not rig.variables(key)
    rig.do(ResumeInstance(key=key))
    assert rig.active(key) == ["after"]
    assert rig.variables(key) == {"x": 1}


def test_an_error_of_what_it_calls_is_caught_and_goes_no_further() -> None:
    rig = Rig()
    rig.deploy(line(work("inside")), process_id="called")
    key = rig.run(with_boundary(on("error", "e"), task=call(element_id="task")), before=ERROR)
    rig.do(SuspendInstance(key=key))
    rig.do(ThrowError(key=rig.job().key, error_code="E"))
    assert rig.active(key) == ["edge"]
    rig.do(ResumeInstance(key=key))
    assert rig.is_over(key)


def test_an_endless_loop_stands_still() -> None:
    body = start() + gateway("exclusive", "a") + gateway("exclusive", "b")
    rig, key = suspended(body + flows("start>a", "a>b", "b>a"))
    rig.wait(0)
    assert rig.machine.next_due() is None
    rig.do(ResumeInstance(key=key))
    assert rig.machine.next_due() == rig.now
    rig.do(SuspendInstance(key=key))
    rig.wait(0)
    rig.do(CancelInstance(key=key))
    assert not rig.state.parked


def test_only_what_is_suspended_is_resumed() -> None:
    rig = Rig()
    key = rig.run(line(work("task")))
    with pytest.raises(Rejection, match="but it is not suspended") as refused:
        rig.do(ResumeInstance(key=key))
    assert refused.value.status == Status.FAILED_PRECONDITION
