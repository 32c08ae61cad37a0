"""What the API server makes of a ZeebeInstance."""

import pytest

from tests.crds.api import Api, Object

KIND = "ZeebeInstance"
BY_REF = {"processRef": {"name": "order"}}
BY_ID = {"bpmnProcessId": "order"}
BY_KEY = {"processDefinitionKey": "2251799813685249"}
LARGEST = 2**63 - 1
DEFAULTS = {
    "waitFor": "Started",
    "timeout": "10m",
    "desiredState": "Running",
    "deletionPolicy": "Cancel",
    "onUncertain": "Stop",
}
FULL: Object = BY_ID | {
    "connectionRef": {"name": "c"},
    "tenantId": "t",
    "version": 3,
    "variables": {"a": 1, "deep": {"list": [1, None]}, "nothing": None},
    "variablesFrom": [{"configMapKeyRef": {"name": "c", "key": "k"}, "as": "x"}],
    "tags": ["team:billing", "a-b_c.d"],
    "businessId": "order-1001",
    "startInstructions": [{"elementId": "pack"}],
    "waitFor": "Completion",
    "fetchVariables": ["total"],
    "timeout": "1h",
    "desiredState": "Running",
    "deletionPolicy": "Retain",
    "onUncertain": "Retry",
}
ONE_PROCESS = "spec needs exactly one of processRef, bpmnProcessId and processDefinitionKey"
KEY_FORM = "processDefinitionKey must be a positive whole number of at most 64 bits"
CHARACTERS = "each of tags must begin with a letter and consist of"


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param(BY_REF, id="by reference"),
        pytest.param({"processRef": {"name": "o", "bpmnProcessId": "p"}}, id="one of several"),
        pytest.param(BY_ID, id="by process id"),
        pytest.param(BY_ID | {"version": 1}, id="by process id and version"),
        pytest.param(BY_KEY, id="by key"),
        pytest.param({"processDefinitionKey": 2251799813685249}, id="by a key that is a number"),
        pytest.param({"processDefinitionKey": LARGEST}, id="by the largest number"),
        pytest.param({"processDefinitionKey": str(LARGEST)}, id="by the largest key"),
        pytest.param(FULL, id="every field"),
        pytest.param(BY_REF | {"variables": {}}, id="no variables, said explicitly"),
        pytest.param(BY_REF | {"tags": [f"tag-{n}" for n in range(9)]}, id="nine tags"),
        pytest.param(BY_REF | {"businessId": "x" * 256}, id="the longest business id"),
        pytest.param(BY_REF | {"desiredState": "Cancelled"}, id="cancelled from the start"),
    ],
)
def test_accepts(api: Api, spec: Object) -> None:
    assert api.admitted(KIND, spec).items() >= spec.items()


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        pytest.param({}, ONE_PROCESS, id="nothing"),
        pytest.param(BY_REF | BY_ID, ONE_PROCESS, id="a reference and an id"),
        pytest.param(BY_ID | BY_KEY, ONE_PROCESS, id="an id and a key"),
        pytest.param(BY_REF | BY_ID | BY_KEY, ONE_PROCESS, id="all three"),
        pytest.param({"processRef": {}}, "spec.processRef.name: Required value", id="no name"),
        pytest.param(
            BY_REF | {"version": 1}, "version goes only with bpmnProcessId", id="ref, version"
        ),
        pytest.param(
            BY_KEY | {"version": 1}, "version goes only with bpmnProcessId", id="key, version"
        ),
        pytest.param(BY_ID | {"version": 0}, "spec.version", id="version 0"),
        pytest.param({"processDefinitionKey": "abc"}, KEY_FORM, id="a key that is no number"),
        pytest.param({"processDefinitionKey": 0}, KEY_FORM, id="key 0"),
        pytest.param({"processDefinitionKey": "-1"}, KEY_FORM, id="a negative key"),
        pytest.param({"processDefinitionKey": str(LARGEST + 1)}, KEY_FORM, id="more than 64 bits"),
        pytest.param(
            {"processDefinitionKey": True}, "spec.processDefinitionKey", id="no key at all"
        ),
        pytest.param(BY_REF | {"variables": [1]}, "spec.variables", id="an array as variables"),
        pytest.param(BY_REF | {"variables": 7}, "spec.variables", id="a number as variables"),
        pytest.param(BY_REF | {"tags": [f"t{n}" for n in range(10)]}, "spec.tags", id="ten tags"),
        pytest.param(
            BY_REF | {"tags": ["a", "a"]}, "spec.tags[1]: Duplicate value", id="a tag twice"
        ),
        pytest.param(BY_REF | {"tags": ["1a"]}, CHARACTERS, id="a tag that begins with a digit"),
        pytest.param(BY_REF | {"tags": ["a b"]}, CHARACTERS, id="a tag with a space"),
        pytest.param(
            BY_REF | {"tags": ["k8s-uid:x"]}, "belong to the operator", id="a foreign tag"
        ),
        pytest.param(
            BY_REF | {"businessId": "x" * 257}, "spec.businessId", id="a long business id"
        ),
        pytest.param(
            BY_REF | {"startInstructions": [{}]},
            "spec.startInstructions[0].elementId: Required value",
            id="a start without an element",
        ),
        pytest.param(
            BY_REF | {"fetchVariables": ["a"]},
            "fetchVariables goes only with waitFor: Completion",
            id="variables of a result that nobody waits for",
        ),
        pytest.param(BY_REF | {"timeout": "0s"}, "timeout must be a duration", id="no time"),
        pytest.param(BY_REF | {"waitFor": "Godot"}, '"Started", "Completion"', id="waitFor"),
        pytest.param(BY_REF | {"desiredState": "x"}, '"Running", "Cancelled"', id="desiredState"),
        pytest.param(BY_REF | {"deletionPolicy": "x"}, '"Cancel", "Retain"', id="deletionPolicy"),
        pytest.param(BY_REF | {"onUncertain": "x"}, '"Stop", "Retry"', id="onUncertain"),
    ],
)
def test_refuses_and_says_why(api: Api, spec: Object, words: str) -> None:
    assert words in api.refusal(KIND, spec)


