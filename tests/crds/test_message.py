"""What the API server makes of a ZeebeMessage."""

import pytest

from tests.crds.api import Api, Object

KIND = "ZeebeMessage"
NAME = {"messageName": "order-paid"}
CONFIG = {"configMapKeyRef": {"name": "c", "key": "k"}}
SECRET = {"secretKeyRef": {"name": "s", "key": "k"}}
FULL: Object = NAME | {
    "connectionRef": {"name": "c"},
    "tenantId": "t",
    "correlationKey": "1001",
    "timeToLive": "5m",
    "messageId": "m",
    "variables": {"a": 1, "deep": {"list": [1, None, {"b": None}]}, "nothing": None},
    "variablesFrom": [CONFIG, SECRET | {"as": "pin"}],
    "onUncertain": "Stop",
}


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param(NAME, id="a name alone"),
        pytest.param(FULL, id="every field, nulls in the variables too"),
        pytest.param(NAME | {"timeToLive": "0s"}, id="not kept"),
        pytest.param(NAME | {"timeToLive": "1h30m0.5s"}, id="a composed duration"),
        pytest.param(NAME | {"onUncertain": "Retry"}, id="at least once"),
        pytest.param(NAME | {"variables": {}}, id="no variables, said explicitly"),
        pytest.param(NAME | {"correlationKey": ""}, id="an empty correlation key"),
    ],
)
def test_accepts(api: Api, spec: Object) -> None:
    assert api.admitted(KIND, spec).items() >= spec.items()


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        pytest.param({}, "spec.messageName: Required value", id="nothing"),
        pytest.param(
            {"correlationKey": "1"}, "spec.messageName: Required value", id="a key without a name"
        ),
        pytest.param({"messageName": ""}, "spec.messageName", id="an empty name"),
        pytest.param(NAME | {"timeToLive": "soon"}, "timeToLive must be a duration", id="prose"),
        pytest.param(NAME | {"timeToLive": "60"}, "0s, 45s, 5m or 1h30m", id="no unit"),
        pytest.param(NAME | {"timeToLive": "9999999999h"}, "timeToLive must be", id="for ever"),
        pytest.param(NAME | {"variables": [1]}, "spec.variables", id="an array as variables"),
        pytest.param(NAME | {"variables": "a=1"}, "spec.variables", id="text as variables"),
        pytest.param(
            NAME | {"variablesFrom": [{"as": "x"}]},
            "each item of variablesFrom needs exactly one of configMapKeyRef and secretKeyRef",
            id="variables from nowhere",
        ),
        pytest.param(
            NAME | {"variablesFrom": [CONFIG | SECRET]},
            "each item of variablesFrom needs exactly one of configMapKeyRef and secretKeyRef",
            id="variables from two places",
        ),
        pytest.param(
            NAME | {"onUncertain": "Hope"}, 'supported values: "Stop", "Retry"', id="hope"
        ),
        pytest.param(NAME | {"name": "x"}, 'unknown field "spec.name"', id="a misspelling"),
    ],
)
def test_refuses_and_says_why(api: Api, spec: Object, words: str) -> None:
    assert words in api.refusal(KIND, spec)


def test_fills_in_the_defaults(api: Api) -> None:
    assert api.admitted(KIND, NAME) == NAME | {"timeToLive": "60s", "onUncertain": "Stop"}


@pytest.mark.parametrize("before", ["Stop", "Retry"])
def test_can_change_only_what_an_uncertain_outcome_means(api: Api, before: str) -> None:
    after = FULL | {"onUncertain": "Retry" if before == "Stop" else "Stop"}
    assert api.edited(KIND, FULL | {"onUncertain": before}, after) == after


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("connectionRef", {"name": "other"}),
        ("tenantId", "other"),
        ("messageName", "other"),
        ("correlationKey", "other"),
        ("timeToLive", "6m"),
        ("messageId", "other"),
        ("variablesFrom", [CONFIG]),
    ],
)
class TestImmutableField:
    def test_cannot_change(self, api: Api, field: str, value: object) -> None:
        refusal = api.refusal_of_edit(KIND, FULL, FULL | {field: value})
        assert f"{field} is immutable: delete the resource and apply it again" in refusal

    def test_cannot_be_set_later(self, api: Api, field: str, value: object) -> None:
        refusal = api.refusal_of_edit(KIND, NAME, NAME | {field: value})
        assert f"{field} is immutable: delete the resource and apply it again" in refusal

    def test_cannot_be_unset(self, api: Api, field: str, value: object) -> None:
        rest = {name: FULL[name] for name in FULL if name != field}
        expected = f"{field} is immutable" if field != "messageName" else "messageName: Required"
        assert expected in api.refusal_of_edit(KIND, FULL, rest)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param({"a": 1}, {"a": 2}, id="a value"),
        pytest.param({"a": 1}, {"b": 1}, id="a name"),
        pytest.param({"a": 1}, {"a": 1, "b": 1}, id="one more"),
        pytest.param({"a": 1}, {"a": "1"}, id="the type of a value"),
        pytest.param({"a": {"b": [1]}}, {"a": {"b": [2]}}, id="deep inside"),
        pytest.param({"a": {"b": 1}}, {"a": {"c": 1}}, id="a name deep inside"),
        pytest.param({"a": None}, {"b": None}, id="the name of a null"),
        pytest.param({"a": 1}, {}, id="all removed"),
    ],
)
def test_variables_cannot_change(api: Api, before: Object, after: Object) -> None:
    refusal = api.refusal_of_edit(KIND, NAME | {"variables": before}, NAME | {"variables": after})
    assert "variables included, is immutable but for onUncertain" in refusal
