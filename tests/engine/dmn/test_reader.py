"""What is no DMN, or DMN that is not executed, is refused in words that name the decision."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.dmn.tables import (
    asked,
    column,
    decision,
    document,
    literal,
    refusal,
    rule,
    sized,
    table,
)
from zeebe_engine.dmn import DmnError, evaluate, read
from zeebe_engine.dmn.model import DecisionTable, HitPolicy

NOT_EXECUTED = " is not executed by the local engine; see its documentation for what is"


def test_a_file_is_read() -> None:
    found = read("rules.dmn", document(sized("COLLECT", "SUM"), decision(literal("1"), "e", ["d"])))
    assert (found.id, found.name, list(found.decisions)) == ("rules", "Rules", ["d", "e"])
    logic = found.decisions["d"].logic
    assert isinstance(logic, DecisionTable)
    assert (logic.hit_policy, logic.aggregation) == (HitPolicy.COLLECT, "SUM")
    assert [one.id for one in logic.rules] == ["small", "middle", "large"]
    assert found.decisions["e"].required == ("d",)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<x", "unclosed token: line 1, column 0"),
        (b"", "no element found: line 1, column 0"),
        (b"<definitions/>", "Must be the definitions of DMN, but is 'definitions'"),
    ],
)
def test_what_is_no_dmn_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(DmnError) as caught:
        read("rules.dmn", content)
    assert str(caught.value) == f"\n'rules.dmn': {words}"


FULL = asked("a"), column()


@pytest.mark.parametrize(
    ("logic", "words"),
    [
        pytest.param("", "Must have a decision table or a literal expression", id="no logic"),
        pytest.param("<context/>", f"A context as its logic{NOT_EXECUTED}", id="context"),
        pytest.param("<invocation/>", f"A invocation as its logic{NOT_EXECUTED}", id="invocation"),
        pytest.param(
            '<literalExpression expressionLanguage="groovy"/>',
            f"The expression language 'groovy'{NOT_EXECUTED}",
            id="language",
        ),
        pytest.param(
            literal("1 +"), "literalExpression '': failed to parse expression '1 +': ", id="="
        ),
        pytest.param(
            literal("1" * 40_000), "Must not have expressions of more than 32768", id="long"
        ),
        pytest.param(
            table(*FULL, policy="BEST"),
            "Must have one of the hit policies, but has 'BEST'",
            id="hit",
        ),
        pytest.param(
            table(*FULL, aggregation="AVG"),
            "Must aggregate by SUM, COUNT, MIN or MAX, but has 'AVG'",
            id="aggregation",
        ),
        pytest.param(
            table(*FULL, column("b"), aggregation="SUM"),
            "Must not aggregate several outputs",
            id="two sums",
        ),
        pytest.param(
            table(*FULL, column("out")), "Must have outputs with names of their own", id="one name"
        ),
        pytest.param(table(asked("a")), "Must have an output", id="no output"),
        pytest.param(
            table('<input id="in"/>', column()),
            "input 'in': Must have an inputExpression",
            id="input",
        ),
        pytest.param(
            table(*FULL, rule("r", [], ["1"])),
            "rule 'r': Must have an entry for each input and output",
            id="too few entries",
        ),
        pytest.param(
            table(*FULL, rule("r", ["> >"], ["1"])),
            "inputEntry '': failed to parse expression '> >': ",
            id="test",
        ),
    ],
)
def test_a_wrong_decision_is_named(logic: str, words: str) -> None:
    assert refusal(decision(logic)).startswith(f"decision 'd': {words}")


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        pytest.param([], "Must have from 1 to 1000 decisions, but has 0", id="none"),
        pytest.param(
            [decision(literal("1")), decision(literal("1"))],
            "decision 'd': Must have an id of its own",
            id="one id twice",
        ),
        pytest.param(
            [decision(literal("1"), requires=["e"])],
            "decision 'd': requires 'e', which is none",
            id="unknown",
        ),
        pytest.param(
            [decision(literal("1"), "a", ["b"]), decision(literal("1"), "b", ["a"])],
            "Must not require each other in a circle: ",
            id="circle",
        ),
        pytest.param(
            [decision(literal("1"), requires=["d"])],
            "Must not require each other in a circle: d -> d",
            id="itself",
        ),
        pytest.param(
            [decision(literal("1"), requires=["x"]).replace("#x", "other.dmn#x")],
            f"decision 'd': A decision of another file, 'other.dmn',{NOT_EXECUTED}",
            id="another file",
        ),
        pytest.param(
            ['<decisionService id="s"/>'], f"The decisionService 's'{NOT_EXECUTED}", id="service"
        ),
        pytest.param(
            ['<businessKnowledgeModel id="k"/>', decision(literal("1"))],
            f"The businessKnowledgeModel 'k' without FEEL as its logic{NOT_EXECUTED}",
            id="knowledge",
        ),
        pytest.param(['<decision name="D"/>'], "Must have the attribute 'id'", id="no id"),
    ],
)
def test_a_wrong_file_is_refused(parts: list[str], words: str) -> None:
    assert refusal(*parts).startswith(words)


def test_a_long_chain_of_decisions_is_evaluated() -> None:
    chain = [decision(literal(f"d{n - 1} + 1"), f"d{n}", [f"d{n - 1}"]) for n in range(1, 900)]
    found = read("chain.dmn", document(*reversed(chain), decision(literal("0"), "d0")))
    assert evaluate(found, "d899", {}).output == 899


WHOLE = document(
    sized("COLLECT", "SUM", '"a", "b"', "1"), decision(literal("d + 1"), "e", ["d"], "result")
)


def _try(content: bytes) -> None:
    with suppress(DmnError):
        found = read("a.dmn", content)
        for decision_id in found.decisions:
            evaluate(found, decision_id, {"amount": 12})


@given(st.integers(0, len(WHOLE)), st.integers(0, 100), st.binary(max_size=8))
def test_cut_and_altered_bytes_are_read_or_refused(at: int, length: int, instead: bytes) -> None:
    _try(WHOLE[:at] + instead + WHOLE[at + length :])


WORDS = sorted(set(WHOLE.decode().replace("<", " ").replace('"', " ").split()))


@given(st.sampled_from(WORDS), st.sampled_from(WORDS))
def test_exchanged_words_are_read_or_refused(old: str, new: str) -> None:
    _try(WHOLE.replace(old.encode(), new.encode()))
