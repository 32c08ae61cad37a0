"""What can be read is what the engine has: after each command of some stories."""

import json
from typing import Any

from tests.engine.machine.models import (
    boundary,
    extended,
    flows,
    io,
    line,
    message,
    on,
    work,
)
from tests.engine.machine.rig import Rig
from tests.engine.reading.story import keys, searched
from zeebe_engine.engine import commands
from zeebe_engine.reading.index import Index

ACTIVE = {"$in": ["ACTIVE", "SUSPENDED"]}
OPEN = {"$notIn": ["COMPLETED", "CANCELED", "ERROR_THROWN"]}


class Compared(Rig):
    """Compares after every command."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.index = Index(0, lambda: 0.0)

    def do(self, command: commands.AnyCommand) -> Any:
        before = len(self.events)
        answer = super().do(command)
        self.index.take(len(self.entries), self.events[before:])
        self._compare()
        return answer

    def _compare(self) -> None:
        state = self.machine.state
        kinds = {key: one.type == "PROCESS" for key, one in state.instances.items()}
        instances = [str(key) for key, is_process in kinds.items() if is_process]
        elements = [str(key) for key, is_process in kinds.items() if not is_process]
        assert self._found("process-instances", state=ACTIVE) == sorted(instances)
        assert self._found("element-instances", state="ACTIVE") == sorted(elements)
        assert self._found("incidents", state="ACTIVE") == sorted(map(str, state.incidents))
        assert self._found("jobs", state=OPEN) == sorted(map(str, state.jobs))
        assert self._found("user-tasks", state="CREATED") == sorted(map(str, state.user_tasks))
        for key, instance in state.instances.items():
            assert self._variables(key) == instance.variables

    def _found(self, collection: str, **filters: Any) -> list[str]:
        return sorted(keys(self.index, collection, **filters))

    def _variables(self, scope: int) -> dict[str, Any]:
        found = searched(self.index, "variables", scopeKey=str(scope)).documents
        return {one["name"]: json.loads(one["value"]) for one in found}


def test_a_called_instance_with_an_incident() -> None:
    rig = Compared()
    call = extended("callActivity", "call", '<zeebe:calledElement processId="child"/>')
    rig.deploy(line(work("task")), process_id="child")
    rig.deploy(line(call))
    key = rig.start(total=1)
    (job,) = rig.jobs()
    rig.do(commands.FailJob(key=job.key, retries=0))
    assert rig._found("process-instances", hasIncident=True) == sorted(
        [str(key), str(job.process_instance_key)]
    )
    (incident,) = rig.machine.state.incidents
    rig.do(commands.UpdateJob(key=job.key, retries=1))
    rig.do(commands.ResolveIncident(key=incident))
    assert rig._found("process-instances", hasIncident=True) == []
    rig.complete(total=2)
    assert rig.is_over(key)
    assert rig._found("process-instances", state="COMPLETED", parentProcessInstanceKey=str(key))


def test_a_multi_instance_with_an_error_at_its_edge() -> None:
    rig = Compared()
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>"
        '<zeebe:loopCharacteristics inputCollection="=[1,2,3]" inputElement="item"/>'
        "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"
    )
    body = line(work("task", inner=loop)) + boundary("caught", "task", on("error", "e"))
    body += '<bpmn:endEvent id="failed"/>' + flows("caught>failed")
    key = rig.run(body, before='<bpmn:error id="e" errorCode="E"/>')
    (first, second, _) = rig.jobs()
    rig.do(commands.CompleteJob(key=first.key))
    rig.do(commands.ThrowError(key=second.key, error_code="E"))
    assert rig.is_over(key)
    assert rig._found("jobs", state="CANCELED")


def test_messages_that_begin_and_go_on() -> None:
    rig = Compared()
    start = f'<bpmn:startEvent id="begin">{on("message", "m")}</bpmn:startEvent>'
    catch = extended("intermediateCatchEvent", "catch", "", on("message", "n"))
    body = start + catch + '<bpmn:endEvent id="end"/>' + flows("begin>catch", "catch>end")
    rig.deploy(body, before=message("m", "begun") + message("n", "paid", "id"))
    rig.publish("begun", "1", id="o-1")
    assert rig._found("message-subscriptions", messageName="paid", correlationKey="o-1")
    rig.publish("paid", "o-1", amount=3)
    assert len(rig._found("correlated-message-subscriptions")) == 2
    assert len(rig._found("process-instances", state="COMPLETED")) == 1


def test_modified_suspended_migrated_and_cancelled() -> None:
    rig = Compared()
    mapped = io(inputs={"a": "total"})
    key = rig.run(line(work("task", extensions=mapped), work("next")), total=1)
    rig.do(commands.SuspendInstance(key=key))
    rig.do(commands.ResumeInstance(key=key))
    target = rig.deploy(line(work("task", extensions=mapped), work("other")))
    rig.do(commands.MigrateInstance(key=key, target_key=target, mapping=[("task", "task")]))
    rig.do(commands.SetVariables(element_instance_key=key, variables={"total": 2}))
    move = [commands.ActivateInstruction("other")]
    rig.do(commands.ModifyInstance(key=key, activate=move, terminate_ids=["task"]))
    assert rig._found("element-instances", elementId="other", state="ACTIVE")
    assert rig._found("process-instances", processDefinitionKey=str(target)) == [str(key)]
    rig.do(commands.CancelInstance(key=key))
    assert rig._found("process-instances", state="TERMINATED") == [str(key)]


def test_a_user_task() -> None:
    rig = Compared()
    rig.run(line(extended("userTask", "task", "<zeebe:userTask/>")))
    (key,) = rig.machine.state.user_tasks
    rig.do(commands.AssignUserTask(key=key, assignee="ada"))
    assert rig._found("user-tasks", assignee="ada") == [str(key)]
    rig.do(commands.CompleteUserTask(key=key, variables={"done": True}))
    assert rig._found("user-tasks", state="COMPLETED") == [str(key)]
