"""Cancel and retry."""

import pytest

from tests.cli.cluster import NOW, FakeCluster
from tests.cli.conftest import Typed
from zeebe_operator.model.names import REQUESTED_AT, Kind
from zeebe_operator.model.outcome import Ready, Stalled, Waiting
from zeebe_operator.model.reasons import Reason

UNCERTAIN = Stalled(Reason.OUTCOME_UNKNOWN, "Nobody knows.")
STARTED = Ready(Reason.STARTED, "It runs.")


def test_an_instance_is_cancelled_by_its_spec(cluster: FakeCluster, zeebe: Typed) -> None:
    cluster.add(Kind.INSTANCE, "order-1", STARTED)
    cluster.then = Ready(Reason.CANCELLED, "It is gone.")
    assert zeebe("cancel", "order-1", "--wait") == 0
    assert cluster.patches == [(Kind.INSTANCE, "order-1", {"spec": {"desiredState": "Cancelled"}})]
    assert "✓ Cancelled" in zeebe.out


def test_an_instance_without_a_resource_is_cancelled_by_its_key(
    cluster: FakeCluster, zeebe: Typed
) -> None:
    assert zeebe("cancel", "--key", "42") == 0
    [made] = cluster.created
    assert made.spec == {"cancelInstance": {"processInstanceKey": "42"}}


def test_an_unknown_instance_is_said_to_be_unknown(zeebe: Typed) -> None:
    assert zeebe("cancel", "nobody") == 1
    assert "'nobody' not found" in zeebe.err


def test_what_is_uncertain_is_sent_again_after_a_yes(cluster: FakeCluster, zeebe: Typed) -> None:
    cluster.add(Kind.INSTANCE, "order-1", UNCERTAIN)
    zeebe.says = "y\n"
    assert zeebe("retry", "zinst/order-1") == 0
    assert cluster.patches == [(Kind.INSTANCE, "order-1", {"spec": {"onUncertain": "Retry"}})]
    assert "it runs a second time" in zeebe.asked[0]
    assert "onUncertain: Retry" in zeebe.out


@pytest.mark.parametrize("answer", ["\n", "n\n", ""])
def test_anything_else_changes_nothing(cluster: FakeCluster, zeebe: Typed, answer: str) -> None:
    cluster.add(Kind.INSTANCE, "order-1", UNCERTAIN)
    zeebe.says = answer
    assert zeebe("retry", "ZeebeInstance/order-1") == 1
    assert cluster.patches == []
    assert "nothing was changed" in zeebe.err


def test_where_nobody_can_answer_yes_must_be_said_before(
    cluster: FakeCluster, zeebe: Typed
) -> None:
    cluster.add(Kind.INSTANCE, "order-1", UNCERTAIN)
    assert zeebe("retry", "zinst/order-1") == 1
    assert "--yes" in zeebe.err
    assert cluster.patches == []
    assert zeebe("retry", "zinst/order-1", "--yes") == 0
    assert len(cluster.patches) == 1


@pytest.mark.parametrize(
    "outcome",
    [
        pytest.param(Stalled(Reason.REJECTED, "No."), id="stalled"),
        pytest.param(Waiting(Reason.GATEWAY_UNAVAILABLE, "Later."), id="waiting"),
        pytest.param(None, id="not seen"),
    ],
)
def test_anything_else_is_looked_at_again(
    cluster: FakeCluster, zeebe: Typed, outcome: Stalled | Waiting | None
) -> None:
    cluster.add(Kind.PROCESS, "order", outcome)
    assert zeebe("retry", "zeebeprocess/order") == 0
    moment = NOW.isoformat(timespec="microseconds")
    annotations = {"metadata": {"annotations": {REQUESTED_AT: moment}}}
    assert cluster.patches == [(Kind.PROCESS, "order", annotations)]
    assert "is looked at again" in zeebe.out


def test_what_is_ready_needs_no_retry(cluster: FakeCluster, zeebe: Typed) -> None:
    cluster.add(Kind.INSTANCE, "order-1", STARTED)
    assert zeebe("retry", "zinst/order-1") == 1
    assert "there is nothing to retry" in zeebe.err
    assert cluster.patches == []


def test_an_unknown_kind_names_those_there_are(zeebe: Typed) -> None:
    assert zeebe("retry", "pod/x") == 1
    assert "zeebeinstance" in zeebe.err
