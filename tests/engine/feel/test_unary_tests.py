"""Input entries of decision tables."""

from typing import Any

import pytest

from tests.engine.feel.evaluating import matches
from zeebe_engine.feel import FeelError, compile_expression, compile_unary_tests


@pytest.mark.parametrize(
    ("tests", "given", "expected"),
    [
        ("-", None, True),
        ("", 1, True),
        ("3", 3, True),
        ("3", None, False),
        ("-1", -1, True),
        ("2, 3", 3, True),
        ("2, 3", 4, False),
        ("< 3", 2, True),
        ("<= 3", 3, True),
        ("> 3", None, False),
        (">= 3", "a", False),
        ("[2..4]", 4, True),
        ("(2..4)", 4, False),
        ("]2..4]", 2, False),
        ("[1..5], [6..10]", 6, True),
        ('"a", "b"', "b", True),
        ('"a"', None, False),
        ("true", True, True),
        ("false", False, True),
        ("true", None, False),
        ("true", 3, False),
        ("null", None, True),
        ("null", 1, False),
        ("x", 5, True),
        ("> x", 6, True),
        ("flag", 3, True),
        ("flag", False, False),
        ("o.a", 1, True),
        ("[4, 5]", 5, True),
        ("[1, 2]", [1, 2], True),
        ("[2, 1]", [1, 2], False),
        ("{a: 1}", {"a": 1}, True),
        ("concatenate([1], [2])", 2, True),
        ("2 + 3", 5, True),
        ("missing", None, True),
        ("missing", 5, False),
        ("4 < 10", 3, True),
        ("1 < 2", True, True),
        ("odd(?)", 5, True),
        ("? > x", 6, True),
        ('starts with(?, "f")', "foo", True),
        ("every y in ? satisfies y > 3", [4, 5], True),
        ("abs(?)", 5, False),
        ("?", 5, False),
        ("? = null", None, True),
        ("< max(1, 2, 3)", 2, True),
        ("not(3)", 2, True),
        ("not(2, 3)", 3, False),
        ("not(< 3, > 10)", 5, True),
        ("not(< 3)", "a", False),
        ("not(1)", "b", False),
        ("not(null)", 5, True),
        ("not(flag)", 3, False),
        ("not([1..3])", 5, True),
        ("not(flag) or ? > 3", 5, True),
        ('date("2026-01-31")', "2026-01-31", False),
        ("? in (1, 2)", 2, True),
    ],
)
def test_a_value_matches(tests: str, given: Any, expected: bool) -> None:
    assert matches(tests, given, x=5, flag=True, o={"a": 1}) is expected


def test_a_date_of_another_expression_is_compared_as_a_date() -> None:
    given = compile_expression('date("2026-01-31")').evaluate({}).raw

    assert matches('> date("2025-01-01")', given)
    assert not matches('[date("2025-01-01")..date("2025-12-31")]', given)


@pytest.mark.parametrize("tests", ["<", "1,", "not(", "1 2", "- 1 -"])
def test_tests_that_cannot_be_parsed_are_refused(tests: str) -> None:
    with pytest.raises(FeelError):
        compile_unary_tests(tests)


def test_what_takes_too_long_does_not_match() -> None:
    assert not matches("count(for i in 1..100000000 return i) > ?", 1)
