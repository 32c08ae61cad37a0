"""The builtin functions of FEEL, by families, and how a call is compiled.

A signature is a text, and holds before the function is called. `substring(string:s, start
position:n, length:n?)`: a string and a number, and perhaps one more number; the letters are those
of `values.KINDS`. `list...` is what remains: one list, or several values. `run` is given by the
evaluation.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from zeebe_engine.feel.functions import contexts, conversion, lists, numbers, strings
from zeebe_engine.feel.run import Code, Run, Scope
from zeebe_engine.feel.values import KINDS, Function, Value, show

_FAILURES = (ValueError, TypeError, ArithmeticError, LookupError, re.error)
"""What a function raises for arguments that it has no result for."""


@dataclass(frozen=True, slots=True)
class Builtin:
    """`parameters`: letters of types by names. `required`: how many have to be given."""

    name: str
    parameters: Mapping[str, str]
    required: int
    repeats: bool
    with_run: bool
    call: Callable[..., Value]

    def accepts(self, count: int) -> bool:
        return self.required <= count and (self.repeats or count <= len(self.parameters))

    def invoke(self, run: Run, arguments: Sequence[Value]) -> Value:
        """Null, with a warning, if there is no result for the arguments."""
        run.spend(2)
        for argument in arguments:
            run.charge(argument)
        for (name, letters), argument in zip(self.parameters.items(), arguments, strict=False):
            if letters and KINDS[type(argument)].letter not in letters:
                return self._failed(run, f"'{name}' can't be '{show(argument)}'")
        try:
            result = self.call(run, *arguments) if self.with_run else self.call(*arguments)
        except _FAILURES as failure:
            return self._failed(run, str(failure))
        if type(result) is Decimal and not result.is_finite():
            return self._failed(run, "there is no such number")
        run.charge(result)
        return Decimal(result) if type(result) is int else result

    def _failed(self, run: Run, words: str) -> Value:
        words = f"Failed to invoke function '{self.name}': {words}"
        return run.null("FUNCTION_INVOCATION_FAILURE", words)


def _builtin(signature: str, call: Callable[..., Value]) -> Builtin:
    name, _, rest = signature.removesuffix(")").partition("(")
    parts = [part for part in rest.split(", ") if part and part != "run"]
    required = sum(not part.endswith(("?", "...")) for part in parts)
    parameters = dict(part.rstrip(".").partition(":")[::2] for part in parts)
    return Builtin(name, parameters, required, rest.endswith("..."), rest.startswith("run"), call)


_MODULES = (contexts, conversion, lists, numbers, strings)
_ALL = [_builtin(*row) for module in _MODULES for row in module.FUNCTIONS.items()]
BUILTINS = {builtin.name: builtin for builtin in _ALL}
Argument = tuple[str | None, Code]
"""With its name, or None if it is given by position."""


def call_builtin(name: str, arguments: Sequence[Argument]) -> Code:
    builtin = BUILTINS[name]
    codes = _in_order(tuple(builtin.parameters), arguments)
    if codes is None or not builtin.accepts(len(codes)):
        return partial(_no_function, name, len(arguments))
    if builtin.repeats and arguments and arguments[0][0] is not None:
        return lambda scope: builtin.invoke(scope.run, _spread([code(scope) for code in codes]))
    return lambda scope: builtin.invoke(scope.run, [code(scope) for code in codes])


def _spread(values: list[Value]) -> list[Value]:
    """What repeats is one list if it is given by its name."""
    return values[:-1] + values[-1] if type(values[-1]) is list else values


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
