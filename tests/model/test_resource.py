"""A resource as it is read from the API."""

from typing import Any

import pytest

from zeebe_operator.model import names, resource
from zeebe_operator.model.names import Kind, ObjectKey
from zeebe_operator.model.resource import Resource

META: dict[str, Any] = {
    "namespace": "shop",
    "name": "order",
    "uid": "u-1",
    "resourceVersion": "17",
    "generation": 3,
    "creationTimestamp": "2026-01-01T00:00:00Z",
}


def read(status: dict[str, Any] | None = None, **meta: Any) -> Resource:
    return resource.of(Kind.PROCESS, {"metadata": {**META, **meta}, "status": status})


def test_reads_what_the_operator_needs() -> None:
    raw = {"metadata": META, "spec": {"bpmn": "<a/>"}, "status": {"version": 1}}
    assert resource.of(Kind.PROCESS, raw) == Resource(
        key=ObjectKey(Kind.PROCESS, "shop", "order"),
        uid="u-1",
        resource_version="17",
        generation=3,
        created="2026-01-01T00:00:00Z",
        deleting=False,
        finalizers=(),
        annotations={},
        spec={"bpmn": "<a/>"},
        status={"version": 1},
    )


def test_foreign_annotations_are_dropped() -> None:
    annotations = {
        names.REQUESTED_AT: "now",
        names.INTENT: "u-1/aa",
        "kubectl.kubernetes.io/last-applied-configuration": "x" * 10_000,
        "zeebe-operator.development/x": "y",
    }
    found = read(annotations=annotations)
    assert found.annotations == {names.REQUESTED_AT: "now", names.INTENT: "u-1/aa"}
    assert found.request == "now"


@pytest.mark.parametrize("field", ["annotations", "finalizers"])
def test_what_is_null_is_empty(field: str) -> None:
    assert read(**{field: None}) == read()


def test_a_deletion_shows() -> None:
    assert read(deletionTimestamp="2026-01-01T00:00:00Z").deleting


@pytest.mark.parametrize(
    ("status", "annotations", "observed"),
    [
        pytest.param(None, {}, False, id="no status"),
        pytest.param({"observedGeneration": -1}, {}, False, id="the default of the schema"),
        pytest.param({"observedGeneration": 2}, {}, False, id="an older spec"),
        pytest.param({"observedGeneration": 3}, {}, True, id="this spec"),
        pytest.param(
            {"observedGeneration": 3}, {names.REQUESTED_AT: "b"}, False, id="a first request"
        ),
        pytest.param(
            {"observedGeneration": 3, "lastHandledRequest": "a"},
            {names.REQUESTED_AT: "b"},
            False,
            id="a new request",
        ),
        pytest.param(
            {"observedGeneration": 3, "lastHandledRequest": "b"},
            {names.REQUESTED_AT: "b"},
            True,
            id="a request that was handled",
        ),
    ],
)
def test_observed_is_this_spec_with_this_request(
    status: dict[str, Any] | None, annotations: dict[str, str], observed: bool
) -> None:
    assert read(status, annotations=annotations).observed is observed


def test_conditions_are_found_by_their_type() -> None:
    found = read({"conditions": [{"type": "Ready", "status": "False"}, {"type": "Stalled"}]})
    assert found.condition("Ready") == {"type": "Ready", "status": "False"}
    assert found.condition("Succeeded") == {}


@pytest.mark.parametrize(("status", "true"), [("True", True), ("False", False), ("Unknown", False)])
def test_only_true_is_true(status: str, true: bool) -> None:
    assert read({"conditions": [{"type": "Ready", "status": status}]}).is_true("Ready") is true


@pytest.mark.parametrize(
    ("meta", "same"),
    [
        pytest.param({"resourceVersion": "18"}, True, id="only a version"),
        pytest.param({"annotations": {"foreign": "x"}}, True, id="a foreign annotation"),
        pytest.param({"generation": 4}, False, id="a new spec"),
        pytest.param({"uid": "u-2"}, False, id="another object"),
        pytest.param({"deletionTimestamp": "x"}, False, id="a deletion"),
        pytest.param({"finalizers": ["x"]}, False, id="a finalizer"),
        pytest.param({"annotations": {names.REQUESTED_AT: "x"}}, False, id="a request"),
    ],
)
def test_asks_the_same_if_a_reconciler_would_decide_the_same(
    meta: dict[str, Any], same: bool
) -> None:
    assert read(**meta).asks_the_same_as(read({"version": 1})) is same
