"""Which tenants a request may name. The texts were recorded on a gateway 8.6."""

from collections.abc import Sequence
from typing import Any

from zeebe_engine.engine.answers import DEFAULT_TENANT
from zeebe_engine.engine.refusals import Refusal, Status
from zeebe_operator.zeebe.pb import gateway_pb2 as pb


def check(call: str, request: Any, known: frozenset[str]) -> None:
    """`known`: the caller's; empty: multi-tenancy is off. Raises Refusal."""
    for tenant in _named(request):
        if refusal := _refusal(tenant, known):
            status, reason = refusal
            text = f"Expected to handle gRPC request {call} with tenant identifier '{tenant}'"
            raise Refusal(status, f"{text}, but {reason}")


def _named(request: Any) -> Sequence[str]:
    """None, where the request is about a key: that has its tenant."""
    fields = request.DESCRIPTOR.fields_by_name
    if "tenantId" in fields:
        return (request.tenantId,)
    if "tenantIds" in fields:
        assigned = request.tenantFilter == pb.TenantFilter.ASSIGNED
        return () if assigned else (request.tenantIds or ("",))
    return _named(request.request) if "request" in fields else ()


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
