"""Numbers are decimals of 34 digits, and come out as the numbers of JSON."""

import decimal
from typing import Any

import pytest

from tests.engine.feel.evaluating import value, warnings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.1 + 0.2", 0.3),
        ("x", 2251799813685251),
        ("x + 1", 2251799813685252),
        ("9007199254740993 + 0", 9007199254740993),
        ("f + f", 0.2),
        ("1 / 3", 1 / 3),
        ("10 / 4 * 4", 10),
        ("2.0 * 3", 6),
        ("1e22", 10**22),
        ("string(1 / 3)", "0.3333333333333333333333333333333333"),
        ("string(1e3)", "1000"),
        ("string(1.500)", "1.5"),
        ("string(0.0000001)", "0.0000001"),
        ("-0", 0),
        ("1e999999999", None),
        ("1e999999999 * 0", None),
        ("10 ** 400", None),
        ("1e-9999999", 0),
    ],
)
def test_a_number_is_exact_to_34_digits(text: str, expected: Any) -> None:
    result = value(text, x=2251799813685251, f=0.1)

    assert result == expected
    assert type(result) is type(expected)


def test_infinite_floats_of_variables_are_null() -> None:
    assert value("[a, b, c]", a=float("inf"), b=float("nan"), c=1.0) == [None, None, 1]


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("1 / 0", "Can't divide '1' by '0'"),
        ("0 / 0", "Can't divide '0' by '0'"),
        ("0 ** -1", "Can't raise '0' to the power of '-1'"),
        ("(-1) ** 0.5", "Can't raise '-1' to the power of '0.5'"),
        ("2 + true", "Can't add 'true' to '2'"),
        ('2 + "a"', "Can't add '\"a\"' to '2'"),
        ("[1] * 2", "Can't multiply '[1]' by '2'"),
        ("null - 1", "Can't subtract '1' from 'null'"),
        ('-"a"', "Can't negate '\"a\"'"),
        ("-true", "Can't negate 'true'"),
    ],
)
def test_what_cannot_be_reckoned_is_null_with_a_warning(text: str, warning: str) -> None:
    assert value(text) is None
    assert warnings(text) == [("INVALID_TYPE", warning)]


def test_the_context_of_the_process_is_left_alone() -> None:
    with decimal.localcontext(decimal.Context(prec=3, traps=[decimal.Inexact])):
        assert value("1 / 3 + floor(123456.7) - -7") == 123463 + 1 / 3
    assert value("2 / 3") == 2 / 3
