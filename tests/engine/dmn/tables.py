"""Small DMN files to read and to evaluate."""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

import pytest

from zeebe_engine.dmn import DmnError, Outcome, evaluate, read

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def document(*parts: str, namespace: str = NAMESPACE) -> bytes:
    body = "".join(parts)
    return f'<definitions xmlns="{namespace}" id="rules" name="Rules">{body}</definitions>'.encode()


def text(source: str) -> str:
    return f"<text>{escape(source)}</text>"


def asked(expression: str, label: str = "", type_: str = "", number: int = 1) -> str:
    """An input."""
    return (
        f'<input id="in{number}" label="{label}"><inputExpression typeRef="{type_}">'
        f"{text(expression)}</inputExpression></input>"
    )


def column(name: str = "out", values: str = "", default: str = "") -> str:
    """An output."""
    inner = f"<outputValues>{text(values)}</outputValues>" if values else ""
    inner += f"<defaultOutputEntry>{text(default)}</defaultOutputEntry>" if default else ""
    return f'<output id="{name}-id" name="{name}">{inner}</output>'


def rule(rule_id: str, tests: Sequence[str], outputs: Sequence[str]) -> str:
    entries = "".join(f"<inputEntry>{text(one)}</inputEntry>" for one in tests)
    entries += "".join(f"<outputEntry>{text(one)}</outputEntry>" for one in outputs)
    return f'<rule id="{rule_id}">{entries}</rule>'


def table(*parts: str, policy: str = "UNIQUE", aggregation: str = "") -> str:
    attribute = f'aggregation="{aggregation}"' if aggregation else ""
    return f'<decisionTable hitPolicy="{policy}" {attribute}>{"".join(parts)}</decisionTable>'


def literal(source: str) -> str:
    return f"<literalExpression>{text(source)}</literalExpression>"


def decision(
    logic: str, decision_id: str = "d", requires: Sequence[str] = (), result: str = ""
) -> str:
    variable = f'<variable name="{result}"/>' if result else ""
    needs = "".join(
        f'<informationRequirement><requiredDecision href="#{one}"/></informationRequirement>'
        for one in requires
    )
    return f'<decision id="{decision_id}" name="D">{variable}{needs}{logic}</decision>'


def answered(*parts: str, decision_id: str = "d", **variables: Any) -> Outcome:
    return evaluate(read("rules.dmn", document(*parts)), decision_id, variables)


def sized(policy: str, aggregation: str = "", values: str = "", default: str = "") -> str:
    """A decision over `amount`: small from 1, middle from 10, large from 100."""
    return decision(
        table(
            asked("amount"),
            column("out", values, default),
            rule("small", [">= 1"], ["1"]),
            rule("middle", [">= 10"], ["20"]),
            rule("large", [">= 100"], ["0.3"]),
            policy=policy,
            aggregation=aggregation,
        )
    )


def refusal(*parts: str) -> str:
    with pytest.raises(DmnError) as caught:
        read("rules.dmn", document(*parts))
    told = str(caught.value)
    assert told.startswith("\n'rules.dmn': ")
    return told.removeprefix("\n'rules.dmn': ")
