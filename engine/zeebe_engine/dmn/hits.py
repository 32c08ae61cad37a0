"""What a decision table answers, by its hit policy, when these rules matched."""

import json
from collections.abc import Sequence
from typing import Any, Final

from zeebe_engine.dmn.model import DecisionTable, HitPolicy
from zeebe_engine.dmn.outcome import MatchedRule
from zeebe_engine.feel import compile_expression

_LONGEST: Final = 500
"""Characters of a failure, and rules that it names."""
_MOST: Final = 10


class HitError(Exception):
    """More rules matched than may, or rules whose outputs do not go together."""


def answer(table: DecisionTable, rules: Sequence[MatchedRule]) -> Any:
    """Within FEEL, of at least one rule. Raises HitError."""
    match table.hit_policy:
        case HitPolicy.UNIQUE if len(rules) > 1:
            raise _refused("multiple", "UNIQUE", rules)
        case HitPolicy.ANY if len({json.dumps(one.value, sort_keys=True) for one in rules}) > 1:
            raise _refused("different", "ANY", rules)
        case HitPolicy.PRIORITY:
            return _by_priority(table, rules)[0].raw
        case HitPolicy.OUTPUT_ORDER:
            return [one.raw for one in _by_priority(table, rules)]
        case HitPolicy.RULE_ORDER:
            return [one.raw for one in rules]
        case HitPolicy.COLLECT:
            return _collected(table.aggregation, rules)
    return rules[0].raw


def _refused(which: str, policy: str, rules: Sequence[MatchedRule]) -> HitError:
    """The first words are those of the engine (seen on 8.6.0)."""
    found = ", ".join(f"{one.id}: {json.dumps(one.value)}" for one in rules[:_MOST])
    words = f"{which} values aren't allowed for {policy} hit policy. found: '{found}'"
    return HitError(words[:_LONGEST])


def _by_priority(table: DecisionTable, rules: Sequence[MatchedRule]) -> list[MatchedRule]:
    """The first output decides, then the next; what is no allowed value comes last."""
    allowed = [one.values.evaluate({}).value if one.values else [] for one in table.outputs]

    def rank(rule: MatchedRule) -> list[int]:
        return [
            values.index(one.value) if one.value in values else len(values)
            for one, values in zip(rule.outputs, allowed, strict=True)
        ]

    return sorted(rules, key=rank)


def _collected(aggregation: str, rules: Sequence[MatchedRule]) -> Any:
    """Aggregated with the functions of FEEL, whose numbers are decimals."""
    values = [one.raw for one in rules]
    if not aggregation:
        return values
    found = compile_expression(f"{aggregation.lower()}(values)").evaluate({"values": values})
    if found.raw is None:
        told = json.dumps([one.value for one in rules[:_MOST]])
        words = f"{aggregation} needs values that go together, but found: '{told}'"
        raise HitError(words[:_LONGEST])
    return found.raw
