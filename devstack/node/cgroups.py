"""The node's own group in each cgroup hierarchy (version 1): what pods may use is counted in there.

Its processes see it as the root, through a cgroup namespace. The kernel keeps groups when their
processes are gone, so they are removed by hand.
"""

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")

_PREFIX = "zeebe-operator-node-"
_REMOVAL_DEADLINE = 10.0


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """`options` is what it is mounted with, `path` is where this process is in it."""

    options: str
    path: str

    @property
    def folder(self) -> str:
        return self.options.removeprefix("none,name=")


def hierarchies() -> list[Hierarchy]:
    found = []
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers:  # without: the hierarchy of version 2, which has no controllers here
            named = controllers.startswith("name=")
            found.append(Hierarchy(f"none,{controllers}" if named else controllers, path))
    return found


class Groups:
    """One group in each hierarchy, named after this process, below the groups that it is in."""

    def __init__(self) -> None:
        name = f"{_PREFIX}{os.getpid()}"
        self._folders = [ROOT / h.folder / h.path.strip("/") / name for h in hierarchies()]

    def make(self) -> None:
        for folder in self._folders:
            _remove_stale(folder.parent)
            folder.mkdir()
            for part in ("cpuset.cpus", "cpuset.mems"):  # empty in a new group, which is unusable
                if (folder / part).exists():
                    (folder / part).write_text((folder.parent / part).read_text())

    def join(self) -> None:
        for folder in self._folders:
            (folder / "cgroup.procs").write_text(str(os.getpid()))

    def remove(self) -> None:
        """Waits for what is still ending in them."""
        ends = time.monotonic() + _REMOVAL_DEADLINE
        left = self._folders
        while left := [folder for folder in left if not _removed(folder)]:
            if time.monotonic() > ends:
                raise TimeoutError(f"{left[0]} cannot be removed")
            time.sleep(0.05)


def _remove_stale(parent: Path) -> None:
    """What is left of a node whose outer.py was killed."""
    for folder in parent.glob(f"{_PREFIX}*"):
        if not Path("/proc", folder.name.removeprefix(_PREFIX)).exists():
            _removed(folder)


def _removed(folder: Path) -> bool:
    with contextlib.suppress(OSError):
        for group in _deepest_first(folder):
            group.rmdir()
    return not folder.exists()


def _deepest_first(folder: Path) -> Iterator[Path]:
    for child in folder.iterdir():
        if child.is_dir():
            yield from _deepest_first(child)
    yield folder
