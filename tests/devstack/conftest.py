"""What the tests of the local environment share."""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest


def is_alive(pid: int) -> bool:
    """A zombie is over: only its parent has not asked yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def eventually(is_true: Callable[[], bool], seconds: float = 60.0) -> bool:
    ends = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > ends:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture
def all_gone() -> Callable[[Iterable[int]], bool]:
    """Waits until none of these processes, nor any of their process groups, is left."""

    def gone(pids: Iterable[int]) -> bool:
        return eventually(lambda: not any(is_alive(pid) or _group_lives(pid) for pid in pids))

    return gone


def _group_lives(leader: int) -> bool:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if os.getpgid(int(entry.name)) == leader and is_alive(int(entry.name)):
                    return True
            except OSError:
                continue
    return False


@pytest.fixture
def wait_until() -> Callable[[Callable[[], bool]], bool]:
    return eventually
