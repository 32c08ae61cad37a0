"""Gateways, subprocesses, multi-instance, calls, mappings and the other tasks."""

from tests.engine.machine.models import extended, flows, io, line, work
from tests.engine.machine.rig import Rig


def test_an_exclusive_gateway_takes_the_first_that_holds() -> None:
    body = (
        '<bpmn:startEvent id="start"/><bpmn:exclusiveGateway id="which" default="which-low"/>'
        '<bpmn:endEvent id="high"/><bpmn:endEvent id="low"/>'
        + flows("start>which", "which>high", "which>low", high="amount > 10")
    )
    rig = Rig()
    rig.deploy(body)
    rig.start(amount=11)
    rig.start(amount=10)
    assert rig.completed() == ["start", "which", "high", "start", "which", "low"]


def test_a_condition_that_is_no_boolean_is_an_incident_that_can_be_resolved() -> None:
    from zeebe_engine.engine.commands import ResolveIncident, SetVariables

    body = (
        '<bpmn:startEvent id="start"/><bpmn:exclusiveGateway id="which" default="which-low"/>'
        '<bpmn:endEvent id="high"/><bpmn:endEvent id="low"/>'
        + flows("start>which", "which>high", "which>low", high="amount")
    )
    rig = Rig()
    key = rig.run(body)
    incident = rig.incident()
    assert incident.value["errorType"] == "EXTRACT_VALUE_ERROR"
    assert "to be 'BOOLEAN', but was 'NULL'" in incident.value["errorMessage"]
    rig.do(SetVariables(element_instance_key=key, variables={"amount": True}))
    rig.do(ResolveIncident(key=incident.key))
    assert rig.is_over(key)
    assert not rig.machine.state.incidents


def test_a_parallel_gateway_waits_for_all() -> None:
    body = (
        '<bpmn:startEvent id="start"/><bpmn:parallelGateway id="fork"/>'
        + work("a", "a")
        + work("b", "b")
        + '<bpmn:parallelGateway id="join"/><bpmn:endEvent id="end"/>'
        + flows("start>fork", "fork>a", "fork>b", "a>join", "b>join", "join>end")
    )
    rig = Rig()
    key = rig.run(body)
    rig.complete("a")
    assert not rig.is_over(key)
    rig.complete("b")
    assert rig.is_over(key)
    assert rig.completed().count("join") == 1


def test_an_inclusive_gateway_joins_those_that_were_taken() -> None:
    body = (
        '<bpmn:startEvent id="start"/><bpmn:inclusiveGateway id="fork" default="fork-c"/>'
        + work("a", "a")
        + work("b", "b")
        + work("c", "c")
        + '<bpmn:inclusiveGateway id="join"/><bpmn:endEvent id="end"/>'
        + flows(
            "start>fork",
            "fork>a",
            "fork>b",
            "fork>c",
            "a>join",
            "b>join",
            "c>join",
            "join>end",
            a="x > 0",
            b="x > 1",
        )
    )
    rig = Rig()
    rig.deploy(body)
    both, one, other = rig.start(x=2), rig.start(x=1), rig.start(x=0)
    for job_type in ("a", "b", "c"):
        for job in rig.jobs(job_type):
            from zeebe_engine.engine.commands import CompleteJob

            rig.do(CompleteJob(key=job.key))
    assert rig.is_over(both)
    assert rig.is_over(one)
    assert rig.is_over(other)
    assert rig.completed().count("join") == 3


def test_a_subprocess_has_a_scope_of_its_own() -> None:
    inner = (
        '<bpmn:startEvent id="s1"/>'
        + work("t1")
        + '<bpmn:endEvent id="e1"/>'
        + flows("s1>t1", "t1>e1")
    )
    mapped = io(inputs={"local": "a + 1"}, outputs={"b": "local"})
    rig = Rig()
    key = rig.run(line(extended("subProcess", "sub", mapped, inner)), a=1)
    (job,) = rig.jobs()
    assert job.variables == {"a": 1, "local": 2}
    rig.now += 61_000
    rig.complete(local=5)
    assert rig.is_over(key)
    assert rig.variables(key) == {"a": 1, "b": 5}


def loop(*, sequential: bool = False, inner: str = "") -> str:
    flag = ' isSequential="true"' if sequential else ""
    return (
        f"<bpmn:multiInstanceLoopCharacteristics{flag}><bpmn:extensionElements>"
        '<zeebe:loopCharacteristics inputCollection="=items" inputElement="item"'
        ' outputCollection="results" outputElement="=result"/>'
        f"</bpmn:extensionElements>{inner}</bpmn:multiInstanceLoopCharacteristics>"
    )


