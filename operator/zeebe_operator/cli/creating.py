"""The commands that create a resource: start, publish, resolve, and cancel by key."""

import argparse
import re
from collections.abc import Mapping
from typing import Any

from zeebe_operator.cli import answers, variables
from zeebe_operator.cli.cluster import CommandError, UsageError
from zeebe_operator.cli.shell import Shell
from zeebe_operator.model.errors import ObjectNotFoundError
from zeebe_operator.model.names import Kind
from zeebe_operator.model.resource import Resource

_LONGEST = 50
"""Characters of a generated name; Kubernetes takes 63 in labels and adds five."""


def start(shell: Shell, options: argparse.Namespace) -> int:
    spec = {
        **_what(shell, options.process, options.version),
        **_common(options),
    }
    return _create(shell, Kind.INSTANCE, options.name, options.process, spec, options)


def publish(shell: Shell, options: argparse.Namespace) -> int:
    spec: dict[str, Any] = {"messageName": options.message, **_common(options)}
    if options.key is not None:
        spec["correlationKey"] = options.key
    if options.ttl is not None:
        spec["timeToLive"] = options.ttl
    return _create(shell, Kind.MESSAGE, options.name, options.message, spec, options)


def resolve(shell: Shell, options: argparse.Namespace) -> int:
    """The retries come first, and must be there before the incident is resolved."""
    if (options.job is None) != (options.retries is None):
        raise UsageError("--retries and --job belong together: give both or none")
    where = _connection(options)
    if options.job is not None:
        retries = {"jobKey": options.job, "retries": options.retries}
        first = shell.cluster.create(
            Kind.COMMAND, _metadata(None, "retries"), {"updateJobRetries": retries, **where}
        )
        code = answers.created(shell, first, options, wait=True)
        if code:
            return code
    spec = {"resolveIncident": {"incidentKey": options.incident}, **where}
    return _create(shell, Kind.COMMAND, None, "resolve", spec, options)


def cancel_by_key(shell: Shell, options: argparse.Namespace) -> int:
    spec = {"cancelInstance": {"processInstanceKey": options.key}, **_connection(options)}
    return _create(shell, Kind.COMMAND, None, "cancel", spec, options)


def _what(shell: Shell, process: str, version: int | None) -> dict[str, Any]:
    """A ZeebeProcess of that name, or else the engine's process of that id."""
    found = _process(shell, process)
    if found is None:
        given = {} if version is None else {"version": version}
        shell.terminal.note(
            f"no ZeebeProcess {process!r} in namespace {shell.cluster.namespace}:"
            " starting the process of that id"
        )
        return {"bpmnProcessId": process, **given}
    where = {k: v for k, v in found.spec.items() if k in ("connectionRef", "tenantId")}
    if version is None:
        return {**where, "processRef": {"name": process}}
    if not (process_id := found.status.get("bpmnProcessId")):
        raise CommandError(
            f"ZeebeProcess/{process} is not deployed yet: start it without --version"
        )
    return {**where, "bpmnProcessId": process_id, "version": version}


def _process(shell: Shell, name: str) -> Resource | None:
    try:
        return shell.cluster.get(Kind.PROCESS, name)
    except ObjectNotFoundError:
        return None


def _common(options: argparse.Namespace) -> dict[str, Any]:
    given = variables.gathered(options.var, options.vars_file)
    return {**_connection(options), **({"variables": given} if given else {})}


def _connection(options: argparse.Namespace) -> dict[str, Any]:
    return {"connectionRef": {"name": options.connection}} if options.connection else {}


def _metadata(name: str | None, root: str) -> Mapping[str, Any]:
    """Process ids and messages may have letters that names may not."""
    if name:
        return {"name": name}
    plain = re.sub(r"[^a-z0-9]+", "-", root.lower()).strip("-")[:_LONGEST].strip("-")
    return {"generateName": f"{plain or 'zeebe'}-"}


def _create(
    shell: Shell,
    kind: Kind,
    name: str | None,
    root: str,
    spec: Mapping[str, Any],
    options: argparse.Namespace,
) -> int:
    resource = shell.cluster.create(kind, _metadata(name, root), spec)
    return answers.created(shell, resource, options, wait=options.wait)
