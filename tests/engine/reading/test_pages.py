"""The order of a search, its pages, and the cursors between them."""

import base64

import pytest

from tests.engine.reading.story import deployed, index_of, instance, keys, searched, variable
from zeebe_engine.engine.refusals import Refusal, Status
from zeebe_engine.reading.index import Index
from zeebe_engine.reading.pages import PageRequest, Sort

PAGES = [
    pytest.param([], "12345", id="by key"),
    pytest.param([Sort("processInstanceKey", "DESC")], "54321", id="by key, descending"),
    pytest.param([Sort("processDefinitionVersion")], "24135", id="equal ones by key"),
    pytest.param([Sort("startDate", "DESC")], "54321", id="by date"),
    pytest.param([Sort("businessId")], "31245", id="what is missing comes last"),
    pytest.param([Sort("businessId", "DESC")], "13245", id="and last when it descends"),
    pytest.param(
        [Sort("processDefinitionVersion", "DESC"), Sort("startDate", "DESC")], "53142", id="by two"
    ),
]


@pytest.fixture
def index() -> Index:
    """Five instances; of versions 2 and 1 by turns; 1 and 3 have business ids."""
    events = [
        instance("ELEMENT_ACTIVATING", key, second=key, version=1 + key % 2) for key in range(1, 6)
    ]
    given = {1: "z", 3: "a"}
    assigned = [
        instance("BUSINESS_ID_ASSIGNED", key, version=2, businessId=it) for key, it in given.items()
    ]
    return index_of(*events, *assigned)


def _keys(index: Index, sort: list[Sort], page: PageRequest) -> tuple[str, str | None, str | None]:
    found = searched(index, "process-instances", *sort, page=page)
    told = "".join(str(one["processInstanceKey"]) for one in found.documents)
    return told, found.start_cursor, found.end_cursor


@pytest.mark.parametrize(("sort", "order"), PAGES)
def test_a_search_is_in_order(index: Index, sort: list[Sort], order: str) -> None:
    assert _keys(index, sort, PageRequest())[0] == order


@pytest.mark.parametrize(("sort", "order"), PAGES)
def test_cursors_lead_through_all_pages_and_back(
    index: Index, sort: list[Sort], order: str
) -> None:
    first, _, end = _keys(index, sort, PageRequest(limit=2))
    second, start, after = _keys(index, sort, PageRequest(limit=2, after=end))
    third, _, _ = _keys(index, sort, PageRequest(limit=2, after=after))
    assert first + second + third == order
    back, _, _ = _keys(index, sort, PageRequest(limit=2, before=start))
    assert back == first
    assert _keys(index, sort, PageRequest(limit=1, before=start))[0] == order[1]


def test_a_page_tells_how_many_there_are(index: Index) -> None:
    page = searched(index, "process-instances", page=PageRequest(limit=2, start=3))
    assert page.total == 5
    assert [one["processInstanceKey"] for one in page.documents] == ["4", "5"]


def test_a_page_with_nothing_on_it_has_no_cursors(index: Index) -> None:
    assert _keys(index, [], PageRequest(start=5)) == ("", None, None)
    assert _keys(index, [], PageRequest(limit=0)) == ("", None, None)


def test_a_cursor_stays_right_when_others_come_and_go(index: Index) -> None:
    newest_first = [Sort("processInstanceKey", "DESC")]
    told, _, end = _keys(index, newest_first, PageRequest(limit=3))
    index.take(2, [instance("ELEMENT_ACTIVATING", key) for key in (7, 8, 9)])
    assert told + _keys(index, newest_first, PageRequest(after=end))[0] == "54321"


def test_keys_are_ordered_as_numbers() -> None:
    index = index_of(deployed(100), deployed(99), deployed(1000))
    assert keys(index, "process-definitions") == ["99", "100", "1000"]
    descending = Sort("processDefinitionKey", "DESC")
    assert keys(index, "process-definitions", descending) == ["1000", "100", "99"]


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "%%%",
        base64.b64encode(b"[1,2,3]").decode(),
        base64.b64encode(b"[1]").decode(),
        base64.b64encode(b'{"a":1}').decode(),
        base64.b64encode(b"\xff\xfe").decode(),
    ],
)
def test_a_bad_cursor_is_refused(index: Index, cursor: str) -> None:
    with pytest.raises(Refusal, match="Invalid cursor") as refused:
        _keys(index, [], PageRequest(after=cursor))
    assert refused.value.status is Status.INVALID_ARGUMENT


def test_a_cursor_of_another_order_is_refused(index: Index) -> None:
    _, _, end = _keys(index, [], PageRequest(limit=1))
    with pytest.raises(Refusal, match="Invalid cursor"):
        _keys(index, [Sort("startDate")], PageRequest(after=end))


def test_a_page_is_asked_for_in_one_way(index: Index) -> None:
    with pytest.raises(Refusal, match="one of from, after and before"):
        _keys(index, [], PageRequest(start=1, after="x"))


@pytest.mark.parametrize("field", ["color", "tags", "rootProcessInstanceKey"])
def test_what_cannot_be_sorted_by_is_refused(index: Index, field: str) -> None:
    with pytest.raises(Refusal, match=rf"sort\.{field}"):
        keys(index, "process-instances", Sort(field))


def test_variables_are_sorted_by_their_names() -> None:
    named = [variable("CREATED", key, name, "1") for key, name in ((1, "b"), (2, "a"))]
    assert keys(index_of(*named), "variables", Sort("name")) == ["2", "1"]
