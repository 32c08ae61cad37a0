"""What a node needs of this machine, besides what every environment needs."""

import os
import shutil

from devstack.errors import MissingToolError
from devstack.node import cgroups

_TOOLS = {
    "unshare": "util-linux",
    "mount": "mount",
    "ip": "iproute2",
    "apt-get": "apt",  # runc and the images are made of Debian's packages
    "dpkg-deb": "dpkg",
}
_HIERARCHIES = {"cpu", "cpuacct", "cpuset", "memory", "pids", "devices", "freezer"}


def check() -> None:
    """Raises MissingToolError, which names what is missing and how to get it."""
    if os.geteuid() != 0:
        raise MissingToolError("A node with real pods needs root: run it as root.")
    for tool, package in _TOOLS.items():
        if shutil.which(tool) is None:
            raise MissingToolError(
                f"'{tool}' is missing, a node with real pods needs it:"
                f" on Debian it is in the package {package}; other systems will not do."
            )
    there = {name for h in cgroups.hierarchies() for name in h.options.split(",")}
    missing = sorted(_HIERARCHIES - there)
    if missing:
        raise MissingToolError(
            f"A node with real pods needs cgroups of version 1, but {missing[0]} is not there:"
            " boot with systemd.unified_cgroup_hierarchy=0."
        )
