"""What `+ - * / **` mean, by the types on both sides."""

import calendar
import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from zeebe_engine.feel.decimals import MATH
from zeebe_engine.feel.temporal import Months, to_instant
from zeebe_engine.feel.values import Value

Meaning = Callable[[Any, Any], Value]
Meanings = dict[tuple[type, type], Meaning]
_MICROSECOND = timedelta(microseconds=1)
_SOME_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Operator:
    """`numbers` for two decimals, `others` for other pairs of types; they may raise `FAILURES`.

    `failure` says what could not be done, of the texts of both sides.
    """

    failure: str
    numbers: Callable[[Decimal, Decimal], Decimal]
    others: Meanings


FAILURES = (ValueError, TypeError, ArithmeticError)
"""A day that no calendar has, a time without a zone against one with a zone, a result too large."""


def _later(moment: Any, duration: timedelta) -> Value:
    if isinstance(moment, time):
        return (datetime.combine(_SOME_DAY, moment) + duration).timetz()
    if isinstance(moment, datetime):
        return (
            (to_instant(moment) + duration).astimezone(moment.tzinfo)
            if moment.tzinfo
            else moment + duration
        )
    return moment + duration


def _months_later(day: Any, duration: Months) -> Value:
    """The last day of the month where the month has no such day."""
    years, month = divmod(day.month - 1 + duration.months, 12)
    year = day.year + years
    last = calendar.monthrange(year, month + 1)[1] if 0 < year < 10_000 else day.day
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


def _scaled(scale: Callable[[Decimal, Decimal], Decimal]) -> Meaning:
    def scaled(duration: Any, number: Decimal) -> Value:
        if isinstance(duration, Months):
            return Months(int(scale(Decimal(duration.months), number)))
        return timedelta(microseconds=int(scale(Decimal(duration // _MICROSECOND), number)))

    return scaled


def _either_way(meanings: Meanings) -> Meanings:
    swapped: Meanings = {
        (right, left): lambda a, b, meaning=meaning: meaning(b, a)
        for (left, right), meaning in meanings.items()
    }
    return swapped | meanings


_SUMS: Meanings = _either_way(
    {
        (str, str): operator.add,
        (date, timedelta): _later,
        (time, timedelta): _later,
        (datetime, timedelta): _later,
        (date, Months): _months_later,
        (datetime, Months): _months_later,
        (timedelta, timedelta): operator.add,
        (Months, Months): lambda a, b: Months(a.months + b.months),
    }
)
_DIFFERENCES: Meanings = {
    (date, timedelta): lambda a, b: _later(a, -b),
    (time, timedelta): lambda a, b: _later(a, -b),
    (datetime, timedelta): lambda a, b: _later(a, -b),
    (date, Months): lambda a, b: _months_later(a, Months(-b.months)),
    (datetime, Months): lambda a, b: _months_later(a, Months(-b.months)),
    (date, date): operator.sub,
    (time, time): lambda a, b: datetime.combine(_SOME_DAY, a) - datetime.combine(_SOME_DAY, b),
    (datetime, datetime): lambda a, b: to_instant(a) - to_instant(b),
    (timedelta, timedelta): operator.sub,
    (Months, Months): lambda a, b: Months(a.months - b.months),
}
_PRODUCTS: Meanings = _either_way(
    {(timedelta, Decimal): _scaled(MATH.multiply), (Months, Decimal): _scaled(MATH.multiply)}
)
_QUOTIENTS: Meanings = {
    (timedelta, Decimal): _scaled(MATH.divide),
    (Months, Decimal): _scaled(MATH.divide),
    (timedelta, timedelta): lambda a, b: MATH.divide(a // _MICROSECOND, b // _MICROSECOND),
    (Months, Months): lambda a, b: MATH.divide(a.months, b.months),
}
OPERATORS = {
    "+": Operator("Can't add '{1}' to '{0}'", MATH.add, _SUMS),
    "-": Operator("Can't subtract '{1}' from '{0}'", MATH.subtract, _DIFFERENCES),
    "*": Operator("Can't multiply '{0}' by '{1}'", MATH.multiply, _PRODUCTS),
    "/": Operator("Can't divide '{0}' by '{1}'", MATH.divide, _QUOTIENTS),
    "**": Operator("Can't raise '{0}' to the power of '{1}'", MATH.power, {}),
}
NEGATIVES: dict[type, Callable[[Any], Value]] = {
    Decimal: MATH.minus,
    timedelta: operator.neg,
    Months: lambda value: Months(-value.months),
}
