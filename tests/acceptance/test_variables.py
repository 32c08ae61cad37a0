"""Edits of the variables of a running instance, counted in the engine's own records."""

from tests.acceptance import bpmn, engine
from tests.acceptance.cluster import Cluster, instance, process, ready
from tests.acceptance.operator_process import Operator

REQUESTED_AT = "zeebe-operator.dev/requestedAt"


def _running(cluster: Cluster, **variables: object) -> int:
    process_id = f"edited-{cluster.namespace}"
    cluster.apply(
        process("p", bpmn.working(process_id)),
        instance("i", processRef={"name": "p"}, variables=variables),
    )
    cluster.wait_ready("zinst/i")
    (key,) = engine.instances(cluster.engine, process_id)
    return key


def _edit(cluster: Cluster, **variables: object) -> str:
    """A merge patch: None removes one. Returns what the operator said to it."""
    cluster.patch("zinst", "i", {"spec": {"variables": variables}})
    found = cluster.until(
        "zinst",
        "i",
        lambda seen: seen["status"]["observedGeneration"] == seen["metadata"]["generation"],
    )
    assert ready(found)["status"] == "True"
    return str(ready(found)["message"])


def test_an_edit_sets_exactly_what_it_changes(cluster: Cluster, operator: Operator) -> None:
    key = _running(cluster, kept={"a": [1]}, changed=1, removed="r")
    before = engine.variables(cluster.engine, key)
    assert sorted(name for _, name, _ in before) == ["changed", "kept", "removed"]

    said = _edit(cluster, changed=2, added=[True], removed=None)
    assert "an edit of spec.variables set 2; 1 no longer in spec.variables" in said
    changes = engine.variables(cluster.engine, key)[len(before) :]
    assert sorted(changes) == [("CREATED", "added", [True]), ("UPDATED", "changed", 2)]

    operator.restart()
    cluster.patch("zinst", "i", {"spec": {"deletionPolicy": "Retain"}})
    _edit(cluster, changed=3)
    assert engine.variables(cluster.engine, key)[len(before) + 2 :] == [("UPDATED", "changed", 3)]


def test_an_edit_notices_the_end(cluster: Cluster, operator: Operator) -> None:
    key = _running(cluster)
    engine.cancel(cluster.engine, key)
    assert "has ended" in _edit(cluster, late=1)
    found = cluster.until("zinst", "i", lambda seen: not seen["metadata"].get("finalizers"))
    assert (found["status"]["state"], ready(found)["reason"]) == ("Ended", "Ended")
    assert engine.variables(cluster.engine, key) == []
    assert "no effect" in _edit(cluster, late=2)


def test_on_request_the_end_is_noticed(cluster: Cluster, operator: Operator) -> None:
    key = _running(cluster)
    cluster.kubectl("annotate", "zinst", "i", f"{REQUESTED_AT}=1")
    cluster.until("zinst", "i", lambda seen: seen["status"].get("lastHandledRequest") == "1")
    assert cluster.get("zinst", "i")["status"]["state"] == "Active"
    engine.cancel(cluster.engine, key)
    cluster.kubectl("annotate", "--overwrite", "zinst", "i", f"{REQUESTED_AT}=2")
    found = cluster.until_reason("zinst", "i", "Ended")
    assert found["status"]["state"] == "Ended"
