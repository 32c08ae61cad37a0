"""A server process: a port that somebody else took, a start that takes too long."""

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from devstack import http_probe, ports
from devstack.errors import PortTakenError, StartError
from devstack.processes import Command, Processes
from devstack.service import Plan, Service


@pytest.fixture
def processes() -> Iterator[Processes]:
    running = Processes()
    yield running
    running.end()


@pytest.fixture
def stranger() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def _web_server(processes: Processes, folder: Path, deadline: float = 60.0) -> Service:
    def command(own: tuple[int, ...]) -> Command:
        argv = (sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(own[0]))
        return Command(argv, {}, folder, folder / "web.log")

    plan = Plan(1, command, lambda own: http_probe.is_ok(own[0], "/"), deadline, patience=30.0)
    return Service("web", processes, plan)


def test_takes_another_port_when_somebody_was_faster(
    processes: Processes, stranger: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offers = iter([[stranger], ports.free_ports(1)])
    monkeypatch.setattr(ports, "free_ports", lambda count: next(offers))
    service = _web_server(processes, tmp_path)
    service.start()
    assert service.ports != (stranger,)
    assert service.is_running


def test_gives_up_when_every_port_is_taken(
    processes: Processes, stranger: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "free_ports", lambda count: [stranger])
    with pytest.raises(PortTakenError, match="already in use"):
        _web_server(processes, tmp_path).start()


def test_keeps_its_port_over_a_restart(processes: Processes, tmp_path: Path) -> None:
    service = _web_server(processes, tmp_path)
    service.start()
    before = service.ports, service.pid
    service.kill()
    assert not service.is_running
    service.start()
    assert service.ports == before[0]
    assert service.pid != before[1]


def test_says_which_log_to_read_when_it_never_becomes_ready(
    processes: Processes, tmp_path: Path
) -> None:
    service = _web_server(processes, tmp_path, deadline=0.0)
    with pytest.raises(StartError, match=r"not ready within 0 seconds; its log is .*web\.log"):
        service.start()
    assert not service.is_running


def test_a_program_that_is_not_there(processes: Processes, tmp_path: Path) -> None:
    plan = Plan(
        0, lambda own: Command(("/no/such",), {}, tmp_path, tmp_path / "log"), bool, 1.0, 1.0
    )
    with pytest.raises(StartError, match="ghost cannot be started"):
        Service("ghost", processes, plan).start()


def test_free_ports_are_never_handed_to_clients_by_the_kernel() -> None:
    found = ports.free_ports(5)
    first_for_clients = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert len(set(found)) == 5
    assert max(found) < max(first_for_clients, 32_768)
