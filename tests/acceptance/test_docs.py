"""What the pages tell people to do does what they say."""

import json
import os
import re
import subprocess

from tests.acceptance.cluster import Cluster
from tests.acceptance.operator_process import Operator
from tests.docs.pages import DOCS, blocks, documents

GETTING_STARTED = DOCS / "getting-started.md"
UNINSTALLING = DOCS / "uninstalling.md"


def test_getting_started_ends_as_the_page_shows(cluster: Cluster, operator: Operator) -> None:
    process, first, worker, second = (
        document for page, document in documents() if page == GETTING_STARTED
    )
    cluster.apply(process, first)
    cluster.wait_ready("zproc/greeting", "zinst/greeting-1")
    seen = _headers(cluster.kubectl("get", "zeebe"))
    assert seen
    assert [header for header in seen if header not in _shown()] == []
    cluster.apply(worker, second)
    cluster.kubectl("wait", "--for=condition=Succeeded", "--timeout=90s", "zinst/greeting-2")
    result = cluster.get("zinst", "greeting-2")["status"]["result"]
    assert json.dumps(result, separators=(",", ":")) in GETTING_STARTED.read_text()


def test_what_waits_for_an_operator_that_is_gone_is_released_by_hand(
    cluster: Cluster, operator: Operator
) -> None:
    """By the commands of the page, as they stand there."""
    process, instance, *_ = (each for page, each in documents() if page == GETTING_STARTED)
    cluster.apply(process, instance)
    cluster.wait_ready("zinst/greeting-1")
    operator.stop()
    [commands] = [block for block in blocks(UNINSTALLING, "") if "xargs" in block]
    _shell(cluster, commands.replace("NAMESPACE", cluster.namespace))
    cluster.kubectl("wait", "--for=delete", "--timeout=90s", "zinst/greeting-1", "zproc/greeting")


def _headers(table: str) -> list[list[str]]:
    """The columns of each kind."""
    return [re.split(r" {2,}", line) for line in table.splitlines() if line.startswith("NAME ")]


def _shown() -> list[list[str]]:
    return [header for block in blocks(GETTING_STARTED, "") for header in _headers(block)]


def _shell(cluster: Cluster, commands: str) -> None:
    env = cluster.env
    path = f"{env.kubectl_path.parent}:{os.environ['PATH']}"
    subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        env={**os.environ, "PATH": path, "KUBECONFIG": str(env.kubeconfig)},
        timeout=120,
        check=True,
    )
