"""The cache outside the repository: one folder per part, named after the content of its recipe.

A part is built under a temporary name, with a lock held, and renamed when it is whole: two runs
never build it twice, and an interrupted build is never taken for a part.
"""

import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from devstack.errors import DevstackError, DiskFullError
from devstack.progress import Progress

GIGABYTE = 1024**3

Build = Callable[[Path, Path], None]  # (empty folder to fill, log file)


@dataclass(frozen=True, slots=True)
class Recipe:
    """`inputs` decide the name of the folder: change one and the part is built anew."""

    name: str
    inputs: tuple[str | bytes | Path, ...]
    gigabytes: float
    title: str
    takes: str
    build: Build

    @property
    def folder(self) -> str:
        digest = hashlib.sha256()
        for item in self.inputs:
            content = item.read_bytes() if isinstance(item, Path) else item
            content = content.encode() if isinstance(content, str) else content
            digest.update(len(content).to_bytes(8, "big") + content)
        return f"{self.name}-{digest.hexdigest()[:12]}"


def directory() -> Path:
    own = os.environ.get("ZEEBE_OPERATOR_CACHE")
    if own:
        return Path(own).absolute()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "zeebe-operator"


def logs() -> Path:
    return _made(directory() / "logs")


def find(recipe: Recipe) -> Path | None:
    folder = directory() / recipe.folder
    return folder if folder.is_dir() else None


def ensure(recipe: Recipe, progress: Progress) -> Path:
    found = find(recipe)
    if found is not None:
        return found
    _made(directory())
    with _locked(recipe, progress):
        return find(recipe) or _build(recipe, progress)


def need_space(path: Path, gigabytes: float, what: str) -> None:
    """Asked before a long build: it is a pity to learn it at its end."""
    path = existing_parent(path)
    free = shutil.disk_usage(path).free / GIGABYTE
    if free < gigabytes:
        raise DiskFullError(
            f"{what} needs {gigabytes:.1f} GB of free disk space,"
            f" but {path} has {free:.1f} GB left."
        )


def existing_parent(path: Path) -> Path:
    return next(parent for parent in (path, *path.parents) if parent.exists())


def _build(recipe: Recipe, progress: Progress) -> Path:
    need_space(directory(), recipe.gigabytes, recipe.title)
    for stale in directory().glob(f".{recipe.name}-*"):  # ours alone: we hold the lock
        shutil.rmtree(stale, ignore_errors=True)
    unfinished = directory() / f".{recipe.folder}-{os.getpid()}"
    log = logs() / f"{recipe.folder}.log"
    log.unlink(missing_ok=True)
    try:
        unfinished.mkdir()
        with progress.step(recipe.title, recipe.takes):
            recipe.build(unfinished, log)
        return unfinished.rename(directory() / recipe.folder)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFullError(f"{recipe.title} failed because the disk is full.") from error
        raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


@contextmanager
def _locked(recipe: Recipe, progress: Progress) -> Iterator[None]:
    """The kernel drops the lock with the process, however that ends."""
    with (_made(directory() / "locks") / f"{recipe.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with progress.step(f"{recipe.title} (another run does it)", "waiting for it"):
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _made(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DevstackError(f"The cache folder {path} cannot be used: {error.strerror}.") from error
    return path
