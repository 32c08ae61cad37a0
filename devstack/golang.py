"""Finds the Go toolchain and builds the Go modules below this folder."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from devstack import building
from devstack.cache import Recipe
from devstack.errors import MissingToolError

_FETCHES_TOOLCHAINS = (1, 21)
_DOWNLOAD_TIMEOUT = 20 * 60.0
_BUILD_TIMEOUT = 90 * 60.0
_HOW = "install Go 1.21 or newer and put it on PATH"


def version() -> tuple[int, int]:
    """Of the go on PATH; it fetches the exact toolchain that a module asks for by itself."""
    program = shutil.which("go")
    if program is None:
        raise MissingToolError(f"Go is missing (no 'go' on PATH): {_HOW}.")
    try:
        said = subprocess.run(
            [program, "version"], capture_output=True, text=True, timeout=60, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        said = ""
    match = re.search(r"go(\d+)\.(\d+)", said)
    if match is None:
        raise MissingToolError(f"Go does not work ({program} does not tell its version): {_HOW}.")
    found = int(match[1]), int(match[2])
    if found < _FETCHES_TOOLCHAINS:
        raise MissingToolError(f"Go {match[1]}.{match[2]} ({program}) is too old: {_HOW}.")
    return found


def wanted(module: Path) -> tuple[int, int]:
    match = re.search(r"^go (\d+)\.(\d+)", (module / "go.mod").read_text(), re.MULTILINE)
    assert match, f"{module}/go.mod names no Go version"
    return int(match[1]), int(match[2])


@dataclass(frozen=True, slots=True)
class GoBuild:
    """A module and its programs: `packages` as `go build` takes them; `links` are more names of the
    one that is named like the module."""

    module: Path
    ldflags: str = "-s -w"
    packages: str = "."
    links: tuple[str, ...] = ()

    def recipe(self, gigabytes: float, title: str, takes: str) -> Recipe:
        files = sorted(path for path in self.module.iterdir() if path.is_file())
        return Recipe(
            name=self.module.name,
            inputs=(*files, self.ldflags, platform()),
            gigabytes=gigabytes,
            title=title,
            takes=f"{takes}, the first time only",
            build=self._build,
        )

    def _build(self, folder: Path, log: Path) -> None:
        name = self.module.name
        # Unlike `go mod download`, list fetches only what this build needs.
        fetch = ("go", "list", "-deps", self.packages)
        self._run(f"Fetching the Go modules of {name}", fetch, _DOWNLOAD_TIMEOUT, log)
        compile_ = ("go", "build", "-ldflags", self.ldflags, "-o", f"{folder}/", self.packages)
        self._run(f"Building {name}", compile_, _BUILD_TIMEOUT, log)
        for link in self.links:
            (folder / link).symlink_to(name)

    def _run(self, what: str, argv: tuple[str, ...], timeout: float, log: Path) -> None:
        environ = {"GOWORK": "off", "GOFLAGS": "-buildvcs=false -mod=readonly"}
        if version() < wanted(self.module):
            environ["GOTOOLCHAIN"] = "auto"
        building.run(building.Step(what, argv, timeout, self.module, environ), log)


def platform() -> str:
    """Part of a recipe: a cache may be shared by machines of two kinds."""
    return f"{os.uname().sysname}-{os.uname().machine}"
