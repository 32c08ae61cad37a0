"""A real Prometheus and its promtool, from Debian, for what is in monitoring/."""

import json
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from devstack import alone, cache, golang, ports
from devstack.cache import Recipe
from devstack.node import debian
from devstack.processes import Command
from devstack.progress import Progress
from devstack.service import Plan, Service

SCRAPE = "1s"


def recipe() -> Recipe:
    return Recipe(
        name="prometheus",
        inputs=(golang.platform(),),
        gigabytes=0.5,
        title="Fetching Prometheus from Debian",
        takes="half a minute, the first time only",
        build=lambda folder, log: debian.unpack(("prometheus",), folder, log),
    )


def program(name: str, progress: Progress) -> Path:
    """`prometheus` or `promtool`."""
    return cache.ensure(recipe(), progress) / "usr" / "bin" / name


class Prometheus:
    """One that runs; see `scraping`."""

    def __init__(self, port: int) -> None:
        self._url = ports.url(port)

    def query(self, expression: str) -> list[dict[str, Any]]:
        """The series that it gives now, each with `metric` and `value`."""
        asked = urllib.parse.urlencode({"query": expression})
        with urllib.request.urlopen(f"{self._url}/api/v1/query?{asked}", timeout=10) as answer:
            found: list[dict[str, Any]] = json.load(answer)["data"]["result"]
        return found


@contextmanager
def scraping(port: int, rules: Path, progress: Progress) -> Iterator[Prometheus]:
    """Looks at /metrics of 127.0.0.1:`port` every second, and has those rules loaded."""
    executable = program("prometheus", progress)
    with alone.place() as (processes, directory):
        config = directory / "prometheus.yaml"
        config.write_text(yaml.safe_dump(_config(port, rules)))
        service = Service("prometheus", processes, _plan(executable, config))
        service.start()
        yield Prometheus(service.ports[0])


def _config(port: int, rules: Path) -> dict[str, Any]:
    target = {"targets": [f"{ports.HOST}:{port}"]}
    job = {"job_name": "zeebe-operator", "honor_labels": True, "static_configs": [target]}
    return {
        "global": {"scrape_interval": SCRAPE, "evaluation_interval": SCRAPE},
        "rule_files": [str(rules)],
        "scrape_configs": [job],
    }


def _plan(executable: Path, config: Path) -> Plan:
    def command(found: tuple[int, ...]) -> Command:
        argv = (
            str(executable),
            f"--config.file={config}",
            f"--storage.tsdb.path={config.with_name('data')}",
            f"--web.listen-address={ports.HOST}:{found[0]}",
        )
        return Command(argv, {}, config.parent, config.with_name("prometheus.log"))

    return Plan(1, command, lambda found: _is_ready(found[0]), deadline=60.0, patience=10.0)


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"{ports.url(port)}/-/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
