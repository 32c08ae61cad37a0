"""What each construct of the language does, given the code of its parts and, at last, the scope.

`functools.partial` with the parts makes code. Nothing raises but StoppedError: what has no value is
null, with a warning.
"""

import operator
from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from zeebe_engine.feel.arithmetic import FAILURES, Operator
from zeebe_engine.feel.run import Code, Run, Scope
from zeebe_engine.feel.temporal import Months
from zeebe_engine.feel.values import KINDS, ORDERED, Function, Range, Value, identity, show

ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def name(text: str, scope: Scope) -> Value:
    try:
        return scope.find(text)
    except KeyError:
        return scope.run.null("NO_VARIABLE_FOUND", f"No variable found with name '{text}'")


def arithmetic(sign: Operator, left: Code, right: Code, scope: Scope) -> Value:
    a, b = left(scope), right(scope)
    try:
        if type(a) is Decimal and type(b) is Decimal:
            result = sign.numbers(a, b)
        else:
            result = sign.others[type(a), type(b)](a, b)
            scope.run.charge(result)
        if type(result) is not Decimal or result.is_finite():
            return result
    except (KeyError, *FAILURES):
        pass
    return scope.run.null("INVALID_TYPE", sign.failure.format(show(a), show(b)))


def negative(operand: Code, scope: Scope) -> Value:
    value = operand(scope)
    if isinstance(value, timedelta | Months):
        return -value
    if type(value) is Decimal:
        return value.copy_negate()
    return scope.run.null("INVALID_TYPE", f"Can't negate '{show(value)}'")


def equal(run: Run, a: Value, b: Value) -> bool | None:
    kind = type(a)
    if kind is type(b):
        same = identity(a, run) == identity(b, run) if kind is list or kind is dict else a == b
        return bool(same)
    return False if a is None or b is None else not_comparable(run, a, b)


def ordered(run: Run, sign: str, a: Value, b: Value) -> bool | None:
    try:
        if type(a) is type(b) and type(a) in ORDERED:
            return ORDERS[sign](a, b)
    except TypeError:  # one of the times has a zone, and the other has none
        pass
    return not_comparable(run, a, b)


def not_comparable(run: Run, a: Value, b: Value) -> bool | None:
    run.null("NOT_COMPARABLE", f"Can't compare '{show(a)}' with '{show(b)}'")
    return None


def within(run: Run, value: Value, ends: Range) -> bool | None:
    after = ordered(run, ">=" if ends.start_included else ">", value, ends.start)
    before = ordered(run, "<=" if ends.end_included else "<", value, ends.end)
    return None if after is None or before is None else after and before


def boolean(run: Run, value: Value) -> Value:
    if value is None or type(value) is bool:
        return value
    return run.null("INVALID_TYPE", f"Expected boolean but found '{show(value)}'")


def equality(left: Code, right: Code, scope: Scope) -> Value:
    return equal(scope.run, left(scope), right(scope))


def inequality(left: Code, right: Code, scope: Scope) -> Value:
    same = equal(scope.run, left(scope), right(scope))
    return None if same is None else not same


def negation(test: Code, scope: Scope) -> Value:
    verdict = test(scope)
    return None if verdict is None else not verdict


def comparison(sign: str, left: Code, right: Code, scope: Scope) -> Value:
    return ordered(scope.run, sign, left(scope), right(scope))


def between(value: Code, start: Code, end: Code, scope: Scope) -> Value:
    return within(scope.run, value(scope), Range(start(scope), end(scope)))


def junction(left: Code, right: Code, scope: Scope, *, decisive: bool) -> Value:
    """`and` (a false decides) and `or` (a true decides); null is unknown."""
    a = boolean(scope.run, left(scope))
    b = None if a is decisive else boolean(scope.run, right(scope))
    if a is decisive or b is decisive:
        return decisive
    return None if a is None or b is None else not decisive


def condition(test: Code, then: Code, otherwise: Code, scope: Scope) -> Value:
    return then(scope) if boolean(scope.run, test(scope)) is True else otherwise(scope)


def instance(operand: Code, type_name: str, scope: Scope) -> Value:
    value = operand(scope)
    return KINDS[type(value)].type_name == type_name or (type_name == "any" and value is not None)


def interval(start: Code, end: Code, scope: Scope, *, open_start: bool, open_end: bool) -> Value:
    low, high = start(scope), end(scope)
    if ordered(scope.run, "<=", low, high) is None:
        return None
    return Range(low, high, not open_start, not open_end)


def context(entries: Sequence[tuple[str, Code]], scope: Scope) -> Value:
    """Each entry sees those before it."""
    inner = Scope({}, scope, scope.run)
    scope.run.spend(len(entries))
    for key, code in entries:
        inner.names[key] = code(inner)
    return inner.names


def list_of(items: Sequence[Code], scope: Scope) -> Value:
    scope.run.spend(len(items))
    return [item(scope) for item in items]


def function(parameters: Sequence[str], body: Code, weight: int, scope: Scope) -> Value:
    def call(run: Run, arguments: Sequence[Value]) -> Value:
        run.spend(weight)
        return body(Scope(dict(zip(parameters, arguments, strict=True)), scope, run))

    return Function(tuple(parameters), call)
