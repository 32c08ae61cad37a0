"""Clients of other people, which the local engine is held to: each in an environment of its own.

Their packages need not go together with ours, nor with each other's. What is installed is in
`requirements/client-<name>.lock`.
"""

import sys
from functools import partial
from pathlib import Path

from devstack import building, cache, golang
from devstack.cache import Recipe
from devstack.progress import Progress

_ROOT = Path(__file__).parents[1]
_LOCKS = _ROOT / "requirements"
_TIMEOUT = 10 * 60.0


def names() -> list[str]:
    """Of all clients that there is a lock for."""
    return sorted(lock.stem.removeprefix("client-") for lock in _LOCKS.glob("client-*.lock"))


def python(name: str, progress: Progress | None = None) -> Path:
    """An interpreter that has that client; the first time, its packages are fetched."""
    return cache.ensure(recipe(name), progress or Progress()) / "bin" / "python"


def recipe(name: str) -> Recipe:
    lock = _LOCKS / f"client-{name}.lock"
    return Recipe(
        name=f"client-{name}",
        inputs=(lock, sys.version, golang.platform()),
        gigabytes=0.2,
        title=f"Installing the client {name}",
        takes="some seconds, the first time only",
        build=partial(_build, name, lock),
    )


def _build(name: str, lock: Path, folder: Path, log: Path) -> None:
    """The folder is renamed when it is whole: its Python does not mind, its other programs do."""
    venv = (sys.executable, "-m", "venv", folder)
    pip = (folder / "bin" / "python", "-m", "pip", "install", "--quiet")
    locked = ("--disable-pip-version-check", "--require-hashes", "--requirement", lock)
    for what, argv in (("Making the environment", venv), ("Installing", (*pip, *locked))):
        building.run(building.Step(f"{what} of the client {name}", argv, _TIMEOUT, _ROOT), log)
