"""The environment behind `up`: a process of its own that outlives the terminal.

Its folder in the cache tells what runs: `state.json` when it is ready, `supervisor.log` if not.
If the supervisor is killed, its keeper ends everything else; `down` then only has to tidy up.
"""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from devstack import cache, parts
from devstack.engine import NEWEST
from devstack.environment import Environment
from devstack.errors import DevstackError, StartError
from devstack.progress import Progress

_REPOSITORY = Path(__file__).parent.parent
_START_DEADLINE = 300.0
_STOP_DEADLINE = 30.0
_POLL = 0.1


@dataclass(frozen=True, slots=True)
class State:
    """What a person, or another process, needs to know of a running environment."""

    pid: int
    begun: str  # of this process: a pid alone may be somebody else's by now
    kubeconfig: str
    server: str
    gateway_address: str
    rest_address: str
    kubectl: str
    services: dict[str, int]


def folder() -> Path:
    return cache.directory() / "up"


def state() -> State | None:
    """None when nothing is up, or what was up has died."""
    try:
        found = State(**json.loads((folder() / "state.json").read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return found if _begun(found.pid) == found.begun else None


def up(progress: Progress) -> tuple[State, bool]:
    """The state, and whether it was up before."""
    parts.ensure(progress)
    with _alone():
        running = state()
        if running is not None:
            return running, True
        _remove_everything()
        return _start(progress), False


def down() -> bool:
    """Whether anything was up; harmless when nothing was."""
    if not folder().exists():
        return False
    with _alone():
        return _remove_everything()


def serve() -> None:
    """The supervisor's main; it was started by up(). The folder is removed by down()."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with Environment.start(folder() / "data", engine=NEWEST) as env:
        _install_crds(env)
        now = State(
            pid=os.getpid(),
            begun=_begun(os.getpid()),
            kubeconfig=str(env.kubeconfig),
            server=env.server,
            gateway_address=env.engine.gateway_address,
            rest_address=env.engine.rest_address,
            kubectl=str(env.kubectl_path),
            services={service.name: service.pid for service in env.services},
        )
        unfinished = folder() / ".state.json"
        unfinished.write_text(json.dumps(asdict(now), indent=2))
        unfinished.rename(folder() / "state.json")
        while True:
            signal.pause()


def _start(progress: Progress) -> State:
    (folder() / "data").mkdir(parents=True)
    log = folder() / "supervisor.log"
    with log.open("wb") as output:
        supervisor = subprocess.Popen(
            [sys.executable, "-m", "devstack", "serve"],
            cwd=_REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    _write_pid(supervisor.pid)
    try:
        with progress.step("Starting the control plane and the engine", "about 10 s"):
            return _wait_until_ready(supervisor, log)
    except BaseException:
        _end(supervisor.pid, _begun(supervisor.pid))
        supervisor.wait()
        raise


def _wait_until_ready(supervisor: subprocess.Popen[bytes], log: Path) -> State:
    ends = time.monotonic() + _START_DEADLINE
    while supervisor.poll() is None:
        running = state()
        if running is not None:
            return running
        if time.monotonic() > ends:
            raise StartError(f"The environment did not start in time; see {log}.")
        time.sleep(_POLL)
    said = log.read_text(errors="replace").strip()
    raise StartError(f"The environment did not start: {said.rpartition('devstack: ')[2]}")


def _install_crds(env: Environment) -> None:
    crds = _REPOSITORY / "crds"
    if any(crds.glob("*.yaml")):
        env.kubectl("apply", "--server-side", "-f", str(crds))
        env.kubectl("wait", "--for=condition=Established", "--timeout=60s", "-f", str(crds))


def _remove_everything() -> bool:
    was_up = (folder() / "supervisor.pid").exists()
    with contextlib.suppress(OSError, ValueError):
        pid, begun = (folder() / "supervisor.pid").read_text().split(" ", 1)
        _end(int(pid), begun)
    if folder().exists():
        _remove_folder()
    return was_up


def _remove_folder() -> None:
    """The engine may still be writing when only the supervisor was killed a moment ago."""
    ends = time.monotonic() + _STOP_DEADLINE
    while True:
        try:
            for child in folder().iterdir():
                if child.is_dir():
                    shutil.rmtree(child)
                elif child.name != "lock":
                    child.unlink()
            return
        except OSError as error:
            if time.monotonic() > ends:
                raise DevstackError(f"{folder()} cannot be removed: {error.strerror}.") from error
            time.sleep(_POLL)


def _end(pid: int, begun: str) -> None:
    """TERM, then KILL; its keeper does the rest in either case."""
    if not begun or _begun(pid) != begun:
        return
    ends = time.monotonic() + _STOP_DEADLINE
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        while _begun(pid) == begun:
            if time.monotonic() > ends:
                os.kill(pid, signal.SIGKILL)
            time.sleep(_POLL)


def _write_pid(pid: int) -> None:
    (folder() / "supervisor.pid").write_text(f"{pid} {_begun(pid)}")


def _begun(pid: int) -> str:
    """When the process began, in the kernel's ticks; empty when it is gone or a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]


@contextmanager
def _alone() -> Iterator[None]:
    """One `up` or `down` at a time."""
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
