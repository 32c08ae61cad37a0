"""The generated code is what protoc makes of our proto: never edited, never stale."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = "zeebe_operator/zeebe/pb"
FILES = ("gateway_pb2.py", "gateway_pb2.pyi", "gateway_pb2_grpc.py")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("generated")
    targets = [f"--{kind}_out={out}" for kind in ("python", "pyi", "grpc_python")]
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{PACKAGE}=proto", *targets]
    subprocess.run([*command, "proto/gateway.proto"], cwd=ROOT, check=True)
    return out / PACKAGE


@pytest.mark.parametrize("name", FILES)
def test_committed_code_is_fresh(fresh: Path, name: str) -> None:
    committed = ROOT / "operator" / PACKAGE / name
    assert committed.read_text() == (fresh / name).read_text()
