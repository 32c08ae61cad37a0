"""The status of every kind, as kstatus reads it: `helm --wait`, and `wait: true` of Flux."""

import pytest

from devstack.gitops import Judges
from tests.gitops.states import STATES
from zeebe_operator.model.names import Kind
from zeebe_operator.reconcilers.kinds import KINDS

EXPECTED = {
    "fresh": "InProgress",
    "ready": "Current",
    "waiting": "InProgress",
    "stalled": "Failed",
    "edited": "InProgress",
    "edited after a refusal": "InProgress",
    "ready after a refusal": "Current",
    "stalled after it was ready": "Failed",
    "deleting": "Terminating",
    "deleting, and waiting for it": "Terminating",
}


@pytest.mark.parametrize("kind", KINDS)
def test_kstatus_reads_every_state_as_it_is_meant(judges: Judges, kind: Kind) -> None:
    found = judges.kstatus(state(kind) for state in STATES.values())
    assert dict(zip(STATES, found, strict=True)) == EXPECTED


@pytest.mark.parametrize("kind", KINDS)
def test_without_the_default_of_the_schema_an_unseen_object_would_count_as_done(
    judges: Judges, kind: Kind
) -> None:
    """Why the default is there: kstatus calls an object without any status Current."""
    unseen = STATES["fresh"](kind) | {"status": {}}
    assert judges.kstatus([unseen]) == ["Current"]
