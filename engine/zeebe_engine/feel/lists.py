"""Constructs that go through lists: loops, quantifiers, filters, paths; and tests of a value.

As in `evaluate`: the parts first, and the scope at last.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from zeebe_engine.feel.evaluate import boolean, equal, ordered, within
from zeebe_engine.feel.run import Code, Run, Scope
from zeebe_engine.feel.temporal import properties
from zeebe_engine.feel.values import Range, Value, identity, index, show

INPUT = "?"
"""The name of the value that a test is about."""
Iteration = tuple[str, Code, Code | None]
"""A name, and a list or the first and the last number."""


class NoListError(Exception):
    """There is nothing to iterate over; the warning was given."""


def _items(scope: Scope, first: Code, last: Code | None) -> Iterable[Value]:
    """Raises NoListError."""
    start = first(scope)
    if type(start) is list and last is None:
        return start
    ends = Range(start, last(scope)) if last else start
    if type(ends) is Range and type(ends.start) is type(ends.end) is Decimal:
        low, high = int(ends.start), int(ends.end)
        return map(Decimal, range(low, high + 1) if low <= high else range(low, high - 1, -1))
    scope.run.null("INVALID_TYPE", f"Expected list but found '{show(ends)}'")
    raise NoListError


def _scopes(scope: Scope, iterations: Sequence[Iteration]) -> Iterator[Scope]:
    """One for each combination; later iterations see the names of those before them."""
    if not iterations:
        yield scope
        return
    name, first, last = iterations[0]
    for item in _items(scope, first, last):
        scope.run.spend(1)
        yield from _scopes(Scope({name: item}, scope, scope.run), iterations[1:])


def loop(
    iterations: Sequence[Iteration], body: Code, weight: int, scope: Scope, *, partial: bool
) -> Value:
    """`partial`: the body reads the results so far."""
    results: list[Value] = []
    try:
        for inner in _scopes(scope, iterations):
            scope.run.spend(weight)
            if partial:
                scope.run.charge(results)
                inner.names["partial"] = results.copy()
            results.append(body(inner))
    except NoListError:
        return None
    return results


def quantifier(
    iterations: Sequence[Iteration], test: Code, weight: int, scope: Scope, *, some: bool
) -> Value:
    """`some`: one true decides; otherwise, one false does. Null if undecided and one was null."""
    verdict: Value = not some
    try:
        for inner in _scopes(scope, iterations):
            scope.run.spend(weight)
            value = boolean(scope.run, test(inner))
            if value is some:
                return some
            verdict = None if value is None else verdict
    except NoListError:
        return None
    return verdict


def filter_(source: Code, condition: Code, weight: int, scope: Scope) -> Value:
    """By a number, the item at that position; otherwise the items for which it is true."""
    value = source(scope)
    if value is None:
        return None
    items = value if type(value) is list else [value]
    found: list[Value] = []
    for item in items or [None]:
        scope.run.spend(weight)
        names = {"item": item} | (item if type(item) is dict else {})
        accepted = condition(Scope(names, scope, scope.run))
        if type(accepted) is Decimal:
            return _item_at(scope.run, items, accepted)
        if accepted is True and items:
            found.append(item)
    return found


def _item_at(run: Run, items: list[Value], position: Decimal) -> Value:
    try:
        return items[index(position, len(items))]
    except (ValueError, IndexError) as error:
        return run.null("NO_ITEM_FOUND", f"No item found: {error}")


def path(source: Code, name: str, scope: Scope) -> Value:
    return _entry(scope.run, source(scope), name)


def _entry(run: Run, value: Value, name: str) -> Value:
    """Of a context, of each item of a list, or a property of a time."""
    if type(value) is list:
        run.spend(len(value))
        return [_entry(run, item, name) for item in value]
    if value is None:
        words = f"No context entry found with key '{name}'. The context is null"
        return run.null("NO_CONTEXT_ENTRY_FOUND", words)
    entries = value if type(value) is dict else properties(value)
    if name in entries:
        found = entries[name]
        return Decimal(found) if type(found) is int else found
    known = ", ".join(f"'{key}'" for key in list(entries)[:20])
    if type(value) is dict:
        words = f"No context entry found with key '{name}'. Available keys: {known}"
        return run.null("NO_CONTEXT_ENTRY_FOUND", words)
    words = f"No property found with name '{name}' of value '{show(value)}'"
    return run.null("NO_PROPERTY_FOUND", f"{words}. Available properties: {known}")


def any_of(tests: Sequence[Code], scope: Scope) -> Value:
    """True if one is; null if none is, and one is unknown."""
    verdict: Value = False
    for test in tests:
        value = test(scope)
        if value is True:
            return True
        verdict = None if value is None else verdict
    return verdict


def about(value: Code, test: Code, scope: Scope) -> Value:
    """The verdict of a test about that value."""
    return test(Scope({INPUT: value(scope)}, scope, scope.run))


def order_test(sign: str, end: Code, scope: Scope) -> Value:
    return ordered(scope.run, sign, scope.find(INPUT), end(scope))


def value_test(code: Code, scope: Scope, *, literal: bool, reads_input: bool) -> Value:
    """A boolean that was computed is the verdict itself; other values are compared to the input."""
    value, given = code(scope), scope.find(INPUT)
    if reads_input:
        return boolean(scope.run, value)
    if type(value) is bool and type(given) is not bool and not literal:
        return value
    if type(value) is not list:
        return _accepts(scope.run, value, given)
    wanted = identity(given, scope.run)
    return wanted == identity(value, scope.run) or any(
        identity(item, scope.run) == wanted
        or (type(item) is Range and within(scope.run, given, item) is True)
        for item in value
    )


def _accepts(run: Run, value: Value, given: Value) -> bool | None:
    return within(run, given, value) if type(value) is Range else equal(run, value, given)
