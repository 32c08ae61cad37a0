"""A decision, with all that it requires, over variables, for which nothing here raises."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from graphlib import TopologicalSorter
from typing import Any, Final

from zeebe_engine.dmn import hits
from zeebe_engine.dmn.model import Decision, DecisionTable, Input, Literal_, Requirements
from zeebe_engine.dmn.outcome import Evaluated, Item, MatchedRule, Outcome
from zeebe_engine.feel import Evaluation, Expression, compile_expression

_TYPES: Final = {
    "string": "STRING",
    "boolean": "BOOLEAN",
    **dict.fromkeys(("number", "integer", "long", "double"), "NUMBER"),
}
"""What an input with this typeRef must be, if it is not null."""
_LONGEST: Final = 100
"""Characters of a value in a failure."""


def evaluate(
    requirements: Requirements,
    decision_id: str,
    variables: Mapping[str, Any],
    now: datetime | None = None,
) -> Outcome:
    """`decision_id` is one of the file's. Ends at the first decision that fails."""
    functions = {name: one.evaluate({}).raw for name, one in requirements.functions.items()}
    run = _Run({**variables, **functions}, now)
    evaluated: list[Evaluated] = []
    for one_id in _order(requirements, decision_id):
        decision = requirements.decisions[one_id]
        evaluated.append(run.decided(decision))
        if evaluated[-1].failure:
            words = f"Expected to evaluate decision '{decision_id}', but {evaluated[-1].failure}"
            return Outcome(tuple(evaluated), one_id, words)
        run.known[decision.result] = evaluated[-1].raw
    return Outcome(tuple(evaluated))


def _order(requirements: Requirements, decision_id: str) -> list[str]:
    """Each after what it requires."""
    graph: dict[str, tuple[str, ...]] = {}
    left = [decision_id]
    while left:
        one_id = left.pop()
        if one_id not in graph:
            graph[one_id] = requirements.decisions[one_id].required
            left.extend(graph[one_id])
    return list(TopologicalSorter(graph).static_order())


@dataclass(frozen=True, slots=True)
class _Run:
    """One evaluation. `known`: variables, functions, and outputs so far."""

    known: dict[str, Any]
    now: datetime | None

    def decided(self, decision: Decision) -> Evaluated:
        match decision.logic:
            case Literal_(expression):
                found = self._value(expression)
                return Evaluated(decision.id, "LITERAL_EXPRESSION", found.value, raw=found.raw)
            case table:
                return self._tabled(Evaluated(decision.id, "DECISION_TABLE", None), table)

    def _tabled(self, told: Evaluated, table: DecisionTable) -> Evaluated:
        found = [(one, self._value(one.expression)) for one in table.inputs]
        inputs = tuple(Item(one.id, one.name, value.value, value.raw) for one, value in found)
        told = replace(told, inputs=inputs)
        if wrong := next(filter(None, (_mistyped(*one) for one in found)), ""):
            return replace(told, failure=wrong)
        told = replace(told, rules=tuple(self._matched(table, inputs)))
        try:
            raw = hits.answer(table, told.rules) if told.rules else self._default(table)
        except hits.HitError as error:
            return replace(told, failure=str(error))
        output = compile_expression("output").evaluate({"output": raw})
        if output.warnings:
            return replace(told, failure=output.warnings[0].text)
        return replace(told, output=output.value, raw=raw)

    def _value(self, expression: Expression) -> Evaluation:
        return expression.evaluate(self.known, self.now)

    def _matched(self, table: DecisionTable, inputs: tuple[Item, ...]) -> Iterator[MatchedRule]:
        for index, rule in enumerate(table.rules, start=1):
            pairs = zip(rule.tests, inputs, strict=True)
            if all(test.matches(one.raw, self.known, self.now) for test, one in pairs):
                yield MatchedRule(rule.id, index, self._outputs(table, rule.outputs))

    def _outputs(self, table: DecisionTable, entries: Iterable[Expression]) -> tuple[Item, ...]:
        pairs = [
            (one, self._value(entry)) for one, entry in zip(table.outputs, entries, strict=True)
        ]
        return tuple(Item(one.id, one.name, value.value, value.raw) for one, value in pairs)

    def _default(self, table: DecisionTable) -> Any:
        """If no rule matched: null, or what the outputs have as their default."""
        if not any(one.default for one in table.outputs):
            return None
        nothing = compile_expression("null")
        return MatchedRule(
            "", 0, self._outputs(table, [one.default or nothing for one in table.outputs])
        ).raw


def _mistyped(wanted: Input, found: Evaluation) -> str:
    """ "": it is what it must be."""
    if found.type in ("NULL", _TYPES.get(wanted.type, found.type)):
        return ""
    told = json.dumps(found.value)[:_LONGEST]
    return f"input '{wanted.name}' must be of the type '{wanted.type}', but found '{told}'"