def test_fills_in_the_defaults(api: Api) -> None:
    assert api.admitted(KIND, BY_REF) == BY_REF | DEFAULTS


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("variables", {"a": 2, "more": []}),
        ("desiredState", "Cancelled"),
        ("deletionPolicy", "Cancel"),
        ("onUncertain", "Stop"),
    ],
)
def test_can_change(api: Api, field: str, value: object) -> None:
    after = FULL | {field: value}
    assert api.edited(KIND, FULL, after) == after


IMMUTABLE = {
    "connectionRef": {"name": "other"},
    "tenantId": "other",
    "bpmnProcessId": "other",
    "version": 4,
    "variablesFrom": [],
    "tags": ["other"],
    "businessId": "other",
    "startInstructions": [{"elementId": "send"}],
    "waitFor": "Started",
    "fetchVariables": ["other"],
    "timeout": "2h",
}


@pytest.mark.parametrize("field", IMMUTABLE)
def test_cannot_change(api: Api, field: str) -> None:
    refusal = api.refusal_of_edit(KIND, FULL, FULL | {field: IMMUTABLE[field]})
    assert f"{field} is immutable: delete the resource and apply it again" in refusal


@pytest.mark.parametrize("field", IMMUTABLE)
def test_cannot_be_unset(api: Api, field: str) -> None:
    rest = {name: FULL[name] for name in FULL if name != field}
    assert f"{field} is immutable" in api.refusal_of_edit(KIND, FULL, rest)


@pytest.mark.parametrize("field", [field for field in IMMUTABLE if field != "bpmnProcessId"])
def test_cannot_be_set_later(api: Api, field: str) -> None:
    bare = BY_ID | {"waitFor": "Started" if field == "waitFor" else "Completion"}
    assert f"{field} is immutable" in api.refusal_of_edit(KIND, bare, bare | {field: FULL[field]})


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        pytest.param(
            BY_REF, {"processRef": {"name": "x"}}, "processRef is immutable", id="reference"
        ),
        pytest.param(
            BY_KEY, {"processDefinitionKey": "1"}, "processDefinitionKey is immut", id="key"
        ),
        pytest.param(BY_REF, BY_ID, "processRef is immutable", id="from reference to id"),
        pytest.param(BY_ID, BY_KEY, "processDefinitionKey is immutable", id="from id to key"),
    ],
)
def test_cannot_become_another_process(api: Api, before: Object, after: Object, words: str) -> None:
    assert words in api.refusal_of_edit(KIND, before, after)


def test_a_key_may_be_written_as_a_number_or_as_text(api: Api) -> None:
    as_number = {"processDefinitionKey": int(BY_KEY["processDefinitionKey"])}
    assert api.edited(KIND, BY_KEY, as_number) == as_number | DEFAULTS
