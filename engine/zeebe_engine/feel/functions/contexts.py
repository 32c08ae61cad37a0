"""Builtin functions on contexts."""

from typing import Any

from zeebe_engine.feel.functions.arguments import items_of
from zeebe_engine.feel.values import Value

Context = dict[str, Value]


def get_value(context: dict[str, Any], key: str | list[Any]) -> Value:
    """A list of keys is the way into contexts within."""
    value: Value = context
    for step in key if isinstance(key, list) else [key]:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def get_entries(context: dict[str, Any]) -> list[Context]:
    return [{"key": key, "value": value} for key, value in context.items()]


def context_put(context: dict[str, Any], key: str | list[Any], value: Any) -> Context:
    if isinstance(key, str):
        return context | {key: value}
    first, *rest = key
    if not isinstance(first, str):
        raise TypeError("a key must be a string")
    inner = context.get(first)
    within = inner if isinstance(inner, dict) else {}
    return context | {first: context_put(within, rest, value) if rest else value}


def context_merge(*contexts: Any) -> Context:
    merged: Context = {}
    for context in items_of(contexts):
        merged.update(context.items() if isinstance(context, dict) else _no_context(context))
    return merged


def context(entries: list[Any]) -> Context:
    """Of what `get entries` gives."""
    return {entry["key"]: entry["value"] for entry in entries if isinstance(entry["key"], str)}


def _no_context(value: Value) -> Context:
    raise TypeError(f"expected a context but found a {type(value).__name__}")
