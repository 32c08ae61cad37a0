"""Builtin functions on contexts, on null and on truth."""

from collections.abc import Callable
from typing import Any

from zeebe_engine.feel.budget import StoppedError
from zeebe_engine.feel.functions.lists import items_of
from zeebe_engine.feel.values import Value

Context = dict[str, Value]


def _value(context: Value, key: Value) -> Value:
    """A list of keys is the way through contexts within."""
    for step in key if isinstance(key, list) else [key]:
        context = context.get(step) if isinstance(context, dict) else None
    return context


def _put(context: Context, key: Value, value: Value) -> Context:
    first, *rest = key if isinstance(key, list) else [key]
    if not isinstance(first, str):
        raise TypeError("a key must be a string")
    inner = context.get(first)
    within = inner if isinstance(inner, dict) else {}
    return context | {first: _put(within, rest, value) if rest else value}


def _merged(*contexts: Value) -> Context:
    return {key: value for context in items_of(contexts, dict) for key, value in context.items()}


def _assert(value: Value, condition: Value, cause: str | None = None) -> Value:
    """Ends the whole evaluation: that is what it is for."""
    if condition is not True:
        raise StoppedError("ASSERT_FAILURE", cause or "The condition is not fulfilled")
    return value


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "not(negand:b)": lambda negand: not negand,
    "is defined(value)": lambda value: value is not None,
    "get or else(value, default)": lambda value, default: default if value is None else value,
    "assert(value, condition, cause:s?)": _assert,
    "get value(context:c, key:sl)": _value,
    "get entries(context:c)": lambda context: [{"key": k, "value": v} for k, v in context.items()],
    "context put(context:c, key:sl, value)": _put,
    "context merge(contexts...)": _merged,
    "context(entries:l)": lambda entries: {str(e["key"]): e["value"] for e in entries},
}
