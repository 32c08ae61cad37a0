"""Values: null, booleans, decimals, strings, lists, contexts, times, ranges and functions.

Here is how they come from JSON and go back, what they are called, and when two are the same. Each
walk over a value pays for what it visits: a small expression can make a value that unfolds to a
huge one.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from types import NoneType
from typing import Any, NamedTuple

from zeebe_engine.feel import temporal
from zeebe_engine.feel.budget import Budget, StoppedError
from zeebe_engine.feel.temporal import Months

Value = Any
MATH = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=307, traps=[])
"""Nothing raises: what has no result is NaN or infinite. What is finite fits into a float."""


@dataclass(frozen=True, slots=True)
class Range:
    """From `start` to `end`, which are of one ordered type."""

    start: Value
    end: Value
    start_included: bool = True
    end_included: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """`call` takes the run that calls it, and as many values as there are parameters."""

    parameters: tuple[str, ...]
    call: Callable[[Any, Sequence[Value]], Value]


class Kind(NamedTuple):
    """What a type is called: by an incident, in FEEL, and in the signature of a function."""

    name: str
    type_name: str
    letter: str


KINDS: dict[type, Kind] = {
    NoneType: Kind("NULL", "null", "?"),
    bool: Kind("BOOLEAN", "boolean", "b"),
    Decimal: Kind("NUMBER", "number", "n"),
    str: Kind("STRING", "string", "s"),
    list: Kind("ARRAY", "list", "l"),
    dict: Kind("OBJECT", "context", "c"),
    date: Kind("DATE", "date", "d"),
    time: Kind("TIME", "time", "t"),
    datetime: Kind("DATE_TIME", "date and time", "d"),
    timedelta: Kind("DURATION", "days and time duration", "p"),
    Months: Kind("PERIOD", "years and months duration", "p"),
    Range: Kind("RANGE", "range", "r"),
    Function: Kind("FUNCTION", "function", "f"),
}
ORDERED = (Decimal, str, date, time, datetime, timedelta, Months)
"""Types whose values come before and after each other."""


def number(value: float | str) -> Decimal | None:
    """Exact up to 34 digits; None for what is not finite. A text has to be that of a number."""
    decimal = MATH.create_decimal(repr(value) if isinstance(value, float) else value)
    return decimal if decimal.is_finite() else None


def from_json(value: Any, budget: Budget) -> Value:
    """Values of FEEL stay what they are; what is neither JSON nor FEEL is null."""
    budget.spend(1)
    match value:
        case None | bool():
            return value
        case str():
            return str(value)
        case int() | float():
            return number(value)
        case Mapping():
            return {str(key): from_json(item, budget) for key, item in value.items()}
        case list() | tuple():
            return [from_json(item, budget) for item in value]
        case _:
            return value if type(value) in KINDS else None


def to_json(value: Value, budget: Budget) -> Any:
    """Times and ranges are texts, functions are null."""
    budget.spend(1)
    match value:
        case None | bool() | str():
            return value
        case Decimal():
            whole = int(value)
            return whole if whole == value else float(value)
        case dict():
            return {key: to_json(item, budget) for key, item in value.items()}
        case list():
            return [to_json(item, budget) for item in value]
        case Function():
            return None
        case _:
            return quoted(value, budget)


def text(value: Value, budget: Budget) -> str:
    """What `string()` gives."""
    return value if type(value) is str else quoted(value, budget)


def quoted(value: Value, budget: Budget) -> str:
    """As it would be written in FEEL: `[1, "a"]`, `{a:1}`, `P3D`."""
    budget.spend(1)
    budget.charge(value)
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{value}"'
        case Decimal():
            whole = int(value)
            return str(whole) if whole == value else format(value.normalize(MATH), "f")
        case list():
            return f"[{', '.join(quoted(item, budget) for item in value)}]"
        case dict():
            entries = (f"{key}:{quoted(item, budget)}" for key, item in value.items())
            return f"{{{', '.join(entries)}}}"
        case Range():
            ends = f"{quoted(value.start, budget)}..{quoted(value.end, budget)}"
            return "(["[value.start_included] + ends + ")]"[value.end_included]
        case Function():
            return f"function({', '.join(value.parameters)})"
        case _:
            return temporal.to_text(value)


def show(value: Value) -> str:
    """For a warning: what is too long to be read is called by its kind."""
    try:
        return quoted(value, Budget(50))
    except StoppedError:
        return KINDS[type(value)].name


def identity(value: Value, budget: Budget) -> Hashable:
    """Two values are the same if these are equal: `1` is `1.0`, and is not `true`."""
    budget.spend(1)
    if type(value) is list:
        return (list, *(identity(item, budget) for item in value))
    if type(value) is dict:
        return (dict, frozenset((key, identity(item, budget)) for key, item in value.items()))
    return (type(value), value)


def section(size: int, start: Decimal, length: Decimal | None = None) -> slice:
    """Of a string or list of that size. Raises ValueError, IndexError."""
    first = index(start, size)
    return slice(first, size if length is None else first + max(0, int(length)))


def index(position: Decimal, size: int) -> int:
    """From 0, of what is counted from 1, or from -1 at the end. Raises ValueError, IndexError."""
    number = int(position)
    if not number:
        raise ValueError("position must be a non-zero number")
    if abs(number) > size:
        raise IndexError(f"position {number} is outside of a list of {size}")
    return number - 1 if number > 0 else size + number
