"""A server by itself: what a failed start leaves, and what any other end does."""

import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from devstack import alone
from devstack.errors import StartError
from devstack.processes import Command

AllGone = Callable[[Iterable[int]], bool]

_WAIT = (sys.executable, "-c", "import signal; signal.pause()")


def test_processes_and_files_end_with_it(all_gone: AllGone) -> None:
    with alone.place() as (processes, directory):
        pid = processes.start("waits", Command(_WAIT, {}, directory, directory / "waits.log"))
    assert all_gone([pid])
    assert not directory.exists()


def test_a_failed_start_leaves_its_log_alone(all_gone: AllGone) -> None:
    left: list[Path] = []
    pids: list[int] = []

    def fail() -> None:
        with alone.place() as (processes, directory):
            left.append(directory)
            (directory / "data").mkdir()
            waits = Command(_WAIT, {}, directory, directory / "waits.log")
            pids.append(processes.start("waits", waits))
            raise StartError("not ready")

    with pytest.raises(StartError, match="not ready"):
        fail()
    assert all_gone(pids)
    assert [path.name for path in left[0].iterdir()] == ["waits.log"]
    shutil.rmtree(left[0])
