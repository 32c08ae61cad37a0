"""The workflows cannot run here; what they refer to must be there all the same."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from devstack.chart import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yaml"))
MADE = ("build/",)
"""What a workflow makes itself."""

each_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)


def jobs(path: Any) -> Iterator[Any]:
    yield from yaml.safe_load(path.read_text())["jobs"].values()


def steps(path: Any) -> Iterator[Any]:
    for job in jobs(path):
        yield from job.get("steps", ())


def commands(path: Any) -> str:
    return "\n".join(step.get("run", "") for step in steps(path))


@each_workflow
def test_every_job_is_bounded_and_every_step_does_something(path: Any) -> None:
    assert all("uses" in job or job["timeout-minutes"] for job in jobs(path))
    assert all(("uses" in step) != ("run" in step) for step in steps(path))


@each_workflow
def test_everything_used_has_a_version_or_is_ours(path: Any) -> None:
    used = [each["uses"] for each in (*jobs(path), *steps(path)) if "uses" in each]
    assert used
    for name in used:
        ours = name.startswith("./") and (ROOT / name).is_file()
        assert ours or re.fullmatch(r"[\w-]+/[\w./-]+@(v\d+|[0-9a-f]{40})", name), name


@each_workflow
def test_every_target_and_every_path_exists(path: Any) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)", commands(path))) <= targets
    paths = re.findall(r"(?<![\w$/}])(\.?[a-z]+/[\w./*-]+)", commands(path))
    for found in (each for each in paths if not each.startswith(MADE)):
        assert (ROOT / found).exists(), found


@each_workflow
def test_no_registry_is_written_down(path: Any) -> None:
    lines = re.sub(r"#.*", "", path.read_text())
    assert re.findall(r"[\w-]+\.(?:io|com|dev|org)/", lines) == []
    assert re.findall(r"^ +(?:image|registry): (?!\$\{\{ vars\.)", lines, re.MULTILINE) == []


def test_a_release_is_tested_by_what_developers_run() -> None:
    ci, release = WORKFLOWS
    assert ".ci/run" in commands(ci)
    [test, publish] = jobs(release)
    assert test["uses"] == "./.github/workflows/ci.yaml"
    assert publish["needs"] == "test"
