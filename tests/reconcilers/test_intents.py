"""Write-ahead intents: no call without a written intent, no doubt without a reason."""

import pytest

from tests.fakes.cluster import MemoryCluster
from zeebe_operator.model import names, resource
from zeebe_operator.model.errors import (
    BackpressureError,
    ClusterUnavailableError,
    ConflictError,
    GatewayError,
    GatewayUnavailableError,
    OutcomeUnknownError,
    RejectedError,
)
from zeebe_operator.model.names import FINALIZER, Kind, ObjectKey
from zeebe_operator.model.resource import Resource
from zeebe_operator.reconcilers.intents import Intents, with_finalizer, without_finalizer
from zeebe_operator.reconcilers.store import Store

FOREIGN = "example.org/other"


class Operator:
    """Just enough of one: intents, and the snapshot that it last saw."""

    def __init__(self, cluster: MemoryCluster, key: ObjectKey) -> None:
        self.cluster, self.key = cluster, key
        self.intents = Intents(cluster, Store(), {})
        self.calls = 0

    def seen(self) -> Resource:
        return resource.of(self.key.kind, self.cluster.objects[self.key])

    def in_doubt(self) -> bool:
        return self.intents.in_doubt(self.seen())

    async def call(self, error: Exception | None = None, of: Resource | None = None) -> None:
        """One pass that sends a command under an intent."""
        of = of or self.seen()
        async with self.intents.once(of, with_finalizer(of)):
            self.calls += 1
            if error:
                raise error


@pytest.fixture
def cluster() -> MemoryCluster:
    return MemoryCluster()


@pytest.fixture
def operator(cluster: MemoryCluster) -> Operator:
    return Operator(cluster, cluster.create(Kind.INSTANCE, "one", {}, finalizers=[FOREIGN]))


async def test_intent_and_finalizer_are_written_in_one_locked_patch(operator: Operator) -> None:
    before = operator.seen()
    await operator.call()
    (write,) = operator.cluster.writes
    metadata = write.body["metadata"]
    assert write.verb == "patch"
    assert metadata["resourceVersion"] == before.resource_version
    assert metadata["finalizers"] == [FOREIGN, FINALIZER]
    assert metadata["annotations"][names.INTENT].startswith(f"{before.uid}/")


async def test_it_is_written_before_the_call(operator: Operator) -> None:
    of = operator.seen()
    async with operator.intents.once(of, with_finalizer(of)):
        assert operator.cluster.intent(operator.key)
        assert operator.in_doubt()


async def test_the_snapshot_in_the_store_is_refreshed(operator: Operator) -> None:
    store = Store()
    store.put(operator.seen())
    operator.intents = Intents(operator.cluster, store, {})
    await operator.call()
    assert store.get(operator.key) == operator.seen()


@pytest.mark.parametrize("restart", [False, True], ids=["", "restart"])
@pytest.mark.parametrize(
    "error",
    [
        pytest.param(None, id="the outcome was not written down"),
        pytest.param(OutcomeUnknownError("lost"), id="the answer was lost"),
        pytest.param(ZeroDivisionError(), id="a bug"),
    ],
)
async def test_after_a_call_without_a_known_refusal_it_is_in_doubt(
    operator: Operator, error: Exception | None, restart: bool
) -> None:
    if error is None:
        await operator.call()
    else:
        with pytest.raises(type(error)):
            await operator.call(error)
    if restart:
        operator.intents = Intents(operator.cluster, Store(), {})
    assert operator.in_doubt()
    assert FINALIZER in operator.seen().finalizers


