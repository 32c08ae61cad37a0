"""Whatever bytes arrive, they are read or refused in words."""

from contextlib import suppress
from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st

from tests.acceptance import bpmn
from tests.engine.bpmn.models import (
    START,
    TASK,
    defined,
    document,
    event,
    extended,
    flow,
    process,
    scoped,
    timed,
)
from tests.engine.bpmn.test_elements import LOOP, TYPED
from zeebe_engine.bpmn import BpmnError, read

WHOLE = document(
    process(
        START
        + TASK
        + event("boundaryEvent", timed("Duration", "=a"), "late", 'attachedToRef="task"')
        + '<bpmn:exclusiveGateway id="g" default="d"/><bpmn:endEvent id="end"/>'
        + flow("f1", "start", "task")
        + flow("f2", "task", "g")
        + flow("d", "g", "end")
        + flow("f3", "g", "end", "=a &gt; 1")
        + extended("serviceTask", TYPED, LOOP.format("", 'inputElement="i"', ""))
        + scoped(event("startEvent", defined("message", "m"), "sm"), 'triggeredByEvent="true"')
    )
)


def _read(content: bytes) -> None:
    with suppress(BpmnError):
        read("a.bpmn", content)


def test_the_whole_is_read() -> None:
    assert read("a.bpmn", WHOLE)


@given(st.integers(0, len(WHOLE)), st.integers(0, 200), st.binary(max_size=8))
def test_cut_and_altered_bytes_are_read_or_refused(at: int, length: int, instead: bytes) -> None:
    _read(WHOLE[:at] + instead + WHOLE[at + length :])


WORDS = sorted(set(WHOLE.decode().replace("<", " ").replace('"', " ").split()))


@given(st.sampled_from(WORDS), st.sampled_from(WORDS))
def test_exchanged_words_are_read_or_refused(old: str, new: str) -> None:
    _read(WHOLE.replace(old.encode(), new.encode()))


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(content: bytes) -> None:
    _read(content)


def test_a_file_of_usual_size_is_read_in_milliseconds() -> None:
    tasks = "".join(TASK.replace('"task"', f'"t{number}"') for number in range(20))
    content = document(process(START + tasks))
    read("a.bpmn", content)
    begin = perf_counter()
    read("a.bpmn", content)
    assert perf_counter() - begin < 0.05


def test_the_models_of_the_acceptance_tests_are_read() -> None:
    for text in (
        bpmn.straight("a"),
        bpmn.working("a"),
        bpmn.many("a", "work"),
        bpmn.waiting("a", "m"),
        bpmn.started_by_message("a", "m"),
        bpmn.catching("a", "work", "E"),
        bpmn.started_by_signal("a", "s"),
    ):
        (found,) = read("a.bpmn", text.encode())
        assert found.id == "a"
