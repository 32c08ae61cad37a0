"""The rules and the dashboard speak of metrics that there are; promtool says the rest."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from devstack import prometheus
from devstack.progress import Progress
from zeebe_operator.telemetry.health import Health
from zeebe_operator.telemetry.metrics import Metrics

MONITORING = Path(__file__).parents[2] / "monitoring"
ALERTS = {
    "OperatorDown",
    "ConnectionDown",
    "ResourcesStalled",
    "QueueStuck",
    "GatewayErrors",
    "WorkerJobsFailing",
}


@pytest.fixture(scope="session")
def promtool() -> str:
    return str(prometheus.program("promtool", Progress()))


def served() -> set[str]:
    """Names as they are queried: those of the parts, for a histogram."""
    text = Metrics(Health()).text().decode()
    types = re.findall(r"^# TYPE (\w+) (\w+)$", text, re.MULTILINE)
    return {f"{name}_bucket" if kind == "histogram" else name for name, kind in types}


def used(text: str) -> set[str]:
    return set(re.findall(r"\b(?:zeebe_operator|process)_\w+", text))


@pytest.mark.parametrize(
    "command", [("check", "rules", "rules.yaml"), ("test", "rules", "rules_test.yaml")]
)
def test_promtool_agrees(promtool: str, command: tuple[str, ...]) -> None:
    done = subprocess.run(
        [promtool, *command], cwd=MONITORING, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", ["rules.yaml", "rules_test.yaml", "dashboard.json"])
def test_every_metric_that_is_used_is_served(file: str) -> None:
    names = used((MONITORING / file).read_text())
    assert names
    assert names - served() == set()


def test_every_alert_is_tested_firing_and_silent() -> None:
    groups = yaml.safe_load((MONITORING / "rules.yaml").read_text())["groups"]
    assert {rule["alert"] for group in groups for rule in group["rules"]} == ALERTS
    tests = yaml.safe_load((MONITORING / "rules_test.yaml").read_text())["tests"]
    cases = [case for test in tests for case in test["alert_rule_test"]]
    assert {case["alertname"] for case in cases if case.get("exp_alerts")} == ALERTS
    assert {case["alertname"] for case in cases if not case.get("exp_alerts")} == ALERTS


def test_panels_do_not_overlap_and_have_titles() -> None:
    panels = json.loads((MONITORING / "dashboard.json").read_text())["panels"]
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}
    titles = {panel["title"] for panel in panels}
    assert len(places) == len(titles) == len(panels)


def test_every_alert_is_documented() -> None:
    page = (MONITORING.parent / "docs" / "configuration.md").read_text()
    assert {alert for alert in ALERTS if f"| `{alert}` |" not in page} == set()
