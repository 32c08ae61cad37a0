"""Fetches Debian packages through apt and unpacks them into a folder; nothing is installed.

apt is given its own state with no package in it, so it neither needs nor changes the system's
lists, and adds everything that the packages depend on.
"""

import shutil
from pathlib import Path

from devstack import building

_TIMEOUT = 10 * 60.0
_UNPACK = 'for archive in "$@"; do dpkg-deb --extract "$archive" "$0" || exit; done'


def unpack(packages: tuple[str, ...], folder: Path, log: Path) -> None:
    """Their maintainer scripts do not run: no users are made, no caches built."""
    apt = folder.with_name(f"{folder.name}.apt")
    for part in ("lists/partial", "archives/partial"):
        (apt / part).mkdir(parents=True)
    (apt / "status").touch()
    names = " ".join(packages)
    try:
        _run(f"Reading Debian's lists of packages for {names}", (*_apt_get(apt), "update"), log)
        install = ("install", "--yes", "--no-install-recommends", "--download-only", *packages)
        _run(f"Fetching the Debian packages {names}", (*_apt_get(apt), *install), log)
        archives = sorted((apt / "archives").glob("*.deb"))
        _run(f"Unpacking {names}", ("sh", "-c", _UNPACK, folder, *archives), log)
    finally:
        shutil.rmtree(apt, ignore_errors=True)


def _apt_get(apt: Path) -> tuple[str, ...]:
    options = {
        "Dir::State::Lists": apt / "lists",
        "Dir::State::status": apt / "status",
        "Dir::Cache": apt,
        "Dir::Cache::archives": apt / "archives",
        "Debug::NoLocking": "true",  # the locks are for the system's state
        "APT::Sandbox::User": "root",  # it may not enter our cache as another user
    }
    return ("apt-get", "-q", *(f"-o{name}={value}" for name, value in options.items()))


def _run(what: str, argv: tuple[str | Path, ...], log: Path) -> None:
    building.run(building.Step(what, argv, _TIMEOUT, log.parent), log)
