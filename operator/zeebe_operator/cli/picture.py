"""`kubectl zeebe diagram`: the BPMN of a ZeebeProcess, or of a file, as SVG."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from zeebe_operator.cli.cluster import CommandError, UsageError
from zeebe_operator.cli.diagram import svg
from zeebe_operator.cli.shell import Shell
from zeebe_operator.model import content, spec
from zeebe_operator.model.engine import File
from zeebe_operator.model.names import Kind
from zeebe_operator.model.spec import ProcessSpec


def run(shell: Shell, options: argparse.Namespace) -> int:
    if (options.process is None) == (options.filename is None):
        raise UsageError("name a ZeebeProcess, or a file with -f")
    file = _local(options.filename) if options.filename else _deployed(shell, options)
    drawn = svg(file.content)
    if options.output is None:
        shell.terminal.say(drawn)
        return 0
    try:
        Path(options.output).write_text(drawn, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{options.output}: {error.strerror}") from None
    shell.terminal.note(f"{options.output}: {file.name}, {len(drawn):,} bytes")
    return 0


def _local(name: str) -> File:
    try:
        return File(name, Path(name).read_bytes())
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}") from None


def _deployed(shell: Shell, options: argparse.Namespace) -> File:
    """As the operator would deploy it now."""
    resource = shell.cluster.get(Kind.PROCESS, options.process)
    asked = spec.read(resource.spec, ProcessSpec)
    objects = {name: shell.cluster.config_map(name) for name in _config_maps(asked)}
    files = content.files(options.process, asked, objects)
    return _chosen(options.process, files, options.file)


def _config_maps(asked: ProcessSpec) -> set[str]:
    references = [each.config_map_ref or each.config_map_key_ref for each in asked.resources]
    return {reference.name for reference in references if reference is not None}


def _chosen(process: str, files: Sequence[File], name: str | None) -> File:
    """The only BPMN, or the one that was asked for."""
    found = [each for each in files if _is_bpmn(each, name)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(each.name for each in files)
    many = "has no such BPMN" if not found else "has more than one BPMN"
    raise CommandError(f"ZeebeProcess/{process} {many}: choose with --resource from {known}")


def _is_bpmn(file: File, name: str | None) -> bool:
    return file.name == name if name else file.name.endswith((".bpmn", ".bpmn20.xml"))
