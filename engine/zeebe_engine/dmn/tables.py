"""Decision tables as they are read."""

from typing import Final, get_args
from xml.etree import ElementTree as ET

from zeebe_engine.dmn import notation
from zeebe_engine.dmn.errors import UnreadableError
from zeebe_engine.dmn.model import Aggregation, DecisionTable, HitPolicy, Input, Output, Rule

_AGGREGATIONS: Final[tuple[Aggregation, ...]] = get_args(Aggregation)


def read(xml: ET.Element) -> DecisionTable:
    """Raises UnreadableError."""
    table = DecisionTable(
        hit_policy=_hit_policy(xml.get("hitPolicy", "UNIQUE")),
        aggregation=_aggregation(xml.get("aggregation", "")),
        inputs=tuple(_input(one) for one in notation.children(xml, "input")),
        outputs=tuple(_output(one) for one in notation.children(xml, "output")),
        rules=tuple(_rule(one) for one in notation.children(xml, "rule")),
    )
    _check(table)
    return table


def _hit_policy(name: str) -> HitPolicy:
    try:
        return HitPolicy(name)
    except ValueError:
        raise UnreadableError(f"Must have one of the hit policies, but has '{name}'") from None


def _aggregation(name: str) -> Aggregation:
    for one in _AGGREGATIONS:
        if one == name:
            return one
    raise UnreadableError(f"Must aggregate by SUM, COUNT, MIN or MAX, but has '{name}'")


def _input(xml: ET.Element) -> Input:
    asked = notation.child(xml, "inputExpression")
    if asked is None:
        raise UnreadableError(f"input '{xml.get('id', '')}': Must have an inputExpression")
    name = xml.get("label") or notation.text(asked)
    return Input(xml.get("id", ""), name, notation.expression(asked), asked.get("typeRef", ""))


def _output(xml: ET.Element) -> Output:
    values = notation.child(xml, "outputValues")
    default = notation.child(xml, "defaultOutputEntry")
    return Output(
        id=xml.get("id", ""),
        name=xml.get("name", ""),
        values=None if values is None else notation.listed(values),
        default=None if default is None else notation.entry(default),
    )


def _rule(xml: ET.Element) -> Rule:
    tests = [notation.tests(one) for one in notation.children(xml, "inputEntry")]
    outputs = [notation.entry(one) for one in notation.children(xml, "outputEntry")]
    return Rule(xml.get("id", ""), tuple(tests), tuple(outputs))


def _check(table: DecisionTable) -> None:
    """Rules have an entry for each column; several outputs are told apart by their names."""
    names = {one.name for one in table.outputs}
    if not table.outputs:
        raise UnreadableError("Must have an output")
    if len(table.outputs) > 1 and len(names - {""}) < len(table.outputs):
        raise UnreadableError("Must have outputs with names of their own")
    if len(table.outputs) > 1 and table.aggregation:
        raise UnreadableError("Must not aggregate several outputs")
    for rule in table.rules:
        if (len(rule.tests), len(rule.outputs)) != (len(table.inputs), len(table.outputs)):
            raise UnreadableError(f"rule '{rule.id}': Must have an entry for each input and output")
