"""Counting resources by what their status says."""

from collections.abc import Mapping
from typing import Any

import pytest

from zeebe_operator.model import census
from zeebe_operator.model import resource as resources
from zeebe_operator.model.census import Group
from zeebe_operator.model.names import Kind
from zeebe_operator.model.resource import Resource


def found(*conditions: tuple[str, str, str]) -> Resource:
    status = {"conditions": [{"type": t, "status": s, "reason": r} for t, s, r in conditions]}
    return with_status(status if conditions else {})


def with_status(status: Mapping[str, Any]) -> Resource:
    metadata = {"namespace": "shop", "name": "p", "uid": "u", "resourceVersion": "1"}
    return resources.of(Kind.PROCESS, {"metadata": metadata, "status": status})


@pytest.mark.parametrize(
    ("resource", "state", "reason"),
    [
        pytest.param(found(), "reconciling", "", id="new"),
        pytest.param(found(("Ready", "True", "Deployed")), "ready", "Deployed", id="ready"),
        pytest.param(
            found(("Ready", "Unknown", "Degraded"), ("Reconciling", "True", "Degraded")),
            "reconciling",
            "Degraded",
            id="reconciling",
        ),
        pytest.param(
            found(("Ready", "False", "Rejected"), ("Stalled", "True", "Rejected")),
            "stalled",
            "Rejected",
            id="stalled",
        ),
        pytest.param(
            found(("Ready", "True", "SomethingOfOthers")), "ready", "", id="not our reason"
        ),
    ],
)
def test_a_resource_is_counted_by_what_it_says(resource: Resource, state: str, reason: str) -> None:
    assert census.count([resource]) == {Group(Kind.PROCESS, state, reason): 1}


def test_equal_ones_are_one_group() -> None:
    one = found(("Ready", "True", "Deployed"))
    assert list(census.count([one, one, found()]).values()) == [2, 1]
