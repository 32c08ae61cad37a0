"""Decisions give what their tables and expressions say, and tell how they came to it."""

from typing import Any

import pytest

from tests.acceptance import bpmn
from tests.engine.dmn.tables import (
    NAMESPACE,
    answered,
    asked,
    column,
    decision,
    document,
    literal,
    rule,
    sized,
    table,
    text,
)
from zeebe_engine.dmn import evaluate, read
from zeebe_engine.dmn.outcome import Item


def test_a_literal_expression_is_its_value() -> None:
    outcome = answered(decision(literal("amount * 2")), amount=21)
    assert outcome.output == 42
    assert [one.kind for one in outcome.evaluated] == ["LITERAL_EXPRESSION"]


@pytest.mark.parametrize("version", ["20151101", "20180521", "20191111", "20211108", "20230324"])
def test_every_version_of_dmn_is_read(version: str) -> None:
    content = document(decision(literal("1")), namespace=NAMESPACE.replace("20191111", version))
    assert evaluate(read("a.dmn", content), "d", {}).output == 1


@pytest.mark.parametrize(
    ("policy", "aggregation", "amount", "output"),
    [
        ("UNIQUE", "", 5, 1),
        ("FIRST", "", 500, 1),
        ("ANY", "", 5, 1),
        ("PRIORITY", "", 500, 20),
        ("RULE ORDER", "", 500, [1, 20, 0.3]),
        ("OUTPUT ORDER", "", 500, [20, 1, 0.3]),
        ("COLLECT", "", 50, [1, 20]),
        ("COLLECT", "SUM", 500, 21.3),
        ("COLLECT", "COUNT", 500, 3),
        ("COLLECT", "MIN", 500, 0.3),
        ("COLLECT", "MAX", 500, 20),
    ],
)
def test_the_hit_policy_decides(policy: str, aggregation: str, amount: int, output: Any) -> None:
    outcome = answered(sized(policy, aggregation, "20, 1"), amount=amount)
    assert (outcome.output, outcome.failure) == (output, "")


@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST", "ANY", "PRIORITY", "RULE ORDER", "COLLECT"])
@pytest.mark.parametrize("aggregation", ["", "SUM", "COUNT", "MIN", "MAX"])
def test_no_rule_gives_null(policy: str, aggregation: str) -> None:
    outcome = answered(sized(policy, aggregation), amount=0)
    assert (outcome.output, outcome.failure, outcome.evaluated[0].rules) == (None, "", ())


def test_no_rule_gives_the_default_if_there_is_one() -> None:
    assert answered(sized("UNIQUE", default='"none"'), amount=0).output == "none"
    two = table(column("a", default="1"), column("b"), asked("x"))
    assert answered(decision(two)).output == {"a": 1, "b": None}


@pytest.mark.parametrize(
    ("policy", "which"), [("UNIQUE", "multiple"), ("ANY", "different")], ids=str
)
def test_rules_that_may_not_match_together_fail(policy: str, which: str) -> None:
    outcome = answered(sized(policy), amount=50)
    assert outcome.output is None
    assert outcome.failed_id == "d"
    assert outcome.failure == (
        f"Expected to evaluate decision 'd', but {which} values aren't allowed for {policy}"
        " hit policy. found: 'small: 1, middle: 20'"
    )
    assert [one.id for one in outcome.evaluated[0].rules] == ["small", "middle"]


def test_any_allows_rules_with_the_same_output() -> None:
    same = table(
        asked("a"), column(), rule("r1", ["-"], ['"x"']), rule("r2", [""], ['"x"']), policy="ANY"
    )
    assert answered(decision(same), a=1).output == "x"


def test_a_long_failure_is_cut() -> None:
    rules = [rule(f"r{number}", ["-"], [f'"{"x" * 1000}"']) for number in range(100)]
    outcome = answered(decision(table(asked("a"), column(), *rules)))
    assert len(outcome.failure) < 600


def test_more_output_than_an_evaluation_may_make_fails() -> None:
    rules = [rule(f"r{number}", ["-"], ["for i in 1..100000 return i"]) for number in range(6)]
    outcome = answered(decision(table(asked("a"), column(), *rules, policy="COLLECT")))
    assert "The evaluation takes more than" in outcome.failure


def test_what_cannot_be_aggregated_fails() -> None:
    rules = rule("r1", ["-"], ['"x"']), rule("r2", ["-"], ["1"])
    outcome = answered(
        decision(table(asked("a"), column(), *rules, policy="COLLECT", aggregation="SUM"))
    )
    assert "but SUM needs values that go together, but found: '[\"x\", 1]'" in outcome.failure


def test_several_outputs_give_an_object() -> None:
    logic = table(
        asked("amount"),
        column("price"),
        column("note"),
        rule("r", ["> 1"], ["amount * 2", ""]),
        policy="COLLECT",
    )
    assert answered(decision(logic), amount=3).output == [{"price": 6, "note": None}]


def test_priorities_of_several_outputs_count_from_left_to_right() -> None:
    logic = table(
        column("a", '"high", "low"'),
        column("b", "2, 1"),
        rule("r1", [], ['"low"', "2"]),
        rule("r2", [], ['"high"', "1"]),
        rule("r3", [], ['"high"', "2"]),
        rule("r4", [], ['"other"', "2"]),
        policy="OUTPUT ORDER",
    )
    outcome = answered(decision(logic))
    assert [(one["a"], one["b"]) for one in outcome.output] == [
        ("high", 2),
        ("high", 1),
        ("low", 2),
        ("other", 2),
    ]


