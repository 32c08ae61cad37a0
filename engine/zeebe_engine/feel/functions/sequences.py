"""Builtin functions on lists. `min(1, 2)` is `min([1, 2])`, and so for all that reckon."""

from collections import Counter
from collections.abc import Hashable
from decimal import Decimal
from functools import cmp_to_key, reduce
from typing import Any

from zeebe_engine.feel.decimals import MATH
from zeebe_engine.feel.functions.arguments import items_of, section
from zeebe_engine.feel.run import Run
from zeebe_engine.feel.values import ORDERED, Function, Value, identity, index


def _ordered(arguments: tuple[Value, ...]) -> list[Value]:
    """Raises TypeError."""
    items = items_of(arguments)
    kinds = {type(item) for item in items}
    if len(kinds) > 1 or not kinds <= ORDERED:
        raise TypeError("the items have no order")
    return items


def _numbers(arguments: tuple[Value, ...]) -> list[Decimal]:
    """Raises TypeError."""
    items = items_of(arguments)
    if not all(type(item) is Decimal for item in items):
        raise TypeError("not every item is a number")
    return items


def _lists(arguments: tuple[Value, ...]) -> list[Value]:
    """All their items. Raises TypeError."""
    return [item for argument in arguments for item in _list(argument)]


def _list(value: Value) -> list[Value]:
    if not isinstance(value, list):
        raise TypeError("not every argument is a list")
    return value


def _identities(run: Run, items: list[Value]) -> list[Hashable]:
    return [identity(item, run) for item in items]


def list_contains(run: Run, list_: list[Any], element: Any) -> bool:
    return identity(element, run) in _identities(run, list_)


def count(list_: list[Any]) -> Decimal:
    return Decimal(len(list_))


def is_empty(list_: list[Any]) -> bool:
    return not list_


def min_(*list_: Any) -> Value:
    return min(_ordered(list_), default=None)


def max_(*list_: Any) -> Value:
    return max(_ordered(list_), default=None)


def sum_(*list_: Any) -> Decimal | None:
    numbers = _numbers(list_)
    return reduce(MATH.add, numbers) if numbers else None


def product(*list_: Any) -> Decimal | None:
    numbers = _numbers(list_)
    return reduce(MATH.multiply, numbers) if numbers else None


def mean(*list_: Any) -> Decimal | None:
    numbers = _numbers(list_)
    return MATH.divide(reduce(MATH.add, numbers), Decimal(len(numbers))) if numbers else None


def median(*list_: Any) -> Decimal | None:
    numbers = sorted(_numbers(list_))
    half = len(numbers) // 2
    return mean(*numbers[half - 1 + len(numbers) % 2 : half + 1]) if numbers else None


def stddev(*list_: Any) -> Decimal | None:
    """Of a sample."""
    numbers = _numbers(list_)
    middle = mean(*numbers)
    if middle is None:
        return None
    squares = [MATH.power(MATH.subtract(number, middle), 2) for number in numbers]
    return MATH.sqrt(MATH.divide(reduce(MATH.add, squares), Decimal(len(numbers) - 1)))


def mode(*list_: Any) -> list[Decimal]:
    counts = Counter(_numbers(list_))
    most = max(counts.values(), default=0)
    return sorted(number for number, times in counts.items() if times == most)


def sublist(list_: list[Any], start_position: Decimal, length: Decimal | None = None) -> list[Any]:
    return list_[section(len(list_), start_position, length)]


def append(list_: list[Any], *items: Any) -> list[Any]:
    return [*list_, *items]


def concatenate(*lists: Any) -> list[Any]:
    return _lists(lists)


def insert_before(list_: list[Any], position: Decimal, new_item: Any) -> list[Any]:
    at = index(position, len(list_) + (position > 0))
    return [*list_[:at], new_item, *list_[at:]]


def remove(list_: list[Any], position: Decimal) -> list[Any]:
    at = index(position, len(list_))
    return [*list_[:at], *list_[at + 1 :]]


def reverse(list_: list[Any]) -> list[Any]:
    return list_[::-1]


def index_of(run: Run, list_: list[Any], match: Any) -> list[Decimal]:
    wanted = identity(match, run)
    found = enumerate(_identities(run, list_), 1)
    return [Decimal(position) for position, key in found if key == wanted]


def distinct_values(run: Run, list_: list[Any]) -> list[Any]:
    first: dict[Hashable, Any] = {}
    for key, item in zip(_identities(run, list_), list_, strict=True):
        first.setdefault(key, item)
    return list(first.values())


def union(run: Run, *lists: Any) -> list[Any]:
    return distinct_values(run, _lists(lists))


def duplicate_values(run: Run, list_: list[Any]) -> list[Any]:
    counts = Counter(_identities(run, list_))
    return [item for item in distinct_values(run, list_) if counts[identity(item, run)] > 1]


def flatten(run: Run, list_: list[Any]) -> list[Any]:
    run.spend(len(list_))
    flat: list[Any] = []
    for item in list_:
        flat += flatten(run, item) if isinstance(item, list) else [item]
    return flat


def sort(run: Run, list_: list[Any], precedes: Function | None = None) -> list[Any]:
    """In their own order, or by a function that says whether its first argument comes first."""
    if precedes is None:
        return sorted(_ordered((list_,)))

    def compared(a: Value, b: Value) -> int:
        return -1 if precedes.call(run, (a, b)) is True else int(precedes.call(run, (b, a)) is True)

    return sorted(list_, key=cmp_to_key(compared))


def partition(list_: list[Any], size: Decimal) -> list[list[Any]]:
    step = int(size)
    if step < 1:
        raise ValueError("size must be a positive number")
    return [list_[at : at + step] for at in range(0, len(list_), step)]
