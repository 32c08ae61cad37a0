"""The constructs of the language, one by one."""

from typing import Any

import pytest

from tests.engine.feel.evaluating import kind, value
from zeebe_engine.feel import FeelError, compile_expression

ORDERS = [{"id": "a", "price": 5}, {"id": "b", "price": 20}, {"id": "c", "price": 30}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", 1),
        ("1.50", 1.5),
        (".5", 0.5),
        ("1e3", 1000),
        ("-3", -3),
        ("true", True),
        ("null", None),
        ('"a b"', "a b"),
        (r'"a\"b\\c\n\t"', 'a"b\\c\n\t'),
        (r'"\u00e9\U01F40E\uD83D\uDC34"', "é🐎🐴"),
        (r'"\d+"', r"\d+"),
        ("[1, [2], []]", [1, [2], []]),
        ('{a: 1, "b c": 2, d e: 3}', {"a": 1, "b c": 2, "d e": 3}),
        ("{a: 1, b: a + 1}.b", 2),
        ("1 // one\n + /* two */ 2", 3),
        ('@"2026-01-31"', "2026-01-31"),
        ("`a-b` + 1", 42),
        ("in_order + order + iffy", 6),
    ],
)
def test_a_literal_or_name_has_its_value(text: str, expected: Any) -> None:
    assert value(text, **{"a-b": 41, "in_order": 1, "order": 2, "iffy": 3}) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 4 - 3", 3),
        ("2 ** 3 ** 2", 64),
        ("-2 ** 2", 4),
        ("2 * -3", -6),
        ("7 / 2", 3.5),
        ('"a" + "b"', "ab"),
        ("1 < 2 and 2 <= 2 and 3 > 2 and 3 >= 3", True),
        ("1 = 1.0 and 1 != 2", True),
        ("true or false and false", True),
        ("5 between 1 and 5 and true", True),
        ('"b" between "a" and "c"', True),
        ("[1, {a: 2}] = [1.0, {a: 2}]", True),
        ("[1] = [true]", False),
        ("{a: 1, b: 2} = {b: 2, a: 1}", True),
        ('if 1 > 2 then "x" else if true then "y" else "z"', "y"),
        ("if null then 1 else 2", 2),
    ],
)
def test_an_operator_has_its_strength_and_meaning(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 in [1..3)", True),
        ("3 in [1..3)", False),
        ("1 in ]1..3]", False),
        ("3 in [1..3[", False),
        ("1 in (1..3)", False),
        ("2 in (1..3)", True),
        ("5 in (< 5, > 10)", False),
        ("11 in (< 5, > 10)", True),
        ("5 in > 3", True),
        ("2 in (1, 2, 3)", True),
        ("2 in (7)", False),
        ("2 in [1, 2, 3]", True),
        ("2 in [[1..3]]", True),
        ('"x" in ("y", "x")', True),
        ('"abc" in (contains(?, "b"))', True),
        ("[1] in [[1], [2]]", True),
        ("1 in [1..3] and 4 in [4..5]", True),
        ("x in allowed", True),
    ],
)
def test_in_takes_ranges_lists_and_tests(text: str, expected: Any) -> None:
    assert value(text, x=2, allowed=[1, 2]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("orders.id", ["a", "b", "c"]),
        ("orders[price > 10].id", ["b", "c"]),
        ("orders[item.price > 10][1].id", "b"),
        ("orders[-1].id", "c"),
        ("orders[position].id", "b"),
        ("[1, 2, 3, 4][item > 2]", [3, 4]),
        ("[1, 2, null, 4][item > 2]", [4]),
        ("[[1, 2], [3]][1][2]", 2),
        ("[][1]", None),
        ("[][item > 1]", []),
        ("[1, 2][3]", None),
        ("[1, 2][0]", None),
        ("5[item > 1]", [5]),
        ("[{x: 5}, {y: 2}][x > 3]", [{"x": 5}]),
        ('orders[id = "a"].price[1]', 5),
        ("{a: {if: 1}}.a.if", 1),
    ],
)
def test_paths_project_and_filters_choose(text: str, expected: Any) -> None:
    assert value(text, orders=ORDERS, position=2) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("for i in 1..3 return i * 2", [2, 4, 6]),
        ("for i in 3..1 return i", [3, 2, 1]),
        ("for i in [1..3] return i", [1, 2, 3]),
        ("for i in 1..n + 1 return i", [1, 2, 3]),
        ("for x in [1, 2], y in [3, 4] return x * y", [3, 4, 6, 8]),
        ("for x in [[1, 2], [3]], y in x return y", [1, 2, 3]),
        ("for i in 1..5 return if i = 1 then 1 else i * partial[-1]", [1, 2, 6, 24, 120]),
        ("for i in 1..2 return partial", [[], [[]]]),
        ("for i in null return i", None),
        ("some x in [1, 2, 3] satisfies x > 2", True),
        ("some x in [1, 2], y in [2, 3] satisfies x > y", False),
        ("every x in [1, 2] satisfies x >= 1", True),
        ("every x in [1, 2] satisfies x >= 2", False),
        ("every x in [] satisfies x", True),
        ("some x in [null, 1] satisfies x > 5", None),
        ("some x in 1..5 satisfies x = 5", True),
    ],
)
def test_loops_and_quantifiers_go_through_lists_and_ranges(text: str, expected: Any) -> None:
    assert value(text, n=2) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{add: function(a, b) a + b, c: add(1, 2)}.c", 3),
        ("{f: function(a, b) a - b, c: f(b: 1, a: 5)}.c", 4),
        ("{f: function(n) if n < 2 then 1 else n * f(n - 1), c: f(5)}.c", 120),
        ("{o: {f: function() 7}}.o.f()", 7),
        ("(function(x) x + y)(1)", 3),
        ("sort([3, 1, 2], function(a, b) a > b)", [3, 2, 1]),
        ("substring(string: name, start position: 2, length: 2)", "am"),
        ("substring(length: 2, start position: 2, string: name)", "am"),
    ],
)
def test_functions_are_defined_and_called(text: str, expected: Any) -> None:
    assert value(text, y=2, name="camunda") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 instance of number", True),
        ('"a" instance of number', False),
        ('"a" instance of string', True),
        ("true instance of boolean", True),
        ("[1] instance of list", True),
        ("{} instance of context", True),
        ('@"2026-01-31" instance of date', True),
        ('@"2026-01-31T10:00:00" instance of date', False),
        ('@"2026-01-31T10:00:00" instance of date and time', True),
        ('@"10:00:00" instance of time', True),
        ('@"P1D" instance of days and time duration', True),
        ('@"P1M" instance of years and months duration', True),
        ("1 instance of any", True),
        ("null instance of any", False),
        ("1 instance of number and true", True),
    ],
)
def test_instance_of_tells_the_type(text: str, expected: Any) -> None:
    assert value(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 > 0", "BOOLEAN"),
        ("1", "NUMBER"),
        ('"a"', "STRING"),
        ("[]", "ARRAY"),
        ("{}", "OBJECT"),
        ("null", "NULL"),
        ('@"2026-01-31"', "DATE"),
        ('@"10:00:00"', "TIME"),
        ('@"2026-01-31T10:00:00Z"', "DATE_TIME"),
        ('@"P1D"', "DURATION"),
        ('@"P1Y"', "PERIOD"),
        ("function(a) a", "FUNCTION"),
    ],
)
def test_an_evaluation_names_the_type_of_its_value(text: str, expected: str) -> None:
    assert kind(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected an expression but found the end (line 1, column 1)"),
        ("1 +", "expected an expression but found the end (line 1, column 4)"),
        ("1\n+ )", "expected an expression but found ')' (line 2, column 3)"),
        ("if a then b", "expected else but found the end (line 1, column 12)"),
        ("a b", "expected end but found 'b' (line 1, column 3)"),
        ('"a', "unexpected or unclosed '\"' (line 1, column 1)"),
        ("1 /* a", "unexpected or unclosed '/' (line 1, column 3)"),
        ("a # b", "unexpected or unclosed '#' (line 1, column 3)"),
        ('@"x"', "'x' is no date, time or duration"),
        ("{1: 2}", "expected string but found '1'"),
        ("f(1, a: 2)", "expected arguments all by position, or all by name"),
        ("1 instance of cat", "expected one of the types any, boolean, context, date"),
        ("a.", "expected the name of an entry but found the end"),
    ],
)
def test_what_cannot_be_parsed_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(FeelError) as refused:
        compile_expression(text)

    assert message in str(refused.value)


def test_a_value_keeps_its_type_on_the_way_through_two_expressions() -> None:
    day = compile_expression('date("2026-01-31")').evaluate({})
    function = compile_expression("function(a) a + duration(step)").evaluate({"step": "P1M"})

    later = compile_expression("f(day)").evaluate(
        {"f": function.raw, "day": day.raw, "step": "P1M"}
    )

    assert function.value is None
    assert later.value == "2026-02-28"
    assert later.type == "DATE"


def test_a_compiled_expression_is_kept_and_is_known_by_its_text() -> None:
    kept = compile_expression("1 + 41")

    assert compile_expression("1 + 41") is kept
    compile_expression.cache_clear()
    assert compile_expression("1 + 41") == kept
    assert compile_expression("1 + 41") is not kept
