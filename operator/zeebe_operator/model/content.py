"""The files of a ZeebeProcess: from its sources, given the ConfigMaps that they name."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zeebe_operator.model.engine import File
from zeebe_operator.model.errors import DependencyError, InvalidSpecError
from zeebe_operator.model.spec import ProcessSpec, Source

ConfigMapObjects = Mapping[str, Mapping[str, Any]]


def config_maps(spec: ProcessSpec) -> Sequence[str]:
    """The names of the ConfigMaps that the sources need, each once."""
    references = (s.config_map_key_ref or s.config_map_ref for s in spec.resources)
    return tuple(dict.fromkeys(ref.name for ref in references if ref))


def files(name: str, spec: ProcessSpec, objects: ConfigMapObjects) -> Sequence[File]:
    """In the order of the sources. `name` is that of the resource.

    Raises DependencyError for a missing key, InvalidSpecError for a name that occurs twice.
    """
    if spec.bpmn is not None:
        return (File(f"{name}.bpmn", spec.bpmn.encode()),)
    found = tuple(file for source in spec.resources for file in _of(source, objects))
    _refuse_duplicates(found)
    return found


def _of(source: Source, objects: ConfigMapObjects) -> Iterator[File]:
    if source.config_map_ref:
        yield from _every_key(source.config_map_ref.name, objects)
    elif source.config_map_key_ref:
        reference = source.config_map_key_ref
        content = value(objects[reference.name], reference.name, reference.key)
        yield File(source.name or reference.key, content)
    elif source.content is not None and source.name:
        yield File(source.name, source.content.encode())
    else:
        raise InvalidSpecError("spec.resources: give name and content, or a ConfigMap reference")


def _every_key(name: str, objects: ConfigMapObjects) -> Iterator[File]:
    config_map = objects[name]
    keys = sorted({*(config_map.get("data") or ()), *(config_map.get("binaryData") or ())})
    if not keys:
        raise DependencyError(f"ConfigMap {name!r} holds no keys")
    for key in keys:
        yield File(key, value(config_map, name, key))


def value(config_map: Mapping[str, Any], name: str, key: str) -> bytes:
    """One value of a ConfigMap, text or binary. Raises DependencyError if the key is missing."""
    if (text := (config_map.get("data") or {}).get(key)) is not None:
        return str(text).encode()
    if (encoded := (config_map.get("binaryData") or {}).get(key)) is not None:
        return base64.b64decode(encoded)
    raise DependencyError(f"ConfigMap {name!r} has no key {key!r}")


def _refuse_duplicates(found: Sequence[File]) -> None:
    names: set[str] = set()
    for file in found:
        if file.name in names:
            raise InvalidSpecError(
                f"spec.resources: two resources are called {file.name!r}; rename one"
            )
        names.add(file.name)
    if not found:
        raise InvalidSpecError("spec.resources: name at least one resource")
