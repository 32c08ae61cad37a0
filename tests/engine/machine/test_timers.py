"""Timers: dates, durations and cycles, and what was missed."""

from datetime import UTC, datetime

import pytest

from tests.engine.machine.models import (
    boundary,
    catch,
    end,
    flows,
    io,
    line,
    start,
    timer,
    with_boundary,
    work,
)
from tests.engine.machine.rig import MINUTE, START, Rig
from zeebe_engine.engine.commands import CancelInstance
from zeebe_engine.settings import Settings


def iso(milliseconds: int) -> str:
    return datetime.fromtimestamp((START + milliseconds) / 1000, UTC).isoformat()


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("duration", "PT10S"),
        ("date", iso(10_000)),
        ("duration", "=wait"),
        ("duration", "=duration(&quot;PT10S&quot;)"),
        ("date", "=now() + duration(&quot;PT10S&quot;)"),
        ("date", "=date and time(at)"),
    ],
)
def test_a_catch_event_waits_for_its_time(kind: str, text: str) -> None:
    rig = Rig()
    key = rig.run(line(catch(timer(kind, text))), wait="PT10S", at=iso(10_000))
    assert rig.machine.next_due() == START + 10_000
    rig.wait(9_999)
    assert not rig.is_over(key)
    rig.wait(1)
    assert rig.is_over(key)
    assert rig.happened("TIMER", "TRIGGERED", dueDate=START + 10_000)
    assert rig.machine.next_due() is None


@pytest.mark.parametrize("text", ["PT0S", "-PT5S"])
def test_a_duration_that_is_over_fires_at_once(text: str) -> None:
    rig = Rig()
    key = rig.run(line(catch(timer("duration", text))))
    rig.wait(0)
    assert rig.is_over(key)


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("duration", "soon", "Invalid duration format 'soon' for timer 'duration' expression"),
        ("date", "soon", "Invalid date-time format 'soon' for timer 'date' expression"),
        ("duration", None, "to be 'STRING', but was 'NULL'"),
        ("duration", "P999999999Y", "Invalid duration format"),
    ],
)
def test_an_expression_that_gives_no_time_is_an_incident(
    kind: str, value: str | None, words: str
) -> None:
    rig = Rig()
    key = rig.run(line(catch(timer(kind, "=value"))), value=value)
    assert rig.problem()[0] == "EXTRACT_VALUE_ERROR"
    assert words in rig.problem()[1]
    rig.set_variables(key, value="PT1S" if kind == "duration" else iso(1000))
    rig.resolve()
    rig.wait(1000)
    assert rig.is_over(key)


@pytest.mark.parametrize(
    ("cycle", "times"),
    [
        ("R2/PT10S", [10_000, 20_000]),
        (f"R2/{iso(5_000)}/PT10S", [5_000, 15_000]),
        ("R0/PT10S", [10_000]),
    ],
)
def test_a_cycle_fires_as_often_as_it_says(cycle: str, times: list[int]) -> None:
    rig = Rig()
    key = rig.run(with_boundary(timer("cycle", cycle), interrupting=False))
    for _ in range(40):
        rig.wait(1_000)
    fired = [one.time - START for one in rig.happened("TIMER", "TRIGGERED")]
    assert fired == times
    rig.complete()
    assert rig.is_over(key)


def test_a_cycle_without_end_ends_with_its_activity() -> None:
    rig = Rig()
    key = rig.run(with_boundary(timer("cycle", "R/PT10S"), interrupting=False))
    for _ in range(3):
        rig.wait(10_000)
    rig.complete()
    assert rig.is_over(key)
    assert rig.completed().count("edge") == 3
    assert rig.machine.next_due() is None


def test_what_a_cycle_missed_is_not_made_up_for() -> None:
    """It fires once for all that, and goes on from then."""
    rig = Rig()
    rig.run(with_boundary(timer("cycle", "R/PT10S"), interrupting=False))
    rig.wait(95_000)
    assert rig.completed().count("edge") == 1
    assert rig.machine.next_due() == START + 105_000


def test_a_cycle_that_is_a_little_late_keeps_its_rhythm() -> None:
    rig = Rig()
    rig.run(with_boundary(timer("cycle", "R/PT10S"), interrupting=False))
    rig.wait(10_300)
    assert rig.machine.next_due() == START + 20_000


def test_a_cycle_of_no_length_does_not_stop_the_engine() -> None:
    rig = Rig()
    key = rig.run(with_boundary(timer("cycle", "R/PT0S"), interrupting=False))
    rig.wait(5)
    rig.wait(5)
    assert rig.completed().count("edge") == 2
    rig.do(CancelInstance(key=key))
    assert rig.machine.next_due() is None


def test_timers_fire_in_the_order_of_their_times() -> None:
    body = (
        line(work("task"))
        + boundary("third", "task", timer("duration", "PT3S"), interrupting=False)
        + boundary("first", "task", timer("duration", "PT1S"), interrupting=False)
        + boundary("second", "task", timer("duration", "PT2S"))
        + end(element_id="other")
        + flows("first>other", "second>other", "third>other")
    )
    rig = Rig()
    key = rig.run(body)
    rig.wait(10_000)
    assert rig.is_over(key)
    fired = [one.value["targetElementId"] for one in rig.happened("TIMER", "TRIGGERED")]
    assert fired == ["first", "second"]


def test_a_timer_of_a_start_event_has_its_instances_on_every_partition() -> None:
    rig = Rig(Settings(partitions=3))
    rig.deploy(start(timer("cycle", "R3/PT1S")) + end() + flows("start>end"))
    for _ in range(5):
        rig.wait(1_000)
    assert [key >> 51 for key in rig.instances()] == [1, 2, 3]
    assert rig.machine.next_due() is None


def test_time_never_goes_back() -> None:
    rig = Rig()
    rig.run(line(catch(timer("duration", "PT10S"))))
    rig.wait(5_000)
    rig.wait(-4_000)
    assert rig.state.time == START + 5_000


def test_a_timer_of_what_only_waits_for_its_outputs_is_not_due() -> None:
    rig = Rig()
    task = work("task", extensions=io(outputs={"b": "assert(a, ok)"}))
    key = rig.run(with_boundary(timer("duration", "PT1M"), task=task), a=1)
    rig.complete()
    assert rig.problem()[0] == "IO_MAPPING_ERROR"
    assert rig.machine.next_due() is None
    rig.wait(MINUTE)
    rig.set_variables(key, ok=True)
    rig.resolve()
    assert rig.is_over(key)
    assert "other" not in rig.completed()
