"""Numbers that are too large to be kept, from expressions and from files."""

import pytest

from tests.engine.machine.models import (
    boundary,
    end,
    extended,
    flows,
    io,
    job,
    line,
    loop,
    timer,
    work,
)
from tests.engine.machine.rig import Rig
from zeebe_engine.engine.commands import CompleteJob
from zeebe_engine.engine.state import decode

HUGE = "99999999999999999999"


def kept(rig: Rig) -> bool:
    """Whether a snapshot gives the same state."""
    return decode(rig.state.encode()).digest() == rig.machine.digest()


def test_items_of_an_expression_are_kept_as_floats() -> None:
    rig = Rig()
    key = rig.run(line(work("task", inner=loop(items=f"[{HUGE}, -{HUGE}, 7]"))))
    assert [one.variables["item"] for one in rig.jobs()] == [1e20, -1e20, 7]
    assert kept(rig)
    rig.do(CompleteJob(key=next(iter(rig.state.jobs)), variables={"result": 1}))
    assert rig.active(key).count("task") == 3


def test_results_of_the_instances_of_an_activity_are_kept_as_floats() -> None:
    rig = Rig()
    key = rig.run(line(work("task", inner=loop(items="[1, 2]", output=HUGE))))
    first, second = rig.jobs()
    rig.do(CompleteJob(key=first.key))
    assert kept(rig)
    rig.do(CompleteJob(key=second.key))
    assert rig.variables(key)["results"] == [1e20, 1e20]


def test_a_result_that_waits_for_its_outputs_is_kept_as_a_float() -> None:
    rig = Rig()
    script = f'<zeebe:script expression="={HUGE}" resultVariable="b"/>'
    mapped = io(outputs={"c": "assert(b, ok)"})
    key = rig.run(line(extended("scriptTask", "task", script + mapped)))
    assert rig.problem()[0] == "IO_MAPPING_ERROR"
    assert kept(rig)
    rig.set_variables(key, ok=True)
    rig.resolve()
    assert rig.is_over(key)
    assert rig.variables(key) == {"ok": True, "c": 1e20}


@pytest.mark.parametrize("retries", [HUGE, f"-{HUGE}", "2147483648"])
def test_retries_of_an_expression_have_a_limit(retries: str) -> None:
    rig = Rig()
    rig.run(line(extended("serviceTask", "task", job(retries=f"={retries}"))))
    kind, message = rig.problem()
    assert kind == "EXTRACT_VALUE_ERROR"
    assert message.startswith("Expected the retries of a job to be 2147483647 at most, but was '")
    assert not rig.state.jobs


def test_repetitions_of_a_cycle_have_a_limit() -> None:
    body = (
        line(work("task"))
        + boundary("edge", "task", timer("cycle", "=cycle"), interrupting=False)
        + end(element_id="other")
        + flows("edge>other")
    )
    rig = Rig()
    rig.deploy(body)
    key = rig.start(cycle="R2147483648/PT1S")
    assert rig.problem() == (
        "EXTRACT_VALUE_ERROR",
        "Invalid cycle format 'R2147483648/PT1S' for timer 'cycle' expression",
    )
    rig.set_variables(key, cycle="R2147483647/PT1S")
    rig.resolve()
    assert [one.repetitions for one in rig.state.timers.values()] == [2**31 - 1]
