"""Who may take a lease, by a clock that is nobody else's."""

import pytest

from zeebe_operator.model import leadership
from zeebe_operator.model.leadership import DEADLINE, DURATION, RENEW, RETRY, Lease, Sight

OTHERS = Lease("other", 15.0, 3, "7")


@pytest.mark.parametrize(
    ("lease", "now", "allowed"),
    [
        pytest.param(OTHERS, 114.9, False, id="another one may still be at work"),
        pytest.param(OTHERS, 115.0, True, id="it has run out while we watched"),
        pytest.param(Lease("me", 15.0, 3, "7"), 100.0, True, id="ours"),
        pytest.param(Lease("", 1.0, 3, "7"), 100.0, True, id="released"),
        pytest.param(Lease("other", 60.0, 3, "7"), 130.0, False, id="another duration counts"),
    ],
)
def test_a_lease_is_claimed_only_if_nobody_leads(lease: Lease, now: float, allowed: bool) -> None:
    assert leadership.may_claim(Sight(lease, since=100.0), "me", now) is allowed


def test_time_runs_from_the_first_sight_of_each_renewal() -> None:
    first = leadership.look(None, OTHERS, 10.0)
    again = leadership.look(first, OTHERS, 20.0)
    renewed = leadership.look(again, Lease("other", 15.0, 3, "8"), 30.0)
    assert [sight.since for sight in (first, again, renewed)] == [10.0, 10.0, 30.0]


def test_a_leader_stops_well_before_its_lease_runs_out() -> None:
    assert leadership.left(renewed=100.0, now=104.0) == DEADLINE - 4
    assert leadership.left(renewed=100.0, now=999.0) == 0
    assert leadership.may_act(renewed=100.0, now=113.9)
    assert not leadership.may_act(renewed=100.0, now=114.0)
    assert RENEW + RETRY < DEADLINE < DURATION
