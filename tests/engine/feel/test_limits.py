"""Whatever a text or a variable asks for, it ends, soon and in words."""

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.engine.feel.evaluating import value, warnings
from zeebe_engine.feel import FeelError, compile_expression, compile_unary_tests

TOO_LONG = [("LIMIT_EXCEEDED", "The evaluation takes more than 1000000 steps")]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 200 + "1" + ")" * 200,
        "[" * 20_000,
        "-" * 1_000 + "1",
        "not(" * 1_000,
        "1" + "+1" * 10_000,
        "a" + ".b" * 1_000,
        "a" + "[1]" * 1_000,
        "if " * 1_000,
        "x in (" * 1_000,
    ],
)
def test_a_text_that_is_nested_too_deeply_is_refused(text: str) -> None:
    with pytest.raises(FeelError, match=r"nested at most 150 levels|but found the end"):
        compile_expression(text)


def test_a_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(FeelError, match="at most 65536 characters, not 65537"):
        compile_expression(" " * 65_537)


def test_a_text_within_the_limits_is_evaluated() -> None:
    assert value("(" * 140 + "1" + ")" * 140) == 1
    assert value("1" + "+1" * 140) == 141
    assert len(value(f"[{', '.join(['1'] * 10_000)}]")) == 10_000


@pytest.mark.parametrize(
    "text",
    [
        "for i in 1..10000000000 return i",
        "for i in 1..1e300 return i",
        "for i in 1..10000, j in 1..10000 return i",
        "for i in 1..1000000, j in 1..1000000, k in [] return i",
        "count(for i in 1..100000 return [i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i])",
        "some i in 1..10000000000 satisfies i < 0",
        "for i in 1..100000 return partial",
        "{f: function(n) f(n) + f(n), r: f(1)}.r",
        "sort(for i in 1..99999 return modulo(i * 7919, 10007), function(a, b) a < b)",
        "for i in 1..1000000 return i ** 0.51",
    ],
)
def test_an_evaluation_that_takes_too_many_steps_is_null(text: str) -> None:
    evaluation = compile_expression(text).evaluate({})

    assert evaluation.value is None
    assert evaluation.warnings[-1].kind == "LIMIT_EXCEEDED"


@pytest.mark.parametrize(
    ("first", "step"),
    [
        ('"xxxxxxxxxxxxxxxx"', "{0} + {0}"),
        ("[1, 2]", "concatenate({0}, {0})"),
        ("[1, 2]", "[{0}, {0}]"),
        ("[1, 2]", "flatten([{0}, {0}])"),
        ('"xxxx"', "string([{0}, {0}])"),
        ('"xxxx"', "string join([{0}, {0}])"),
        ('"xxxx"', 'replace({0}, "x", {0})'),
        ("{a: 1}", "{{a: {0}, b: {0}}}"),
    ],
)
def test_values_that_double_do_not_fill_the_memory(first: str, step: str) -> None:
    entries = [f"v0: {first}"] + [f"v{i + 1}: {step.format(f'v{i}')}" for i in range(60)]
    text = f"{{{', '.join(entries)}}}"

    assert warnings(text)[-1][0] in ("LIMIT_EXCEEDED", "FUNCTION_INVOCATION_FAILURE")


def test_a_value_that_unfolds_to_a_huge_one_is_neither_compared_nor_written() -> None:
    entries = ["v0: [1]"] + [f"v{i + 1}: [v{i}, v{i}]" for i in range(60)]
    context = f"{{{', '.join(entries)}}}.v60"

    assert warnings(context) == TOO_LONG
    assert warnings(f"{context} = [{context}]")[-1] == TOO_LONG[0]
    assert warnings(f"1 + {context}") == [("INVALID_TYPE", "Can't add 'ARRAY' to '1'")]


def test_a_recursion_without_end_is_null() -> None:
    assert warnings("{f: function(n) f(n), r: f(1)}.r")[-1] == (
        "LIMIT_EXCEEDED",
        "The evaluation is nested too deeply",
    )


def test_a_variable_that_is_nested_too_deeply_is_null() -> None:
    deep: Any = []
    for _ in range(10_000):
        deep = [deep]

    assert value("count(deep)", deep=deep) is None


def test_warnings_are_bounded() -> None:
    assert len(warnings("for i in 1..1000 return missing")) == 100


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("a" * 501, "the pattern has more than 500 characters"),
        ("(" * 400, "the pattern cannot be used: missing )"),
        ("(?=a)", "the pattern cannot be used: invalid perl operator"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_explained(pattern: str, words: str) -> None:
    (warning,) = warnings(f'matches("{"a" * 100}", "{pattern}")')

    assert warning[0] == "FUNCTION_INVOCATION_FAILURE"
    assert words in warning[1]


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|a)*b", "(?:[a-z]+)*x", "a*" * 100 + "b"])
def test_a_pattern_that_matches_in_many_ways_takes_no_longer(pattern: str) -> None:
    """One that looks back would not end."""
    assert value(f'matches(long, "{pattern}")', long="a" * 10_000) is False


def test_patterns_of_everyday_are_allowed() -> None:
    assert value(r'matches("a.b@c-d.org", "^[\\w.]+@([a-z-]+\\.)+[a-z]{2,}$")') is True
    assert value('matches("1,2,3", "^[0-9]+(,[0-9]+)*$")') is True


def test_a_long_input_is_not_matched() -> None:
    (warning,) = warnings('matches(long, "a")', long="a" * 10_001)

    assert "more than 10000 characters" in warning[1]


VARIABLES = {"a": 1, "b": "x", "c": [1, {"d": None}], "item": {"e": True}}
SIGNS = "+ - * / ** = != < <= > >= ( ) [ ] { } , . .. : ? @ ` -1 [1..2] {a:1}"
KEYWORDS = "if then else for in return some every satisfies and or between instance of function"
OPERANDS = 'a b c d item 1 2 0.5 1e400 "x" "P1D" "2026-01-31" null true partial not( count( sort('
CALLS = ["date(", "matches(", "split(", "date and time(", "list contains(", "duration("]
WORDS = st.lists(
    st.sampled_from([*f"{SIGNS} {KEYWORDS} {OPERANDS}".split(), *CALLS]), max_size=30
).map(" ".join)


@settings(deadline=None)
@given(st.text() | WORDS)
@example('@"P999999999D" * 999999999')
@example("[[")
def test_any_text_is_refused_or_evaluated(text: str) -> None:
    try:
        expression = compile_expression(text)
    except FeelError:
        return
    evaluation = expression.evaluate(VARIABLES)

    json.dumps(evaluation.value, allow_nan=False, ensure_ascii=False).encode()
    assert (evaluation.value is None) is (evaluation.type in ("NULL", "FUNCTION"))


@settings(deadline=None)
@given(st.text() | WORDS)
def test_any_test_is_refused_or_evaluated(text: str) -> None:
    try:
        tests = compile_unary_tests(text)
    except FeelError:
        return

    assert tests.matches(5, VARIABLES) in (True, False)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(deadline=None)
@given(JSON)
def test_any_variable_is_read_and_written(variable: Any) -> None:
    for text in ("x", "x = x", "string(x)", "x + 1", "[x][1]", "x.a", "x[a > 1]", "-x"):
        evaluation = compile_expression(text).evaluate({"x": variable})

        json.dumps(evaluation.value, allow_nan=False, ensure_ascii=False).encode()
