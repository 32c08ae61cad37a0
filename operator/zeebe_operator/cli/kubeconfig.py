"""The cluster behind a kubeconfig. The only module that talks to an API server."""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import urllib3.exceptions
from kubernetes import config
from kubernetes.client import ApiClient
from kubernetes.client.exceptions import ApiException

from zeebe_operator.cli.cluster import OWN_KINDS, CommandError, Row
from zeebe_operator.model import names, resource
from zeebe_operator.model.errors import (
    ClusterError,
    ClusterUnavailableError,
    ConflictError,
    ForbiddenError,
    ObjectNotFoundError,
    RefusedByClusterError,
)
from zeebe_operator.model.names import Kind
from zeebe_operator.model.resource import Resource

_API = f"/apis/{names.API_VERSION}"
_TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
_PAGE = "500"
_TIMEOUT = (10.0, 60.0)
"""Seconds to connect and to answer."""

_ERRORS: Mapping[int, type[ClusterError]] = {
    403: ForbiddenError,
    404: ObjectNotFoundError,
    409: ConflictError,
    429: ClusterUnavailableError,
}


class KubeconfigCluster:
    """See the protocol `Cluster`."""

    def __init__(self, client: ApiClient, namespace: str) -> None:
        self._client = client
        self.namespace = namespace

    def words(self) -> Mapping[str, Kind]:
        try:
            served = self._request("GET", _API)["resources"]
        except ObjectNotFoundError:
            return {}
        known = {str(kind): kind for kind in OWN_KINDS}
        return {
            word.lower(): known[each["kind"]]
            for each in served
            if each["kind"] in known and "/" not in each["name"]
            for word in (each["kind"], each["name"], *each.get("shortNames", ()))
        }

    def list(self, kind: Kind, namespace: str | None) -> Sequence[Row]:
        return [row for page in self._pages(kind, namespace) for row in _rows(kind, page)]

    def get(self, kind: Kind, name: str) -> Resource:
        return resource.of(kind, self._request("GET", self._path(kind, name)))

    def create(self, kind: Kind, metadata: Mapping[str, Any], spec: Mapping[str, Any]) -> Resource:
        body = {
            "apiVersion": names.API_VERSION,
            "kind": kind,
            "metadata": metadata,
            "spec": spec,
        }
        return resource.of(kind, self._request("POST", self._path(kind), body=body))

    def patch(self, kind: Kind, name: str, patch: Mapping[str, Any]) -> Resource:
        return resource.of(kind, self._request("PATCH", self._path(kind, name), body=patch))

    def config_map(self, name: str) -> Mapping[str, Any]:
        path = f"/api/v1/namespaces/{quote(self.namespace)}/configmaps/{quote(name, safe='')}"
        return self._request("GET", path)

    def _pages(self, kind: Kind, namespace: str | None) -> Iterator[Mapping[str, Any]]:
        where = f"namespaces/{quote(namespace)}/" if namespace else ""
        query = {"includeObject": "Object", "limit": _PAGE}
        while True:
            page = self._request("GET", f"{_API}/{where}{kind.plural}", query, accept=_TABLE)
            yield page
            if not (more := page.get("metadata", {}).get("continue")):
                return
            query = {**query, "continue": more}

    def _path(self, kind: Kind, name: str = "") -> str:
        path = f"{_API}/namespaces/{quote(self.namespace)}/{kind.plural}"
        return f"{path}/{quote(name, safe='')}" if name else path

    def _request(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        body: Mapping[str, Any] | None = None,
        accept: str = "application/json",
    ) -> Mapping[str, Any]:
        kind = "merge-patch+json" if method == "PATCH" else "json"
        headers = {"Accept": accept, "Content-Type": f"application/{kind}"}
        request = self._client.param_serialize(
            method,
            path,
            query_params=list((query or {}).items()),
            header_params=headers,
            body=body,
            auth_settings=["BearerToken"],
        )
        try:
            answer = self._client.call_api(*request, _request_timeout=_TIMEOUT)
            text = answer.read()
        except ApiException as error:
            raise ClusterUnavailableError(
                f"the API server cannot be reached: {error.reason}"
            ) from error
        except urllib3.exceptions.HTTPError as error:
            host = self._client.configuration.host
            raise ClusterUnavailableError(
                f"the API server at {host} does not answer: is the context the right one,"
                " and is the cluster up?"
            ) from error
        return _checked(answer.status, text)


def connect(
    kubeconfig: str | None, context: str | None, namespace: str | None
) -> KubeconfigCluster:
    """As kubectl finds it. Raises CommandError if there is nothing to connect to."""
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # its retries are no news to a user
    try:
        contexts, active = config.list_kube_config_contexts(kubeconfig)
        client = config.new_client_from_config(kubeconfig, context, persist_config=False)
    except (config.ConfigException, OSError, ValueError) as error:
        said = str(error).rstrip(".")
        raise CommandError(
            f"no cluster: {said}; let KUBECONFIG or --kubeconfig name a kubeconfig that works with"
            " kubectl"
        ) from error
    chosen = next((each for each in contexts if each["name"] == context), active)
    return KubeconfigCluster(client, namespace or chosen["context"].get("namespace") or "default")


def _rows(kind: Kind, page: Mapping[str, Any]) -> Iterator[Row]:
    columns = [(each["name"], each["type"]) for each in page["columnDefinitions"]]
    for row in page.get("rows") or ():
        cells = {
            name: "" if cell is None else str(cell)
            for (name, form), cell in zip(columns, row["cells"], strict=True)
            if form != "date"
        }
        yield Row(resource.of(kind, row["object"]), cells)


def _checked(status: int, text: bytes) -> Mapping[str, Any]:
    answer: Mapping[str, Any] = {}
    try:
        answer = json.loads(text)
    except ValueError:
        status = max(status, 500)
    if status < 300:
        return answer
    said = answer.get("message") or f"HTTP {status}"
    if status == 401:
        raise ForbiddenError("the API server does not accept the credentials of the kubeconfig")
    if status >= 500:
        raise ClusterUnavailableError(f"the API server cannot answer now: {said}")
    raise _ERRORS.get(status, RefusedByClusterError)(said)
