"""The demo as a person runs it: a table of Ready resources, and afterwards nothing is left."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = [pytest.mark.api_server, pytest.mark.engine]

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "devstack.demo"]
WITHIN = 300.0

WaitUntil = Callable[[Callable[[], bool]], bool]


@dataclass(frozen=True)
class Run:
    """One demo whose temporary files are in `directory`: that is how its processes are known."""

    code: int
    output: str
    errors: str
    directory: Path


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    directory = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        COMMAND,
        cwd=ROOT,
        env=environ(directory),
        capture_output=True,
        text=True,
        timeout=WITHIN,
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr, directory)


def environ(directory: Path, **changes: str) -> dict[str, str]:
    return {**os.environ, "TMPDIR": str(directory), **changes}


def processes_of(directory: Path) -> list[str]:
    """The command lines of all processes that were started with these temporary files."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            mine = f"TMPDIR={directory}".encode() in (entry / "environ").read_bytes().split(b"\0")
            if mine:
                found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def files_but_logs_in(directory: Path) -> list[Path]:
    """A start that fails, or is interrupted, leaves its logs for a person to read."""
    return [path for path in directory.rglob("*") if path.is_file() and path.suffix != ".log"]


def test_ends_well(run: Run) -> None:
    assert run.code == 0, f"{run.output}\n{run.errors}"
    assert "All of it held" in run.output


@pytest.mark.parametrize("kind", ["connection", "process", "message", "instance"])
def test_shows_every_kind_ready(run: Run, kind: str) -> None:
    """READY is the last column but one; for all but connections the key stands before it."""
    rows = re.findall(rf"^zeebe{kind}\.zeebe-operator\.dev/\S+ .*$", run.output, re.MULTILINE)
    assert len(rows) >= 2
    for row in rows:
        cells = row.split()
        assert cells[-2] == "True"
        assert kind == "connection" or any(re.fullmatch(r"\d{16,19}", cell) for cell in cells)


def test_output_is_plain_without_a_terminal(run: Run) -> None:
    assert "\033" not in run.output
    assert "\r" not in run.output


def test_says_nothing_on_stderr(run: Run) -> None:
    assert run.errors == ""


def test_leaves_no_process_and_no_file_behind(run: Run) -> None:
    assert processes_of(run.directory) == []
    assert list(run.directory.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_leaves_nothing_behind_when_it_is_interrupted(
    tmp_path: Path, number: signal.Signals, wait_until: WaitUntil
) -> None:
    demo = subprocess.Popen(
        COMMAND,
        cwd=ROOT,
        env=environ(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert wait_until(lambda: any("kube-apiserver" in each for each in processes_of(tmp_path)))
    demo.send_signal(number)
    _, errors = demo.communicate(timeout=60)
    assert demo.returncode == {signal.SIGINT: 130, signal.SIGTERM: 143}.get(number, -number)
    assert "Traceback" not in errors
    assert wait_until(lambda: processes_of(tmp_path) == [])
    assert wait_until(lambda: list(tmp_path.iterdir()) == [])


def test_says_in_one_sentence_what_is_missing(tmp_path: Path) -> None:
    """An empty cache and no tools to fill it with."""
    done = subprocess.run(
        COMMAND,
        cwd=ROOT,
        env=environ(tmp_path, ZEEBE_OPERATOR_CACHE=str(tmp_path / "cache"), PATH=str(tmp_path)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert re.fullmatch(r"demo: Go is missing .*\n", done.stderr)
