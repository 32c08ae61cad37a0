"""The cache: never older than what it has seen."""

from typing import Any

import pytest

from zeebe_operator.model import resource
from zeebe_operator.model.names import Kind, ObjectKey
from zeebe_operator.model.resource import Resource
from zeebe_operator.reconcilers.store import Store


def snapshot(version: int, name: str = "a", uid: str = "u", **more: Any) -> Resource:
    metadata = {"namespace": "shop", "name": name, "uid": uid, "resourceVersion": str(version)}
    return resource.of(Kind.PROCESS, {"metadata": {**metadata, **more}})


KEY = snapshot(1).key


def test_the_first_is_kept_and_there_was_none_before() -> None:
    store, first = Store(), snapshot(1)
    assert store.put(first) is None
    assert store.get(KEY) is first


@pytest.mark.parametrize(
    ("before", "after"),
    [pytest.param(9, 10, id="more digits"), pytest.param(10, 11, id="the next")],
)
def test_a_newer_one_replaces_what_is_here(before: int, after: int) -> None:
    store, old, new = Store(), snapshot(before), snapshot(after)
    store.put(old)
    assert store.put(new) is old
    assert store.get(KEY) is new


@pytest.mark.parametrize("late", [9, 10])
def test_an_older_or_equal_one_brings_nothing_new(late: int) -> None:
    store, here, event = Store(), snapshot(10), snapshot(late)
    store.put(here)
    assert store.put(event) is event
    assert store.get(KEY) is here


def test_removes_only_the_object_that_is_meant() -> None:
    store = Store()
    store.put(snapshot(5, uid="second"))
    assert not store.remove(KEY, "first")
    assert store.get(KEY) is not None
    assert store.remove(KEY, "second")
    assert store.get(KEY) is None
    assert not store.remove(KEY, "second")


@pytest.mark.parametrize(
    ("uid", "version", "kept"),
    [
        pytest.param("u", 6, True, id="newer"),
        pytest.param("u", 4, False, id="older than the watch"),
        pytest.param("former", 6, False, id="of another object"),
    ],
)
def test_an_answer_refreshes_what_is_here(uid: str, version: int, kept: bool) -> None:
    store, answer = Store(), snapshot(version, uid=uid)
    store.put(snapshot(5))
    store.refresh(answer)
    assert (store.get(KEY) is answer) is kept


def test_a_late_answer_does_not_bring_back_what_is_gone() -> None:
    store = Store()
    store.refresh(snapshot(5))
    assert store.get(KEY) is None


def test_lists_one_kind() -> None:
    store, one = Store(), snapshot(1)
    store.put(one)
    assert list(store.of_kind(Kind.PROCESS)) == [one]
    assert list(store.of_kind(Kind.MESSAGE)) == []


@pytest.mark.parametrize(
    ("namespace", "listed", "missing"),
    [
        pytest.param("shop", [], {"a", "b"}, id="all of the namespace"),
        pytest.param("shop", ["a"], {"b"}, id="but for what is listed"),
        pytest.param("bank", [], set(), id="of another namespace"),
        pytest.param(None, ["b"], {"a"}, id="of all namespaces"),
    ],
)
def test_knows_what_a_complete_list_lacks(
    namespace: str | None, listed: list[str], missing: set[str]
) -> None:
    store = Store()
    store.put(snapshot(1, "a"))
    store.put(snapshot(2, "b"))
    keys = [ObjectKey(Kind.PROCESS, "shop", name) for name in listed]
    found = store.missing_from(Kind.PROCESS, namespace, keys)
    assert {each.key.name for each in found} == missing
