"""The side of a node that stays on the machine: makes its namespaces and cgroups, and removes them.

Run by the keeper: `python -m devstack.node.outer SETTINGS.json`. When it is told to end it lets go
of the socket that inner.py holds on to; inner.py is process 1 of the node, so the kernel ends
everything in there, with mounts and links. If this process is killed, the same happens; only its
empty cgroups stay, until the next node is started.
"""

import signal
import socket
import subprocess
import sys
from pathlib import Path

from devstack import ports
from devstack.node import relay
from devstack.node.cgroups import Groups
from devstack.node.settings import Settings, read

_NAMESPACES = ("--mount", "--net", "--pid", "--cgroup", "--uts", "--ipc")
_PATIENCE = 15.0


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    path = Path(sys.argv[1])
    groups = Groups()
    try:
        groups.make()
        return _run(path, read(path), groups)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        groups.remove()


def _run(path: Path, settings: Settings, groups: Groups) -> int:
    held, passed = socket.socketpair()
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((ports.HOST, settings.kubelet_port))  # inner.py listens when it is ready to
        child = _start_inside(path, groups, passed, listener)
        passed.close()
        try:
            _open_doors(settings, held)
            return child.wait()
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            held.close()
            _wait_for(child)


def _start_inside(
    path: Path, groups: Groups, passed: socket.socket, listener: socket.socket
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            *("unshare", *_NAMESPACES, "--fork", "--kill-child", "--mount-proc"),
            *(sys.executable, "-m", "devstack.node.inner"),
            *(path, str(passed.fileno()), str(listener.fileno())),
        ],
        pass_fds=(passed.fileno(), listener.fileno()),
        preexec_fn=groups.join,  # noqa: PLW1509  (no threads here yet)
        start_new_session=True,
    )


def _open_doors(settings: Settings, held: socket.socket) -> None:
    """None, when inner.py ended before it could send their listeners."""
    descriptors = socket.recv_fds(held, 1, len(settings.doors))[1]
    listeners = [socket.socket(fileno=descriptor) for descriptor in descriptors]
    targets = [(ports.HOST, door.leads_to) for door in settings.doors]
    relay.start(list(zip(listeners, targets, strict=False)))


def _wait_for(child: subprocess.Popen[bytes]) -> None:
    try:
        child.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()  # process 1 of the node dies with it
        child.wait()


if __name__ == "__main__":
    sys.exit(main())
