"""What a DMN file says: frozen, with its expressions compiled."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from zeebe_engine.feel import Expression, UnaryTests


class HitPolicy(StrEnum):
    UNIQUE = "UNIQUE"
    FIRST = "FIRST"
    ANY = "ANY"
    PRIORITY = "PRIORITY"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"
    COLLECT = "COLLECT"


Aggregation = Literal["", "SUM", "COUNT", "MIN", "MAX"]


@dataclass(frozen=True, slots=True)
class Input:
    """`name`: its label, or else the text of its expression. `type`: its typeRef; "": any."""

    id: str
    name: str
    expression: Expression
    type: str = ""


@dataclass(frozen=True, slots=True)
class Output:
    """`values`: gives the list of the allowed ones, best first (PRIORITY, OUTPUT ORDER)."""

    id: str
    name: str
    values: Expression | None = None
    default: Expression | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """`tests`: one for each input; `outputs`: one for each output."""

    id: str
    tests: tuple[UnaryTests, ...]
    outputs: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class DecisionTable:
    hit_policy: HitPolicy
    aggregation: Aggregation
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Literal_:  # noqa: N801
    expression: Expression


@dataclass(frozen=True, slots=True)
class Decision:
    """`result`: the variable that holds its output for decisions that require it.

    `required`: ids of decisions whose outputs it needs.
    """

    id: str
    name: str
    result: str
    logic: DecisionTable | Literal_
    required: tuple[str, ...] = ()
    version_tag: str = ""


@dataclass(frozen=True, slots=True)
class Requirements:
    """One DMN file. `decisions` in the order of the file; all that they require is among them.

    `functions`: business knowledge models by their names; each expression gives a function.
    """

    id: str
    name: str
    decisions: Mapping[str, Decision]
    functions: Mapping[str, Expression]
