"""Business ids, tags and tenants: whose an instance is, and how it is told from others."""

import pytest

from tests.engine.machine.models import PAID, call, document, flows, line, on, start, work
from tests.engine.machine.rig import Rig, generation
from zeebe_engine.engine.commands import (
    AssignBusinessId,
    CancelInstance,
    CreateInstance,
    DeleteResource,
    MigrateInstance,
    PublishMessage,
)
from zeebe_engine.engine.refusals import Refusal, Rejection, Status
from zeebe_engine.settings import Settings

WORKING = line(work("task"))


def test_tags_and_business_ids_are_told_to_jobs_and_the_latter_to_called_processes() -> None:
    rig = Rig()
    rig.deploy(WORKING, process_id="called")
    rig.deploy(line(call()))
    command = CreateInstance(bpmn_process_id="p", business_id="b", tags=["a:1"])
    answer = rig.do(command)
    assert (answer.business_id, answer.tags) == ("b", ("a:1",))
    job = rig.job()
    assert (job.business_id, job.tags) == ("b", ())


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (CreateInstance(bpmn_process_id="p", tags=["1"]), "The tag '1' is not valid"),
        (CreateInstance(bpmn_process_id="p", tags=["a"] * 11), "at most 10 tags"),
        (CreateInstance(bpmn_process_id="p", business_id="b" * 257), "has 257 characters"),
    ],
)
def test_tags_and_business_ids_that_cannot_be_are_refused(
    command: CreateInstance, words: str
) -> None:
    with pytest.raises(Refusal, match=words) as refused:
        Rig().do(command)
    assert refused.value.status == Status.INVALID_ARGUMENT


def test_where_business_ids_are_unique_only_one_active_instance_has_one() -> None:
    rig = generation("8.10", business_id_uniqueness=True)
    rig.deploy(WORKING)
    rig.deploy(WORKING, process_id="q")
    command = CreateInstance(bpmn_process_id="p", business_id="b")
    key = rig.do(command).process_instance_key
    with pytest.raises(Rejection, match="with this business id already exists") as refused:
        rig.do(command)
    assert refused.value.status == Status.ALREADY_EXISTS
    rig.do(CreateInstance(bpmn_process_id="q", business_id="b"))
    rig.do(CancelInstance(key=key))
    rig.do(command)


def test_a_migrated_instance_takes_its_business_id_with_it() -> None:
    rig = generation("8.10", business_id_uniqueness=True)
    rig.deploy(WORKING)
    other = rig.deploy(WORKING, process_id="q")
    command = CreateInstance(bpmn_process_id="p", business_id="b")
    key = rig.do(command).process_instance_key
    rig.do(MigrateInstance(key=key, target_key=other, mapping=[("task", "task")]))
    rig.do(command)
    with pytest.raises(Rejection, match="already exists"):
        rig.do(CreateInstance(bpmn_process_id="q", business_id="b"))


def test_a_message_starts_nothing_whose_business_id_is_taken() -> None:
    rig = generation("8.10", business_id_uniqueness=True)
    body = start() + start(on("message", "m"), "s2") + work("task")
    rig.deploy(body + flows("start>task", "s2>task"), before=PAID)
    rig.do(PublishMessage(name="paid", business_id="b"))
    rig.do(PublishMessage(name="paid", business_id="b"))
    assert len(rig.instances()) == 1


def test_a_business_id_is_assigned_once_to_what_has_none() -> None:
    rig = Rig()
    rig.deploy(WORKING, process_id="called")
    key = rig.run(line(call()))
    rig.do(AssignBusinessId(key=key, business_id="b"))
    for again, words in ((key, "has one already"), (rig.instances("called")[0], "was called by")):
        with pytest.raises(Rejection, match=words) as refused:
            rig.do(AssignBusinessId(key=again, business_id="b"))
        assert refused.value.status == Status.FAILED_PRECONDITION
    unique = generation("8.10", business_id_uniqueness=True)
    key = unique.run(WORKING)
    with pytest.raises(Rejection, match="are unique"):
        unique.do(AssignBusinessId(key=key, business_id="b"))


def test_each_tenant_has_its_own_processes_messages_and_jobs() -> None:
    rig = Rig(Settings(partitions=1, tenants=frozenset({"a", "b"})))
    content = document(
        start() + start(on("message", "m"), "s2") + work("task") + flows("start>task", "s2>task"),
        before=PAID,
    )
    first = rig.deploy_files({"p.bpmn": content}, tenant="a")
    rig.deploy_files({"p.bpmn": content}, tenant="b")
    with pytest.raises(Rejection, match="none found"):
        rig.do(CreateInstance(bpmn_process_id="p"))
    rig.do(CreateInstance(bpmn_process_id="p", tenant_id="a"))
    rig.do(PublishMessage(name="paid", tenant_id="b"))
    assert not rig.jobs()
    assert [job.tenant_id for job in rig.jobs(tenant_ids=["a"])] == ["a"]
    assert [job.tenant_id for job in rig.jobs(tenant_ids=["a", "b"])] == ["b"]
    key = first.deployed[0].key
    with pytest.raises(Rejection, match="none found"):
        rig.do(CreateInstance(process_definition_key=key, tenant_id="b"))
    rig.do(DeleteResource(key=key))
    rig.do(CreateInstance(bpmn_process_id="p", tenant_id="b"))