def test_inputs_and_matched_rules_are_told() -> None:
    logic = table(
        asked("amount", "Amount"),
        asked("country", number=2),
        column("discount"),
        rule("never", ["< 0", "-"], ["0"]),
        rule("always", ["[1..3]", '"DE", "FR"'], ["10"]),
    )
    (told,) = answered(decision(logic), amount=2, country="FR").evaluated
    assert (told.id, told.kind, told.output) == ("d", "DECISION_TABLE", 10)
    named = [(one.id, one.name, one.value) for one in told.inputs]
    assert named == [("in1", "Amount", 2), ("in2", "country", "FR")]
    (matched,) = told.rules
    assert (matched.id, matched.index) == ("always", 2)
    (output,) = matched.outputs
    assert (output.id, output.name, output.value) == ("discount-id", "discount", 10)
    assert isinstance(output, Item)


def test_a_required_decision_is_evaluated_first() -> None:
    base = decision(literal("amount + 1"), "base", result="Base value")
    other = decision(literal("amount + 2"), "other")
    top = decision(literal("other * 100"), "top", ["base", "other"])
    unasked = decision(literal("1"), "unasked")
    outcome = answered(top, base, unasked, other, decision_id="top", amount=1)
    assert outcome.output == 300
    assert [one.id for one in outcome.evaluated][-1] == "top"
    assert {one.id for one in outcome.evaluated} == {"base", "other", "top"}


def test_its_output_is_known_by_the_name_of_its_variable() -> None:
    base = decision(literal("amount + 1"), "base", result="raised")
    top = decision(table(asked("raised"), column(), rule("r", ["3"], ['"yes"'])), "top", ["base"])
    assert answered(top, base, decision_id="top", amount=2).output == "yes"


def test_a_required_decision_that_fails_ends_the_evaluation() -> None:
    top = decision(literal("d"), "top", ["d"])
    outcome = answered(top, sized("UNIQUE"), decision_id="top", amount=50)
    assert (outcome.failed_id, outcome.output) == ("d", None)
    assert outcome.failure.startswith("Expected to evaluate decision 'top', but multiple values")
    assert [one.id for one in outcome.evaluated] == ["d"]


def test_a_date_stays_a_date_between_decisions() -> None:
    base = decision(literal("date(day)"), "base", result="begin")
    listed = decision(table(asked("1"), column(), rule("r", ["1"], ["begin"])), "day", ["base"])
    tests = rule("r", ['> date("2026-01-01")'], ["begin"])
    top = decision(table(asked("day"), column(), tests), "top", ["day", "base"])
    assert answered(top, base, listed, decision_id="top", day="2026-02-03").output == "2026-02-03"


@pytest.mark.parametrize(
    ("type_", "value", "told"),
    [("number", "many", '"many"'), ("string", 1, "1"), ("boolean", "yes", '"yes"')],
)
def test_an_input_of_a_wrong_type_fails_by_its_name(type_: str, value: Any, told: str) -> None:
    logic = table(asked("amount", "Amount", type_), column(), rule("r", ["-"], ["1"]))
    outcome = answered(decision(logic), amount=value)
    assert outcome.failure == (
        f"Expected to evaluate decision 'd', but input 'Amount' must be of the type '{type_}',"
        f" but found '{told}'"
    )
    assert outcome.evaluated[0].inputs[0].value == value


@pytest.mark.parametrize(
    ("type_", "value"), [("number", 1.5), ("string", "x"), ("number", None), ("Any", "x"), ("", 1)]
)
def test_an_input_of_its_type_or_null_does_not_fail(type_: str, value: Any) -> None:
    logic = table(asked("amount", "Amount", type_), column(), rule("r", ["-"], ["1"]))
    assert answered(decision(logic), amount=value).output == 1


def test_an_unknown_variable_is_null() -> None:
    outcome = answered(sized("UNIQUE"))
    assert (outcome.output, outcome.failure) == (None, "")
    assert outcome.evaluated[0].inputs[0].value is None


def test_a_business_knowledge_model_is_a_function() -> None:
    knowledge = (
        '<businessKnowledgeModel id="k" name="raised"><encapsulatedLogic>'
        '<formalParameter name="a"/><formalParameter name="b"/>'
        f"{literal('a + b')}</encapsulatedLogic></businessKnowledgeModel>"
    )
    assert answered(knowledge, decision(literal("raised(amount, 2)")), amount=1).output == 3


def test_the_decision_of_the_acceptance_tests() -> None:
    rules = read("rules.dmn", bpmn.decision("discount").encode())
    good = evaluate(rules, "discount", {"amount": 1})
    assert good.output == "yes"
    assert [one.id for one in good.evaluated[0].rules] == ["some"]
    bad = evaluate(rules, "discount", {"amount": 11})
    assert bad.failed_id == "discount"
    assert "aren't allowed for UNIQUE hit policy" in bad.failure
    assert "some" in bad.failure
    assert "many" in bad.failure


def test_an_empty_text_is_any_input_and_a_null_output() -> None:
    logic = table(asked("a"), column(), f'<rule id="r"><inputEntry>{text("")}</inputEntry>')
    logic = logic.replace("</decisionTable>", "<outputEntry/></rule></decisionTable>")
    outcome = answered(decision(logic), a=1)
    assert outcome.output is None
    assert [one.id for one in outcome.evaluated[0].rules] == ["r"]
