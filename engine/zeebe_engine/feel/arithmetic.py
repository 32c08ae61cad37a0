"""What `+ - * / **` mean: of two numbers, and of other pairs of types."""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

from zeebe_engine.feel.temporal import Months, between, later
from zeebe_engine.feel.values import MATH

Meaning = Callable[[Any, Any], Any]
Meanings = dict[tuple[type, type], Meaning]
FAILURES = (ValueError, TypeError, ArithmeticError)
"""A day that no calendar has, times of which one has a zone, a duration that is too long."""
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Operator:
    """`failure`: what could not be done with the texts of both sides."""

    failure: str
    numbers: Callable[[Decimal, Decimal], Decimal]
    others: Meanings


def _scaled(scale: Callable[[Decimal, Decimal], Decimal]) -> Meanings:
    return {
        (Months, Decimal): lambda a, b: Months(int(scale(Decimal(a.months), b))),
        (timedelta, Decimal): lambda a, b: int(scale(Decimal(a // _MICROSECOND), b)) * _MICROSECOND,
    }


def _swapped(meaning: Meaning) -> Meaning:
    return lambda a, b: meaning(b, a)


def _negated(meaning: Meaning) -> Meaning:
    return lambda a, b: meaning(a, -b)


def _either_way(meanings: Meanings) -> Meanings:
    return {(b, a): _swapped(meaning) for (a, b), meaning in meanings.items()} | meanings


_MOMENTS = [*product((date, datetime), (timedelta, Months)), (time, timedelta)]
_DURATIONS: Meanings = {
    (timedelta, timedelta): operator.add,
    (Months, Months): lambda a, b: Months(a.months + b.months),
}
_SUMS: Meanings = _DURATIONS | dict.fromkeys(_MOMENTS, later)
_MINUS: Meanings = {types: _negated(meaning) for types, meaning in _SUMS.items()}
_DISTANCES: Meanings = {(kind, kind): between for kind in (date, time, datetime)}
_RATIOS: Meanings = {
    (timedelta, timedelta): lambda a, b: MATH.divide(a // _MICROSECOND, b // _MICROSECOND),
    (Months, Months): lambda a, b: MATH.divide(a.months, b.months),
}
_PLUS: Meanings = _either_way(_SUMS) | {(str, str): operator.add}
_TIMES: Meanings = _either_way(_scaled(MATH.multiply))
OPERATORS = {
    "+": Operator("Can't add '{1}' to '{0}'", MATH.add, _PLUS),
    "-": Operator("Can't subtract '{1}' from '{0}'", MATH.subtract, _MINUS | _DISTANCES),
    "*": Operator("Can't multiply '{0}' by '{1}'", MATH.multiply, _TIMES),
    "/": Operator("Can't divide '{0}' by '{1}'", MATH.divide, _scaled(MATH.divide) | _RATIOS),
    "**": Operator("Can't raise '{0}' to the power of '{1}'", MATH.power, {}),
}
