"""The cache: built once, whole or not at all, anew when the recipe changes."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from devstack import cache
from devstack.cache import Recipe
from devstack.errors import BuildError, DiskFullError
from devstack.progress import Progress

_BUILD_SLOWLY = """
import sys, time
from pathlib import Path
from devstack import cache
from devstack.progress import Progress
def build(folder, log):
    with Path(sys.argv[1]).open("a") as builds:
        builds.write("built\\n")
    time.sleep(1)
    (folder / "part").write_text("whole")
recipe = cache.Recipe("slow", ("1",), 0.0, "Building slowly", "a second", build)
print((cache.ensure(recipe, Progress(quiet=True)) / "part").read_text())
"""


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ZEEBE_OPERATOR_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def _write(folder: Path, log: Path) -> None:
    (folder / "part").write_text("whole")


_RECIPE = Recipe("thing", ("1",), 0.0, "Building a thing", "no time", _write)
_QUIET = Progress(quiet=True)


def test_a_part_is_built_once() -> None:
    folder = cache.ensure(_RECIPE, _QUIET)

    def must_not_build(folder: Path, log: Path) -> None:
        raise AssertionError

    assert cache.ensure(replace(_RECIPE, build=must_not_build), _QUIET) == folder


def test_another_recipe_is_another_folder(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module a")
    recipe = replace(_RECIPE, inputs=(tmp_path / "go.mod",))
    before = cache.ensure(recipe, _QUIET)
    (tmp_path / "go.mod").write_text("module b")
    assert cache.ensure(recipe, _QUIET) != before


def test_two_runs_build_it_once_between_them(tmp_path: Path) -> None:
    builds = tmp_path / "builds"
    command = [sys.executable, "-c", _BUILD_SLOWLY, str(builds)]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [run.communicate(timeout=60)[0] for run in runs] == ["whole\n", "whole\n"]
    assert builds.read_text() == "built\n"


def test_a_failed_build_leaves_no_part(own_cache: Path) -> None:
    def fail(folder: Path, log: Path) -> None:
        (folder / "half").write_text("half")
        raise BuildError("no")

    with pytest.raises(BuildError):
        cache.ensure(replace(_RECIPE, build=fail), _QUIET)
    assert sorted(path.name for path in own_cache.iterdir()) == ["locks", "logs"]
    assert (cache.ensure(_RECIPE, _QUIET) / "part").exists()


def test_what_a_killed_build_left_is_cleared_away(own_cache: Path) -> None:
    stale = own_cache / ".thing-abc-999"
    stale.mkdir(parents=True)
    cache.ensure(_RECIPE, _QUIET)
    assert not stale.exists()


def test_a_disk_that_fills_up_is_named() -> None:
    def fill(folder: Path, log: Path) -> None:
        with Path("/dev/full").open("w") as full:
            full.write("x")

    with pytest.raises(DiskFullError, match="Building a thing failed because the disk is full"):
        cache.ensure(replace(_RECIPE, build=fill), _QUIET)


def test_progress_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    cache.ensure(_RECIPE, Progress())
    said = capsys.readouterr().err.splitlines()
    assert said == ["Building a thing (no time) ...", "Building a thing: done in 0 s"]
