"""User tasks of the engine: whose they are, and that they are done once."""

import pytest

from tests.engine.machine.models import extended, io, line
from tests.engine.machine.rig import Rig
from zeebe_engine.engine.commands import AssignUserTask, CancelInstance, CompleteUserTask
from zeebe_engine.engine.refusals import Rejection, Status

TASK = line(
    extended("userTask", "task", "<zeebe:userTask/>" + io(outputs={"approved": "decision = 1"}))
)


def waiting() -> tuple[Rig, int, int]:
    """The keys of the instance and of the task."""
    rig = Rig()
    key = rig.run(TASK)
    (task,) = rig.state.user_tasks
    return rig, key, task


def test_a_user_task_is_assigned_to_one_and_to_another_if_that_is_allowed() -> None:
    rig, _, task = waiting()
    rig.do(AssignUserTask(key=task, assignee="ann", allow_override=False))
    with pytest.raises(Rejection, match="has already been assigned") as refused:
        rig.do(AssignUserTask(key=task, assignee="bob", allow_override=False))
    assert refused.value.status == Status.FAILED_PRECONDITION
    rig.do(AssignUserTask(key=task, assignee="bob"))
    rig.do(AssignUserTask(key=task, assignee=""))
    rig.do(AssignUserTask(key=task, assignee="cid", allow_override=False))
    told = [one.value["assignee"] for one in rig.happened("USER_TASK", "ASSIGNED")]
    assert told == ["ann", "bob", "", "cid"]


def test_a_user_task_is_completed_once_and_its_outputs_are_mapped() -> None:
    rig, key, task = waiting()
    rig.do(CompleteUserTask(key=task, variables={"decision": 1, "note": "fine"}))
    assert rig.is_over(key)
    assert rig.variables(key) == {"approved": True}
    for command in (CompleteUserTask(key=task), AssignUserTask(key=task, assignee="ann")):
        with pytest.raises(Rejection, match="no such user task was found") as refused:
            rig.do(command)
        assert refused.value.status == Status.NOT_FOUND


def test_a_user_task_ends_with_its_instance() -> None:
    rig, key, _ = waiting()
    rig.do(CancelInstance(key=key))
    assert rig.happened("USER_TASK", "CANCELED")
    assert not rig.state.user_tasks
