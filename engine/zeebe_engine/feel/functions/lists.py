"""Builtin functions on lists. `min(1, 2)` is `min([1, 2])`, and so are all that reckon."""

from collections import Counter
from collections.abc import Callable, Hashable
from decimal import Decimal
from functools import cmp_to_key, reduce
from typing import Any

from zeebe_engine.feel.run import Run
from zeebe_engine.feel.values import MATH, ORDERED, Function, Value, identity, index, section


def items_of(values: tuple[Value, ...], *types: type) -> list[Value]:
    """Of one list, or all the values. Raises TypeError unless all are of one of the types."""
    single = len(values) == 1 and isinstance(values[0], list)
    items = values[0] if single else list(values)
    if types and not all(type(item) in types for item in items):
        raise TypeError("an item has a wrong type")
    return list(items)


def _extreme(choose: Callable[..., Value]) -> Callable[..., Value]:
    """The least or the greatest; items of different types raise TypeError."""
    return lambda *values: choose(items_of(values, *ORDERED), default=None)


def _reckoned(reckon: Callable[[list[Decimal]], Value]) -> Callable[..., Value]:
    """Of numbers; null if there is none."""

    def reckoned(*values: Value) -> Value:
        numbers = items_of(values, Decimal)
        return reckon(numbers) if numbers else None

    return reckoned


def _mean(numbers: list[Decimal]) -> Decimal:
    return MATH.divide(reduce(MATH.add, numbers), Decimal(len(numbers)))


def _median(numbers: list[Decimal]) -> Decimal:
    half, odd = divmod(len(numbers), 2)
    return _mean(sorted(numbers)[half - 1 + odd : half + 1])


def _stddev(numbers: list[Decimal]) -> Decimal:
    """Of a sample."""
    mean = _mean(numbers)
    distances = [MATH.subtract(number, mean) for number in numbers]
    squares = reduce(MATH.add, [MATH.multiply(distance, distance) for distance in distances])
    return MATH.sqrt(MATH.divide(squares, Decimal(len(numbers) - 1)))


def _mode(*values: Value) -> list[Decimal]:
    counts = Counter(items_of(values, Decimal))
    most = max(counts.values(), default=0)
    return sorted(number for number, count in counts.items() if count == most)


def _decided(*, decisive: bool) -> Callable[..., bool | None]:
    def decided(*values: Value) -> bool | None:
        items = items_of(values)
        if any(item is decisive for item in items):
            return decisive
        return not decisive if all(item is (not decisive) for item in items) else None

    return decided


def _concatenated(*lists: Value) -> list[Value]:
    return [item for one in items_of((list(lists),), list) for item in one]


def _inserted(items: list[Value], position: Decimal, item: Value) -> list[Value]:
    at = index(position, len(items) + (position > 0))
    return [*items[:at], item, *items[at:]]


def _removed(items: list[Value], position: Decimal) -> list[Value]:
    at = index(position, len(items))
    return [*items[:at], *items[at + 1 :]]


def _positions(run: Run, items: list[Value], match: Value) -> list[Decimal]:
    wanted = identity(match, run)
    return [Decimal(at) for at, item in enumerate(items, 1) if identity(item, run) == wanted]


def _distinct(run: Run, items: list[Value], at_least: int = 1) -> list[Value]:
    """The first of each that is there so often."""
    found: dict[Hashable, list[Value]] = {}
    for item in items:
        found.setdefault(identity(item, run), []).append(item)
    return [same[0] for same in found.values() if len(same) >= at_least]


def _flat(run: Run, value: Value) -> list[Value]:
    run.spend(1)
    if not isinstance(value, list):
        return [value]
    return [item for inner in value for item in _flat(run, inner)]


def _sorted(run: Run, items: list[Value], precedes: Function | None = None) -> list[Value]:
    """By a function that says whether its first argument comes first, or by their own order."""
    if precedes is None:
        return sorted(items_of((items,), *ORDERED))

    def first(a: Value, b: Value) -> bool:
        return precedes.call(run, (a, b)) is True

    return sorted(items, key=cmp_to_key(lambda a, b: first(b, a) - first(a, b)))


def _parts(items: list[Value], size: Decimal) -> list[list[Value]]:
    step = int(size)
    return [items[at : at + step] for at in range(0, len(items), step)]


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "list contains(run, list:l, element)": lambda *of: bool(_positions(*of)),
    "count(list:l)": len,
    "is empty(list:l)": lambda items: not items,
    "min(list...)": _extreme(min),
    "max(list...)": _extreme(max),
    "sum(list...)": _reckoned(lambda numbers: reduce(MATH.add, numbers)),
    "product(list...)": _reckoned(lambda numbers: reduce(MATH.multiply, numbers)),
    "mean(list...)": _reckoned(_mean),
    "median(list...)": _reckoned(_median),
    "stddev(list...)": _reckoned(_stddev),
    "mode(list...)": _mode,
    "all(list...)": _decided(decisive=False),
    "any(list...)": _decided(decisive=True),
    "and(list...)": _decided(decisive=False),
    "or(list...)": _decided(decisive=True),
    "sublist(list:l, start position:n, length:n?)": lambda s, *part: s[section(len(s), *part)],
    "append(list:l, items...)": lambda items, *more: [*items, *more],
    "concatenate(lists...)": _concatenated,
    "insert before(list:l, position:n, newItem)": _inserted,
    "remove(list:l, position:n)": _removed,
    "reverse(list:l)": lambda items: items[::-1],
    "index of(run, list:l, match)": _positions,
    "union(run, lists...)": lambda run, *lists: _distinct(run, _concatenated(*lists)),
    "distinct values(run, list:l)": _distinct,
    "duplicate values(run, list:l)": lambda run, items: _distinct(run, items, 2),
    "flatten(run, list:l)": _flat,
    "sort(run, list:l, precedes:f?)": _sorted,
    "partition(list:l, size:n)": _parts,
}
