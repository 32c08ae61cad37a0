"""Code for scalars: names, arithmetic, comparison, logic, conditions. Each function here compiles.

What it returns takes a scope and gives a value. Nothing raises but StoppedError: what has no value
is null, with a warning.
"""

import operator
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from zeebe_engine.feel.operators import FAILURES, NEGATIVES, OPERATORS
from zeebe_engine.feel.run import Code, Run, Scope
from zeebe_engine.feel.values import ORDERED, Function, Range, Value, identity, show

ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def constant(value: Value) -> Code:
    return lambda _: value


def name(text: str) -> Code:
    def evaluate(scope: Scope) -> Value:
        try:
            return scope.find(text)
        except KeyError:
            return scope.run.null("NO_VARIABLE_FOUND", f"No variable found with name '{text}'")

    return evaluate


def arithmetic(sign: str, left: Code, right: Code) -> Code:
    numbers, others, failure = (
        OPERATORS[sign].numbers,
        OPERATORS[sign].others,
        OPERATORS[sign].failure,
    )

    def evaluate(scope: Scope) -> Value:
        a, b = left(scope), right(scope)
        if type(a) is Decimal and type(b) is Decimal:
            number = numbers(a, b)
            if number.is_finite():
                return number
        elif meaning := others.get((type(a), type(b))):
            try:
                result = meaning(a, b)
            except FAILURES:
                result = None
            scope.run.charge(result)
            if result is not None and (type(result) is not Decimal or result.is_finite()):
                return result
        return scope.run.null("INVALID_TYPE", failure.format(show(a), show(b)))

    return evaluate


def negative(operand: Code) -> Code:
    def evaluate(scope: Scope) -> Value:
        value = operand(scope)
        try:
            return NEGATIVES[type(value)](value)
        except (KeyError, OverflowError):
            return scope.run.null("INVALID_TYPE", f"Can't negate '{show(value)}'")

    return evaluate


def not_comparable(run: Run, a: Value, b: Value) -> None:
    run.null("NOT_COMPARABLE", f"Can't compare '{show(a)}' with '{show(b)}'")


def equal(run: Run, a: Value, b: Value) -> bool | None:
    kind = type(a)
    if kind is type(b):
        if kind is list or kind is dict:
            return identity(a, run) == identity(b, run)
        return bool(a == b)
    if a is None or b is None:
        return False
    not_comparable(run, a, b)
    return None


def equality(left: Code, right: Code) -> Code:
    return lambda scope: equal(scope.run, left(scope), right(scope))


def inequality(left: Code, right: Code) -> Code:
    def evaluate(scope: Scope) -> Value:
        same = equal(scope.run, left(scope), right(scope))
        return None if same is None else not same

    return evaluate


def ordered(run: Run, sign: str, a: Value, b: Value) -> bool | None:
    kind = type(a)
    if kind is type(b) and kind in ORDERED:
        try:
            return ORDERS[sign](a, b)
        except TypeError:  # one of the times has a zone, and the other has none
            pass
    not_comparable(run, a, b)
    return None


def comparison(sign: str, left: Code, right: Code) -> Code:
    return lambda scope: ordered(scope.run, sign, left(scope), right(scope))


def within(run: Run, value: Value, ends: Range) -> bool | None:
    after = ordered(run, ">=" if ends.start_included else ">", value, ends.start)
    before = ordered(run, "<=" if ends.end_included else "<", value, ends.end)
    return None if after is None or before is None else after and before


def between(value: Code, start: Code, end: Code) -> Code:
    return lambda scope: within(scope.run, value(scope), Range(start(scope), end(scope)))


def interval(start: Code, end: Code, *, start_included: bool, end_included: bool) -> Code:
    def evaluate(scope: Scope) -> Value:
        low, high = start(scope), end(scope)
        if ordered(scope.run, "<=", low, high) is None:
            return None
        return Range(low, high, start_included, end_included)

    return evaluate


def boolean(run: Run, value: Value) -> Value:
    if value is None or type(value) is bool:
        return value
    return run.null("INVALID_TYPE", f"Expected boolean but found '{show(value)}'")


def junction(left: Code, right: Code, *, decisive: bool) -> Code:
    """`and` (decided by a false) and `or` (decided by a true), with null for unknown."""

    def evaluate(scope: Scope) -> Value:
        a = boolean(scope.run, left(scope))
        if a is decisive:
            return decisive
        b = boolean(scope.run, right(scope))
        if b is decisive:
            return decisive
        return None if a is None or b is None else not decisive

    return evaluate


def condition(test: Code, then: Code, otherwise: Code) -> Code:
    def evaluate(scope: Scope) -> Value:
        return then(scope) if boolean(scope.run, test(scope)) is True else otherwise(scope)

    return evaluate


def instance(value: Code, types: tuple[type, ...]) -> Code:
    return lambda scope: type(value(scope)) in types


def context(entries: Sequence[tuple[str, Code]]) -> Code:
    """Each entry sees those before it."""

    def evaluate(scope: Scope) -> Value:
        names: dict[str, Value] = {}
        inner = Scope(names, scope, scope.run)
        scope.run.spend(len(entries))
        for key, code in entries:
            names[key] = code(inner)
        return names

    return evaluate


def list_of(items: Sequence[Code]) -> Code:
    def evaluate(scope: Scope) -> Value:
        scope.run.spend(len(items))
        return [item(scope) for item in items]

    return evaluate


def function(parameters: tuple[str, ...], body: Code, weight: int) -> Code:
    def evaluate(scope: Scope) -> Value:
        def call(run: Run, arguments: Sequence[Value]) -> Value:
            run.spend(weight)
            return body(Scope(dict(zip(parameters, arguments, strict=True)), scope, run))

        return Function(parameters, call)

    return evaluate
