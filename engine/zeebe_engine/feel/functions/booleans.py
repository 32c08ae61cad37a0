"""Builtin functions on truth, and on what is there at all."""

from typing import Any

from zeebe_engine.feel.budget import StoppedError
from zeebe_engine.feel.functions.arguments import items_of


def not_(negand: bool) -> bool:  # noqa: FBT001 - by position, as in FEEL
    return not negand


def is_defined(value: Any) -> bool:
    return value is not None


def get_or_else(value: Any, default: Any) -> Any:
    return default if value is None else value


def assert_(value: Any, condition: Any, cause: str = "The condition is not fulfilled") -> Any:
    """Ends the whole evaluation: that is what it is for."""
    if condition is not True:
        raise StoppedError("ASSERT_FAILURE", cause)
    return value


def all_(*list_: Any) -> bool | None:
    return _decided(list_, decisive=False)


def any_(*list_: Any) -> bool | None:
    return _decided(list_, decisive=True)


def and_(*list_: Any) -> bool | None:
    return _decided(list_, decisive=False)


def or_(*list_: Any) -> bool | None:
    return _decided(list_, decisive=True)


def _decided(values: tuple[Any, ...], *, decisive: bool) -> bool | None:
    items = items_of(values)
    if any(item is decisive for item in items):
        return decisive
    return None if any(item is not (not decisive) for item in items) else not decisive
