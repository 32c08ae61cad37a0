"""Which tenants a request names."""

from collections.abc import Sequence
from typing import Any

from zeebe_engine.access import check_tenant
from zeebe_operator.zeebe.pb import gateway_pb2 as pb


def check(call: str, request: Any, known: frozenset[str]) -> None:
    """`known`: the caller's; empty: multi-tenancy is off. Raises Refusal."""
    for tenant in _named(request):
        check_tenant(f"gRPC request {call}", tenant, known)


def _named(request: Any) -> Sequence[str]:
    """None, where the request is about a key: that has its tenant."""
    fields = request.DESCRIPTOR.fields_by_name
    if "tenantId" in fields:
        return (request.tenantId,)
    if "tenantIds" in fields:
        assigned = request.tenantFilter == pb.TenantFilter.ASSIGNED
        return () if assigned else (request.tenantIds or ("",))
    return _named(request.request) if "request" in fields else ()
