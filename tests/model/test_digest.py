"""Digests: equal for what means the same, different for everything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zeebe_operator.model import digest
from zeebe_operator.model.engine import File

ORDER, RULES = File("order.bpmn", b"<order/>"), File("rules.dmn", b"<rules/>")

files = st.lists(st.builds(File, name=st.text(), content=st.binary()))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(files, files)
def test_only_equal_files_have_equal_digests(one: list[File], other: list[File]) -> None:
    assert (digest.of_files(one) == digest.of_files(other)) == (one == other)


@pytest.mark.parametrize(
    "others",
    [
        pytest.param([RULES, ORDER], id="another order"),
        pytest.param([File("order2.bpmn", ORDER.content), RULES], id="another name"),
        pytest.param([File(ORDER.name, b"<order />"), RULES], id="another byte"),
        pytest.param([File("order.bpmn<", b"order/>"), RULES], id="the border moved"),
        pytest.param([ORDER], id="one less"),
    ],
)
def test_a_difference_that_the_engine_sees_changes_the_digest(others: list[File]) -> None:
    assert digest.of_files(others) != digest.of_files([ORDER, RULES])


def test_a_digest_tells_its_algorithm() -> None:
    empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert digest.of_files([]) == empty


@given(st.dictionaries(st.text(), values))
def test_the_order_of_a_mapping_does_not_count(mapping: dict[str, object]) -> None:
    turned = dict(reversed(mapping.items()))
    assert digest.of_values(mapping) == digest.of_values(turned)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(("1",), (1,), id="text and number"),
        pytest.param((None,), ("None",), id="nothing and its name"),
        pytest.param(("a", "b"), ("ab",), id="two values and one"),
        pytest.param((["a"], "b"), (["a", "b"],), id="where a list ends"),
        pytest.param(({"a": 1},), ({"a": 2},), id="a value inside"),
    ],
)
def test_different_values_have_different_digests(
    one: tuple[object, ...], other: tuple[object, ...]
) -> None:
    assert digest.of_values(*one) != digest.of_values(*other)
