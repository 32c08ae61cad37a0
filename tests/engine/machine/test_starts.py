"""How instances begin: without an event, by a message, at a time, by a signal."""

from datetime import UTC, datetime

import pytest

from tests.engine.machine.models import extended, flows, io, message, on, timer
from tests.engine.machine.rig import START, Rig
from zeebe_engine.engine.commands import BroadcastSignal, CreateInstance
from zeebe_engine.engine.refusals import Rejection

ROOTS = message("m", "ordered") + '<bpmn:signal id="s" name="alarm"/>'


def started_by(event: str, extensions: str = "") -> str:
    start = extended("startEvent", "begin", extensions, event)
    return start + '<bpmn:endEvent id="end"/>' + flows("begin>end")


def iso(milliseconds: int) -> str:
    return datetime.fromtimestamp((START + milliseconds) / 1000, UTC).isoformat()


def processes(rig: Rig) -> list[int]:
    found = rig.happened("PROCESS_INSTANCE", "ELEMENT_COMPLETED", bpmnElementType="PROCESS")
    return [one.key for one in found]


def test_a_message_brings_variables_which_outputs_map() -> None:
    rig = Rig()
    rig.deploy(started_by(on("message", "m"), io(outputs={"total": "amount * 2"})), before=ROOTS)
    rig.publish("ordered", "1", amount=4)
    (key,) = processes(rig)
    assert rig.variables(key) == {"total": 8}
    assert rig.completed() == ["begin", "end"]
    assert rig.happened("MESSAGE_START_EVENT_SUBSCRIPTION", "CORRELATED", processInstanceKey=key)


def test_a_signal_brings_variables() -> None:
    rig = Rig()
    rig.deploy(started_by(on("signal", "s")), before=ROOTS)
    rig.do(BroadcastSignal(name="alarm", variables={"where": "cellar"}))
    (key,) = processes(rig)
    assert rig.variables(key) == {"where": "cellar"}


@pytest.mark.parametrize(
    ("kind", "text", "times"),
    [
        ("date", iso(10_000), [0, 1, 1, 1]),
        ("cycle", "R2/PT10S", [0, 1, 2, 2]),
        ("cycle", f"R/{iso(20_000)}/PT10S", [0, 0, 1, 2]),
        ("cycle", "=&quot;R&quot; + string(1 + 1) + &quot;/PT10S&quot;", [0, 1, 2, 2]),
        ("cycle", "*/10 * * * * *", [0, 1, 2, 3]),
    ],
)
def test_a_timer_starts_instances(kind: str, text: str, times: list[int]) -> None:
    """After 9 s, 10 s, 20 s and 30 s."""
    rig = Rig()
    rig.deploy(started_by(timer(kind, text)))
    found = []
    for wait in (9_000, 1_000, 10_000, 10_000):
        rig.wait(wait)
        found.append(len(processes(rig)))
    assert found == times


def test_start_events_of_an_older_version_start_nothing() -> None:
    rig = Rig()
    rig.deploy(started_by(timer("cycle", "R/PT10S")))
    rig.deploy(started_by(on("message", "m")), before=ROOTS)
    rig.wait(10_000)
    assert not processes(rig)
    rig.publish("ordered")
    assert len(processes(rig)) == 1


def test_one_process_can_have_a_start_event_of_every_kind() -> None:
    events = (on("message", "m"), on("signal", "s"), timer("cycle", "R1/PT1S"))
    starts = "".join(
        extended("startEvent", f"by{number}", "", event) for number, event in enumerate(events)
    )
    ends = '<bpmn:startEvent id="none"/><bpmn:endEvent id="end"/>'
    rig = Rig()
    rig.deploy(starts + ends + flows("by0>end", "by1>end", "by2>end", "none>end"), before=ROOTS)
    rig.publish("ordered")
    rig.do(BroadcastSignal(name="alarm"))
    rig.wait(1_000)
    rig.start()
    assert rig.completed() == ["by0", "end", "by1", "end", "by2", "end", "none", "end"]


def test_a_process_without_a_none_start_event_is_not_created_by_command() -> None:
    rig = Rig()
    rig.deploy(started_by(on("message", "m")), before=ROOTS)
    with pytest.raises(Rejection, match="no such event"):
        rig.do(CreateInstance(bpmn_process_id="p"))
