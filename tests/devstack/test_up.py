"""`up`, `status`, `down`: an environment that stays when the command has ended."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from devstack import cache, parts
from devstack.progress import Progress

pytestmark = [pytest.mark.api_server, pytest.mark.engine]

AllGone = Callable[[Iterable[int]], bool]


class CommandLine:
    """`python -m devstack` on a cache of its own, in which everything is built already."""

    def __init__(self, folder: Path) -> None:
        self.state_file = folder / "up" / "state.json"
        self._environ = {**os.environ, "ZEEBE_OPERATOR_CACHE": str(folder)}

    def __call__(self, command: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "devstack", command],
            env=self._environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=False,
            timeout=400,
        )
        return done.returncode, done.stdout

    def pids(self) -> list[int]:
        state = json.loads(self.state_file.read_text())
        return [state["pid"], *state["services"].values()]


@pytest.fixture
def devstack(tmp_path: Path) -> Iterator[CommandLine]:
    parts.ensure(Progress())
    for recipe in (parts.kube(), parts.etcd()):
        built = cache.find(recipe)
        assert built
        (tmp_path / built.name).symlink_to(built)
    run = CommandLine(tmp_path)
    yield run
    run("down")


def test_up_status_and_down(devstack: CommandLine, all_gone: AllGone) -> None:
    code, said = devstack("up")
    assert code == 0
    assert "export KUBECONFIG=" in said
    pids = devstack.pids()
    assert "It is already up" in devstack("up")[1]
    assert devstack.pids() == pids
    assert devstack("status")[0] == 0
    assert devstack("down") == (0, "It is down, its data are removed.\n")
    assert all_gone(pids)
    assert not (devstack.state_file.parent / "data").exists()


def test_everything_ends_when_the_supervisor_was_killed(
    devstack: CommandLine, all_gone: AllGone
) -> None:
    devstack("up")
    pids = devstack.pids()
    os.kill(pids[0], signal.SIGKILL)
    assert all_gone(pids)
    assert devstack("status")[0] == 1
    assert devstack("down")[0] == 0
    assert not (devstack.state_file.parent / "data").exists()


def test_down_is_harmless_when_nothing_is_up(devstack: CommandLine) -> None:
    assert devstack("down") == (0, "Nothing was up.\n")
    assert devstack("status")[0] == 1


def test_doctor_tells_what_there_is(devstack: CommandLine) -> None:
    code, said = devstack("doctor")
    assert code == 0
    assert [line.split()[1] for line in said.splitlines()] == [
        *("kube", "etcd", "go", "disk", "pods")
    ]
