"""What several builtin functions do with their arguments."""

from decimal import Decimal

from zeebe_engine.feel.values import Value, index


def items_of(arguments: tuple[Value, ...]) -> list[Value]:
    if len(arguments) == 1 and isinstance(arguments[0], list):
        return arguments[0]
    return list(arguments)


def section(size: int, start: Decimal, length: Decimal | None) -> slice:
    """Raises ValueError, IndexError."""
    first = index(start, size)
    return slice(first, size if length is None else max(first, first + int(length)))