def test_a_parallel_multi_instance_collects_its_results_in_order() -> None:
    rig = Rig()
    key = rig.run(line(work("task", inner=loop())), items=[1, 2, 3])
    jobs = rig.jobs()
    assert [job.variables["item"] for job in jobs] == [1, 2, 3]
    assert [job.variables["loopCounter"] for job in jobs] == [1, 2, 3]
    from zeebe_engine.engine.commands import CompleteJob

    for job in reversed(jobs):
        rig.do(CompleteJob(key=job.key, variables={"result": job.variables["item"] * 10}))
    assert rig.is_over(key)
    assert rig.variables(key) == {"items": [1, 2, 3], "results": [10, 20, 30]}


def test_a_sequential_multi_instance_goes_one_by_one() -> None:
    rig = Rig()
    key = rig.run(line(work("task", inner=loop(sequential=True))), items=["a", "b"])
    for item in ("a", "b"):
        (job,) = rig.jobs()
        assert job.variables["item"] == item
        from zeebe_engine.engine.commands import CompleteJob

        rig.do(CompleteJob(key=job.key, variables={"result": item}))
    assert rig.is_over(key)
    assert rig.variables(key)["results"] == ["a", "b"]


def test_an_empty_collection_completes_at_once() -> None:
    rig = Rig()
    key = rig.run(line(work("task", inner=loop())), items=[])
    assert rig.is_over(key)
    assert rig.variables(key)["results"] == []


def test_a_completion_condition_ends_the_others() -> None:
    done = "<bpmn:completionCondition>=result = 1</bpmn:completionCondition>"
    rig = Rig()
    key = rig.run(line(work("task", inner=loop(inner=done))), items=[1, 2, 3])
    from zeebe_engine.engine.commands import CompleteJob

    job = rig.jobs()[1]
    rig.do(CompleteJob(key=job.key, variables={"result": 1}))
    assert rig.is_over(key)
    assert rig.variables(key)["results"] == [None, 1, None]


def test_a_called_process_gives_its_variables_back() -> None:
    rig = Rig()
    rig.deploy(line(work("inside")), process_id="called")
    key = rig.run(
        line(extended("callActivity", "call", '<zeebe:calledElement processId="=which"/>')),
        which="called",
    )
    (job,) = rig.jobs()
    assert job.variables == {"which": "called"}
    assert job.bpmn_process_id == "called"
    rig.now += 61_000
    rig.complete(x=1)
    assert rig.is_over(key)
    assert rig.variables(key) == {"which": "called", "x": 1}


def test_a_call_of_nobody_is_an_incident() -> None:
    rig = Rig()
    rig.run(line(extended("callActivity", "call", '<zeebe:calledElement processId="nobody"/>')))
    assert rig.incident().value["errorType"] == "CALLED_ELEMENT_ERROR"


def test_a_process_that_calls_itself_is_stopped() -> None:
    rig = Rig()
    rig.run(line(extended("callActivity", "call", '<zeebe:calledElement processId="p"/>')))
    assert "maximum depth of 1000" in rig.incident().value["errorMessage"]
    from zeebe_engine.engine.commands import CancelInstance

    root = min(rig.machine.state.instances)
    rig.do(CancelInstance(key=root))
    assert not rig.machine.state.instances


def test_a_script_sets_its_variable() -> None:
    rig = Rig()
    script = extended(
        "scriptTask", "task", '<zeebe:script expression="=a + 1" resultVariable="b"/>'
    )
    key = rig.run(line(script), a=1)
    assert rig.is_over(key)
    assert rig.variables(key) == {"a": 1, "b": 2}


def test_an_endless_loop_lets_others_go_on() -> None:
    body = (
        '<bpmn:startEvent id="start"/><bpmn:exclusiveGateway id="a"/><bpmn:task id="b"/>'
        '<bpmn:endEvent id="end"/>' + flows("start>a", "a>b", "b>a")
    )
    rig = Rig()
    rig.deploy(body)
    key = rig.start()
    rig.deploy(line(), process_id="q")
    assert rig.is_over(rig.start("q"))
    from zeebe_engine.engine.commands import CancelInstance

    rig.do(CancelInstance(key=key))
    assert rig.machine.next_due() is None


def test_a_user_task_of_the_engine_is_completed() -> None:
    from zeebe_engine.engine.commands import CompleteUserTask

    rig = Rig()
    key = rig.run(
        line(
            extended(
                "userTask", "task", '<zeebe:userTask/><zeebe:assignmentDefinition assignee="ann"/>'
            )
        )
    )
    (created,) = rig.happened("USER_TASK", "CREATED", assignee="ann")
    rig.do(CompleteUserTask(key=created.key, variables={"ok": True}))
    assert rig.is_over(key)
    assert rig.variables(key) == {"ok": True}
