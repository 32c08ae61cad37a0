"""Events in: who is woken by what, and when everything is known."""

from typing import Any

import pytest

from tests.reconcilers.rig import Rig, bpmn
from zeebe_operator.model import names
from zeebe_operator.model.names import Kind, ObjectKey
from zeebe_operator.reconcilers.informer import Informer
from zeebe_operator.reconcilers.kinds import KINDS

A = ObjectKey(Kind.PROCESS, "shop", "a")
B = ObjectKey(Kind.PROCESS, "shop", "b")


def item(key: ObjectKey, version: int = 1, **more: Any) -> dict[str, Any]:
    metadata = {
        "namespace": key.namespace,
        "name": key.name,
        "uid": f"uid-{key.name}",
        "resourceVersion": str(version),
        **more,
    }
    return {"metadata": metadata, "spec": {"bpmn": bpmn(key.name)}}


def see(rig: Rig, key: ObjectKey, version: int = 1, *, deleted: bool = False, **more: Any) -> None:
    rig.informer.seen(key.kind, item(key, version, **more), deleted=deleted)


async def queued(rig: Rig) -> set[ObjectKey]:
    """Takes everything that waits."""
    found = set()
    while rig.queue.depth():
        key = await rig.queue.get()
        assert key is not None
        found.add(key)
    for key in found:
        rig.queue.done(key)
    return found


async def test_what_is_new_is_kept_and_queued(rig: Rig) -> None:
    see(rig, A)
    assert rig.store.get(A) is not None
    assert await queued(rig) == {A}


async def test_what_was_seen_already_wakes_nobody(rig: Rig) -> None:
    see(rig, A, 5)
    await queued(rig)
    see(rig, A, 5)
    see(rig, A, 4)
    assert await queued(rig) == set()


async def test_a_change_wakes_whoever_looked_at_it(rig: Rig) -> None:
    waiting = ObjectKey(Kind.INSTANCE, "shop", "waiting")
    rig.dependents.set(waiting, [A])
    see(rig, A)
    assert await queued(rig) == {A, waiting}
    see(rig, A, 2, deleted=True)
    assert await queued(rig) == {A, waiting}


async def test_the_echo_of_the_own_status_wakes_only_those_who_look_at_it(rig: Rig) -> None:
    waiting = ObjectKey(Kind.INSTANCE, "shop", "waiting")
    see(rig, A)
    assert await rig.queue.get() == A
    rig.dependents.set(waiting, [A])
    see(rig, A, 2)
    rig.queue.done(A)
    assert await queued(rig) == {waiting}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"generation": 2}, id="the spec"),
        pytest.param({"annotations": {names.REQUESTED_AT: "now"}}, id="a request"),
        pytest.param({"deletionTimestamp": "now"}, id="a deletion"),
        pytest.param({"uid": "another"}, id="another object of that name"),
    ],
)
async def test_what_changes_during_a_pass_gets_another_one(rig: Rig, change: Any) -> None:
    see(rig, A)
    assert await rig.queue.get() == A
    see(rig, A, 2, **change)
    rig.queue.done(A)
    assert await queued(rig) == {A}


async def test_a_status_that_somebody_else_wrote_is_looked_at(rig: Rig) -> None:
    see(rig, A)
    await queued(rig)
    see(rig, A, 2)
    assert await queued(rig) == {A}


async def test_a_deletion_of_a_former_object_of_that_name_is_no_deletion(rig: Rig) -> None:
    see(rig, A, 5, uid="second")
    see(rig, A, 4, uid="first", deleted=True)
    assert rig.store.get(A) is not None


async def test_what_a_complete_list_lacks_is_gone(rig: Rig) -> None:
    see(rig, A)
    see(rig, B)
    await queued(rig)
    rig.informer.listed(Kind.PROCESS, None, {A}, "10")
    assert rig.store.get(B) is None
    assert await queued(rig) == {B}


async def test_what_is_newer_than_the_list_stays(rig: Rig) -> None:
    see(rig, A, 11)
    rig.informer.listed(Kind.PROCESS, None, set(), "10")
    assert rig.store.get(A) is not None


async def test_a_list_of_one_namespace_says_nothing_about_another(rig: Rig) -> None:
    see(rig, A)
    rig.informer.listed(Kind.PROCESS, "bank", set(), "10")
    rig.informer.listed(Kind.MESSAGE, "shop", set(), "10")
    assert rig.store.get(A) is not None


@pytest.mark.parametrize("gone", ["deleted", "replaced", "not listed"])
async def test_nothing_is_remembered_of_what_is_gone(rig: Rig, gone: str) -> None:
    see(rig, A)
    rig.world.first_sent["uid-a"] = 1.0
    rig.world.intents._unsent["uid-a"] = "uid-a/x"
    match gone:
        case "deleted":
            see(rig, A, 2, deleted=True)
        case "replaced":
            see(rig, A, 2, uid="another")
        case _:
            rig.informer.listed(Kind.PROCESS, None, set(), "10")
    assert rig.world.first_sent == {}
    assert rig.world.intents._unsent == {}


async def test_synced_once_all_lists_are_in_and_every_listed_key_was_seen(rig: Rig) -> None:
    others = set(KINDS) - {Kind.PROCESS}
    for kind in others:
        rig.informer.listed(kind, None, set(), "10")
    rig.informer.listed(Kind.PROCESS, None, {A, B}, "10")
    assert not rig.informer.synced.is_set()
    see(rig, A)
    assert not rig.informer.synced.is_set()
    see(rig, B)
    assert rig.informer.synced.is_set()


async def test_synced_needs_every_namespace(rig: Rig) -> None:
    lists = [(Kind.PROCESS, "shop"), (Kind.PROCESS, "bank")]
    informer = Informer(rig.world, rig.queue, lists)
    informer.listed(Kind.PROCESS, "shop", set(), "10")
    assert not informer.synced.is_set()
    informer.listed(Kind.PROCESS, "bank", set(), "10")
    assert informer.synced.is_set()


async def test_a_listed_key_that_is_deleted_before_it_is_seen_is_not_waited_for(rig: Rig) -> None:
    informer = Informer(rig.world, rig.queue, [(Kind.PROCESS, None)])
    informer.listed(Kind.PROCESS, None, {A}, "10")
    informer.seen(A.kind, item(A, 11), deleted=True)
    assert informer.synced.is_set()


async def test_a_listed_key_that_the_next_list_lacks_is_not_waited_for(rig: Rig) -> None:
    informer = Informer(rig.world, rig.queue, [(Kind.PROCESS, None)])
    informer.listed(Kind.PROCESS, None, {A, B}, "10")
    informer.seen(A.kind, item(A), deleted=False)
    informer.listed(Kind.PROCESS, None, {A}, "12")
    assert informer.synced.is_set()


async def test_a_later_list_does_not_undo_it(rig: Rig) -> None:
    informer = Informer(rig.world, rig.queue, [(Kind.PROCESS, None)])
    informer.listed(Kind.PROCESS, None, set(), "10")
    informer.listed(Kind.PROCESS, None, {A}, "12")
    assert informer.synced.is_set()
