"""Jobs: who has one, for how long, what becomes of it when it fails, and what may be fetched."""

from typing import Any

import pytest

from tests.engine.machine.models import ERROR, extended, io, job, line, on, with_boundary, work
from tests.engine.machine.rig import MINUTE, START, Rig, generation
from zeebe_engine.engine.commands import (
    ActivateJobs,
    CancelInstance,
    CompleteJob,
    FailJob,
    ThrowError,
    UpdateJob,
)
from zeebe_engine.engine.refusals import Refusal, Rejection, Status

UNKNOWN = (1 << 51) + 2**50


def refused(rig: Rig, command: FailJob | CompleteJob | ThrowError | UpdateJob) -> str:
    with pytest.raises(Rejection) as rejection:
        rig.do(command)
    return rejection.value.reason


def test_a_job_tells_all_that_a_worker_needs() -> None:
    rig = Rig()
    key = rig.run(line(work("task", extensions=io(inputs={"local": "a + 1"}))), a=1, b=[None])
    found = rig.job()
    assert (found.type, found.worker, found.retries) == ("work", "tester", 3)
    assert (found.process_instance_key, found.bpmn_process_id, found.version) == (key, "p", 1)
    assert (found.element_id, found.element_instance_key) == ("task", rig.instance_of("task"))
    assert found.variables == {"a": 1, "b": [None], "local": 2}
    assert found.deadline == START + MINUTE
    assert (found.lease, found.tenant_id) == ("", "<default>")


def test_only_the_wanted_variables_are_fetched() -> None:
    rig = Rig()
    rig.run(line(work("task")), a=1, b=2)
    assert rig.job(fetch_variables=["b", "nobody"]).variables == {"b": 2}


def test_jobs_are_given_out_in_their_order_and_to_one_only() -> None:
    rig = Rig()
    rig.deploy(line(work("task")))
    for number in range(5):
        rig.start(number=number)
    first, second = rig.jobs(most=2), rig.jobs(most=10)
    assert [one.variables["number"] for one in (*first, *second)] == [0, 1, 2, 3, 4]
    assert not rig.jobs()


def test_a_job_whose_lease_is_over_is_given_to_another() -> None:
    rig = Rig()
    rig.run(line(work("task")))
    first = rig.job()
    rig.wait(MINUTE - 1)
    assert not rig.jobs()
    rig.wait(1)
    assert rig.happened("JOB", "TIMED_OUT")
    assert rig.job_types == {"work"}
    again = rig.job()
    assert (again.key, again.retries) == (first.key, 3)


def test_a_completed_job_is_there_no_more() -> None:
    rig = Rig()
    rig.run(line(work("task")))
    key = rig.job().key
    rig.do(CompleteJob(key=key))
    for command in (CompleteJob(key=key), FailJob(key=key, retries=1), UpdateJob(key=key)):
        assert "but no such job was found" in refused(rig, command)
    assert rig.machine.next_due() is None


def test_a_failed_job_is_given_out_again_behind_the_others() -> None:
    rig = Rig()
    rig.deploy(line(work("task")))
    rig.start(number=1)
    rig.start(number=2)
    first = rig.jobs(most=1)[0]
    rig.do(FailJob(key=first.key, retries=2, message="no", variables={"tried": 1}))
    assert rig.job_types == {"work"}
    assert [(one.variables["number"], one.retries) for one in rig.jobs()] == [(2, 3), (1, 2)]
    assert rig.variables(first.element_instance_key) == {"tried": 1}


def test_a_failed_job_waits_for_its_back_off() -> None:
    rig = Rig()
    rig.run(line(work("task")))
    key = rig.job().key
    rig.do(FailJob(key=key, retries=2, back_off=10_000))
    assert "it is in state 'FAILED'" in refused(rig, CompleteJob(key=key))
    rig.wait(9_999)
    assert not rig.jobs()
    rig.wait(1)
    assert rig.happened("JOB", "RECURRED_AFTER_BACKOFF")
    assert rig.job().retries == 2


