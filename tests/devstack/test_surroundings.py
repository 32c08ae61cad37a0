"""Bad surroundings: one clear sentence on stderr, an exit code, and nothing left running."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from devstack import cache, parts
from devstack.__main__ import main
from devstack.environment import Environment
from devstack.errors import StartError
from devstack.parts import Parts
from devstack.processes import Command, Processes
from devstack.progress import Progress


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and a PATH with only what a test puts there."""
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("ZEEBE_OPERATOR_CACHE", str(tmp_path / "cache"))
    return folder


@pytest.fixture
def silent_registry() -> Iterator[str]:
    """Takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


Eventually = Callable[[Callable[[], bool]], bool]


def _script(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)
    return path


def _fake_go(tools: Path, version: str, *then: str) -> None:
    says = f'if [ "$1" = version ]; then echo "go version go{version} linux/amd64"; exit; fi'
    _script(tools / "go", says, *then)


def _sentence(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err.strip().splitlines()[-1]


def test_no_go(tools: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build"]) == 1
    assert _sentence(capsys) == (
        "devstack: Go is missing (no 'go' on PATH): install Go 1.21 or newer and put it on PATH."
    )


@pytest.mark.parametrize(
    ("version", "complaint"),
    [
        pytest.param("1.20.14", "Go 1.20", id="too old"),
        pytest.param("nonsense", "Go does not work", id="no version"),
    ],
)
def test_a_go_that_will_not_do(
    tools: Path, version: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _fake_go(tools, version)
    assert main(["build"]) == 1
    assert complaint in _sentence(capsys)


def test_an_older_go_fetches_the_toolchain_that_is_wanted(tools: Path, tmp_path: Path) -> None:
    _fake_go(tools, "1.21.0", f'echo "$GOTOOLCHAIN" > {tmp_path}/said', "exit 1")
    assert main(["build"]) == 1
    assert (tmp_path / "said").read_text() == "auto\n"


@pytest.mark.parametrize(
    ("output", "complaint"),
    [
        pytest.param("write a.o: no space left on device", "because the disk is full", id="full"),
        pytest.param("proxy: i/o timeout", "the registry cannot be reached", id="unreachable"),
        pytest.param("undefined: x", "its output is in", id="else"),
    ],
)
def test_a_build_that_fails(
    tools: Path, output: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _fake_go(tools, "1.30.0", f"echo '{output}' >&2", "exit 1")
    assert main(["build"]) == 1
    assert complaint.replace("the registry", "the package registry") in _sentence(capsys)
    left = [path.name for path in cache.directory().iterdir()]
    assert sorted(left) == ["locks", "logs"]


def test_no_room_for_a_first_build(
    tools: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _fake_go(tools, "1.30.0")
    monkeypatch.setattr(parts, "FIRST_BUILD_GIGABYTES", 10**9)
    assert main(["build"]) == 1
    assert "needs 1000000000.0 GB of free disk space" in _sentence(capsys)


def test_a_cache_that_cannot_be_written(
    tools: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _fake_go(tools, "1.30.0")
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert main(["build"]) == 1
    assert "cannot be used" in _sentence(capsys)


def test_a_registry_that_does_not_answer(silent_registry: str, tmp_path: Path) -> None:
    environ = {
        **os.environ,
        "GOPROXY": silent_registry,
        "GOSUMDB": "off",
        "GOMODCACHE": str(tmp_path / "modules"),
        "GOTOOLCHAIN": "local",
        "ZEEBE_OPERATOR_CACHE": str(tmp_path / "cache"),
        "ZEEBE_OPERATOR_BUILD_TIMEOUT": "2",
    }
    done = subprocess.run(
        [sys.executable, "-m", "devstack", "build"],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 1
    assert "given up after 2 seconds" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_a_build_that_is_given_up_leaves_no_process(
    tools: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    all_gone: Callable[[Iterable[int]], bool],
) -> None:
    sleep = shutil.which("sleep", path="/usr/bin:/bin")
    _fake_go(tools, "1.30.0", f"{sleep} 1000 &", f"echo $! > {tmp_path}/pid", "wait")
    monkeypatch.setenv("ZEEBE_OPERATOR_BUILD_TIMEOUT", "1")
    assert main(["build"]) == 1
    assert all_gone([int((tmp_path / "pid").read_text())])


@pytest.mark.api_server
@pytest.mark.parametrize("victim", ["etcd", "kube-apiserver"])
def test_a_server_that_dies_at_its_start(
    victim: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    all_gone: Callable[[Iterable[int]], bool],
) -> None:
    built = parts.ensure(Progress())
    for name, program in (("etcd", built.etcd), ("kube", built.kube)):
        (tmp_path / name).symlink_to(program)
    (tmp_path / victim).unlink(missing_ok=True)
    _script(tmp_path / victim, "echo 'the flux compensator is missing' >&2", "exit 3")
    broken = Parts(kube=tmp_path / "kube", etcd=tmp_path / "etcd")
    monkeypatch.setattr(parts, "ensure", lambda progress: broken)
    started: list[int] = []
    _note_pids(monkeypatch, started)

    with pytest.raises(StartError, match=r"(?s)exit code 3.*\.log.*flux compensator") as caught:
        Environment.start()

    assert all_gone(started)
    log = Path(str(caught.value).partition("its log is ")[2].partition(" and ends")[0])
    assert log.exists()
    shutil.rmtree(next(p for p in log.parents if p.name.startswith("zeebe-operator-")))


def _note_pids(monkeypatch: pytest.MonkeyPatch, pids: list[int]) -> None:
    start = Processes.start

    def noted(self: Processes, name: str, command: Command) -> int:
        pids.extend([self.pid, start(self, name, command)])
        return pids[-1]

    monkeypatch.setattr(Processes, "start", noted)


def test_a_killed_build_leaves_no_process(
    tools: Path, tmp_path: Path, all_gone: Callable[[Iterable[int]], bool], wait_until: Eventually
) -> None:
    sleep = shutil.which("sleep", path="/usr/bin:/bin")
    pid = tmp_path / "pid"
    _fake_go(tools, "1.30.0", f"echo $$ > {pid}.tmp", f"/bin/mv {pid}.tmp {pid}", f"{sleep} 1000")
    with subprocess.Popen(
        [sys.executable, "-m", "devstack", "build"], stderr=subprocess.DEVNULL
    ) as build:
        assert wait_until(pid.exists)
        build.kill()
    assert all_gone([int(pid.read_text())])
