"""Gathers the variables of a message or an instance from the objects that they come from."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zeebe_operator.model import content, variables
from zeebe_operator.model.errors import DependencyError, InvalidSpecError
from zeebe_operator.model.spec import KeyReference, VariableSource
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
        raw = secret_value(found, ref)
        return f"key {ref.key!r} of Secret {ref.name!r}", raw, _version(found)
    raise InvalidSpecError("spec.variablesFrom: give configMapKeyRef or secretKeyRef")


def secret_value(secret: Mapping[str, Any], ref: KeyReference) -> bytes:
    """Raises DependencyError for a key that is not there."""
    data = secret.get("data") or {}
    if ref.key not in data:
        raise DependencyError(f"Secret {ref.name!r} has no key {ref.key!r}")
    return base64.b64decode(data[ref.key])


def _version(found: Mapping[str, Any]) -> str:
    return f"{found['metadata']['uid']}/{found['metadata']['resourceVersion']}"
