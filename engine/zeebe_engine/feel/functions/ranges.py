"""Builtin functions that relate ranges and points; a point is a range from and to itself."""

from typing import Any

from zeebe_engine.feel.values import ORDERED, Range


def _range(value: Any) -> Range:
    if isinstance(value, Range):
        return value
    if type(value) not in ORDERED:
        raise TypeError("expected a range, or a value that has an order")
    return Range(value, value)


def _starts_before_or_with(a: Range, b: Range) -> bool:
    same = a.start == b.start and (a.start_included or not b.start_included)
    return bool(a.start < b.start or same)


def _ends_after_or_with(a: Range, b: Range) -> bool:
    same = a.end == b.end and (a.end_included or not b.end_included)
    return bool(a.end > b.end or same)


def before(first: Any, second: Any) -> bool:
    a, b = _range(first), _range(second)
    touching = a.end == b.start and not (a.end_included and b.start_included)
    return bool(a.end < b.start or touching)


def after(first: Any, second: Any) -> bool:
    return before(second, first)


def meets(first: Range, second: Range) -> bool:
    return bool(first.end == second.start and first.end_included and second.start_included)


def met_by(first: Range, second: Range) -> bool:
    return meets(second, first)


def overlaps(first: Range, second: Range) -> bool:
    return not before(first, second) and not before(second, first)


def includes(first: Range, second: Any) -> bool:
    other = _range(second)
    return _starts_before_or_with(first, other) and _ends_after_or_with(first, other)


def during(first: Any, second: Range) -> bool:
    return includes(second, first)


def starts(first: Any, second: Range) -> bool:
    point = _range(first)
    same = point.start == second.start and point.start_included == second.start_included
    return same and _ends_after_or_with(second, point)


def started_by(first: Range, second: Any) -> bool:
    return starts(second, first)


def finishes(first: Any, second: Range) -> bool:
    point = _range(first)
    same = point.end == second.end and point.end_included == second.end_included
    return same and _starts_before_or_with(second, point)


def finished_by(first: Range, second: Any) -> bool:
    return finishes(second, first)


def coincides(first: Any, second: Any) -> bool:
    return _range(first) == _range(second)
