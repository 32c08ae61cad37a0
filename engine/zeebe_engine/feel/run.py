"""One evaluation: its variables, its time, what it may take, its warnings, and names in scope."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from zeebe_engine.feel.budget import Budget, StoppedError
from zeebe_engine.feel.values import Value, from_json, to_json

MOST_WARNINGS = 100


class Warning_(NamedTuple):  # noqa: N801
    """Why something within became null: `NO_VARIABLE_FOUND`, "No variable found with name 'x'"."""

    kind: str
    text: str


class Run(Budget):
    """`names`: the variables that were asked for, as values of FEEL."""

    __slots__ = ("names", "now", "variables", "warnings")

    def __init__(self, variables: Mapping[str, Any], now: datetime | None) -> None:
        super().__init__()
        self.variables = variables
        self.now = now
        self.names: dict[str, Value] = {}
        self.warnings: list[Warning_] = []

    def null(self, kind: str, text: str) -> Value:
        """Null, for the reason that is kept as a warning."""
        if len(self.warnings) < MOST_WARNINGS:
            self.warnings.append(Warning_(kind, text))

    def compute(self, code: "Code") -> tuple[Any, Value]:
        """As JSON, and as it is. Never raises: what exceeds a limit is null, with a warning."""
        try:
            value = code(Scope(self.names, None, self))
            return to_json(value, self), value
        except StoppedError as stopped:
            self.warnings.append(Warning_(stopped.kind, stopped.text))
        except RecursionError:
            words = "The evaluation is nested too deeply"
            self.warnings.append(Warning_("LIMIT_EXCEEDED", words))
        return None, None


class Scope:
    """`names`, and those of the scopes around it; at last the variables of the run."""

    __slots__ = ("names", "outer", "run")

    def __init__(self, names: dict[str, Value], outer: "Scope | None", run: Run) -> None:
        self.names = names
        self.outer = outer
        self.run = run

    def find(self, name: str) -> Value:
        """Raises KeyError."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        run = self.run
        value = run.names[name] = from_json(run.variables[name], run)
        return value


Code = Callable[[Scope], Value]
"""What a piece of text was compiled to."""
