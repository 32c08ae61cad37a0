"""What an evaluation tells, of each decision in it: what went in, what matched, what came out.

`value` and `output` are JSON; `raw` is the same within FEEL, where a date is no text yet.
"""

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Item:
    """An input or an output of a table, with its value."""

    id: str
    name: str
    value: Any
    raw: Any = None


@dataclass(frozen=True, slots=True)
class MatchedRule:
    """`index` counts from 1."""

    id: str
    index: int
    outputs: tuple[Item, ...]

    @property
    def value(self) -> Any:
        """Of the only output; of several, an object."""
        values = {one.name: one.value for one in self.outputs}
        return values if len(values) > 1 else self.outputs[0].value

    @property
    def raw(self) -> Any:
        values = {one.name: one.raw for one in self.outputs}
        return values if len(values) > 1 else self.outputs[0].raw


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One decision. `output` is null if it failed, and `failure` says why then."""

    id: str
    kind: Literal["DECISION_TABLE", "LITERAL_EXPRESSION"]
    output: Any
    inputs: tuple[Item, ...] = ()
    rules: tuple[MatchedRule, ...] = ()
    failure: str = ""
    raw: Any = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """`evaluated`: required ones first, the asked one last; it ends with the first that failed."""

    evaluated: tuple[Evaluated, ...]
    failed_id: str = ""
    failure: str = ""

    @property
    def output(self) -> Any:
        return self.evaluated[-1].output
