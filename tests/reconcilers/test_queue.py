"""The work queue: each key once, everybody in turn, and delays that end when they should."""

import asyncio
from collections.abc import Callable, Iterable

import pytest

from zeebe_operator.model.names import Kind, ObjectKey
from zeebe_operator.reconcilers.queue import Gateway, Lane, WorkQueue


def key(name: str, namespace: str = "shop") -> ObjectKey:
    return ObjectKey(Kind.PROCESS, namespace, name)


A, B = key("a"), key("b")


def queue(
    gateway_of: Callable[[ObjectKey], Gateway] = lambda _: None,
    room: Callable[[Gateway], int] = lambda _: 1_000_000,
) -> WorkQueue:
    return WorkQueue(lambda key: Lane(key.namespace, gateway_of(key)), room)


async def taken(queue: WorkQueue, count: int) -> list[ObjectKey]:
    """That many keys, each being under way from now on."""
    found = [await asyncio.wait_for(queue.get(), 3600) for _ in range(count)]
    return [key for key in found if key is not None]


async def is_empty(queue: WorkQueue) -> bool:
    """Whether nothing would be handed out however long one waits."""
    getter = asyncio.create_task(queue.get())
    await asyncio.wait([getter], timeout=3600)
    if getter.done():
        return False
    getter.cancel()
    await asyncio.gather(getter, return_exceptions=True)
    return True


def add_all(queue: WorkQueue, keys: Iterable[ObjectKey]) -> None:
    for each in keys:
        queue.add(each)


async def test_a_key_waits_once_however_often_it_is_added() -> None:
    q = queue()
    add_all(q, [A, B, A, A])
    assert q.depth() == 2
    assert await taken(q, 2) == [A, B]
    assert await is_empty(q)


async def test_a_key_that_is_under_way_is_not_handed_out_again() -> None:
    q = queue()
    q.add(A)
    await taken(q, 1)
    add_all(q, [A, A])
    assert await is_empty(q)


async def test_what_was_added_during_a_pass_gets_one_more_pass() -> None:
    q = queue()
    q.add(A)
    await taken(q, 1)
    add_all(q, [A, A])
    q.done(A)
    assert await taken(q, 1) == [A]
    q.done(A)
    assert await is_empty(q)


async def test_a_waiting_worker_gets_what_comes() -> None:
    q = queue()
    getter = asyncio.create_task(q.get())
    await asyncio.sleep(1)
    q.add(A)
    assert await getter == A


async def test_a_worker_that_was_cancelled_takes_no_key_along() -> None:
    q = queue()
    gone, waiting = asyncio.create_task(q.get()), asyncio.create_task(q.get())
    await asyncio.sleep(1)
    gone.cancel()
    q.add(A)
    assert await asyncio.wait_for(waiting, 10) == A


async def test_a_delayed_key_comes_after_its_delay() -> None:
    q, loop = queue(), asyncio.get_running_loop()
    q.add_after(A, 300)
    started = loop.time()
    assert await taken(q, 1) == [A]
    assert loop.time() - started == pytest.approx(300)


async def test_add_cuts_a_delay_short_and_the_delay_is_over() -> None:
    q, loop = queue(), asyncio.get_running_loop()
    q.add_after(A, 300)
    q.add(A)
    assert await taken(q, 1) == [A]
    assert loop.time() < 1
    q.done(A)
    assert await is_empty(q)


async def test_the_last_delay_counts() -> None:
    q, loop = queue(), asyncio.get_running_loop()
    q.add_after(A, 10)
    q.add_after(A, 300)
    assert await taken(q, 1) == [A]
    assert loop.time() == pytest.approx(300)


async def delays(q: WorkQueue, count: int) -> list[float]:
    loop, found = asyncio.get_running_loop(), []
    for _ in range(count):
        started = loop.time()
        q.retry(A)
        await taken(q, 1)
        q.done(A)
        found.append(loop.time() - started)
    return found


