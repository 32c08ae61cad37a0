"""Variables: in which scope they are set, and the mappings into and out of an element."""

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
        known = name in scope.variables
        if known and _same(scope.variables[name], value):
            continue
        key = scope.variable_keys[name] if known else step.key_near(scope.key)
        told = {
            **values.of_instance(step.state, scope),
            "name": name,
            "value": _text(value),
            "scopeKey": scope.key,
        }
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
    step: Step, mappings: Sequence[Mapped], variables: Mapping[str, Any], own: dict[str, Any]
) -> dict[str, Any]:
    """The targets with their values. Later mappings see earlier ones; `own` is what is there."""
    found: dict[str, Any] = {}
    for one in mappings:
        value = _evaluated(step, one, _Over(found, variables))
        _put(found, one.target.split("."), value, own)
    return found


def check(variables: Mapping[str, Any]) -> None:
    """Raises Failure when they are nested too deep to be kept."""
    for value in variables.values():
        _text(value)


class _Over(dict[str, Any]):
    """What is already mapped, over what was there."""

    def __init__(self, found: Mapping[str, Any], below: Mapping[str, Any]) -> None:
        super().__init__(below)
        self.update(found)


def _evaluated(step: Step, one: Mapped, variables: Mapping[str, Any]) -> Any:
    if one.source.expression is None:
        return one.source.text
    return one.source.expression.evaluate(variables, step.now).value


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


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _text(value: Any) -> str:
    try:
        return documents.encode(value)
    except documents.DocumentError as error:
        raise Failure("IO_MAPPING_ERROR", f"A variable cannot be kept: {error}") from error
