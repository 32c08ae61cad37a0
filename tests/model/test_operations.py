"""Every operation of ZeebeCommand becomes its request: keys are numbers, times are seconds."""

from typing import Any

import msgspec
import pytest

from zeebe_operator.model import command_spec, commands, operations, spec
from zeebe_operator.model.errors import InvalidSpecError
from zeebe_operator.model.operations import Inputs, Twice

KEY = "2251799813685249"
NUMBER = int(KEY)
INPUTS = Inputs({"a": 1}, 7, "acme")

CASES = [
    (
        "setVariables",
        {"elementInstanceKey": KEY, "local": True},
        commands.SetVariables(NUMBER, {"a": 1}, local=True),
    ),
    ("setVariables", {"instanceRef": {"name": "i"}}, commands.SetVariables(7, {"a": 1})),
    ("resolveIncident", {"incidentKey": NUMBER}, commands.ResolveIncident(NUMBER)),
    (
        "activateJobs",
        {"jobType": "t", "maxJobsToActivate": 2},
        commands.ActivateJobs("t", 2, 300, "default", (), "acme"),
    ),
    (
        "activateJobs",
        {
            "jobType": "t",
            "maxJobsToActivate": 2,
            "timeout": "1m",
            "workerName": "w",
            "fetchVariables": ["x"],
        },
        commands.ActivateJobs("t", 2, 60, "w", ("x",), "acme"),
    ),
    ("completeJob", {"jobKey": KEY}, commands.CompleteJob(NUMBER, {"a": 1})),
    (
        "failJob",
        {"jobKey": KEY, "retries": 2, "retryBackOff": "1m30s", "errorMessage": "no"},
        commands.FailJob(NUMBER, 2, 90, "no", {"a": 1}),
    ),
    ("updateJobRetries", {"jobKey": KEY, "retries": 2}, commands.UpdateJobRetries(NUMBER, 2)),
    ("updateJobTimeout", {"jobKey": KEY, "timeout": "45s"}, commands.UpdateJobTimeout(NUMBER, 45)),
    (
        "throwError",
        {"jobKey": KEY, "errorCode": "E", "errorMessage": "no"},
        commands.ThrowError(NUMBER, "E", "no", {"a": 1}),
    ),
    ("cancelInstance", {"processInstanceKey": KEY}, commands.CancelInstance(NUMBER)),
    ("cancelInstance", {"instanceRef": {"name": "i"}}, commands.CancelInstance(7)),
    (
        "migrateInstance",
        {
            "instanceRef": {"name": "i"},
            "targetProcessDefinitionKey": KEY,
            "mappingInstructions": [{"sourceElementId": "a", "targetElementId": "b"}],
        },
        commands.MigrateInstance(7, NUMBER, [commands.ElementMapping("a", "b")]),
    ),
    (
        "modifyInstance",
        {
            "processInstanceKey": KEY,
            "activateInstructions": [
                {"elementId": "a"},
                {
                    "elementId": "b",
                    "ancestorElementInstanceKey": KEY,
                    "variableInstructions": [{"variables": {"x": 1}, "scopeId": "b"}],
                },
            ],
            "terminateInstructions": [{"elementInstanceKey": KEY}],
        },
        commands.ModifyInstance(
            NUMBER,
            [
                commands.Activate("a", None, []),
                commands.Activate("b", NUMBER, [commands.VariableInstruction({"x": 1}, "b")]),
            ],
            [NUMBER],
        ),
    ),
    ("broadcastSignal", {"signalName": "s"}, commands.BroadcastSignal("s", {"a": 1}, "acme")),
    (
        "evaluateDecision",
        {"decisionId": "d"},
        commands.EvaluateDecision(None, "d", {"a": 1}, "acme"),
    ),
    (
        "evaluateDecision",
        {"decisionKey": KEY},
        commands.EvaluateDecision(NUMBER, None, {"a": 1}, "acme"),
    ),
    ("deleteResource", {"resourceKey": KEY}, commands.DeleteResource(NUMBER)),
]


def read(raw: dict[str, Any]) -> command_spec.CommandSpec:
    return spec.read(raw, command_spec.CommandSpec)


@pytest.mark.parametrize(
    ("name", "raw", "request_"), CASES, ids=[f"{n}-{i}" for i, (n, _, _) in enumerate(CASES)]
)
def test_an_operation_becomes_its_request(
    name: str, raw: dict[str, Any], request_: commands.Command
) -> None:
    operation = operations.of(read({name: raw}))
    assert operation.name == name
    assert operation.request(INPUTS) == request_


def test_every_operation_of_the_spec_is_in_the_table() -> None:
    others = {"onUncertain", "connectionRef", "tenantId"}
    fields = {f.encode_name for f in msgspec.structs.fields(command_spec.CommandSpec)} - others
    assert fields == {name for name, _, _ in CASES}
    assert len(fields) == len(operations.TABLE) == 14


def test_every_request_of_the_model_is_an_operation() -> None:
    assert {type(request) for _, _, request in CASES} == set(commands.Command.__args__)


def test_what_must_not_run_twice_is_known() -> None:
    names = {t.__name__ for t, row in operations.TABLE.items() if row.twice is Twice.HAPPENS_AGAIN}
    assert names == {
        "ActivateJobs",
        "FailJob",
        "MigrateInstance",
        "ModifyInstance",
        "BroadcastSignal",
    }


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param({}, id="none"),
        pytest.param(
            {"resolveIncident": {"incidentKey": 1}, "deleteResource": {"resourceKey": 1}}, id="two"
        ),
    ],
)
def test_there_is_exactly_one_operation(raw: dict[str, Any]) -> None:
    with pytest.raises(InvalidSpecError, match="exactly one operation"):
        operations.of(read(raw))


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (
            {"activateJobs": {"jobType": "t", "maxJobsToActivate": 1, "timeout": "soon"}},
            "spec.activateJobs.timeout",
        ),
        (
            {"failJob": {"jobKey": 1, "retries": 1, "retryBackOff": "soon"}},
            "spec.failJob.retryBackOff",
        ),
        ({"updateJobTimeout": {"jobKey": 1, "timeout": "soon"}}, "spec.updateJobTimeout.timeout"),
    ],
)
def test_a_wrong_duration_names_its_field(raw: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidSpecError, match=field):
        operations.of(read(raw)).request(INPUTS)


def test_no_text_of_it_shows_variables() -> None:
    raw = {"completeJob": {"jobKey": 1, "variables": {"a": "c4n4ry"}}}
    operation = operations.of(read(raw))
    assert "c4n4ry" not in repr(operation)
    assert "c4n4ry" not in repr(Inputs({"a": "c4n4ry"}))
