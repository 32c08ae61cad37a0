"""An engine of Zeebe 8.8 in memory, for what the broker of this environment is too old for: tags.

Its gateway speaks gRPC only, knows no tenants, and forgets everything with its process. The engine
itself, its rules and its records are those of 8.8. The Java sources are beside this file.
"""

import functools
import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from devstack import alone, building, cache, http_probe, java, maven, ports
from devstack.cache import Recipe
from devstack.processes import Command, Processes
from devstack.progress import Progress
from devstack.records import Record, RecordLog
from devstack.service import Plan, Service

VERSION = "8.8.21"
_JARS_SHA256 = "e35817a5f9e7cf09d6c931c85c474c7700e1d10562859aae2faa45cb2eaa52d4"
_SOURCES = Path(__file__).with_name("engine88")
_TIMEOUT = 5 * 60.0


class Engine88(Service):
    """`with Engine88.alone() as engine:` for one that runs by itself."""

    def __init__(self, processes: Processes, built: Path, java_home: Path, directory: Path) -> None:
        self._built = built
        self._java_home = java_home
        self._directory = directory
        super().__init__(
            "zeebe-engine88",
            processes,
            Plan(
                ports_needed=2,
                command=self._engine_command,
                is_ready=lambda own: http_probe.is_ok(own[1], "/records"),
                deadline=120.0,
                patience=10.0,
            ),
        )

    @classmethod
    @contextmanager
    def alone(cls, progress: Progress | None = None) -> Iterator[Self]:
        """Builds it when it is missing; it needs no other part of an environment."""
        progress = progress or Progress()
        java_home = java.ensure(progress)
        built = cache.ensure(recipe(java_home), progress)
        with alone.place() as (processes, directory):
            engine = cls(processes, built, java_home, directory)
            engine.start()
            yield engine

    @property
    def gateway_address(self) -> str:
        return f"{ports.HOST}:{self.ports[0]}"

    def records(
        self,
        value_type: str | None = None,
        intent: str | None = None,
        record_type: str | None = None,
    ) -> list[Record]:
        """All that the engine has written by now: a command that was answered is among them."""
        with urllib.request.urlopen(f"{ports.url(self.ports[1])}/records", timeout=60) as answer:
            log = RecordLog()
            log.add(json.loads(line) for line in answer)
        return log.all(value_type, intent, record_type)

    def _engine_command(self, own: tuple[int, ...]) -> Command:
        return Command(
            argv=(
                *(str(self._java_home / "bin" / "java"), "-Xms32m", "-Xmx256m", "-XX:+UseSerialGC"),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                *("-cp", f"{self._built / 'classes'}:{self._built / 'jars'}/*", "Main"),
                *(str(port) for port in own),
            ),
            environ={},
            directory=self._directory,
            log=self._directory / "zeebe-engine88.log",
        )


def recipe(java_home: Path) -> Recipe:
    return Recipe(
        name="engine88",
        inputs=(_JARS_SHA256, *sorted(_SOURCES.iterdir())),
        gigabytes=0.4,
        title=f"Fetching the engine of Zeebe {VERSION} (130 MB)",
        takes="about half a minute, the first time only",
        build=functools.partial(_build, java_home),
    )


def _build(java_home: Path, folder: Path, log: Path) -> None:
    jars = folder / "jars"
    jars.mkdir()
    maven.fetch_jars(
        f"The engine of Zeebe {VERSION}", _SOURCES / "pom.xml", _JARS_SHA256, jars, log
    )
    compile_ = building.Step(
        what=f"Compiling the start of Zeebe {VERSION}",
        argv=(
            *(java_home / "bin" / "java", "-cp", f"{jars}/*"),
            *("org.eclipse.jdt.internal.compiler.batch.Main", "-proc:none", "-nowarn"),
            *("-source", str(java.OLDEST), "-target", str(java.OLDEST)),
            *("-cp", ":".join(map(str, jars.glob("*.jar"))), "-d", folder / "classes"),
            *sorted(_SOURCES.glob("*.java")),
        ),
        timeout=_TIMEOUT,
        directory=folder,
    )
    building.run(compile_, log)
