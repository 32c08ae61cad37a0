"""Who waits for what."""

from zeebe_operator.model.names import Kind, ObjectKey
from zeebe_operator.reconcilers.dependents import Dependents

A = ObjectKey(Kind.INSTANCE, "shop", "a")
B = ObjectKey(Kind.INSTANCE, "shop", "b")


def test_everybody_who_looked_is_found() -> None:
    index = Dependents()
    index.set(A, ["x", "y"])
    index.set(B, ["x"])
    assert set(index.of("x")) == {A, B}
    assert set(index.of("y")) == {A}
    assert set(index.of("z")) == set()


def test_the_last_pass_replaces_the_one_before() -> None:
    index = Dependents()
    index.set(A, ["x", "y"])
    index.set(A, ["y", "z"])
    assert [set(index.of(each)) for each in "xyz"] == [set(), {A}, {A}]


def test_a_pass_under_way_looks_already_and_keeps_at_its_end_what_it_needs() -> None:
    index = Dependents()
    index.set(A, ["x"])
    index.add(A, "y")
    index.add(A, "z")
    assert [set(index.of(each)) for each in "xyz"] == [{A}, {A}, {A}]
    index.set(A, ["z"])
    assert [set(index.of(each)) for each in "xyz"] == [set(), set(), {A}]
    assert set(index.references()) == {"z"}


def test_what_nobody_looks_at_any_more_is_forgotten() -> None:
    index = Dependents()
    index.set(A, ["x", "y"])
    index.set(B, ["y"])
    index.set(A, [])
    assert set(index.references()) == {"y"}
    index.set(B, [])
    assert not list(index.references())
    assert index._looked_at == {}


def test_the_answer_stays_the_same_while_it_is_walked_through() -> None:
    index = Dependents()
    index.set(A, ["x"])
    for key in index.of("x"):
        index.set(B, ["x"])
        index.set(key, [])
    assert set(index.of("x")) == {B}
