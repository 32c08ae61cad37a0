"""Which documents a search finds, and what it refuses."""

from typing import Any

import pytest

from tests.engine.reading.story import (
    INSTANCE,
    begun,
    deployed,
    element,
    index_of,
    instance,
    keys,
    variable,
)
from zeebe_engine.engine.refusals import Refusal, Status
from zeebe_engine.reading.filters import like
from zeebe_engine.reading.index import Index


@pytest.fixture
def index() -> Index:
    """Instances 1, 2 and 3: 1 has ended, 2 has a parent, each has a variable."""
    return index_of(
        deployed(),
        instance("ELEMENT_ACTIVATING", 1, tags=["a", "b"], businessId="one"),
        instance("ELEMENT_ACTIVATING", 2, tags=["b"], parentProcessInstanceKey=1, second=10),
        instance("ELEMENT_ACTIVATING", 3, bpmnProcessId="invoice", version=2, second=20),
        variable("CREATED", 11, "total", "1", of=1, scope=1),
        variable("CREATED", 12, "total", "2", of=2, scope=2),
        variable("CREATED", 13, "total", '"2"', of=3, scope=3),
        instance("ELEMENT_COMPLETED", 1, second=30),
    )


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param({}, "123", id="nothing"),
        pytest.param({"processInstanceKey": "2"}, "2", id="its key"),
        pytest.param({"processInstanceKey": {"$eq": "2"}}, "2", id="its key by an operator"),
        pytest.param({"processInstanceKey": {"$in": ["1", "3", "9"]}}, "13", id="several keys"),
        pytest.param({"processInstanceKey": {"$notIn": ["1", "3"]}}, "2", id="other keys"),
        pytest.param({"processDefinitionId": "invoice"}, "3", id="a text"),
        pytest.param({"processDefinitionId": {"$neq": "invoice"}}, "12", id="another text"),
        pytest.param({"processDefinitionId": {"$like": "*v?ice"}}, "3", id="a pattern"),
        pytest.param({"processDefinitionVersion": 1}, "12", id="an integer"),
        pytest.param({"processDefinitionVersion": {"$gt": 1, "$lt": 3}}, "3", id="a range"),
        pytest.param({"businessId": {"$exists": True}}, "1", id="what is there"),
        pytest.param({"endDate": {"$exists": False}}, "23", id="what is not there"),
        pytest.param(
            {"endDate": {"$gt": "2020-01-01T00:00:00Z"}}, "1", id="missing is not greater"
        ),
        pytest.param({"startDate": {"$gte": "2026-01-01T01:00:10+01:00"}}, "23", id="another zone"),
        pytest.param({"startDate": "2026-01-01T00:00:10Z"}, "2", id="a date"),
        pytest.param({"state": "ACTIVE"}, "23", id="a state"),
        pytest.param({"state": {"$in": ["COMPLETED", "TERMINATED"]}}, "1", id="states"),
        pytest.param({"hasIncident": False, "state": "ACTIVE"}, "23", id="both"),
        pytest.param({"parentProcessInstanceKey": "1"}, "2", id="a parent"),
        pytest.param({"tags": ["b"]}, "12", id="a tag"),
        pytest.param({"tags": ["b", "a"]}, "1", id="all of its tags"),
        pytest.param({"or_": [{"state": "COMPLETED"}, {"tags": ["b"]}]}, "12", id="either"),
        pytest.param(
            {"state": "ACTIVE", "or_": [{"state": "COMPLETED"}, {"tags": ["b"]}]},
            "2",
            id="either, and something else",
        ),
        pytest.param({"variables": [{"name": "total", "value": "2"}]}, "2", id="a variable"),
        pytest.param(
            {"variables": [{"name": "total", "value": {"$in": ["1", "2"]}}]}, "12", id="values"
        ),
    ],
)
def test_a_filter_finds_what_it_asks_for(index: Index, asked: dict[str, Any], found: str) -> None:
    assert keys(index, "process-instances", **asked) == list(found)


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        pytest.param({"color": "red"}, "filter.color", id="unknown field"),
        pytest.param({"state": "RUNNING"}, "one of ACTIVE, COMPLETED", id="unknown state"),
        pytest.param({"state": {"$neq": "RUNNING"}}, "state", id="unknown state in an operator"),
        pytest.param({"tags": "a"}, "tags must be a list", id="no list"),
        pytest.param({"processInstanceKey": 1}, "Expected `str`", id="number as key"),
        pytest.param({"processInstanceKey": "x"}, "decimal", id="text as key"),
        pytest.param({"processInstanceKey": {"$like": "1*"}}, "$like", id="pattern of a key"),
        pytest.param({"processDefinitionVersion": True}, "Expected `int`", id="boolean as number"),
        pytest.param({"processDefinitionVersion": "1"}, "Expected `int`", id="text as number"),
        pytest.param({"hasIncident": "true"}, "Expected `bool`", id="text as boolean"),
        pytest.param({"hasIncident": {"$eq": True}}, "filter.hasIncident.$eq", id="plain only"),
        pytest.param({"startDate": "yesterday"}, "ISO 8601", id="no date"),
        pytest.param({"rootProcessInstanceKey": "1"}, "rootProcess", id="told, not filtered"),
        pytest.param({"or_": {"state": "ACTIVE"}}, "$or must be a list", id="no alternatives"),
        pytest.param({"or_": [{}] * 101}, "100", id="too many alternatives"),
        pytest.param({"or_": [{"$or": []}]}, "within another", id="nested alternatives"),
        pytest.param({"variables": [{"name": "a"}]}, "name and value", id="half a variable"),
        pytest.param({"businessId": {"$like": "x" * 1001}}, "1000 characters", id="long pattern"),
        pytest.param({"errorMessage": "x"}, "local engine does not", id="not done here"),
    ],
)
def test_a_wrong_filter_is_refused_by_name(index: Index, asked: dict[str, Any], names: str) -> None:
    with pytest.raises(Refusal) as refused:
        keys(index, "process-instances", **asked)
    assert refused.value.status is Status.INVALID_ARGUMENT
    assert names in refused.value.text