@pytest.mark.parametrize(
    "error",
    [
        RejectedError("no"),
        BackpressureError("busy"),
        GatewayUnavailableError("never sent"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_definite_refusal_takes_intent_and_finalizer_back(
    operator: Operator, error: GatewayError
) -> None:
    with pytest.raises(type(error)):
        await operator.call(error)
    assert operator.cluster.intent(operator.key) is None
    assert operator.seen().finalizers == (FOREIGN,)
    assert len(operator.cluster.writes) == 2
    assert not Intents(operator.cluster, Store(), {}).in_doubt(operator.seen())


async def test_a_conflict_means_no_call(operator: Operator) -> None:
    stale = operator.seen()
    operator.cluster.edit(operator.key, timeout="1m")
    with pytest.raises(ConflictError):
        await operator.call(of=stale)
    assert operator.calls == 0
    assert not operator.in_doubt()


async def test_an_intent_that_could_not_be_written_means_no_call(operator: Operator) -> None:
    operator.cluster.fail("patch", ClusterUnavailableError("away"))
    with pytest.raises(ClusterUnavailableError):
        await operator.call()
    assert operator.calls == 0
    await operator.call()
    assert operator.calls == 1


async def test_an_intent_whose_writing_got_no_answer_is_no_doubt(operator: Operator) -> None:
    operator.cluster.fail("patch", ClusterUnavailableError("lost"), executed=True)
    with pytest.raises(ClusterUnavailableError):
        await operator.call()
    assert operator.cluster.intent(operator.key)
    assert not operator.in_doubt()
    await operator.call()
    assert operator.calls == 1
    assert operator.in_doubt()


async def test_nor_after_a_second_try_with_a_snapshot_from_before(operator: Operator) -> None:
    stale = operator.seen()
    operator.cluster.fail("patch", ClusterUnavailableError("lost"), executed=True)
    with pytest.raises(ClusterUnavailableError):
        await operator.call(of=stale)
    with pytest.raises(ConflictError):
        await operator.call(of=stale)
    assert operator.calls == 0
    assert not operator.in_doubt()


async def test_after_a_restart_an_intent_without_an_answer_is_a_doubt(operator: Operator) -> None:
    operator.cluster.fail("patch", ClusterUnavailableError("lost"), executed=True)
    with pytest.raises(ClusterUnavailableError):
        await operator.call()
    operator.intents = Intents(operator.cluster, Store(), {})
    assert operator.in_doubt()


async def test_a_refusal_that_could_not_be_taken_back_is_remembered(operator: Operator) -> None:
    def break_down(verb: str, key: ObjectKey) -> None:
        if operator.calls:
            raise ClusterUnavailableError("away")

    operator.cluster.before = break_down
    with pytest.raises(ClusterUnavailableError):
        await operator.call(RejectedError("no"))
    assert operator.cluster.intent(operator.key)
    assert not operator.in_doubt()


async def test_the_next_call_after_that_is_a_doubt_again(operator: Operator) -> None:
    await test_a_refusal_that_could_not_be_taken_back_is_remembered(operator)
    with pytest.raises(OutcomeUnknownError):
        await operator.call(OutcomeUnknownError("lost"))
    assert operator.in_doubt()


@pytest.mark.parametrize(
    ("annotation", "doubt"),
    [
        pytest.param("uid-of-another/ab12", False, id="copied with a manifest"),
        pytest.param("", False, id="empty"),
        pytest.param("{uid}/ab12", True, id="its own"),
        pytest.param("{uid}0/ab12", False, id="of a uid that begins alike"),
    ],
)
def test_only_an_intent_of_this_very_object_counts(
    operator: Operator, annotation: str, doubt: bool
) -> None:
    uid = operator.seen().uid
    operator.cluster.annotate(operator.key, names.INTENT, annotation.format(uid=uid))
    assert operator.in_doubt() is doubt


async def test_a_copied_intent_is_overwritten_by_the_own_one(operator: Operator) -> None:
    operator.cluster.annotate(operator.key, names.INTENT, "uid-of-another/ab12")
    await operator.call()
    assert operator.in_doubt()


async def test_every_call_has_an_intent_of_its_own(operator: Operator) -> None:
    with pytest.raises(OutcomeUnknownError):
        await operator.call(OutcomeUnknownError("lost"))
    first = operator.cluster.intent(operator.key)
    await operator.call()
    assert operator.cluster.intent(operator.key) not in (None, first)


async def test_finalizers_are_set_under_the_same_lock(operator: Operator) -> None:
    stale = operator.seen()
    after = await operator.intents.set_finalizers(stale, with_finalizer(stale))
    assert after == operator.seen()
    assert after.finalizers == (FOREIGN, FINALIZER)
    with pytest.raises(ConflictError):
        await operator.intents.set_finalizers(stale, ())


async def test_finalizers_that_are_right_are_not_written(operator: Operator) -> None:
    of = operator.seen()
    assert await operator.intents.set_finalizers(of, without_finalizer(of)) is of
    assert operator.cluster.writes == []


async def test_setting_finalizers_leaves_the_intent(operator: Operator) -> None:
    await operator.call()
    intent = operator.cluster.intent(operator.key)
    await operator.intents.set_finalizers(operator.seen(), ())
    assert operator.cluster.intent(operator.key) == intent


async def test_nothing_is_remembered_of_what_is_gone(operator: Operator) -> None:
    operator.cluster.fail("patch", ClusterUnavailableError("away"))
    with pytest.raises(ClusterUnavailableError):
        await operator.call()
    operator.intents.forget(operator.seen().uid)
    assert operator.intents._unsent == {}
