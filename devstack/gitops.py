"""What GitOps tools make of an object, asked of their own libraries.

kstatus is what Flux and Helm wait with; gopher-lua is what Argo CD runs its scripts in. The Go
source is beside this file.
"""

import json
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from devstack import cache, parts
from devstack.cache import Recipe
from devstack.errors import DevstackError
from devstack.golang import GoBuild
from devstack.progress import Progress

_TIMEOUT = 60.0

Object = Mapping[str, Any]


def recipe() -> Recipe:
    build = GoBuild(parts.module("gitops"))
    return build.recipe(0.6, "Building kstatus and gopher-lua", "about a minute")


class Judges:
    """Builds the program when it is missing."""

    def __init__(self, progress: Progress | None = None) -> None:
        self._program = cache.ensure(recipe(), progress or Progress()) / "gitops"

    def kstatus(self, objects: Iterable[Object]) -> list[str]:
        """Of each object: InProgress, Failed, Current, Terminating, NotFound or Unknown."""
        return [each["status"] for each in self._ask(objects, "kstatus")]

    def lua(self, script: Path, objects: Iterable[Object]) -> list[Any]:
        """What the script returns for each object, with the libraries that Argo CD opens."""
        return self._ask(objects, "lua", str(script))

    def _ask(self, objects: Iterable[Object], *args: str) -> list[Any]:
        done = subprocess.run(
            [self._program, *args],
            input=json.dumps(list(objects)),
            capture_output=True,
            text=True,
            timeout=_TIMEOUT,
            check=False,
        )
        if done.returncode != 0:
            raise DevstackError(done.stderr.strip())
        answers: list[Any] = json.loads(done.stdout)
        return answers
