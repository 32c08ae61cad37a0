"""An environment really ends, whatever ends it, and does not meet its neighbours."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from devstack.engine import NEWEST
from devstack.environment import Environment
from devstack.errors import KubectlError, NotPartOfThisRunError

pytestmark = pytest.mark.api_server

AllGone = Callable[[Iterable[int]], bool]

_HOLDER = """
import json, signal, sys
from devstack.environment import Environment
with Environment.start(engine=sys.argv[1] or None) as env:
    pids = [env.keeper_pid, *(service.pid for service in env.services)]
    print(json.dumps({"pids": pids, "directory": str(env.directory)}), flush=True)
    signal.pause()
"""


def _pids(env: Environment) -> list[int]:
    return [env.keeper_pid, *(service.pid for service in env.services)]


@pytest.fixture(scope="module")
def control_plane() -> Iterator[Environment]:
    with Environment.start() as env:
        yield env


@pytest.mark.engine
def test_leaves_no_process_and_no_file_behind(all_gone: AllGone) -> None:
    with Environment.start(engine=NEWEST) as env:
        pids = _pids(env)
        env.kubectl("get", "namespaces")
    assert all_gone(pids)
    assert not env.directory.exists()


def test_stopping_twice_is_harmless(control_plane: Environment) -> None:
    env = Environment.start()
    env.stop()
    env.stop()


def test_keeps_a_directory_that_was_given(tmp_path: Path) -> None:
    with Environment.start(tmp_path / "mine"):
        pass
    assert (tmp_path / "mine" / "kube-apiserver.log").exists()


def test_two_run_side_by_side(api_server: Environment, control_plane: Environment) -> None:
    control_plane.kubectl("create", "namespace", "only-here")
    with pytest.raises(KubectlError, match="NotFound"):
        api_server.kubectl("get", "namespace", "only-here")


def test_says_so_when_an_engine_is_not_part_of_it(control_plane: Environment) -> None:
    with pytest.raises(NotPartOfThisRunError):
        _ = control_plane.engine


def test_says_so_when_a_node_is_not_part_of_it(control_plane: Environment) -> None:
    with pytest.raises(NotPartOfThisRunError):
        _ = control_plane.node


@pytest.mark.parametrize(
    ("number", "engine"),
    [
        pytest.param(signal.SIGKILL, NEWEST, id="kill -9", marks=pytest.mark.engine),
        pytest.param(signal.SIGTERM, "", id="terminate"),
        pytest.param(signal.SIGINT, "", id="ctrl-c"),
    ],
)
def test_ends_with_the_process_that_holds_it(
    number: signal.Signals, engine: str, all_gone: AllGone, wait_until: Callable[..., bool]
) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, engine],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with holder:
        assert holder.stdout
        held = json.loads(holder.stdout.readline())
        os.kill(holder.pid, number)
    assert all_gone(held["pids"])
    assert wait_until(lambda: not Path(held["directory"]).exists())


def test_ends_with_its_keeper(all_gone: AllGone) -> None:
    with Environment.start() as env:
        pids = _pids(env)
        os.kill(env.keeper_pid, signal.SIGKILL)
        assert all_gone(pids)


def test_a_server_outlives_the_thread_that_started_it(control_plane: Environment) -> None:
    def restart() -> None:
        control_plane.apiserver.kill()
        control_plane.apiserver.start()

    thread = threading.Thread(target=restart)
    thread.start()
    thread.join()
    assert "default" in control_plane.kubectl("get", "namespaces")


def test_the_api_server_comes_back_with_its_data_and_address(control_plane: Environment) -> None:
    control_plane.kubectl("create", "namespace", "survivor")
    server = control_plane.server
    control_plane.apiserver.stop()
    with pytest.raises(KubectlError):
        control_plane.kubectl("get", "namespace", "survivor")
    control_plane.apiserver.start()
    assert control_plane.server == server
    assert "survivor" in control_plane.kubectl("get", "namespace", "survivor")


def test_a_suspended_api_server_is_silent_until_it_is_resumed(control_plane: Environment) -> None:
    control_plane.apiserver.suspend()
    try:
        with pytest.raises(KubectlError):
            control_plane.kubectl("get", "namespaces", "--request-timeout=1s")
    finally:
        control_plane.apiserver.resume()
    assert "default" in control_plane.kubectl("get", "namespaces")


def test_starts_again_on_the_directory_of_an_earlier_one(tmp_path: Path) -> None:
    with Environment.start(tmp_path) as env:
        env.kubectl("create", "namespace", "from-before")
    with Environment.start(tmp_path) as env:
        assert "from-before" in env.kubectl("get", "namespace", "from-before")