@pytest.mark.parametrize(
    ("message", "told"), [("It is broken.", "It is broken."), ("", "No more retries left.")]
)
def test_a_job_without_retries_is_an_incident_until_it_gets_some(message: str, told: str) -> None:
    rig = Rig()
    key = rig.run(line(work("task")))
    failed = rig.job().key
    rig.do(FailJob(key=failed, retries=0, message=message, back_off=5_000))
    assert rig.problem() == ("JOB_NO_RETRIES", told)
    assert rig.incident().value["jobKey"] == failed
    assert not rig.jobs()
    first = rig.incident().key
    rig.resolve()
    assert rig.problem() == ("JOB_NO_RETRIES", told)
    assert rig.incident().key > first
    rig.do(UpdateJob(key=failed, retries=1))
    assert not rig.jobs()
    rig.resolve()
    assert rig.job_types == {"work"}
    assert rig.job().retries == 1
    rig.do(CompleteJob(key=failed))
    assert rig.is_over(key)


def test_retries_of_zero_in_the_model_are_given_out_once() -> None:
    rig = Rig()
    rig.run(line(extended("serviceTask", "task", job(retries="0"))))
    assert rig.job().retries == 0


def test_a_job_can_be_failed_and_completed_before_anybody_has_it() -> None:
    """Seen on 8.6.0."""
    rig = Rig()
    key = rig.run(line(work("task")))
    (job_key,) = rig.state.jobs
    rig.do(FailJob(key=job_key, retries=2))
    rig.do(CompleteJob(key=job_key))
    assert rig.is_over(key)


def test_an_error_is_thrown_once_and_when_nobody_catches_it_the_job_waits() -> None:
    rig = Rig()
    key = rig.run(with_boundary(on("error", "e")), before=ERROR)
    job_key = rig.job().key
    rig.do(ThrowError(key=job_key, error_code="OTHER", message="why"))
    kind, told = rig.problem()
    assert kind == "UNHANDLED_ERROR_EVENT"
    assert "with the code 'OTHER' with message 'why', but it was not caught" in told
    assert "'ERROR_THROWN'" in refused(rig, ThrowError(key=job_key, error_code="E"))
    rig.resolve()
    rig.do(ThrowError(key=rig.job().key, error_code="E", variables={"x": 1}))
    assert rig.is_over(key)
    assert rig.variables(key) == {"x": 1}
    assert "no such job" in refused(rig, ThrowError(key=job_key, error_code="E"))


def test_a_job_whose_error_nobody_caught_ends_with_its_instance() -> None:
    rig = Rig()
    key = rig.run(line(work("task")))
    rig.do(ThrowError(key=rig.job().key, error_code="E"))
    rig.do(CancelInstance(key=key))
    assert rig.happened("JOB", "CANCELED")
    assert rig.happened("INCIDENT", "RESOLVED")


def test_a_lease_is_extended_or_shortened_from_now() -> None:
    rig = Rig()
    rig.run(line(work("task")))
    key = rig.job().key
    rig.do(UpdateJob(key=key, timeout=2 * MINUTE))
    rig.wait(MINUTE)
    assert not rig.jobs()
    rig.do(UpdateJob(key=key, timeout=1))
    rig.wait(1)
    assert rig.jobs()


def test_retries_and_lease_are_updated_both_or_not_at_all() -> None:
    rig = Rig()
    rig.run(line(work("task")))
    (key,) = rig.state.jobs
    assert "it is not active" in refused(rig, UpdateJob(key=key, retries=9, timeout=1))
    assert rig.job().retries == 3
    told = refused(rig, UpdateJob(key=key, retries=0, timeout=MINUTE * 5))
    assert "with a positive amount of retries" in told
    assert not rig.happened("JOB", "TIMEOUT_UPDATED")
    rig.do(UpdateJob(key=key, retries=9, timeout=MINUTE * 5))
    assert (rig.state.jobs[key].retries, rig.state.jobs[key].due) == (9, START + MINUTE * 5)


