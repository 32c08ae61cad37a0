"""The door of this room: compile a text once, evaluate it often."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from zeebe_engine.feel.lexer import FeelError
from zeebe_engine.feel.lists import INPUT
from zeebe_engine.feel.parser import Parser
from zeebe_engine.feel.run import Code, Run, Warning_
from zeebe_engine.feel.values import KINDS

_MOST_COMPILED = 2_000


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`type`: BOOLEAN, NUMBER, STRING, ARRAY, OBJECT, NULL, DATE, DATE_TIME, TIME, DURATION, ...

    `raw` is the value within FEEL, where a date is no text yet. It can be given as a variable, or
    to `UnaryTests.matches`, so that it stays what it is on the way through several expressions.
    """

    value: Any
    type: str
    warnings: tuple[Warning_, ...] = ()
    raw: Any = None


@dataclass(frozen=True, slots=True)
class Expression:
    """`text` is the source, without a leading `=`."""

    text: str
    _code: Code = field(compare=False, repr=False)

    def evaluate(self, variables: Mapping[str, Any], now: datetime | None = None) -> Evaluation:
        """Never raises for what is in `variables`: what has no value is null, with a warning."""
        run = Run(variables, now)
        value, raw = run.compute(self._code)
        return Evaluation(value, KINDS[type(raw)].name, tuple(run.warnings), raw)


@dataclass(frozen=True, slots=True)
class UnaryTests:
    """An input entry of a decision table: `> 10, [1..3], "a"`, `-`."""

    text: str
    _code: Code = field(compare=False, repr=False)

    def matches(
        self, value: Any, variables: Mapping[str, Any], now: datetime | None = None
    ) -> bool:
        """Never raises: what cannot be compared does not match."""
        run = Run({**variables, INPUT: value}, now)
        return run.compute(self._code)[0] is True


@lru_cache(maxsize=_MOST_COMPILED)
def compile_expression(text: str) -> Expression:
    """Cached. Raises FeelError."""
    return Expression(text, _compiled(text, Parser.whole_expression))


@lru_cache(maxsize=_MOST_COMPILED)
def compile_unary_tests(text: str) -> UnaryTests:
    """Cached. Raises FeelError."""
    return UnaryTests(text, _compiled(text, Parser.whole_tests))


def _compiled(text: str, parse: Callable[[Parser], Code]) -> Code:
    try:
        return parse(Parser(text))
    except RecursionError as error:  # the caller stands deep in the stack already
        raise FeelError("an expression is nested too deeply to be read here") from error
