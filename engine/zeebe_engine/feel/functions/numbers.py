"""Builtin functions on numbers. A result that is NaN or infinite becomes null."""

import decimal
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from zeebe_engine.feel.temporal import Months
from zeebe_engine.feel.values import MATH

_MOST_DIGITS = 400


def _rounded(rounding: str, number: Decimal, scale: Decimal = Decimal(0)) -> Decimal:
    digits = int(scale)
    if abs(digits) > _MOST_DIGITS:
        raise ValueError(f"scale must be between -{_MOST_DIGITS} and {_MOST_DIGITS}")
    rounded = number.quantize(Decimal((0, (1,), -digits)), rounding, MATH)
    return rounded if rounded.is_finite() else number  # it has no digits that far right


def _modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    """With the sign of the divisor."""
    rest = MATH.remainder(dividend, divisor)
    return MATH.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


def _abs(number: Any) -> Any:
    if isinstance(number, Months):
        return Months(abs(number.months))
    return number.copy_abs() if isinstance(number, Decimal) else abs(number)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "decimal(n:n, scale:n)": partial(_rounded, decimal.ROUND_HALF_EVEN),
    "floor(n:n, scale:n?)": partial(_rounded, decimal.ROUND_FLOOR),
    "ceiling(n:n, scale:n?)": partial(_rounded, decimal.ROUND_CEILING),
    "round up(n:n, scale:n)": partial(_rounded, decimal.ROUND_UP),
    "round down(n:n, scale:n)": partial(_rounded, decimal.ROUND_DOWN),
    "round half up(n:n, scale:n)": partial(_rounded, decimal.ROUND_HALF_UP),
    "round half down(n:n, scale:n)": partial(_rounded, decimal.ROUND_HALF_DOWN),
    "abs(number:np)": _abs,
    "modulo(dividend:n, divisor:n)": _modulo,
    "sqrt(number:n)": MATH.sqrt,
    "log(number:n)": MATH.ln,
    "exp(number:n)": MATH.exp,
    "odd(number:n)": lambda number: number == int(number) and int(number) % 2 == 1,
    "even(number:n)": lambda number: number == int(number) and int(number) % 2 == 0,
}
