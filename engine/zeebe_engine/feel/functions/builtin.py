"""A builtin function of FEEL: its signature is a text, and holds before the function is called.

`substring(string:s, start position:n, length:n?)`: a string and a number, and perhaps one more
number; the letters are those of `values.KINDS`. `list...` is what remains: one list, or several
values. `run` is given by the evaluation.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from zeebe_engine.feel.run import Run
from zeebe_engine.feel.values import KINDS, Value, show

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


def builtins(table: Mapping[str, Callable[..., Value]]) -> dict[str, Builtin]:
    """Of signatures and functions, by name."""
    made = [_builtin(signature, call) for signature, call in table.items()]
    return {builtin.name: builtin for builtin in made}


def _builtin(signature: str, call: Callable[..., Value]) -> Builtin:
    name, _, rest = signature.removesuffix(")").partition("(")
    parts = [part for part in rest.split(", ") if part and part != "run"]
    required = sum(not part.endswith(("?", "...")) for part in parts)
    parameters = dict(part.rstrip(".").partition(":")[::2] for part in parts)
    return Builtin(name, parameters, required, rest.endswith("..."), rest.startswith("run"), call)
