"""What the operator shows to a gateway, and what it trusts. Values never show in a repr."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zeebe_operator.model.errors import DependencyError, InvalidSpecError


@dataclass(frozen=True, slots=True)
class Pem:
    """Certificates or a key. `origin` says where they come from, for messages."""

    origin: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tls:
    """`ca` None: the well-known authorities. `certificate` and `key` come together."""

    ca: Pem | None = None
    certificate: Pem | None = None
    key: Pem | None = None
    server_name: str | None = None


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Paths of what a Tls holds."""

    ca: str | None = None
    certificate: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class OAuth:
    """A bearer token by the client credentials grant (RFC 6749, 4.4)."""

    token_url: str
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    audience: str | None = None
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class Basic:
    username: str = field(repr=False)
    password: str = field(repr=False)


def secret_value(secret: Mapping[str, Any], name: str, key: str) -> bytes:
    """One value of a Secret. Raises DependencyError if the key is missing."""
    data = secret.get("data") or {}
    if key not in data:
        raise DependencyError(f"Secret {name!r} has no key {key!r}")
    return base64.b64decode(data[key])


def pem(secret: Mapping[str, Any], name: str, key: str) -> Pem:
    return Pem(f"key {key!r} of Secret {name!r}", secret_value(secret, name, key))


def text(secret: Mapping[str, Any], name: str, key: str) -> str:
    """Without the line break that an editor or `echo` left at its end."""
    raw = secret_value(secret, name, key)
    try:
        value = raw.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise InvalidSpecError(f"key {key!r} of Secret {name!r} is no UTF-8 text") from None
    if not value or not value.isprintable():
        raise InvalidSpecError(f"key {key!r} of Secret {name!r} is empty, or no single line")
    return value
