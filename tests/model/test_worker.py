"""What the engine is told of a job, and what a service is."""

import json

import pytest

from zeebe_operator.model.commands import CompleteJob, FailJob, ThrowError
from zeebe_operator.model.engine import Job
from zeebe_operator.model.worker import (
    Completed,
    Failed,
    Result,
    Returned,
    Thrown,
    command,
    document,
)

JOB = Job(2251799813685256, "pay", 3, process_instance_key=7, variables={"a": [None]})


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (Completed({"a": 1}), CompleteJob(JOB.key, {"a": 1})),
        (Thrown("E", "m"), ThrowError(JOB.key, "E", "m")),
        (Failed("HTTP 500", "body"), FailJob(JOB.key, 2, 5.0, "HTTP 500: body")),
        (Failed("no answer"), FailJob(JOB.key, 2, 5.0, "no answer")),
        (Returned("late"), FailJob(JOB.key, 3, 0.0, "late")),
    ],
)
def test_each_result_has_its_command(result: Result, told: object) -> None:
    assert command(JOB, result, 5.0) == told


def test_retries_do_not_become_negative() -> None:
    told = command(Job(1, "pay", 0), Failed("no"), 0.0)
    assert isinstance(told, FailJob)
    assert told.retries == 0


def test_explanations_are_cut() -> None:
    told = command(JOB, Failed("no", "x" * 10_000), 0.0)
    assert isinstance(told, FailJob)
    assert len(told.error_message) == 2000


def test_a_job_is_json_with_its_keys_as_strings() -> None:
    found = json.loads(json.dumps(document(JOB)))
    keys = {name: value for name, value in found.items() if name.lower().endswith("key")}
    assert keys == {
        "key": "2251799813685256",
        "processInstanceKey": "7",
        "processDefinitionKey": "0",
        "elementInstanceKey": "0",
    }
    assert found["variables"] == {"a": [None]}


def test_values_stay_out_of_what_is_printed() -> None:
    secret = "c4n4ry"
    for each in (Completed({"a": secret}), Thrown("E", secret), Failed("no", secret)):
        assert secret not in repr(each)
    assert secret not in repr(Job(1, "t", 1, variables={"a": secret}))
