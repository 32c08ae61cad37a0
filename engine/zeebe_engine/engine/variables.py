"""Variables: in which scope they are set, and the mappings into and out of an element."""

from collections import ChainMap
from collections.abc import Mapping, Sequence
from typing import Any

from zeebe_engine.bpmn.model import Mapped
from zeebe_engine.engine import documents, values
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.state import Instance
from zeebe_engine.engine.step import Failure, Step


def set_local(step: Step, scope: Instance, variables: Mapping[str, Any]) -> None:
    """In this scope and no other. Nothing is told of what stays as it is."""
    for name, value in variables.items():
        text = _text(value)
        known = name in scope.variables
        if known and _text(scope.variables[name]) == text:
            continue
        key = scope.variable_keys[name] if known else step.key_near(scope.key)
        told = values.of_instance(step.state, scope)
        told |= {"name": name, "value": text, "scopeKey": scope.key}
        step.emit(ValueType.VARIABLE, "UPDATED" if known else "CREATED", key, told)


def merge(step: Step, key: int, variables: Mapping[str, Any]) -> None:
    """Each goes to the nearest scope that has it, from this one upwards, else to the process."""
    if not variables:
        return
    scopes = step.scopes(key)
    for name, value in variables.items():
        scope = next((one for one in scopes if name in one.variables), scopes[-1])
        set_local(step, scope, {name: value})


def mapped(
    step: Step,
    mappings: Sequence[Mapped],
    variables: ChainMap[str, Any],
    own: Mapping[str, Any],
) -> dict[str, Any]:
    """The targets with their values. Later mappings see earlier ones; `own` is what is there.

    Raises Failure.
    """
    found: dict[str, Any] = {}
    seen = variables.new_child(found)
    for one in mappings:
        value = step.evaluate(one.source, seen, "IO_MAPPING_ERROR")
        _put(found, one.target.split("."), value, own)
    return found


def check(variables: Mapping[str, Any]) -> None:
    """Raises Failure when they are nested too deep to be kept."""
    for value in variables.values():
        _text(value)


def _put(found: dict[str, Any], path: list[str], value: Any, own: Mapping[str, Any]) -> None:
    """`order.total` sets one entry of `order`, and keeps its others."""
    name, *rest = path
    if not rest:
        found[name] = value
        return
    known = found.get(name, own.get(name))
    inner = dict(known) if isinstance(known, dict) else {}
    _put(inner, rest, value, inner)
    found[name] = inner


def _text(value: Any) -> str:
    try:
        return documents.encode(value)
    except documents.DocumentError as error:
        raise Failure("IO_MAPPING_ERROR", f"A variable cannot be kept: {error}") from error
