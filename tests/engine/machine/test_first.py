"""The smallest processes, from start to end."""

from tests.engine.machine.invariants import check_replay
from tests.engine.machine.models import line, work
from tests.engine.machine.rig import Rig


def test_a_process_without_tasks_runs_to_its_end() -> None:
    rig = Rig()
    key = rig.run(line())
    assert rig.is_over(key)
    assert rig.completed() == ["start", "end"]


def test_a_job_is_waited_for_and_its_variables_go_up() -> None:
    rig = Rig()
    key = rig.run(line(work("task")), a=1)
    assert not rig.is_over(key)
    (job,) = rig.jobs()
    assert (job.variables, job.element_id, job.retries) == ({"a": 1}, "task", 3)
    rig.complete(b=[1, None])
    assert rig.is_over(key)
    assert rig.variables(key) == {"a": 1, "b": [1, None]}


def test_a_replay_gives_the_same_state() -> None:
    rig = Rig()
    for number in range(5):
        rig.run(line(work("task")), number=number)
    rig.jobs(most=2)
    check_replay(rig, 3)
