"""Code for what goes through lists: loops, quantifiers, filters, paths and tests of membership."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from zeebe_engine.feel.evaluate import boolean, equal, ordered, within
from zeebe_engine.feel.run import Code, Run, Scope
from zeebe_engine.feel.temporal import PROPERTIES
from zeebe_engine.feel.values import Range, Value, identity, index, show

INPUT = "?"
"""The name of the value that a test is about."""


class NoListError(Exception):
    """There is nothing to iterate over; the warning was given."""


Iteration = tuple[str, Code, Code | None]
"""The name, and a list, or the first and the last number."""


def _items(scope: Scope, first: Code, last: Code | None) -> Iterable[Value]:
    """Raises NoListError."""
    start = first(scope)
    end = last(scope) if last else None
    if last is None and type(start) is list:
        return start
    if last is None and type(start) is Range:
        start, end = start.start, start.end
    if type(start) is Decimal and type(end) is Decimal:
        low, high = int(start), int(end)
        return map(Decimal, range(low, high + 1) if low <= high else range(low, high - 1, -1))
    scope.run.null("INVALID_TYPE", f"Expected list but found '{show(start)}'")
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


def loop(iterations: Sequence[Iteration], body: Code, weight: int, *, partial: bool) -> Code:
    """`partial`: the body reads the results so far."""

    def evaluate(scope: Scope) -> Value:
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

    return evaluate


def quantifier(iterations: Sequence[Iteration], test: Code, weight: int, *, some: bool) -> Code:
    """`some`: one true decides; otherwise, one false does. Null if undecided and one was null."""

    def evaluate(scope: Scope) -> Value:
        unknown = False
        try:
            for inner in _scopes(scope, iterations):
                scope.run.spend(weight)
                value = boolean(scope.run, test(inner))
                if value is some:
                    return some
                unknown = unknown or value is None
        except NoListError:
            return None
        return None if unknown else not some

    return evaluate


def _item_scope(scope: Scope, item: Value) -> Scope:
    names = {"item": item}
    return Scope(names | item if type(item) is dict else names, scope, scope.run)


def filter_(source: Code, condition: Code, weight: int) -> Code:
    """By a number, the item at that position; otherwise the items for which it is true."""

    def evaluate(scope: Scope) -> Value:
        value = source(scope)
        if value is None:
            return None
        items = value if type(value) is list else [value]
        first = condition(_item_scope(scope, items[0] if items else None))
        if type(first) is Decimal:
            return _item_at(scope.run, items, first)
        found = items[:1] if first is True else []
        for item in items[1:]:
            scope.run.spend(weight)
            if condition(_item_scope(scope, item)) is True:
                found.append(item)
        return found

    return evaluate


def _item_at(run: Run, items: list[Value], position: Decimal) -> Value:
    try:
        return items[index(position, len(items))]
    except (ValueError, IndexError) as error:
        return run.null("NO_ITEM_FOUND", f"No item found: {error}")


def path(source: Code, name: str) -> Code:
    return lambda scope: entry(scope.run, source(scope), name)


def entry(run: Run, value: Value, name: str) -> Value:
    """Of a context, of a time or duration, or of each item of a list."""
    if type(value) is dict:
        if name in value:
            return value[name]
        keys = ", ".join(f"'{key}'" for key in list(value)[:20])
        words = f"Available keys: {keys}" if keys else "The context is empty"
        return run.null(
            "NO_CONTEXT_ENTRY_FOUND", f"No context entry found with key '{name}'. {words}"
        )
    if type(value) is list:
        run.spend(len(value))
        return [entry(run, item, name) for item in value]
    if value is None:
        words = f"No context entry found with key '{name}'. The context is null"
        return run.null("NO_CONTEXT_ENTRY_FOUND", words)
    return _property(run, value, name)


def _property(run: Run, value: Value, name: str) -> Value:
    properties = PROPERTIES.get(type(value), {})
    if name in properties:
        found = properties[name](value)
        return Decimal(found) if type(found) is int else found
    words = f"No property found with name '{name}' of value '{show(value)}'"
    known = ", ".join(f"'{key}'" for key in properties)
    return run.null("NO_PROPERTY_FOUND", f"{words}. Available properties: {known}")


def any_of(tests: Sequence[Code]) -> Code:
    """True if one is, null if none is and one is unknown."""

    def evaluate(scope: Scope) -> Value:
        verdict: Value = False
        for test in tests:
            value = test(scope)
            if value is True:
                return True
            verdict = None if value is None else verdict
        return verdict

    return evaluate


def none_of(tests: Sequence[Code]) -> Code:
    some = any_of(tests)

    def evaluate(scope: Scope) -> Value:
        verdict = some(scope)
        return None if verdict is None else not verdict

    return evaluate


def about(value: Code, test: Code) -> Code:
    """The verdict of a test about that value."""
    return lambda scope: test(Scope({INPUT: value(scope)}, scope, scope.run))


def order_test(sign: str, end: Code) -> Code:
    return lambda scope: ordered(scope.run, sign, scope.find(INPUT), end(scope))


def value_test(code: Code, *, literal: bool, reads_input: bool) -> Code:
    """A boolean that was computed is the verdict itself; other values are compared to the input."""

    def evaluate(scope: Scope) -> Value:
        value, given = code(scope), scope.find(INPUT)
        if reads_input:
            return value if type(value) is bool else None
        if type(value) is bool and type(given) is not bool and not literal:
            return value
        return _accepts(scope.run, value, given)

    return evaluate


def _accepts(run: Run, value: Value, given: Value) -> bool | None:
    if type(value) is Range:
        return within(run, given, value)
    if type(value) is list:
        run.spend(len(value))
        return _contains(run, value, given)
    return equal(run, value, given)


def _contains(run: Run, items: list[Value], given: Value) -> bool:
    wanted = identity(given, run)
    return wanted == identity(items, run) or any(
        within(run, given, item) is True if type(item) is Range else identity(item, run) == wanted
        for item in items
    )
