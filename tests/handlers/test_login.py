"""Finds the cluster as kubectl does. Each in a process of its own: KUBECONFIG is read once."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from devstack.environment import Environment

ROOT = Path(__file__).parents[2]
PROGRAM = """
import asyncio, json, sys
import kopf
from zeebe_operator.handlers import configure, login
from zeebe_operator.kubernetes.client import Client
from zeebe_operator.kubernetes.session import Session
from zeebe_operator.model.names import Kind, ObjectKey

async def main():
    session = Session()
    try:
        given = await login.login(session, configure.settings())
        found = await Client(session).get(ObjectKey(Kind.CONFIG_MAP, sys.argv[1], "probe"))
        print(json.dumps({
            "server": given.server, "name": found["metadata"]["name"],
            "shared": given.aiohttp_session is session.current,
            "expires": given.expiration.tzinfo is not None}))
    except login.NoClusterError as error:
        print(json.dumps({"error": str(error)}))
    finally:
        await session.close()

asyncio.run(main())
"""


async def run(kubeconfig: str, home: Path, namespace: str = "") -> dict[str, object]:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("KUBE")}
    environ |= {
        "KUBECONFIG": kubeconfig,
        "HOME": str(home),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "operator"), str(ROOT)]),
    }
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", PROGRAM, namespace],
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


async def test_logs_in_with_the_kubeconfig(
    api_server: Environment, namespace: str, tmp_path: Path
) -> None:
    api_server.kubectl("-n", namespace, "create", "configmap", "probe")
    found = await run(str(api_server.kubeconfig), tmp_path, namespace)
    assert found == {
        "server": api_server.server,
        "name": "probe",
        "shared": True,
        "expires": True,
    }


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(None, id="no file"),
        pytest.param("", id="an empty one"),
        pytest.param("{c4n4ry", id="a broken one"),
        pytest.param("apiVersion: v1\nkind: Config\ncurrent-context: c4n4ry", id="no context"),
    ],
)
async def test_without_a_cluster_it_says_what_is_needed(
    content: str | None, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    if content is not None:
        config.write_text(content)
    found = await run(str(config), tmp_path)
    assert "KUBECONFIG" in str(found["error"])
    assert "c4n4ry" not in str(found["error"])
