"""The builtin functions, by family."""

from typing import Any

import pytest

from tests.engine.feel.evaluating import value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("string(1.10)", "1.1"),
        ("string(null)", "null"),
        ('string([1, "a", {b: true}])', '[1, "a", {b:true}]'),
        ('string(date("2026-01-31"))', "2026-01-31"),
        ("string([1..2))", "[1..2)"),
        ("string(function(a, b) 1)", "function(a, b)"),
        ('number("1500.5")', 1500.5),
        ('number("1.500,5", ".", ",")', 1500.5),
        ('number("1 500", " ")', 1500),
        ('number("x")', None),
        ('number("NaN")', None),
        ('number("1_0")', None),
        ('context([{key: "a", value: 1}])', {"a": 1}),
        ('from json("{\\"a\\": [1, 0.1, null]}")', {"a": [1, 0.1, None]}),
        ('from json("[")', None),
        ('from json("\\"\\\\ud800\\"")', None),
        ('to json({a: [1, 0.5, "é", @"P1D"]})', '{"a":[1,0.5,"é","P1D"]}'),
    ],
)
def test_conversion(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("not(true)", False),
        ("is defined(missing)", False),
        ("is defined(0)", True),
        ("get or else(null, 1)", 1),
        ("get or else(false, true)", False),
        ('is blank(" ")', True),
        ("all([true, true])", True),
        ("all(false, null, true)", False),
        ("and(true, null)", None),
        ("and([])", True),
        ("any([false, null, true])", True),
        ("or(false, null)", None),
        ("or([])", False),
        ("all(0)", None),
    ],
)
def test_truth(text: str, expected: Any) -> None:
    assert value(text) is expected or value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('substring("foobar", 3)', "obar"),
        ('substring("foobar", 3, 3)', "oba"),
        ('substring("foobar", -2)', "ar"),
        ('substring("foobar", -3, 2)', "ba"),
        ('substring("foobar", 3, 10)', "obar"),
        ('substring("foobar", 7)', None),
        ('string length("🐎")', 1),
        ('upper case("aBc4")', "ABC4"),
        ('lower case("aBc4")', "abc4"),
        ('substring before("foobar", "bar")', "foo"),
        ('substring before("foobar", "x")', ""),
        ('substring after("foobar", "ob")', "ar"),
        ('substring after("foobar", "x")', ""),
        ('contains("foobar", "of")', False),
        ('starts with("foobar", "fo")', True),
        ('ends with("foobar", "r")', True),
        ('trim("  a b ")', "a b"),
        ('matches("foobar", "^fo*bar")', True),
        ('matches("FOO", "foo", "i")', True),
        ('matches("FOO", "foo", "q")', None),
        ('matches("foo", "(")', None),
        ('replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")', "[1=ab][2=]cd"),
        ('replace("0123456789", "(\\\\d{3})(\\\\d{3})(\\\\d{4})", "($1) $2-$3")', "(012) 345-6789"),
        ('replace("aXb", "x", "$0", "i")', "aXb"),
        ('replace("a", "a", "$1")', None),
        ('split("John Doe", "\\\\s")', ["John", "Doe"]),
        ('split("a;b;;", ";")', ["a", "b", "", ""]),
        ('extract("this is 1234 and 5", "[0-9]+")', ["1234", "5"]),
        ('string join(["a", null, "b"])', "ab"),
        ('string join(["a", "b"], ", ", "[", "]")', "[a, b]"),
        ('string join(["a", 1])', None),
        ('to base64("FEEL")', "RkVFTA=="),
    ],
)
def test_strings(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("list contains([1, null], null)", True),
        ("list contains([1], true)", False),
        ("count([1, 2])", 2),
        ("is empty([])", True),
        ("min([3, 1, 2])", 1),
        ('max("a", "c", "b")', "c"),
        ("min(list: [3, 1])", 1),
        ("min([])", None),
        ("min([true, false])", None),
        ('min([1, "a"])', None),
        ("sum(1, 2, 3)", 6),
        ("sum([])", None),
        ("sum([1, null])", None),
        ("product([2, 3, 4])", 24),
        ("mean([1, 2, 3])", 2),
        ("median(8, 2, 5, 3, 4)", 4),
        ("median([6, 1, 2, 3])", 2.5),
        ("stddev([2, 4, 7, 5])", 2.0816659994661326),
        ("stddev([1])", None),
        ("stddev([])", None),
        ("mode([6, 1, 9, 6, 1])", [1, 6]),
        ("mode([])", []),
        ("sublist([1, 2, 3], 2)", [2, 3]),
        ("sublist([1, 2, 3], -3, 2)", [1, 2]),
        ("append([1], 2, [3])", [1, 2, [3]]),
        ("concatenate([1], [2, 3], [])", [1, 2, 3]),
        ("concatenate([1], 2)", None),
        ("insert before([1, 3], 2, 2)", [1, 2, 3]),
        ("insert before([1, 2], 3, 3)", [1, 2, 3]),
        ("insert before([1, 3], -1, 2)", [1, 2, 3]),
        ("insert before([1], 0, 2)", None),
        ("remove([1, 2, 3], 2)", [1, 3]),
        ("remove([1, 2, 3], -1)", [1, 2]),
        ("reverse([1, 2])", [2, 1]),
        ("index of([1, 2, 3, 2], 2)", [2, 4]),
        ("union([1, {a: 1}], [{a: 1}, 2])", [1, {"a": 1}, 2]),
        ("union(lists: [[1, 2], [2, 3]])", [1, 2, 3]),
        ("append(list: [1], items: [2, 3])", [1, 2, 3]),
        ("distinct values([1, 2, 1.0, null, true, null])", [1, 2, None, True]),
        ("duplicate values([1, 2, 3, 2, 1])", [1, 2]),
        ("flatten([1, [2, [3]], []])", [1, 2, 3]),
        ("sort([3, 1, 2])", [1, 2, 3]),
        ("sort([{a: 2}, {a: 1}], function(x, y) x.a < y.a)", [{"a": 1}, {"a": 2}]),
        ("sort([1, 2], function(x) x)", None),
        ("partition([1, 2, 3], 2)", [[1, 2], [3]]),
        ("partition([1], 0)", None),
    ],
)
def test_lists(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("decimal(1.25, 1)", 1.2),
        ("decimal(1, 500)", None),
        ("floor(-1.5)", -2),
        ("floor(1.56, 1)", 1.5),
        ("ceiling(1.5)", 2),
        ("ceiling(-1.56, 1)", -1.5),
        ("round up(5.5, 0)", 6),
        ("round down(5.5, 0)", 5),
        ("round half up(5.125, 2)", 5.13),
        ("round half down(5.125, 2)", 5.12),
        ("round half up(125, -1)", 130),
        ("floor(1e300)", 10**300),
        ("abs(-10)", 10),
        ("modulo(12, 5)", 2),
        ("modulo(-12, 5)", 3),
        ("modulo(12, -5)", -3),
        ("modulo(1, 0)", None),
        ("sqrt(16)", 4),
        ("sqrt(-1)", None),
        ("log(10)", 2.302585092994046),
        ("log(0)", None),
        ("exp(5)", 148.4131591025766),
        ("exp(1e9)", None),
        ("odd(5)", True),
        ("even(5)", False),
        ("even(0.5)", False),
    ],
)
def test_numbers(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('get value({a: {b: 1}}, "a")', {"b": 1}),
        ('get value({a: {b: 1}}, ["a", "b"])', 1),
        ('get value({a: 1}, ["a", "b"])', None),
        ("get entries({a: 1})", [{"key": "a", "value": 1}]),
        ('context put({a: 1}, "b", 2)', {"a": 1, "b": 2}),
        ('context put({a: {b: 1}}, ["a", "c"], 2)', {"a": {"b": 1, "c": 2}}),
        ('context put({a: 1}, ["b", "c"], 2)', {"a": 1, "b": {"c": 2}}),
        ("context put({a: 1}, [], 2)", None),
        ("context merge({a: 1}, {a: 2, b: 3})", {"a": 2, "b": 3}),
        ("context merge([{a: 1}, {b: 2}])", {"a": 1, "b": 2}),
        ("context merge([1])", None),
    ],
)
def test_contexts(text: str, expected: Any) -> None:
    assert value(text) == expected


def test_a_name_of_a_function_can_be_that_of_a_variable() -> None:
    assert value("count + count([1])", count=2) == 3
    assert value("date and time", date=True, time=True) is True
