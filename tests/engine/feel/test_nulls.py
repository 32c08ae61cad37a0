"""What is missing or does not fit is null, and a warning says why."""

from typing import Any

import pytest

from tests.engine.feel.evaluating import value, warnings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("null = null", True),
        ("missing = null", True),
        ("1 = null", False),
        ("null != 1", True),
        ("null < 1", None),
        ("null <= null", None),
        ("1 = true", None),
        ('1 != "a"', None),
        ("true < false", None),
        ("null in [1, null]", True),
        ("true and null", None),
        ("false and null", False),
        ("null and false", False),
        ("true or null", True),
        ("null or true", True),
        ("false or null", None),
        ("true and 2", None),
        ("2 or true", True),
        ("not(null)", None),
        ("missing.a.b", None),
        ("missing[1]", None),
        ("[1, missing]", [1, None]),
        ("null between 1 and 2", None),
        ("[1, 2].a", [None, None]),
    ],
)
def test_null_is_unknown(text: str, expected: Any) -> None:
    assert value(text) == expected
    assert type(value(text)) is type(expected)


NO_DAYS = (
    "No property found with name 'days' of value 'P1Y'. Available properties: 'years', 'months'"
)


@pytest.mark.parametrize(
    ("text", "kind", "warning"),
    [
        ("x", "NO_VARIABLE_FOUND", "No variable found with name 'x'"),
        (
            "{a: 1, b: 2}.c",
            "NO_CONTEXT_ENTRY_FOUND",
            "No context entry found with key 'c'. Available keys: 'a', 'b'",
        ),
        (
            "null.c",
            "NO_CONTEXT_ENTRY_FOUND",
            "No context entry found with key 'c'. The context is null",
        ),
        ('@"P1Y".days', "NO_PROPERTY_FOUND", NO_DAYS),
        ("true < 2", "NOT_COMPARABLE", "Can't compare 'true' with '2'"),
        ("[] = 1", "NOT_COMPARABLE", "Can't compare '[]' with '1'"),
        ("if 5 then 1 else 2", "INVALID_TYPE", "Expected boolean but found '5'"),
        ("some x in [false, 2] satisfies x", "INVALID_TYPE", "Expected boolean but found '2'"),
        ("for x in 2 return x", "INVALID_TYPE", "Expected list but found '2'"),
        ("f(1)", "NO_FUNCTION_FOUND", "No function found with name 'f' and 1 parameters"),
        ("abs(1, 2)", "NO_FUNCTION_FOUND", "No function found with name 'abs' and 2 parameters"),
        ("abs(x: 2)", "NO_FUNCTION_FOUND", "No function found with name 'abs' and 1 parameters"),
        (
            "abs(true)",
            "FUNCTION_INVOCATION_FAILURE",
            "Failed to invoke function 'abs': 'number' can't be 'true'",
        ),
        (
            "sublist([1, 2, 3], 0)",
            "FUNCTION_INVOCATION_FAILURE",
            "Failed to invoke function 'sublist': position must be a non-zero number",
        ),
        (
            "now()",
            "FUNCTION_INVOCATION_FAILURE",
            "Failed to invoke function 'now': the time is not known here",
        ),
        ("[1][2]", "NO_ITEM_FOUND", "No item found: position 2 is outside of a list of 1"),
    ],
)
def test_a_warning_says_why_it_is_null(text: str, kind: str, warning: str) -> None:
    assert warnings(text) == [(kind, warning)]


def test_warnings_come_in_the_order_of_the_evaluation() -> None:
    assert warnings("1 + x") == [
        ("NO_VARIABLE_FOUND", "No variable found with name 'x'"),
        ("INVALID_TYPE", "Can't add 'null' to '1'"),
    ]


def test_a_failed_assertion_ends_the_whole_evaluation() -> None:
    text = '[1, assert(2, false, "two is wrong"), missing]'

    assert value(text) is None
    assert warnings(text) == [("ASSERT_FAILURE", "two is wrong")]
    assert value("assert(x, x > 1)", x=2) == 2
