"""The builtin functions of FEEL, and how a call is compiled."""

from collections.abc import Sequence
from functools import partial

from zeebe_engine.feel.functions import contexts, conversion, lists, numbers, strings
from zeebe_engine.feel.functions.builtin import builtins
from zeebe_engine.feel.run import Code, Scope
from zeebe_engine.feel.values import Function, Value

BUILTINS = builtins(
    contexts.FUNCTIONS
    | conversion.FUNCTIONS
    | lists.FUNCTIONS
    | numbers.FUNCTIONS
    | strings.FUNCTIONS
)
Argument = tuple[str | None, Code]
"""With its name, or None if it is given by position."""


def call_builtin(name: str, arguments: Sequence[Argument]) -> Code:
    builtin = BUILTINS[name]
    codes = _in_order(tuple(builtin.parameters), arguments)
    if codes is None or not builtin.accepts(len(codes)):
        return partial(_no_function, name, len(arguments))
    return lambda scope: builtin.invoke(scope.run, [code(scope) for code in codes])


def call_value(name: str, target: Code, arguments: Sequence[Argument]) -> Code:
    """A function that was defined in FEEL; `target` may raise KeyError."""

    def evaluate(scope: Scope) -> Value:
        try:
            function = target(scope)
        except KeyError:
            function = None
        codes = _in_order(function.parameters, arguments) if type(function) is Function else None
        if codes is None or len(codes) != len(function.parameters):
            return _no_function(name, len(arguments), scope)
        return function.call(scope.run, [code(scope) for code in codes])

    return evaluate


def _no_function(name: str, count: int, scope: Scope) -> Value:
    words = f"No function found with name '{name}' and {count} parameters"
    return scope.run.null("NO_FUNCTION_FOUND", words)


def _in_order(names: Sequence[str], arguments: Sequence[Argument]) -> list[Code] | None:
    """As the parameters are; None if a name is unknown, or one before it is missing."""
    named = dict(arguments)
    if None in named:
        return [code for _, code in arguments]
    present = names[: len(arguments)]
    return [named[name] for name in present] if set(named) == set(present) else None
