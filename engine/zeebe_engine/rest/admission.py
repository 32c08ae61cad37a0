"""Who may call, and for which tenants."""

import base64
import hmac

from zeebe_engine.engine.answers import DEFAULT_TENANT
from zeebe_engine.engine.refusals import Refusal, Status
from zeebe_engine.settings import BasicAuth, BearerAuth


def authenticate(auth: BasicAuth | BearerAuth | None, header: str | None) -> None:
    """`header`: Authorization. Raises Refusal."""
    if auth is None:
        return
    given = (header or "").encode()
    if not any(hmac.compare_digest(given, one.encode()) for one in _accepted(auth)):
        kind = "Basic" if isinstance(auth, BasicAuth) else "Bearer"
        text = f"The request needs a valid header Authorization: {kind} ..."
        raise Refusal(Status.UNAUTHENTICATED, text)


def _accepted(auth: BasicAuth | BearerAuth) -> list[str]:
    if isinstance(auth, BearerAuth):
        return [f"Bearer {token}" for token in auth.tokens]
    pair = f"{auth.username}:{auth.password}".encode()
    return [f"Basic {base64.b64encode(pair).decode()}"]


def check_tenant(call: str, tenant: str, known: frozenset[str]) -> None:
    """`known`: the caller's; empty: multi-tenancy is off. Raises Refusal."""
    start = f"Expected to handle request {call} with tenant identifier '{tenant}'"
    if not known:
        if tenant not in ("", DEFAULT_TENANT):
            text = f"{start}, but multi-tenancy is disabled"
            raise Refusal(Status.INVALID_ARGUMENT, text)
    elif not tenant:
        text = f"{start}, but no tenant identifier was provided."
        raise Refusal(Status.INVALID_ARGUMENT, text)
    elif tenant not in known:
        text = f"{start}, but tenant is not authorized to perform this request"
        raise Refusal(Status.PERMISSION_DENIED, text)
