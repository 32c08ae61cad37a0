"""The builtin functions of FEEL, and how a call of one is compiled."""

from collections.abc import Sequence

from zeebe_engine.feel.functions import (
    booleans,
    contexts,
    conversion,
    numeric,
    ranges,
    sequences,
    strings,
    times,
)
from zeebe_engine.feel.functions.signature import Builtin, builtins_of
from zeebe_engine.feel.run import Code, Scope
from zeebe_engine.feel.values import Function, Value

_MODULES = (booleans, contexts, conversion, numeric, ranges, sequences, strings, times)
BUILTINS: dict[str, Builtin] = {
    name: builtin for module in _MODULES for name, builtin in builtins_of(module).items()
}
Argument = tuple[str | None, Code]
"""A named argument, or one that is given by its position."""


def call_builtin(name: str, arguments: Sequence[Argument]) -> Code:
    builtin = BUILTINS[name]
    codes = _placed(builtin, arguments)
    if codes is None:
        return _no_function(name, len(arguments))
    spread = builtin.parameters and builtin.parameters[-1].repeated and arguments[0][0] is not None

    def evaluate(scope: Scope) -> Value:
        values = [code(scope) for code in codes]
        return builtin.invoke(scope.run, _spread(values) if spread else values)

    return evaluate


def call_value(target: Code, name: str, arguments: Sequence[Argument]) -> Code:
    """A function that was defined in FEEL; `target` raises KeyError if there is none."""
    missing = _no_function(name, len(arguments))

    def evaluate(scope: Scope) -> Value:
        try:
            function = target(scope)
        except KeyError:
            return missing(scope)
        values = {key: code(scope) for key, code in _keyed(function, arguments)}
        if type(function) is not Function or set(values) != set(function.parameters):
            return missing(scope)
        return function.call(scope.run, [values[key] for key in function.parameters])

    return evaluate


def _no_function(name: str, count: int) -> Code:
    words = f"No function found with name '{name}' and {count} parameters"
    return lambda scope: scope.run.null("NO_FUNCTION_FOUND", words)


def _placed(builtin: Builtin, arguments: Sequence[Argument]) -> list[Code] | None:
    """In the order of the parameters; None if they do not fit."""
    named = {name: code for name, code in arguments if name is not None}
    if not named:
        return [code for _, code in arguments] if builtin.accepts(len(arguments)) else None
    codes = [named.pop(parameter.name, None) for parameter in builtin.parameters]
    while codes and codes[-1] is None:
        codes.pop()
    complete = [code for code in codes if code is not None]
    return (
        complete
        if not named and len(complete) == len(codes) and builtin.accepts(len(codes))
        else None
    )


def _spread(values: list[Value]) -> list[Value]:
    """What repeats is given as a list if it is given by its name."""
    return values[:-1] + values[-1] if type(values[-1]) is list else values


def _keyed(function: Value, arguments: Sequence[Argument]) -> list[tuple[str, Code]]:
    names = function.parameters if type(function) is Function else ()
    if len(names) != len(arguments):
        return []
    return [(given or name, code) for name, (given, code) in zip(names, arguments, strict=True)]