def test_a_filter_of_a_later_version_is_unknown(index: Index) -> None:
    assert keys(index, "process-instances", minor=9, businessId="one") == ["1"]
    with pytest.raises(Refusal, match="businessId"):
        keys(index, "process-instances", minor=8, businessId="one")


def test_operators_came_later_than_some_fields() -> None:
    index = index_of(*begun())
    asked: dict[str, Any] = {"elementId": {"$in": ["pay"]}}
    assert len(keys(index, "element-instances", minor=9, **asked)) == 1
    with pytest.raises(Refusal, match="elementId"):
        keys(index, "element-instances", minor=8, **asked)
    with pytest.raises(Refusal, match="processInstanceKey"):
        keys(index, "element-instances", processInstanceKey={"$in": [str(INSTANCE)]})


def test_elements_are_found_by_their_scope() -> None:
    inner = element("ELEMENT_ACTIVATING", 5, flowScopeKey=4)
    assert keys(index_of(*begun(), inner), "element-instances", elementInstanceScopeKey="4") == [
        "5"
    ]


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("order*", "order-1", True),
        ("order*", "my-order", False),
        ("*order*", "my-order-1", True),
        ("?rder", "order", True),
        ("?rder", "rder", False),
        (r"a\*b", "a*b", True),
        (r"a\*b", "axb", False),
        ("a*b*c", "a-b-b-c", True),
        ("a*b*c", "a-c-b", False),
        ("*", "", True),
        ("a.c", "abc", False),
    ],
)
def test_a_pattern_has_wildcards(pattern: str, text: str, fits: bool) -> None:
    assert (like(pattern).fullmatch(text) is not None) == fits


def test_no_pattern_takes_long() -> None:
    assert like("*a" * 500 + "b").fullmatch("a" * 5000) is None
