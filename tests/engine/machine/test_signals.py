"""Signals: by command, to everybody who listens, in every place."""

from tests.engine.machine.models import (
    SIGNAL,
    catch,
    end,
    event_subprocess,
    flows,
    io,
    line,
    on,
    start,
    with_boundary,
    work,
)
from tests.engine.machine.rig import Rig
from zeebe_engine.engine.commands import BroadcastSignal


def broadcast(rig: Rig, **variables: object) -> None:
    rig.do(BroadcastSignal(name="alarm", variables=dict(variables)))


def test_a_signal_reaches_every_instance_of_every_process() -> None:
    rig = Rig()
    body = line(catch(on("signal", "s"), extensions=io(outputs={"got": "x"})))
    rig.deploy(body, before=SIGNAL)
    rig.deploy(body, before=SIGNAL, process_id="q")
    keys = [rig.start(), rig.start(), rig.start("q")]
    broadcast(rig, x=1, y=2)
    assert all(rig.is_over(key) for key in keys)
    assert [rig.variables(key) for key in keys] == [{"got": 1}] * 3


def test_a_signal_is_not_buffered() -> None:
    rig = Rig()
    rig.deploy(line(catch(on("signal", "s"))), before=SIGNAL)
    broadcast(rig)
    assert not rig.is_over(rig.start())


def test_a_signal_starts_the_latest_version_of_each_process() -> None:
    body = start(on("signal", "s")) + end() + flows("start>end")
    rig = Rig()
    rig.deploy(body, before=SIGNAL)
    rig.deploy(body + work("more"), before=SIGNAL)
    rig.deploy(body, before=SIGNAL, process_id="q")
    broadcast(rig, x=1)
    assert [len(rig.instances()), len(rig.instances("q"))] == [1, 1]
    assert rig.variables(rig.instances()[0]) == {"x": 1}


def test_a_signal_at_the_edge_and_within() -> None:
    rig = Rig()
    rig.deploy(with_boundary(on("signal", "s")), before=SIGNAL)
    rig.deploy(
        line(work("task")) + event_subprocess(on("signal", "s"), interrupting=False),
        before=SIGNAL,
        process_id="q",
    )
    ended, going_on = rig.start(), rig.start("q")
    broadcast(rig)
    broadcast(rig)
    assert rig.is_over(ended)
    assert len(rig.jobs("rescue")) == 2
    assert "task" in rig.active(going_on)


def test_each_broadcast_has_its_own_key() -> None:
    rig = Rig()
    keys = [rig.do(BroadcastSignal(name="nobody")).key for _ in range(2)]
    assert keys[0] < keys[1]
