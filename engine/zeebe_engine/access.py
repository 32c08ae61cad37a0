"""Who may call, and for which tenants; the same for both surfaces.

The texts about tokens and tenants are those of a gateway 8.6 with Identity.
"""

import base64
import hmac
import time
from typing import Final

import msgspec

from zeebe_engine.engine.answers import DEFAULT_TENANT
from zeebe_engine.engine.refusals import Refusal, Status
from zeebe_engine.settings import BasicAuth, BearerAuth

_KINDS: Final = {BasicAuth: "basic credentials", BearerAuth: "bearer token"}


class _Head(msgspec.Struct):
    alg: str


class _Claims(msgspec.Struct):
    """`exp`: when it is over, in seconds since 1970."""

    exp: float
    aud: str | list[str] = ""


def authenticate(auth: BasicAuth | BearerAuth | None, header: str | None) -> None:
    """Raises Refusal. `auth` None: everybody may."""
    if auth is None:
        return
    kind = _KINDS[type(auth)]
    if header is None:
        text = f"Expected {kind} at header with key [authorization], but found nothing"
        raise Refusal(Status.UNAUTHENTICATED, text)
    if not (_is_pair(header, auth) if isinstance(auth, BasicAuth) else _is_token(header, auth)):
        text = f"Failed to parse {kind}, see cause for details"
        raise Refusal(Status.UNAUTHENTICATED, text)


def check_tenant(call: str, tenant: str, known: frozenset[str]) -> None:
    """`call`: as it is told, `gRPC request PublishMessage`. `known`: the tenants of the caller;
    empty: multi-tenancy is off. Raises Refusal."""
    if refusal := _refusal(tenant, known):
        status, reason = refusal
        text = f"Expected to handle {call} with tenant identifier '{tenant}', but {reason}"
        raise Refusal(status, text)


def _refusal(tenant: str, known: frozenset[str]) -> tuple[Status, str] | None:
    if not known:
        if tenant in ("", DEFAULT_TENANT):
            return None
        return Status.INVALID_ARGUMENT, "multi-tenancy is disabled"
    if not tenant:
        return Status.INVALID_ARGUMENT, "no tenant identifier was provided."
    if tenant not in known:
        return Status.PERMISSION_DENIED, "tenant is not authorized to perform this request"
    return None


def _is_pair(header: str, auth: BasicAuth) -> bool:
    pair = base64.b64encode(f"{auth.username}:{auth.password}".encode())
    return hmac.compare_digest(header.encode(), b"Basic " + pair)


def _is_token(header: str, auth: BearerAuth) -> bool:
    scheme, _, token = header.partition(" ")
    if scheme != "Bearer":
        return False
    known = [hmac.compare_digest(token.encode(), one.encode()) for one in auth.tokens]
    return any(known) or (bool(auth.secret) and _is_signed(token, auth))


def _is_signed(token: str, auth: BearerAuth) -> bool:
    """A JSON Web Token: signed by the secret (HS256), for the audience, and not over."""
    signed, _, signature = token.rpartition(".")
    expected = hmac.digest(auth.secret.encode(), signed.encode(), "sha256")
    try:
        head, claims = (_decoded(part) for part in signed.split("."))
        algorithm = msgspec.json.decode(head, type=_Head).alg
        told = msgspec.json.decode(claims, type=_Claims)
        is_ours = hmac.compare_digest(_decoded(signature), expected)
    except (ValueError, msgspec.MsgspecError):
        return False
    audiences = [told.aud] if isinstance(told.aud, str) else told.aud
    is_for_us = not auth.audience or auth.audience in audiences
    return algorithm == "HS256" and is_ours and is_for_us and told.exp > time.time()


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
