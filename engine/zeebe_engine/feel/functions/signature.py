"""A builtin function of FEEL is a function of Python: its names and types are read from there."""

import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import ModuleType, UnionType
from typing import Any, get_args, get_origin

from zeebe_engine.feel.run import Run
from zeebe_engine.feel.values import KINDS, Value, show

FAILURES = (ValueError, TypeError, ArithmeticError, LookupError, re.error)
"""What a function raises for arguments that it has no result for."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """`types`: () any."""

    name: str
    types: tuple[type, ...]
    required: bool
    repeated: bool


@dataclass(frozen=True, slots=True)
class Builtin:
    """`with_run`: `function` takes the run first."""

    name: str
    function: Callable[..., Value]
    parameters: tuple[Parameter, ...]
    with_run: bool

    def accepts(self, count: int) -> bool:
        repeated = bool(self.parameters) and self.parameters[-1].repeated
        required = sum(parameter.required for parameter in self.parameters)
        return required <= count and (repeated or count <= len(self.parameters))

    def invoke(self, run: Run, arguments: Sequence[Value]) -> Value:
        """Null, with a warning, if the arguments have no result."""
        run.spend(2)
        for argument in arguments:
            run.charge(argument)
        for parameter, argument in zip(self.parameters, arguments, strict=False):
            if parameter.types and type(argument) not in parameter.types:
                words = f"'{parameter.name}' can't be '{show(argument)}', a {KINDS[type(argument)]}"
                return self._failed(run, words)
        try:
            result = self.function(run, *arguments) if self.with_run else self.function(*arguments)
        except FAILURES as failure:
            return self._failed(run, str(failure))
        if type(result) is Decimal and not result.is_finite():
            return self._failed(run, "there is no such number")
        run.charge(result)
        return result

    def _failed(self, run: Run, words: str) -> Value:
        words = f"Failed to invoke function '{self.name}': {words}"
        return run.null("FUNCTION_INVOCATION_FAILURE", words)


def spoken(identifier: str) -> str:
    """`start_position` is `start position` in FEEL, and `from_` is `from`."""
    return identifier.strip("_").replace("_", " ")


def builtins_of(module: ModuleType) -> dict[str, Builtin]:
    """Every public function that the module defines, by its name in FEEL."""
    return {
        spoken(name): _builtin(spoken(name), function)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_") and function.__module__ == module.__name__
    }


def _builtin(name: str, function: Callable[..., Value]) -> Builtin:
    parameters = list(inspect.signature(function).parameters.values())
    with_run = bool(parameters) and parameters[0].annotation is Run
    return Builtin(name, function, tuple(map(_parameter, parameters[with_run:])), with_run)


def _parameter(parameter: inspect.Parameter) -> Parameter:
    repeated = parameter.kind is inspect.Parameter.VAR_POSITIONAL
    required = parameter.default is inspect.Parameter.empty and not repeated
    return Parameter(spoken(parameter.name), _types(parameter.annotation), required, repeated)


def _types(annotation: Any) -> tuple[type, ...]:
    if annotation is Any:
        return ()
    options = get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
    return tuple(get_origin(option) or option for option in options)
