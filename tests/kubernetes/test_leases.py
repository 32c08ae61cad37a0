"""The Lease as the API server has it: what we read, and what we write under which lock."""

import json
from collections.abc import AsyncIterator

import pytest

from tests.kubernetes.api import ScriptedApi, failure
from zeebe_operator.kubernetes.leases import Leases
from zeebe_operator.kubernetes.session import Access
from zeebe_operator.model.errors import ConflictError
from zeebe_operator.model.leadership import DURATION, Lease
from zeebe_operator.model.names import Kind, ObjectKey

ALL = "/apis/coordination.k8s.io/v1/namespaces/ops/leases"
OURS = f"{ALL}/zeebe-operator"
FOUND = Lease("other", 15.0, 3, "7")


class LogIn:
    def __init__(self, api: ScriptedApi) -> None:
        self.access = api.access
        self.times = 0

    async def __call__(self) -> Access:
        self.times += 1
        return self.access


@pytest.fixture
def log_in(api: ScriptedApi) -> LogIn:
    return LogIn(api)


@pytest.fixture
async def leases(log_in: LogIn) -> AsyncIterator[Leases]:
    leases = Leases(log_in, ObjectKey(Kind.LEASE, "ops", "zeebe-operator"))
    yield leases
    await leases.close()


async def test_a_lease_is_read(api: ScriptedApi, leases: Leases) -> None:
    spec = {"holderIdentity": "other", "leaseDurationSeconds": 15, "leaseTransitions": 3}
    api.answers = [{"metadata": {"resourceVersion": "7"}, "spec": spec}]
    assert await leases.read() == FOUND
    assert api.requests[0].path == OURS


async def test_one_that_says_nothing_is_free(api: ScriptedApi, leases: Leases) -> None:
    api.answers = [{"metadata": {"resourceVersion": "7"}}]
    assert await leases.read() == Lease("", DURATION, 0, "7")


async def test_there_may_be_none(api: ScriptedApi, leases: Leases) -> None:
    api.answers = [failure(404, "NotFound")]
    assert await leases.read() is None


async def test_the_first_one_creates_it(api: ScriptedApi, leases: Leases) -> None:
    api.answers = [{}]
    await leases.claim(None, "me")
    (request,) = api.requests
    body = json.loads(request.body)
    assert (request.method, request.path) == ("POST", ALL)
    assert body["metadata"] == {"name": "zeebe-operator"}
    assert body["spec"]["holderIdentity"] == "me"
    assert body["spec"]["leaseTransitions"] == 0


@pytest.mark.parametrize(
    ("holder", "transitions"),
    [pytest.param("me", None, id="renewed"), pytest.param("other", 4, id="taken over")],
)
async def test_a_claim_is_locked_and_counts_who_is_new(
    api: ScriptedApi, leases: Leases, holder: str, transitions: int | None
) -> None:
    api.answers = [{}]
    await leases.claim(Lease(holder, 15.0, 3, "7"), "me")
    body = json.loads(api.requests[0].body)
    assert body["metadata"] == {"resourceVersion": "7"}
    assert body["spec"].get("leaseTransitions") == transitions
    assert body["spec"]["renewTime"].endswith("Z")


async def test_a_release_leaves_it_to_anybody(api: ScriptedApi, leases: Leases) -> None:
    api.answers = [{}]
    await leases.release(FOUND)
    body = json.loads(api.requests[0].body)
    assert body["metadata"] == {"resourceVersion": "7"}
    assert body["spec"] == {"holderIdentity": "", "leaseDurationSeconds": 1}


async def test_somebody_else_was_first(api: ScriptedApi, leases: Leases) -> None:
    api.answers = [failure(409, "Conflict")]
    with pytest.raises(ConflictError):
        await leases.claim(FOUND, "me")


async def test_a_login_serves_until_it_is_closed(
    api: ScriptedApi, leases: Leases, log_in: LogIn
) -> None:
    api.answers = [{"metadata": {"resourceVersion": "7"}}]
    await leases.read()
    await leases.read()
    assert log_in.times == 1
    await leases.close()
    await leases.read()
    assert log_in.times == 2
