"""The keyed work queue: each key at most once waiting and once under way, fair, with delays.

Keys wait in lanes, one for each namespace and gateway. Lanes take turns, so that nobody's ten
thousand resources hold up somebody else's one; and a gateway has only so much room, so that a slow
one holds up only itself.
"""

import asyncio
import random
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from zeebe_operator.model.names import ObjectKey

Gateway = Hashable

_FIRST_DELAY = 0.1
_LONGEST_DELAY = 30.0


@dataclass(frozen=True, slots=True)
class Lane:
    """Keys of one namespace for one gateway."""

    namespace: str
    gateway: Gateway


class WorkQueue:
    """`lane_of` puts a key into a lane; `room` says how many may be under way for a gateway."""

    def __init__(
        self, lane_of: Callable[[ObjectKey], Lane], room: Callable[[Gateway], int]
    ) -> None:
        self._lane_of = lane_of
        self._room = room
        self._lanes: OrderedDict[Lane, deque[ObjectKey]] = OrderedDict()
        self._waiting: dict[ObjectKey, float] = {}  # since when, the oldest first
        self._active: dict[ObjectKey, Lane] = {}
        self._busy: dict[Gateway, int] = {}
        self._again: set[ObjectKey] = set()
        self._timers: dict[ObjectKey, asyncio.TimerHandle] = {}
        self._failures: dict[ObjectKey, int] = {}
        self._idle_workers: deque[asyncio.Future[None]] = deque()
        self._stopped = False

    def add(self, key: ObjectKey) -> None:
        """As soon as possible, whatever delay it was in; once more if it is under way."""
        self._cancel_timer(key)
        if key in self._active:
            self._again.add(key)
        elif key not in self._waiting:
            lane = self._lane_of(key)
            self._waiting[key] = asyncio.get_running_loop().time()
            self._lanes.setdefault(lane, deque()).append(key)
            self._wake_worker()

    def add_after(self, key: ObjectKey, delay: float) -> None:
        """In `delay` seconds, unless something calls for it earlier."""
        self._cancel_timer(key)
        loop = asyncio.get_running_loop()
        self._timers[key] = loop.call_later(delay, self._due, key)

    def retry(self, key: ObjectKey) -> None:
        """After a delay that doubles with every retry since the last `forget`, with jitter."""
        failures = self._failures.get(key, 0)
        self._failures[key] = failures + 1
        longest = min(_FIRST_DELAY * 2.0 ** min(failures, 16), _LONGEST_DELAY)
        self.add_after(key, random.uniform(longest / 2, longest))  # noqa: S311 - jitter

    def forget(self, key: ObjectKey) -> None:
        """The key succeeded: its next retry starts with a short delay again."""
        self._failures.pop(key, None)

    def is_active(self, key: ObjectKey) -> bool:
        return key in self._active

    async def get(self) -> ObjectKey | None:
        """The next key, under way until `done`; None once the queue is stopped."""
        while not self._stopped:
            if (key := self._pick()) is not None:
                return key
            idle: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._idle_workers.append(idle)
            await idle
        return None

    def done(self, key: ObjectKey) -> None:
        """The pass over the key has ended, well or not."""
        gateway = self._active.pop(key).gateway
        self._busy[gateway] -= 1
        if not self._busy[gateway]:
            del self._busy[gateway]
        if key in self._again:
            self._again.discard(key)
            self.add(key)
        self._wake_worker()

    def stop(self) -> None:
        """Hands out no more keys. What is under way goes on."""
        self._stopped = True
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        while self._idle_workers:
            self._wake_worker()

    def depth(self) -> int:
        """How many keys wait for a worker."""
        return len(self._waiting)

    def oldest_age(self) -> float:
        """How many seconds the first of them has waited; 0: none does."""
        first = next(iter(self._waiting.values()), None)
        return 0.0 if first is None else asyncio.get_running_loop().time() - first

    def _pick(self) -> ObjectKey | None:
        """The first lane with room goes to the end of the line: that is the turn-taking."""
        for lane in self._lanes:
            if self._busy.get(lane.gateway, 0) < self._room(lane.gateway):
                return self._take(lane)
        return None

    def _take(self, lane: Lane) -> ObjectKey:
        keys = self._lanes[lane]
        key = keys.popleft()
        self._lanes.move_to_end(lane)
        if not keys:
            del self._lanes[lane]
        del self._waiting[key]
        self._active[key] = lane
        self._busy[lane.gateway] = self._busy.get(lane.gateway, 0) + 1
        return key

    def _due(self, key: ObjectKey) -> None:
        self._timers.pop(key, None)
        self.add(key)

    def _cancel_timer(self, key: ObjectKey) -> None:
        if timer := self._timers.pop(key, None):
            timer.cancel()

    def _wake_worker(self) -> None:
        while self._idle_workers:
            idle = self._idle_workers.popleft()
            if not idle.done():
                idle.set_result(None)
                return
