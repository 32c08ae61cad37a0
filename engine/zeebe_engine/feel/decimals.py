"""Numbers: decimals of 34 digits, in a context of their own."""

from decimal import ROUND_HALF_EVEN, Context, Decimal

MATH = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=307, traps=[])
"""Nothing raises: what has no result is NaN or infinite. What is finite fits into a float."""


def from_number(number: float | str) -> Decimal | None:
    """Exact up to 34 digits; None for what is not finite. A text has to be that of a number."""
    text = repr(number) if isinstance(number, float) else number
    value = MATH.create_decimal(text)
    return value if value.is_finite() else None


def to_number(value: Decimal) -> int | float:
    """Whole numbers are ints, however large."""
    whole = int(value)
    return whole if whole == value else float(value)


def to_text(value: Decimal) -> str:
    """Without an exponent and without zeros at the end: `1500.5`, `100`."""
    whole = int(value)
    return str(whole) if whole == value else format(value.normalize(MATH), "f")
