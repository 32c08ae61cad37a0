"""Builtin functions on numbers. What has no result is NaN or infinite, and becomes null."""

import decimal
from datetime import timedelta
from decimal import Decimal

from zeebe_engine.feel.decimals import MATH
from zeebe_engine.feel.temporal import Months

_WHOLE = Decimal(0)
_MOST_DIGITS = 400


def _rounded(number: Decimal, scale: Decimal, rounding: str) -> Decimal:
    digits = int(scale)
    if abs(digits) > _MOST_DIGITS:
        raise ValueError(f"scale must be between -{_MOST_DIGITS} and {_MOST_DIGITS}")
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -digits:
        return number
    return number.quantize(Decimal((0, (1,), -digits)), rounding, MATH)


def decimal_(n: Decimal, scale: Decimal) -> Decimal:
    return _rounded(n, scale, decimal.ROUND_HALF_EVEN)


def floor(n: Decimal, scale: Decimal = _WHOLE) -> Decimal:
    return _rounded(n, scale, decimal.ROUND_FLOOR)


def ceiling(n: Decimal, scale: Decimal = _WHOLE) -> Decimal:
    return _rounded(n, scale, decimal.ROUND_CEILING)


def round_up(n: Decimal, scale: Decimal) -> Decimal:
    return _rounded(n, scale, decimal.ROUND_UP)


def round_down(n: Decimal, scale: Decimal) -> Decimal:
    return _rounded(n, scale, decimal.ROUND_DOWN)


def round_half_up(n: Decimal, scale: Decimal) -> Decimal:
    return _rounded(n, scale, decimal.ROUND_HALF_UP)


def round_half_down(n: Decimal, scale: Decimal) -> Decimal:
    return _rounded(n, scale, decimal.ROUND_HALF_DOWN)


def abs_(number: Decimal | timedelta | Months) -> Decimal | timedelta | Months:
    if isinstance(number, Months):
        return Months(abs(number.months))
    return MATH.abs(number) if isinstance(number, Decimal) else abs(number)


def modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    """With the sign of the divisor."""
    rest = MATH.remainder(dividend, divisor)
    return MATH.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


def sqrt(number: Decimal) -> Decimal:
    return MATH.sqrt(number)


def log(number: Decimal) -> Decimal:
    return MATH.ln(number)


def exp(number: Decimal) -> Decimal:
    return MATH.exp(number)


def odd(number: Decimal) -> bool:
    return int(number) == number and int(number) % 2 == 1


def even(number: Decimal) -> bool:
    return int(number) == number and int(number) % 2 == 0
