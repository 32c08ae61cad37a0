"""What the API server makes of a ZeebeCommand."""

import pytest

from tests.crds.api import Api, Object, schema

KIND = "ZeebeCommand"
KEY = "2251799813685249"
INSTANCE = {"instanceRef": {"name": "i"}}
CONFIG = {"configMapKeyRef": {"name": "c", "key": "k"}}
SECRET = {"secretKeyRef": {"name": "s", "key": "k"}, "as": "pin"}
VARIABLES: Object = {
    "variables": {"a": 1, "deep": {"list": [1, None, {"b": None}]}, "nothing": None},
    "variablesFrom": [CONFIG, SECRET],
}
FULL: dict[str, Object] = {
    "setVariables": {"elementInstanceKey": KEY, "local": True, **VARIABLES},
    "resolveIncident": {"incidentKey": KEY},
    "activateJobs": {
        "jobType": "charge",
        "maxJobsToActivate": 32,
        "timeout": "1h30m",
        "workerName": "w",
        "fetchVariables": ["a", "b"],
    },
    "completeJob": {"jobKey": KEY, **VARIABLES},
    "failJob": {
        "jobKey": KEY,
        "retries": 0,
        "retryBackOff": "0s",
        "errorMessage": "no",
        **VARIABLES,
    },
    "updateJobRetries": {"jobKey": KEY, "retries": 1},
    "updateJobTimeout": {"jobKey": KEY, "timeout": "45s"},
    "throwError": {"jobKey": KEY, "errorCode": "E", "errorMessage": "no", **VARIABLES},
    "cancelInstance": {"processInstanceKey": KEY},
    "migrateInstance": {
        "processInstanceKey": KEY,
        "targetProcessDefinitionKey": KEY,
        "mappingInstructions": [{"sourceElementId": "a", "targetElementId": "b"}],
    },
    "modifyInstance": {
        "processInstanceKey": KEY,
        "activateInstructions": [
            {
                "elementId": "a",
                "ancestorElementInstanceKey": KEY,
                "variableInstructions": [{"variables": {"x": None}, "scopeId": "a"}],
            }
        ],
        "terminateInstructions": [{"elementInstanceKey": KEY}],
    },
    "broadcastSignal": {"signalName": "s", **VARIABLES},
    "evaluateDecision": {"decisionId": "d", **VARIABLES},
    "deleteResource": {"resourceKey": KEY},
}
CANCEL: Object = {"cancelInstance": {"processInstanceKey": KEY}}
SIGNAL: Object = {"broadcastSignal": {"signalName": "s"}}
DURATION = "must be a duration"
each_operation = pytest.mark.parametrize("name", FULL)


def test_these_are_all_operations() -> None:
    properties = schema(KIND)["properties"]["spec"]["properties"].keys()
    assert properties - {"connectionRef", "tenantId", "onUncertain"} == FULL.keys()


