"""Process 1 of a node, inside its namespaces: mounts, network, containerd, the kubelet.

Started by outer.py with its settings, the socket between them and the listener of the kubelet. It
ends when outer.py lets go of that socket, or when one of its two servers ends; everything in here
ends with it.
"""

import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from devstack.node import cgroups, relay
from devstack.node.settings import ADDRESS, BRIDGE, DNS_ADDRESS, Door, Settings, read

_CONTAINERD_DEADLINE = 60.0
_LAST_LINES = 5
# The kubelet insists on these; it is shown files of ours, the machine's values stay as they are.
_SYSCTLS = {
    "vm/overcommit_memory": "1",
    "vm/panic_on_oom": "0",
    "kernel/panic": "10",
    "kernel/panic_on_oops": "1",
    "kernel/keys/root_maxkeys": "1000000",
    "kernel/keys/root_maxbytes": "25000000",
}


def main() -> int:
    settings = read(Path(sys.argv[1]))
    outer = socket.socket(fileno=int(sys.argv[2]))
    kubelet_listener = socket.socket(fileno=int(sys.argv[3]))
    threading.Thread(target=_end_with, args=(outer,), daemon=True).start()
    _mount(Path(settings.directory))
    _make_network({DNS_ADDRESS, *(door.address for door in settings.doors)} - {ADDRESS})
    listeners = [_listen(door) for door in settings.doors]
    socket.send_fds(outer, [b"!"], [listener.fileno() for listener in listeners])
    servers = _start_servers(settings)
    relay.start([(kubelet_listener, (ADDRESS, settings.kubelet_port))])
    _tell_end(_first_to_end(servers), settings.directory)
    return 1


def _end_with(outer: socket.socket) -> None:
    outer.recv(1)
    os._exit(0)


def _mount(directory: Path) -> None:
    """What the servers write outside of the directory is thrown away with these mounts."""
    _run("mount", "--make-rshared", "/")
    hierarchies = cgroups.hierarchies()
    _run("umount", "--recursive", str(cgroups.ROOT))
    _mount_at(cgroups.ROOT, "tmpfs")
    for hierarchy in hierarchies:
        folder = cgroups.ROOT / hierarchy.folder
        folder.mkdir()
        _mount_at(folder, "cgroup", hierarchy.options)
    _mount_at(Path("/run"), "tmpfs")
    for path in ("/var/lib", "/opt"):
        upper, work = (Path(f"/run/overlay{path}/{part}") for part in ("upper", "work"))
        upper.mkdir(parents=True)
        work.mkdir()
        _mount_at(Path(path), "overlay", f"lowerdir={path},upperdir={upper},workdir={work}")
    _run("mount", "--bind", str(_made(directory / "log")), "/var/log")
    for name, value in _SYSCTLS.items():
        shown = _made(Path("/run/sysctl")) / name.replace("/", ".")
        shown.write_text(f"{value}\n")
        _run("mount", "--bind", str(shown), f"/proc/sys/{name}")


def _make_network(addresses: set[str]) -> None:
    """Without a route out: what nobody answers is refused at once, not waited for."""
    socket.sethostname("node")
    _run("ip", "link", "set", "lo", "up")
    for address in addresses:
        _run("ip", "address", "add", f"{address}/32", "dev", "lo")
    _run("ip", "link", "add", BRIDGE, "type", "bridge")
    _run("ip", "address", "add", f"{ADDRESS}/24", "dev", BRIDGE)
    _run("ip", "link", "set", BRIDGE, "up")
    Path("/proc/sys/net/ipv4/ip_forward").write_text("1\n")


def _listen(door: Door) -> socket.socket:
    return socket.create_server((door.address, door.port))


def _start_servers(settings: Settings) -> dict[str, subprocess.Popen[bytes]]:
    containerd = _start("containerd", settings.containerd, settings.directory)
    ends = time.monotonic() + _CONTAINERD_DEADLINE
    while not _answers(settings.containerd_socket):
        if containerd.poll() is not None or time.monotonic() > ends:
            _tell_end("containerd", settings.directory)
            sys.exit(1)
        time.sleep(0.05)
    kubelet = _start("kubelet", settings.kubelet, settings.directory)
    return {"containerd": containerd, "kubelet": kubelet}


def _start(name: str, argv: tuple[str, ...], directory: str) -> subprocess.Popen[bytes]:
    with _log(name, directory).open("ab") as log:
        return subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def _answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(path) == 0


def _first_to_end(servers: dict[str, subprocess.Popen[bytes]]) -> str:
    """Waits for every process: process 1 inherits the orphans.

    The Popen objects must be held meanwhile: one that is let go of waits for its process itself.
    """
    names = {server.pid: name for name, server in servers.items()}
    while (pid := os.wait()[0]) not in names:
        pass
    return names[pid]


def _run(*argv: str) -> None:
    subprocess.run(argv, check=True)


def _mount_at(folder: Path, kind: str, options: str = "defaults") -> None:
    _run("mount", "-t", kind, "-o", options, kind, str(folder))


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _log(name: str, directory: str) -> Path:
    return Path(directory) / f"{name}.log"


def _tell_end(name: str, directory: str) -> None:
    """Into our own log, whose end is what a person is shown."""
    last = _log(name, directory).read_text(errors="replace").splitlines()[-_LAST_LINES:]
    print(f"{name} ended:", *last, sep="\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
