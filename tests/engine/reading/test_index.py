"""When what happened can be read, how long, and that a restart loses nothing of it."""

from tests.engine.reading.story import (
    INSTANCE,
    begun,
    event,
    index_of,
    instance,
    keys,
    of_task,
    variable,
)
from zeebe_engine.engine.events import ValueType
from zeebe_engine.reading.catalogue import COLLECTIONS
from zeebe_engine.reading.index import Index
from zeebe_engine.reading.pages import Query

INSTANCES = COLLECTIONS["process-instances"]


class Clock:
    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def test_reading_lags_behind() -> None:
    clock = Clock()
    index = Index(2.0, clock)
    index.take(1, begun())
    clock.time += 1.9
    assert keys(index, "process-instances") == []
    assert index.get(INSTANCES, str(INSTANCE)) is None
    clock.time += 0.1
    assert keys(index, "process-instances") == [str(INSTANCE)]
    assert index.get(INSTANCES, str(INSTANCE)) is not None


def test_a_snapshot_gives_the_same_answers() -> None:
    incident = of_task(ValueType.INCIDENT, "CREATED", 7, errorType="UNKNOWN")
    index = index_of(*begun(), variable("CREATED", 8, "a", "1"), incident)
    restored = Index.restore(index.snapshot(), 0, Clock())
    assert restored.position == 1
    for name, of in COLLECTIONS.items():
        found = index.search(of, Query(), 10)
        assert restored.search(of, Query(), 10) == found, name
    restored.take(2, [of_task(ValueType.INCIDENT, "RESOLVED", 7)])
    assert keys(restored, "process-instances", hasIncident=False) == [str(INSTANCE)]
    assert keys(restored, "variables", processInstanceKey=str(INSTANCE)) == ["8"]


def test_what_waits_is_in_the_snapshot_too() -> None:
    clock = Clock()
    index = Index(2.0, clock)
    index.take(1, begun())
    restored = Index.restore(index.snapshot(), 2.0, clock)
    assert keys(restored, "process-instances") == []
    clock.time += 2
    assert keys(restored, "process-instances") == [str(INSTANCE)]


def test_what_was_taken_is_not_taken_again() -> None:
    index = index_of(*begun(), of_task(ValueType.INCIDENT, "CREATED", 7, errorType="UNKNOWN"))
    restored = Index.restore(index.snapshot(), 0, Clock())
    again = [of_task(ValueType.INCIDENT, "RESOLVED", 7)]
    restored.take(1, again)
    assert keys(restored, "incidents", state="ACTIVE") == ["7"]


def test_the_oldest_ended_instances_go_with_all_they_had() -> None:
    index = Index(0, Clock(), ended_limit=2)
    for key in range(1, 5):
        started = instance("ELEMENT_ACTIVATING", key)
        index.take(key, [started, variable("CREATED", 10 + key, "a", "1", of=key, scope=key)])
    index.take(5, [instance("ELEMENT_COMPLETED", key) for key in (3, 1, 2)])
    assert keys(index, "process-instances") == ["1", "2", "4"]
    assert keys(index, "variables") == ["11", "12", "14"]
    index.take(6, [variable("UPDATED", 13, "a", "2", of=3, scope=3)])
    index.take(7, [event(ValueType.JOB, "COMPLETED", 99, {})])


def test_everything_can_be_forgotten() -> None:
    index = index_of(*begun())
    index.forget()
    assert keys(index, "process-instances") == []
    index.take(1, begun())
    assert keys(index, "process-instances") == [str(INSTANCE)]


def test_a_search_within_an_instance_finds_what_it_called() -> None:
    events = []
    for key, parent in ((1, 0), (2, 1), (3, 2), (4, 0)):
        events.append(instance("ELEMENT_ACTIVATING", key, parentProcessInstanceKey=parent))
        events.append(variable("CREATED", 10 + key, "a", "1", of=key, scope=key))
    index = index_of(*events)
    page = index.search(COLLECTIONS["variables"], Query(), 10, within="1")
    assert [one["variableKey"] for one in page.documents] == ["11", "12", "13"]


def test_an_older_version_is_told_less() -> None:
    document = index_of(*begun()).get(INSTANCES, str(INSTANCE))
    assert document is not None
    newest, older, oldest = (INSTANCES.told(document, minor) for minor in (10, 9, 8))
    assert set(newest) - set(older) == {"suspendedDate"}
    assert "businessId" in older
    assert "businessId" not in oldest
    assert None not in oldest.values()
