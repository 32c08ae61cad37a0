"""Finds the Go toolchain and builds the Go modules in kube/ and etcd/."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from devstack import building
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


def build(module: Path, program: Path, ldflags: str, log: Path) -> None:
    environ = {"GOWORK": "off", "GOFLAGS": "-buildvcs=false -mod=readonly"}
    if version() < wanted(module):
        environ["GOTOOLCHAIN"] = "auto"
    fetch = building.Step(
        what=f"Fetching the Go modules of {program.name}",
        argv=("go", "list", "-deps", "."),  # unlike `go mod download`, only what this build needs
        timeout=_DOWNLOAD_TIMEOUT,
        directory=module,
        environ=environ,
    )
    compile_ = building.Step(
        what=f"Building {program.name}",
        argv=("go", "build", "-ldflags", ldflags, "-o", program, "."),
        timeout=_BUILD_TIMEOUT,
        directory=module,
        environ=environ,
    )
    building.run(fetch, log)
    building.run(compile_, log)


def platform() -> str:
    """Part of a recipe: a cache may be shared by machines of two kinds."""
    return f"{os.uname().sysname}-{os.uname().machine}"