async def test_retries_wait_twice_as_long_each_time_up_to_half_a_minute() -> None:
    longest = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30, 30]
    found = await delays(queue(), len(longest))
    for delay, limit in zip(found, longest, strict=True):
        assert limit / 2 <= delay <= limit + 0.001


async def test_a_hundred_retries_are_no_overflow() -> None:
    assert (await delays(queue(), 100))[-1] <= 30.001


async def test_after_a_success_the_delays_start_anew() -> None:
    q = queue()
    await delays(q, 8)
    q.forget(A)
    assert (await delays(q, 1))[0] <= 0.101


async def test_retries_of_one_key_delay_no_other() -> None:
    q = queue()
    await delays(q, 8)
    q.retry(B)
    assert await taken(q, 1) == [B]
    assert q._timers == {}


async def test_a_namespace_with_a_thousand_keys_holds_up_nobody() -> None:
    q = queue()
    add_all(q, [key(f"k{n}", "big") for n in range(1000)])
    q.add(key("only", "small"))
    assert key("only", "small") in await taken(q, 2)


async def test_lanes_take_turns() -> None:
    q = queue()
    add_all(q, [key(str(n), namespace) for namespace in ("x", "y", "z") for n in range(3)])
    order = [k.namespace for k in await taken(q, 9)]
    assert order == ["x", "y", "z"] * 3


async def test_keys_of_one_lane_keep_their_order() -> None:
    q = queue()
    keys = [key(f"k{n}") for n in range(20)]
    add_all(q, keys)
    assert await taken(q, 20) == keys


def by_namespace(key: ObjectKey) -> Gateway:
    return key.namespace


async def test_a_full_gateway_holds_up_only_itself() -> None:
    q = queue(by_namespace, lambda gateway: 2 if gateway == "slow" else 100)
    add_all(q, [key(f"k{n}", "slow") for n in range(5)])
    add_all(q, [key(f"k{n}", "quick") for n in range(5)])
    found = await taken(q, 7)
    assert sum(k.namespace == "slow" for k in found) == 2
    assert await is_empty(q)


async def test_the_end_of_a_pass_makes_room_for_the_next() -> None:
    q = queue(room=lambda _: 1)
    add_all(q, [A, B])
    assert await taken(q, 1) == [A]
    assert await is_empty(q)
    q.done(A)
    assert await taken(q, 1) == [B]


async def test_room_is_counted_over_all_namespaces_of_a_gateway() -> None:
    q = queue(room=lambda _: 3)
    add_all(q, [key("a", f"n{n}") for n in range(5)])
    await taken(q, 3)
    assert await is_empty(q)


async def test_room_that_grows_is_used() -> None:
    room = [1]
    q = queue(room=lambda _: room[0])
    add_all(q, [key(f"k{n}") for n in range(4)])
    first = await taken(q, 1)
    room[0] = 3
    q.done(first[0])
    assert len(await taken(q, 3)) == 3


async def test_a_stopped_queue_sends_all_workers_home_and_hands_out_nothing() -> None:
    q = queue()
    workers = [asyncio.create_task(q.get()) for _ in range(3)]
    await asyncio.sleep(1)
    q.stop()
    assert await asyncio.gather(*workers) == [None, None, None]
    q.add(A)
    assert await q.get() is None


async def test_stopping_ends_all_delays() -> None:
    q = queue()
    q.add_after(A, 10)
    q.stop()
    await asyncio.sleep(20)
    assert q.depth() == 0


async def test_what_is_under_way_may_end_after_the_stop() -> None:
    q = queue()
    q.add(A)
    await taken(q, 1)
    q.stop()
    assert q.is_active(A)
    q.done(A)
    assert not q.is_active(A)


async def test_the_oldest_age_is_that_of_the_first_that_waits() -> None:
    q = queue()
    assert q.oldest_age() == 0
    q.add(A)
    await asyncio.sleep(5)
    add_all(q, [B, A])
    assert q.oldest_age() == pytest.approx(5)
    assert await taken(q, 1) == [A]
    await asyncio.sleep(1)
    assert q.oldest_age() == pytest.approx(1)
    await taken(q, 1)
    assert q.oldest_age() == 0
