"""Gathers the variables of a message or an instance from the objects that they come from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zeebe_operator.model import content, credentials, variables
from zeebe_operator.model.errors import InvalidSpecError
from zeebe_operator.model.spec import VariableSource
from zeebe_operator.reconcilers.scope import Scope


@dataclass(frozen=True, slots=True)
class Gathered:
    """`versions` tells a change of a source without telling its content."""

    values: Mapping[str, Any] = field(repr=False)
    versions: Sequence[str]


async def gather(
    scope: Scope, inline: Mapping[str, Any], sources: Sequence[VariableSource]
) -> Gathered:
    """Raises DependencyError for what is missing, InvalidSpecError for what is no JSON object."""
    parts: list[tuple[str, str | None, bytes]] = []
    versions: list[str] = []
    for source in sources:
        origin, raw, version = await _read(scope, source)
        parts.append((origin, source.target, raw))
        versions.append(version)
    return Gathered(variables.merged(inline, parts), versions)


async def _read(scope: Scope, source: VariableSource) -> tuple[str, bytes, str]:
    if ref := source.config_map_key_ref:
        found = await scope.config_map(ref.name)
        raw = content.value(found, ref.name, ref.key)
        return f"key {ref.key!r} of ConfigMap {ref.name!r}", raw, _version(found)
    if ref := source.secret_key_ref:
        found = await scope.secret(ref.name)
        raw = credentials.secret_value(found, ref.name, ref.key)
        return f"key {ref.key!r} of Secret {ref.name!r}", raw, _version(found)
    raise InvalidSpecError("spec.variablesFrom: give configMapKeyRef or secretKeyRef")


def _version(found: Mapping[str, Any]) -> str:
    return f"{found['metadata']['uid']}/{found['metadata']['resourceVersion']}"
