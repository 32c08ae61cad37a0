"""When somebody is told by an event, and what never is in one."""

from collections.abc import Mapping
from typing import Any

import pytest

from zeebe_operator.model import conditions, errors, resource
from zeebe_operator.model.names import Kind
from zeebe_operator.model.outcome import Ready, Removed, Stalled, Waiting
from zeebe_operator.model.reasons import Reason
from zeebe_operator.model.resource import Resource
from zeebe_operator.reconcilers import failures, notices

READY = Ready(Reason.DEPLOYED, "deployed")
WAITING = Waiting(Reason.DEPENDENCY_NOT_READY, "missing")
STALLED = Stalled(Reason.CONFLICT, "two of them")
Told = Ready | Waiting | Stalled
NOW = "2026-02-01T00:00:00Z"
ENGINE_WORDS = "the variable is c4n4ry"


def subject(before: Told | None = None, name: str = "order") -> Resource:
    """One whose status tells the earlier outcome."""
    metadata = {"namespace": "shop", "name": name, "uid": "u", "resourceVersion": "7"}
    found = resource.of(Kind.PROCESS, {"metadata": metadata})
    if before is None:
        return found
    status = conditions.status_of(found, before, one_shot=False, initial={}, now=NOW)
    return resource.of(Kind.PROCESS, {"metadata": metadata, "status": status})


@pytest.mark.parametrize(
    ("before", "outcome", "kind"),
    [
        pytest.param(None, READY, None, id="straight to ready"),
        pytest.param(None, WAITING, None, id="waiting"),
        pytest.param(READY, WAITING, None, id="waiting after ready"),
        pytest.param(None, STALLED, "Warning", id="stalled at once"),
        pytest.param(WAITING, STALLED, "Warning", id="stalled after waiting"),
        pytest.param(STALLED, STALLED, None, id="stalled as before"),
        pytest.param(
            STALLED, Stalled(Reason.CONFLICT, "three of them"), "Warning", id="in other words"
        ),
        pytest.param(STALLED, Stalled(Reason.REJECTED, "x"), "Warning", id="for another reason"),
        pytest.param(STALLED, READY, "Normal", id="healed"),
        pytest.param(READY, READY, None, id="ready as before"),
        pytest.param(READY, Ready(Reason.DEPLOYED, "again"), "Normal", id="something new"),
        pytest.param(READY, Removed(), None, id="gone"),
        pytest.param(READY, Removed("left behind"), "Warning", id="gone, with a remainder"),
    ],
)
def test_an_event_tells_what_went_wrong_and_what_changed_later(
    before: Told | None, outcome: Told | Removed, kind: str | None
) -> None:
    event = notices.event(subject(before), outcome, NOW)
    assert (event["type"] if event else None) == kind


def event_of(outcome: Told | Removed, **more: Any) -> Mapping[str, Any]:
    event = notices.event(subject(**more), outcome, NOW)
    assert event is not None
    return event


def test_an_event_says_what_the_condition_says_about_whom() -> None:
    event = event_of(STALLED)
    assert (event["reason"], event["message"]) == ("Conflict", "two of them")
    assert (event["firstTimestamp"], event["lastTimestamp"], event["count"]) == (NOW, NOW, 1)
    assert event["source"] == {"component": "zeebe-operator"}
    assert event["involvedObject"] == {
        "apiVersion": "zeebe-operator.dev/v1alpha1",
        "kind": "ZeebeProcess",
        "namespace": "shop",
        "name": "order",
        "uid": "u",
        "resourceVersion": "7",
    }


def test_a_name_of_any_length_makes_a_valid_name_of_an_event() -> None:
    generated = event_of(STALLED, name="n" * 253)["metadata"]["generateName"]
    assert len(generated) + 5 <= 253


def test_a_long_message_is_cut_to_what_the_api_takes() -> None:
    assert len(event_of(Stalled(Reason.CONFLICT, "x" * 5000))["message"]) <= 1024


def leaves(root: type[errors.OperatorError]) -> list[type[errors.OperatorError]]:
    below = [leaf for each in root.__subclasses__() for leaf in leaves(each)]
    return [root, *below]


@pytest.mark.parametrize("kind", leaves(errors.GatewayError), ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("explain", [failures.outcome_of, failures.removal_outcome_of])
def test_the_words_of_the_engine_are_in_no_event(
    kind: type[errors.OperatorError], explain: Any
) -> None:
    outcome = explain(kind(ENGINE_WORDS))
    event = notices.event(subject(READY), outcome, NOW) if hasattr(outcome, "reason") else None
    assert ENGINE_WORDS not in str(event)
