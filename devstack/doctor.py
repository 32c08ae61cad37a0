"""What this machine has of what the environment needs; changes nothing."""

import shutil
from dataclasses import dataclass

from devstack import cache, golang, parts
from devstack.errors import DevstackError, MissingToolError
from devstack.node import requirements


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    is_good: bool
    text: str


def examine() -> list[Finding]:
    return [*_parts(), _go(), _disk(), _pods()]


def _parts() -> list[Finding]:
    found = []
    for recipe in (parts.kube(), parts.etcd()):
        folder = cache.find(recipe)
        text = f"in {folder}" if folder else "not built yet: `python -m devstack build`"
        found.append(Finding(recipe.name, is_good=True, text=text))
    return found


def _go() -> Finding:
    try:
        major, minor = golang.version()
    except DevstackError as error:
        return Finding("go", is_good=False, text=str(error))
    needed_major, needed_minor = golang.wanted(parts.module("kube"))
    text = f"Go {major}.{minor}"
    if (major, minor) < (needed_major, needed_minor):
        text += f", which fetches Go {needed_major}.{needed_minor} when it builds"
    return Finding("go", is_good=True, text=text)


def _disk() -> Finding:
    where = cache.existing_parent(cache.directory())
    free = shutil.disk_usage(where).free / cache.GIGABYTE
    text = f"{free:.1f} GB free in {where}, {parts.FIRST_BUILD_GIGABYTES:.0f} GB for a first build"
    return Finding("disk", is_good=free >= parts.FIRST_BUILD_GIGABYTES, text=text)


def _pods() -> Finding:
    """Not bad when they cannot be run: only some tests need them."""
    try:
        requirements.check()
    except MissingToolError as error:
        return Finding("pods", is_good=True, text=f"not here, some tests will fail: {error}")
    return Finding("pods", is_good=True, text="a node can be started, for the tests that need pods")
