"""Events: one for each thing that happens, and a count for what happens again."""

from tests.fakes.cluster import MemoryCluster
from zeebe_operator.model import resource as resources
from zeebe_operator.model.errors import ClusterUnavailableError, ObjectNotFoundError
from zeebe_operator.model.names import Kind
from zeebe_operator.model.outcome import Stalled
from zeebe_operator.model.reasons import Reason
from zeebe_operator.reconcilers import announcer as announcers
from zeebe_operator.reconcilers.announcer import Announcer

RESOURCE = resources.of(
    Kind.MESSAGE,
    {"metadata": {"namespace": "shop", "name": "m", "uid": "u", "resourceVersion": "1"}},
)


def stalled(message: str = "x") -> Stalled:
    return Stalled(Reason.INVALID_SPEC, message)


async def test_the_same_again_is_counted() -> None:
    cluster = MemoryCluster()
    announcer = Announcer(cluster)
    for now in ("T1", "T2", "T3"):
        await announcer.tell(RESOURCE, stalled(), now)
    [event] = cluster.events
    assert (event["count"], event["firstTimestamp"], event["lastTimestamp"]) == (3, "T1", "T3")


async def test_another_message_is_another_event() -> None:
    cluster = MemoryCluster()
    announcer = Announcer(cluster)
    await announcer.tell(RESOURCE, stalled("x"), "T1")
    await announcer.tell(RESOURCE, stalled("y"), "T2")
    assert [event["count"] for event in cluster.events] == [1, 1]


async def test_one_that_the_api_server_has_dropped_is_told_anew() -> None:
    cluster = MemoryCluster()
    announcer = Announcer(cluster)
    await announcer.tell(RESOURCE, stalled(), "T1")
    cluster.fail("patch_event", ObjectNotFoundError("404"))
    await announcer.tell(RESOURCE, stalled(), "T2")
    await announcer.tell(RESOURCE, stalled(), "T3")
    assert [event["count"] for event in cluster.events] == [1, 2]


async def test_one_that_cannot_be_written_is_let_go() -> None:
    cluster = MemoryCluster()
    announcer = Announcer(cluster)
    await announcer.tell(RESOURCE, stalled(), "T1")
    cluster.fail("patch_event", ClusterUnavailableError("no answer"))
    await announcer.tell(RESOURCE, stalled(), "T2")
    assert [event["count"] for event in cluster.events] == [1]


async def test_what_is_remembered_has_a_bound() -> None:
    announcer = Announcer(MemoryCluster())
    for number in range(announcers._REMEMBERED + 5):
        await announcer.tell(RESOURCE, stalled(str(number)), "T")
    assert len(announcer._told) == announcers._REMEMBERED
