"""Which ZeebeProcess owns a process id."""

from typing import Any

import pytest

from zeebe_operator.model import resource
from zeebe_operator.model.names import Kind
from zeebe_operator.model.resource import Resource
from zeebe_operator.reconcilers.claims import Claims, ProcessId

ORDER = ProcessId(None, None, "order")
OTHER = ProcessId(None, None, "other")


def claimant(
    name: str, created: str = "2026-01-01T00:00:00Z", uid: str = "", deployed: str = ""
) -> Resource:
    metadata: dict[str, Any] = {
        "namespace": "shop",
        "name": name,
        "uid": uid or f"uid-{name}",
        "resourceVersion": "1",
        "creationTimestamp": created,
    }
    status = {"processes": [{"bpmnProcessId": deployed}]} if deployed else {}
    return resource.of(Kind.PROCESS, {"metadata": metadata, "status": status})


EARLY, LATE = "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"


@pytest.mark.parametrize("older_first", [True, False])
@pytest.mark.parametrize("deployed", ["", "order"])
def test_the_older_one_owns_it_whoever_came_first(older_first: bool, deployed: str) -> None:
    claims, older = Claims(), claimant("z", EARLY)
    younger = claimant("a", LATE, deployed=deployed)
    for each in (older, younger) if older_first else (younger, older):
        claims.put(each, [ORDER])
    assert claims.owner(ORDER) == older.key


@pytest.mark.parametrize("names", ["az", "za"])
def test_of_two_from_the_same_second_the_first_to_claim_it_owns_it_for_good(names: str) -> None:
    claims = Claims()
    first, second = (claimant(name) for name in names)
    claims.put(first, [ORDER])
    claims.put(second, [ORDER])
    claims.put(first, [ORDER])
    assert claims.owner(ORDER) == first.key


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(ProcessId(None, "tenant", "order"), id="of another tenant"),
        pytest.param(ProcessId(claimant("c").key, None, "order"), id="on another connection"),
        pytest.param(ProcessId(None, None, "Order"), id="in another spelling"),
    ],
)
def test_the_same_id_elsewhere_is_another_one(other: ProcessId) -> None:
    claims, a, b = Claims(), claimant("a", EARLY), claimant("b", LATE)
    claims.put(a, [ORDER])
    assert not claims.put(b, [other])
    assert (claims.owner(ORDER), claims.owner(other)) == (a.key, b.key)


def test_a_change_concerns_those_who_claim_the_same() -> None:
    claims, a, b, c = Claims(), claimant("a"), claimant("b"), claimant("c")
    assert not claims.put(a, [ORDER])
    assert not claims.put(c, [OTHER])
    assert set(claims.put(b, [ORDER])) == {a.key}
    assert not claims.put(b, [ORDER])
    assert set(claims.put(b, [OTHER])) == {a.key, c.key}
    assert set(claims.put(b, [])) == {c.key}


def test_the_next_one_inherits() -> None:
    claims, a, b = Claims(), claimant("a", EARLY), claimant("b", LATE)
    claims.put(a, [ORDER])
    claims.put(b, [ORDER])
    assert set(claims.remove(a.key)) == {b.key}
    assert claims.owner(ORDER) == b.key


def test_what_nobody_claims_has_no_owner_and_takes_no_room() -> None:
    claims, a = Claims(), claimant("a")
    claims.put(a, [ORDER])
    claims.remove(a.key)
    claims.remove(a.key)
    assert claims._claimants == {}
    assert claims._claimed == {}
    with pytest.raises(KeyError):
        claims.owner(ORDER)
