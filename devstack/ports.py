"""Free ports of 127.0.0.1, and the proof that a process of ours is the one that listens on them."""

import errno
import random
import socket
from pathlib import Path

from devstack.errors import StartError

HOST = "127.0.0.1"
_LISTEN = "0A"
_LOWEST = 10_000


def free_ports(count: int) -> list[int]:
    """Ports below the range of outgoing connections: the kernel never hands one of them to a client
    while a restarted process is away from it."""
    taken: list[socket.socket] = []
    highest = _first_ephemeral_port() - 1
    try:
        for _ in range(50 * count):
            if len(taken) == count:
                break
            probe = _bind(random.randint(_LOWEST, highest))
            if probe is not None:
                taken.append(probe)
        if len(taken) < count:
            raise StartError(f"No {count} free ports were found on {HOST}.")
        return [probe.getsockname()[1] for probe in taken]
    finally:
        for probe in taken:
            probe.close()


def url(port: int, scheme: str = "http") -> str:
    return f"{scheme}://{HOST}:{port}"


def listens(pid: int, port: int) -> bool:
    """Whether this process, and not a stranger who was faster, listens on the port."""
    inodes = _listening_inodes(port)
    if not inodes:
        return False
    try:
        for link in Path(f"/proc/{pid}/fd").iterdir():
            try:
                if link.readlink().name in inodes:
                    return True
            except OSError:
                continue
    except OSError:
        return False
    return False


def is_taken(port: int) -> bool:
    probe = _bind(port)
    if probe is None:
        return True
    probe.close()
    return False


def _bind(port: int) -> socket.socket | None:
    probe = socket.socket()
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind((HOST, port))
    except OSError as error:
        probe.close()
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            return None
        raise
    return probe


def _first_ephemeral_port() -> int:
    try:
        first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 32_768
    return first if first > _LOWEST + 1_000 else 32_768


def _listening_inodes(port: int) -> set[str]:
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            columns = line.split()
            if columns[3] == _LISTEN and int(columns[1].rpartition(":")[2], 16) == port:
                found.add(f"socket:[{columns[9]}]")
    return found
