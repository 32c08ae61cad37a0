"""From outcomes to status, and the smallest patch that gets there."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zeebe_operator.model import conditions, names, resource
from zeebe_operator.model.names import Kind
from zeebe_operator.model.outcome import Ready, Stalled, Waiting
from zeebe_operator.model.reasons import Reason
from zeebe_operator.model.resource import Resource

READY = Ready(Reason.DEPLOYED, "deployed")
WAITING = Waiting(Reason.GATEWAY_UNAVAILABLE, "away")
STALLED = Stalled(Reason.REJECTED, "no")
Told = Ready | Waiting | Stalled

leaves = st.integers(0, 3) | st.sampled_from(["", "x"]) | st.just([1])
flat = st.dictionaries(st.sampled_from("ab"), leaves)
objects = st.dictionaries(
    st.sampled_from("abc"), leaves | flat | st.dictionaries(st.sampled_from("ab"), flat)
)


def subject(status: Mapping[str, Any] | None = None, **meta: Any) -> Resource:
    fixed = {"namespace": "n", "name": "x", "uid": "u", "resourceVersion": "1", "generation": 4}
    return resource.of(Kind.PROCESS, {"metadata": {**fixed, **meta}, "status": status})


def told(
    outcome: Told,
    before: Mapping[str, Any] | None = None,
    *,
    one_shot: bool = False,
    now: str = "T1",
    **meta: Any,
) -> dict[str, Any]:
    return conditions.status_of(
        subject(before, **meta), outcome, one_shot=one_shot, initial={}, now=now
    )


def merged(target: Any, patch: Any) -> Any:
    """RFC 7386, word for word."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


@given(objects, objects)
def test_the_patch_turns_the_old_into_the_new(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert merged(old, conditions.merge_patch(old, new)) == new


@given(objects)
def test_nothing_changed_is_nothing_to_patch(value: dict[str, Any]) -> None:
    assert conditions.merge_patch(value, value) == {}


def test_the_patch_holds_only_what_changed() -> None:
    old = {"a": 1, "b": {"x": 1, "y": 2}, "c": 3}
    new = {"a": 1, "b": {"x": 1, "y": 3}, "d": 4}
    assert conditions.merge_patch(old, new) == {"b": {"y": 3}, "c": None, "d": 4}


@pytest.mark.parametrize(
    ("outcome", "one_shot", "expected"),
    [
        pytest.param(READY, False, {"Ready": "True"}, id="ready"),
        pytest.param(WAITING, False, {"Ready": "Unknown", "Reconciling": "True"}, id="waiting"),
        pytest.param(STALLED, False, {"Ready": "False", "Stalled": "True"}, id="stalled"),
        pytest.param(READY, True, {"Ready": "True", "Succeeded": "True"}, id="one-shot, ready"),
        pytest.param(
            WAITING,
            True,
            {"Ready": "Unknown", "Succeeded": "Unknown", "Reconciling": "True"},
            id="one-shot, waiting",
        ),
        pytest.param(
            STALLED,
            True,
            {"Ready": "False", "Succeeded": "False", "Stalled": "True"},
            id="one-shot, stalled",
        ),
    ],
)
def test_each_outcome_has_its_conditions(
    outcome: Told, one_shot: bool, expected: dict[str, str]
) -> None:
    found = told(outcome, one_shot=one_shot)["conditions"]
    assert {c["type"]: c["status"] for c in found} == expected
    assert {(c["reason"], c["message"]) for c in found} == {(outcome.reason, outcome.message)}
    assert {c["observedGeneration"] for c in found} == {4}


def test_the_status_speaks_of_the_spec_that_was_read() -> None:
    assert told(READY, {"observedGeneration": -1})["observedGeneration"] == 4


def test_a_request_is_echoed_and_forgotten_with_its_annotation() -> None:
    asked = told(READY, annotations={names.REQUESTED_AT: "monday"})
    assert asked["lastHandledRequest"] == "monday"
    assert "lastHandledRequest" not in told(READY, asked)


def test_the_transition_time_moves_only_when_the_status_of_the_condition_does() -> None:
    first = told(WAITING, now="T1")
    other_reason = told(Waiting(Reason.DEPENDENCY_NOT_READY, "x"), first, now="T2")
    ready = told(READY, other_reason, now="T3")
    waiting_again = told(WAITING, ready, now="T4")
    times = [
        {c["type"]: c["lastTransitionTime"] for c in status["conditions"]}
        for status in (first, other_reason, ready, waiting_again)
    ]
    assert times == [
        {"Ready": "T1", "Reconciling": "T1"},
        {"Ready": "T1", "Reconciling": "T1"},
        {"Ready": "T3"},
        {"Ready": "T4", "Reconciling": "T4"},
    ]


def test_the_same_outcome_again_changes_nothing_however_late() -> None:
    first = told(WAITING, now="T1")
    assert told(WAITING, first, now="T9") == first


def test_fields_are_kept_set_and_removed() -> None:
    before = {"version": 1, "topology": {"brokers": []}, "inputsDigest": "d"}
    after = told(
        Waiting(Reason.REJECTED, "x", {"version": 2, "topology": None, "new": "n"}), before
    )
    assert (after["version"], after["new"]) == (2, "n")
    assert "topology" not in after


def test_what_a_refusal_depended_on_goes_with_the_refusal() -> None:
    refused = told(Stalled(Reason.REJECTED, "no", {"inputsDigest": "d"}))
    assert refused["inputsDigest"] == "d"
    assert "inputsDigest" not in told(WAITING, refused)


def test_initial_fields_hold_until_an_outcome_says_otherwise() -> None:
    def state(outcome: Told, before: Mapping[str, Any]) -> object:
        status = conditions.status_of(
            subject(before), outcome, one_shot=False, initial={"state": "Pending"}, now="T"
        )
        return status["state"]

    assert state(WAITING, {}) == "Pending"
    assert state(WAITING, {"state": "Active"}) == "Active"
    assert state(Ready(Reason.STARTED, "x", {"state": "Active"}), {}) == "Active"


@pytest.mark.parametrize(
    ("length", "kept"),
    [
        pytest.param(2048, "x" * 2048, id="what fits stays whole"),
        pytest.param(2049, "x" * 2044 + " ...", id="the rest is cut, visibly"),
        pytest.param(10**6, "x" * 2044 + " ...", id="a dump too"),
    ],
)
def test_a_long_message_is_cut(length: int, kept: str) -> None:
    found = told(Stalled(Reason.REJECTED, "x" * length))["conditions"]
    assert {c["message"] for c in found} == {kept}
