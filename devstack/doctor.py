"""What this machine has of what the environment needs; changes nothing."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass

from devstack import cache, golang, java, maven, parts
from devstack.errors import DevstackError, MissingToolError
from devstack.node import requirements


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    is_good: bool
    text: str


def examine() -> list[Finding]:
    return [*_parts(), _tool("go", _go), _tool("mvn", _mvn), _java(), _disk(), _pods()]


def _parts() -> list[Finding]:
    found = []
    for recipe in (parts.kube(), parts.etcd(), parts.zeebe()):
        folder = cache.find(recipe)
        text = f"in {folder}" if folder else "not built yet: `python -m devstack build`"
        found.append(Finding(recipe.name, is_good=True, text=text))
    return found


def _tool(name: str, find: Callable[[], str]) -> Finding:
    try:
        return Finding(name, is_good=True, text=find())
    except DevstackError as error:
        return Finding(name, is_good=False, text=str(error))


def _go() -> str:
    major, minor = golang.version()
    needed_major, needed_minor = golang.wanted(parts.module("kube"))
    if (major, minor) >= (needed_major, needed_minor):
        return f"Go {major}.{minor}"
    return f"Go {major}.{minor}, which fetches Go {needed_major}.{needed_minor} when it builds"


def _mvn() -> str:
    return str(maven.find())


def _java() -> Finding:
    home = java.find()
    if home is None:
        text = f"no Java {java.OLDEST} or newer: a runtime will be fetched from PyPI"
    else:
        text = f"Java {java.release(home)} in {home}"
    return Finding("java", is_good=True, text=text)


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
