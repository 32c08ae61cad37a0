"""The few requests that the operator makes: get, list, merge patch, create, delete.

Raw requests on kopf's own kind of session cost a fifth of what a generated client costs
(measured), and the hot path is one patch for each resource.
"""

from collections.abc import Mapping
from typing import Any

import aiohttp
import msgspec

from zeebe_operator.kubernetes import errors
from zeebe_operator.kubernetes.session import Session
from zeebe_operator.model import names
from zeebe_operator.model.errors import ForbiddenError, ObjectNotFoundError
from zeebe_operator.model.names import Kind, ObjectKey

_APIS = {
    Kind.CONFIG_MAP: "/api/v1",
    Kind.SECRET: "/api/v1",
    Kind.POD: "/api/v1",
    Kind.JOB: "/apis/batch/v1",
    Kind.LEASE: "/apis/coordination.k8s.io/v1",
}
_TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=5)
_MERGE_PATCH = {"Content-Type": "application/merge-patch+json"}
_JSON = {"Content-Type": "application/json"}


class Client:
    """Implements `ports.Cluster`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, key: ObjectKey) -> dict[str, Any]:
        return await self._request("GET", path(key))

    async def patch(self, key: ObjectKey, patch: Mapping[str, Any]) -> dict[str, Any]:
        return await self._request("PATCH", path(key), patch, _MERGE_PATCH)

    async def patch_status(self, key: ObjectKey, patch: Mapping[str, Any]) -> dict[str, Any]:
        return await self._request("PATCH", f"{path(key)}/status", patch, _MERGE_PATCH)

    async def create_event(self, namespace: str, event: Mapping[str, Any]) -> str:
        made = await self._request("POST", _events(namespace), event, _JSON)
        return str(made["metadata"]["name"])

    async def patch_event(self, namespace: str, name: str, patch: Mapping[str, Any]) -> None:
        await self._request("PATCH", f"{_events(namespace)}/{name}", patch, _MERGE_PATCH)

    async def create(
        self, kind: Kind, namespace: str, body: Mapping[str, Any], *, dry_run: bool = False
    ) -> dict[str, Any]:
        """Raises RefusedByClusterError; about a Job in the API server's words, which a user needs.

        About a Secret it has none: they could quote it.
        """
        url = collection(kind, namespace) + ("?dryRun=All" if dry_run else "")
        return await self._request("POST", url, body, _JSON, quote=kind is Kind.JOB)

    async def delete(self, key: ObjectKey, uid: str | None = None) -> None:
        """Of what it owns, Kubernetes disposes later. Raises ConflictError for another `uid`."""
        body: dict[str, Any] = {"propagationPolicy": "Background"}
        if uid is not None:
            body["preconditions"] = {"uid": uid}
        await self._request("DELETE", path(key), body, _JSON)

    async def list(self, kind: Kind, namespace: str, selector: str) -> list[dict[str, Any]]:
        """Those with the labels."""
        url = f"{collection(kind, namespace)}?labelSelector={selector}"
        found: list[dict[str, Any]] = (await self._request("GET", url))["items"]
        return found

    async def served_kinds(self) -> frozenset[str]:
        """The plurals that the API server serves of our group and version."""
        try:
            found = await self._request("GET", f"/apis/{names.API_VERSION}")
        except ObjectNotFoundError:
            return frozenset()
        return frozenset(resource["name"] for resource in found["resources"])

    async def may_list(self, kind: Kind, namespace: str | None) -> bool:
        """Whether our role lets us read a kind; a list of one item tells."""
        try:
            await self._request("GET", f"{collection(kind, namespace)}?limit=1")
        except ForbiddenError:
            return False
        return True

    async def _request(
        self,
        method: str,
        url: str,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        quote: bool = False,
    ) -> dict[str, Any]:
        data = None if body is None else msgspec.json.encode(body)
        async with (
            errors.mapped(),
            self._session.current.request(
                method, self._session.server + url, data=data, headers=headers, timeout=_TIMEOUT
            ) as response,
        ):
            await errors.check(response, f"{method} {url}", quote=quote)
            return msgspec.json.decode(await response.read(), type=dict[str, Any])


def collection(kind: Kind, namespace: str | None) -> str:
    """The URL path of all objects of a kind, in one namespace or (None) in all."""
    api = _APIS.get(kind, f"/apis/{names.API_VERSION}")
    return (
        f"{api}/{kind.plural}"
        if namespace is None
        else (f"{api}/namespaces/{namespace}/{kind.plural}")
    )


def _events(namespace: str) -> str:
    return f"/api/v1/namespaces/{namespace}/events"


def path(key: ObjectKey) -> str:
    """The URL path of one object."""
    return f"{collection(key.kind, key.namespace)}/{key.name}"