@each_operation
def test_accepts_every_field(api: Api, name: str) -> None:
    assert api.admitted(KIND, {name: FULL[name]})[name] == FULL[name]


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param(
            {"setVariables": {**INSTANCE, "variables": {}, "local": False}},
            id="variables by reference",
        ),
        pytest.param({"cancelInstance": INSTANCE}, id="cancel by reference"),
        pytest.param({"modifyInstance": {**INSTANCE, "activateInstructions": []}}, id="modify"),
        pytest.param({"resolveIncident": {"incidentKey": int(KEY)}}, id="a number as key"),
        pytest.param({"evaluateDecision": {"decisionKey": KEY}}, id="a decision by key"),
        pytest.param({**SIGNAL, "tenantId": "t", "onUncertain": "Retry"}, id="a tenant"),
        pytest.param({**CANCEL, "connectionRef": {"name": "c"}}, id="a connection"),
    ],
)
def test_accepts(api: Api, spec: Object) -> None:
    assert api.admitted(KIND, spec).items() >= spec.items()


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        pytest.param({}, "spec needs exactly one operation: setVariables", id="nothing"),
        pytest.param({**CANCEL, **SIGNAL}, "spec needs exactly one operation", id="two"),
        pytest.param(
            {"cancelInstance": {}},
            "cancelInstance needs exactly one of processInstanceKey and instanceRef",
            id="no instance",
        ),
        pytest.param(
            {"migrateInstance": FULL["migrateInstance"] | INSTANCE},
            "migrateInstance needs exactly one of processInstanceKey and instanceRef",
            id="two instances",
        ),
        pytest.param(
            {"setVariables": {"variables": {}}},
            "setVariables needs exactly one of elementInstanceKey and instanceRef",
            id="variables of nothing",
        ),
        pytest.param(
            {"setVariables": INSTANCE},
            "spec.setVariables.variables: Required",
            id="no variables",
        ),
        pytest.param(
            {"modifyInstance": INSTANCE},
            "modifyInstance needs activateInstructions, terminateInstructions, or both",
            id="no change",
        ),
        pytest.param(
            {"evaluateDecision": {}},
            "evaluateDecision needs exactly one of decisionId and decisionKey",
            id="no decision",
        ),
        pytest.param(
            {**CANCEL, "tenantId": "t"},
            "tenantId goes only with activateJobs, broadcastSignal and evaluateDecision",
            id="a tenant beside a key",
        ),
        pytest.param({"completeJob": {"jobKey": "-1"}}, "jobKey must be a positive", id="negative"),
        pytest.param({"completeJob": {"jobKey": 0}}, "jobKey must be a positive", id="zero"),
        pytest.param(
            {"completeJob": {"jobKey": "9223372036854775808"}}, "64 bits", id="more than 64 bits"
        ),
        pytest.param({"completeJob": {}}, "spec.completeJob.jobKey: Required", id="no key"),
        pytest.param(
            {"activateJobs": {"jobType": "t"}},
            "spec.activateJobs.maxJobsToActivate: Required",
            id="no limit",
        ),
        pytest.param(
            {"activateJobs": FULL["activateJobs"] | {"timeout": "0s"}}, DURATION, id="no time"
        ),
        pytest.param(
            {"activateJobs": FULL["activateJobs"] | {"maxJobsToActivate": 1001}},
            "less than or equal to 1000",
            id="too many jobs",
        ),
        pytest.param({"failJob": FULL["failJob"] | {"retryBackOff": "soon"}}, DURATION, id="prose"),
        pytest.param(
            {"failJob": FULL["failJob"] | {"retries": -1}},
            "spec.failJob.retries",
            id="negative retries",
        ),
        pytest.param(
            {"updateJobRetries": {"jobKey": KEY, "retries": 0}},
            "spec.updateJobRetries.retries",
            id="no retries",
        ),
        pytest.param(
            {"broadcastSignal": {"signalName": "s", "variables": [1]}},
            "spec.broadcastSignal.variables",
            id="an array as variables",
        ),
        pytest.param(
            {"completeJob": {"jobKey": KEY, "variablesFrom": [{"as": "x"}]}},
            "each item of variablesFrom needs exactly one of configMapKeyRef and secretKeyRef",
            id="variables from nowhere",
        ),
        pytest.param(
            {"cancelInstance": {"key": KEY}},
            'unknown field "spec.cancelInstance.key"',
            id="a misspelling",
        ),
    ],
)
def test_refuses_and_says_why(api: Api, spec: Object, words: str) -> None:
    assert words in api.refusal(KIND, spec)


def test_fills_in_the_defaults(api: Api) -> None:
    activate = {"jobType": "t", "maxJobsToActivate": 1}
    assert api.admitted(KIND, {"activateJobs": activate}) == {
        "activateJobs": activate | {"timeout": "5m", "workerName": "default"},
        "onUncertain": "Stop",
    }
    failed = api.admitted(KIND, {"failJob": {"jobKey": KEY, "retries": 1}})
    assert failed["failJob"]["retryBackOff"] == "0s"
    local = api.admitted(KIND, {"setVariables": {**INSTANCE, "variables": {}}})
    assert local["setVariables"]["local"] is False


def test_can_change_only_what_an_uncertain_outcome_means(api: Api) -> None:
    after = {**SIGNAL, "onUncertain": "Retry"}
    assert api.edited(KIND, SIGNAL, after) == after


@each_operation
def test_an_operation_cannot_change_to_another_one(api: Api, name: str) -> None:
    other = "deleteResource" if name != "deleteResource" else "resolveIncident"
    refusal = api.refusal_of_edit(KIND, {name: FULL[name]}, {other: FULL[other]})
    assert f"{name} is immutable: delete the resource and apply it again" in refusal


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("setVariables", {"variables": {"a": 2}}),
        ("setVariables", {"variables": {"b": 1}}),
        ("setVariables", {"variables": {}}),
        ("setVariables", {"local": False}),
        ("completeJob", {"variables": VARIABLES["variables"] | {"nothing": 1}}),
        ("completeJob", {"variablesFrom": [CONFIG]}),
        ("activateJobs", {"fetchVariables": ["a"]}),
        ("modifyInstance", {"terminateInstructions": []}),
        ("modifyInstance", {"activateInstructions": [{"elementId": "b"}]}),
        ("cancelInstance", {"processInstanceKey": "7"}),
        ("evaluateDecision", {"decisionId": "e"}),
    ],
)
@pytest.mark.parametrize("also", [{}, {"onUncertain": "Retry"}], ids=["", "with onUncertain"])
def test_an_operation_cannot_change(api: Api, name: str, change: Object, also: Object) -> None:
    after = {name: FULL[name] | change, **also}
    refusal = api.refusal_of_edit(KIND, {name: FULL[name]}, after)
    assert f"{name} is immutable: delete the resource and apply it again" in refusal


@pytest.mark.parametrize("field", [{"tenantId": "t"}, {"connectionRef": {"name": "c"}}])
def test_where_it_goes_cannot_change(api: Api, field: Object) -> None:
    (name,) = field
    expected = f"{name} is immutable: delete the resource and apply it again"
    assert expected in api.refusal_of_edit(KIND, SIGNAL, SIGNAL | field)
    assert expected in api.refusal_of_edit(KIND, SIGNAL | field, SIGNAL)