@pytest.mark.parametrize(
    "command",
    [
        CompleteJob(key=UNKNOWN),
        FailJob(key=UNKNOWN, retries=1),
        ThrowError(key=UNKNOWN, error_code="E"),
        UpdateJob(key=UNKNOWN, retries=1),
        UpdateJob(key=UNKNOWN, timeout=1),
    ],
    ids=lambda command: type(command).__name__,
)
def test_a_job_that_is_not_there_is_not_found(command: CompleteJob) -> None:
    with pytest.raises(Rejection, match="but no such job was found") as rejection:
        Rig().do(command)
    assert rejection.value.status == Status.NOT_FOUND


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"type": " "}, "type to be present, but it was blank"),
        ({"timeout": 0}, "timeout to be greater than zero, but it was '0'"),
        ({"max_jobs": 0}, "max jobs to activate to be greater than zero, but it was '0'"),
    ],
)
def test_what_activates_nothing_is_refused(fields: dict[str, Any], words: str) -> None:
    told: dict[str, Any] = {"type": "work", "worker": "w", "timeout": 1, "max_jobs": 1} | fields
    with pytest.raises(Refusal, match=words):
        Rig().do(ActivateJobs(**told))


def test_a_lease_without_end_ends_with_the_year_9999() -> None:
    rig = Rig()
    rig.run(line(work("task")))
    command = ActivateJobs(type="work", worker="w", timeout=2**63 - 1, max_jobs=1)
    assert rig.do(command).jobs[0].deadline == 253_402_300_799_999


def test_a_job_that_was_leased_is_only_for_who_has_the_token() -> None:
    rig = Rig()
    key = rig.run(line(work("task")))
    first = rig.job(with_lease=True)
    for lease in ("", "other"):
        assert "it is leased" in refused(rig, CompleteJob(key=first.key, lease=lease))
    rig.wait(MINUTE)
    assert not rig.jobs()
    second = rig.job(with_lease=True)
    assert second.lease != first.lease
    for command in (
        CompleteJob(key=first.key, lease=first.lease),
        FailJob(key=first.key, lease=first.lease, retries=1),
        ThrowError(key=first.key, lease=first.lease, error_code="E"),
    ):
        assert "it is leased" in refused(rig, command)
    rig.do(UpdateJob(key=first.key, retries=5))
    rig.do(CompleteJob(key=first.key, lease=second.lease))
    assert rig.is_over(key)


def test_who_leases_gets_jobs_that_nobody_leased_before() -> None:
    rig = generation("8.10")
    rig.run(line(work("task")))
    rig.job()
    rig.wait(MINUTE)
    assert rig.job(with_lease=True).lease


def test_a_long_chain_of_jobs_is_gone_through() -> None:
    tasks = [work(f"task-{number}") for number in range(200)]
    rig = Rig()
    key = rig.run(line(*tasks))
    for number in range(200):
        rig.complete(number=number)
    assert rig.is_over(key)
    assert rig.variables(key) == {"number": 199}
    assert len(rig.completed()) == 202


def test_as_many_jobs_are_given_out_as_fit_into_one_answer() -> None:
    rig = Rig()
    rig.deploy(line(work("task")))
    started = [rig.start(text="x" * 1_500_000, small=1) for _ in range(3)]
    assert [one.process_instance_key for one in rig.jobs()] == started[:2]
    assert [one.process_instance_key for one in rig.jobs()] == started[2:]
    rig.wait(MINUTE)
    assert len(rig.jobs(fetch_variables=["small"])) == 3


def test_one_job_is_given_out_however_large_it_is() -> None:
    rig = Rig()
    rig.deploy(line(work("task")))
    key = rig.start(first="x" * 3_000_000)
    rig.set_variables(key, second="x" * 3_000_000)
    assert len(rig.job().variables) == 2
