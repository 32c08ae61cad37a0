"""The command as people run it: one sentence for each problem, and an end when it is told to."""

import re
import shutil
import signal
import socket
import sqlite3
import time
from pathlib import Path

import grpc
import pytest

from tests.engine.server.running import FREE, LONG, engine, get, outcome
from zeebe_operator.zeebe.pb import gateway_pb2 as pb
from zeebe_operator.zeebe.pb import gateway_pb2_grpc

pytestmark = pytest.mark.engine


def _publish(port: int) -> int:
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        gateway = gateway_pb2_grpc.GatewayStub(channel)  # type: ignore[no-untyped-call]
        request = pb.PublishMessageRequest(name="paid", timeToLive=60_000)
        return int(gateway.PublishMessage(request, wait_for_ready=True, timeout=LONG).key)


def test_it_says_what_it_is_and_where_it_listens(tmp_path: Path) -> None:
    with engine("--engine-version", "8.8", "--data", str(tmp_path)) as running:
        assert re.fullmatch(
            r"zeebe-engine, a local engine that answers as Camunda 8\.8: gRPC on 127\.0\.0\.1:\d+,"
            rf" REST on 127\.0\.0\.1:\d+, data in {tmp_path}\."
            r" It is not Zeebe, and it is not for production\.\n",
            running.greeting,
        )
        assert get(running.rest_port, "/ready") == 200


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_within_a_second_and_its_journal_can_be_replayed(
    tmp_path: Path, how: signal.Signals
) -> None:
    with engine("--data", str(tmp_path)) as running:
        _publish(running.grpc_port)
        begin = time.monotonic()
        assert running.end(how) == 0
        assert time.monotonic() - begin < 1
        assert running.process.stderr is not None
        assert running.process.stderr.read() == ""
    code, out, err = outcome("replay", str(tmp_path))
    assert (code, err) == (0, "")
    assert re.fullmatch(r"position 1, digest [0-9a-f]{64}: as the engine ended\n", out)


def test_a_replay_after_a_kill_has_nothing_to_compare_with(tmp_path: Path) -> None:
    with engine("--data", str(tmp_path)) as running:
        _publish(running.grpc_port)
        running.end(signal.SIGKILL)
    code, out, _ = outcome("replay", str(tmp_path))
    assert code == 0
    assert "the engine did not end in order, nothing to compare" in out


def test_a_replay_that_gives_another_digest_fails(tmp_path: Path) -> None:
    with engine("--data", str(tmp_path)) as running:
        for _ in range(2):
            _publish(running.grpc_port)
        running.end()
    with sqlite3.connect(tmp_path / "journal.db") as database:
        database.execute("DELETE FROM entries WHERE position = 1")
    database.close()
    code, out, err = outcome("replay", str(tmp_path))
    assert code == 1
    assert out.startswith("position 2, digest ")
    assert err.startswith("zeebe-engine: the engine ended with another digest: ")


def test_each_problem_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = str(other.getsockname()[1])
        for arguments, words in (
            (("run", *FREE[2:], "--grpc-port", taken), f"Cannot listen on 127.0.0.1:{taken}"),
            (("run", *FREE, "--data", str(tmp_path / "file")), "cannot be used for data"),
            (("run", *FREE, "--records", str(tmp_path)), "Records cannot be written to"),
            (("run", *FREE, "--tls-cert", "a"), "TLS needs both --tls-cert and --tls-key"),
            (("run", "--engine-version", "9"), "argument --engine-version: invalid choice: '9'"),
            (("replay", str(tmp_path)), "it is not a directory of zeebe-engine"),
        ):
            code, out, err = outcome(*arguments)
            assert (code, out) == (1, "")
            assert err.startswith("zeebe-engine: ")
            assert words in err
            assert err.count("\n") == 1


def test_data_in_use_is_refused_by_a_second_process(tmp_path: Path) -> None:
    with engine("--data", str(tmp_path)) as running:
        code, _, err = outcome("run", *FREE, "--data", str(tmp_path))
        assert code == 1
        assert f"in use by another zeebe-engine (process {running.process.pid})" in err
        assert outcome("replay", str(tmp_path))[0] == 1
        running.end()
    shutil.rmtree(tmp_path)
