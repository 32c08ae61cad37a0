"""Work that keeps coming in, and the count of what became of it in the engine's own records."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from tests.acceptance import bpmn, engine
from tests.acceptance.cluster import Cluster, Object, eventually, instance, message, process, ready

BATCH = 4
"""So many of each kind at once."""


class Stream:
    """Batches of ZeebeInstances and ZeebeMessages, one after the other."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._name = f"stream-{cluster.namespace}"
        self._count = 0
        self._ended = threading.Event()
        cluster.apply(process("p", bpmn.working(self._name)))
        cluster.wait_ready("zproc/p")

    def begin(self) -> threading.Thread:
        thread = threading.Thread(target=self._apply_batches)
        thread.start()
        return thread

    def end(self) -> None:
        self._ended.set()

    def wait_for_more(self) -> None:
        """What is applied from now on is looked at."""
        now = self._count + BATCH
        eventually(lambda: self._count > now and self._seen("zinst", f"i-{now}"))

    def in_doubt(self) -> int:
        """Waits for all; returns how many instances the operator does not know the start of.

        Every message was published once, and of the instances none was started twice.
        """
        found = self._settled("zinst", {"Started", "OutcomeUnknown"})
        told = [i["status"]["processInstanceKey"] for i in found if ready(i)["reason"] == "Started"]
        started = Counter(map(str, engine.instances(self._cluster.engine, self._name)))
        doubted = len(found) - len(told)
        assert Counter(told) <= started
        assert started.total() - len(told) <= doubted
        self._settled("zmsg", {"Published"})
        sent = engine.messages(self._cluster.engine, self._name)
        counted = Counter(record.value["correlationKey"] for record in sent)
        assert counted == {f"{n}": 1 for n in range(self._count)}
        return doubted

    def _apply_batches(self) -> None:
        while not self._ended.is_set():
            numbers = range(self._count, self._count + BATCH)
            self._cluster.apply(
                *(instance(f"i-{n}", processRef={"name": "p"}) for n in numbers),
                *(message(f"m-{n}", self._name, f"{n}") for n in numbers),
            )
            self._count += BATCH

    def _seen(self, kind: str, name: str) -> bool:
        return bool(ready(self._cluster.get(kind, name)))

    def _settled(self, kind: str, reasons: set[str]) -> list[Object]:
        found: list[Object] = eventually(
            lambda: self._cluster.all(kind),
            lambda seen: {ready(each).get("reason") for each in seen} <= reasons,
        )
        assert len(found) == self._count
        return found


@contextmanager
def stream(cluster: Cluster) -> Iterator[Stream]:
    """It flows before what is done meanwhile, and some time afterwards."""
    work = Stream(cluster)
    thread = work.begin()
    try:
        work.wait_for_more()
        yield work
        work.wait_for_more()
    finally:
        work.end()
        thread.join()
