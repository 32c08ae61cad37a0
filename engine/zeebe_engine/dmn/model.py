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
    id: str
    name: str
    expression: Expression


@dataclass(frozen=True, slots=True)
class Output:
    """`values`: the allowed ones, best first (PRIORITY, OUTPUT ORDER); () any."""

    id: str
    name: str
    values: tuple[Expression, ...] = ()
    default: Expression | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    tests: tuple[UnaryTests, ...]
    outputs: tuple[tuple[str, Expression], ...]
    """Ids of the output entries, and their expressions."""


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
    knowledge: tuple[str, ...] = ()
    """Ids of business knowledge models that it may call."""


@dataclass(frozen=True, slots=True)
class Requirements:
    """One DMN file. `decisions` in the order of the file."""

    id: str
    name: str
    decisions: Mapping[str, Decision]
