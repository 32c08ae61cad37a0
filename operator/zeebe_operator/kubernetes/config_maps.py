"""ConfigMaps: read whole when needed, watched as metadata only, and only where one is used."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Collection
from typing import Any

import aiohttp

from zeebe_operator.kubernetes import errors
from zeebe_operator.kubernetes.client import Client, collection
from zeebe_operator.kubernetes.session import Session
from zeebe_operator.model.errors import ClusterError
from zeebe_operator.model.names import Kind, ObjectKey

_METADATA = "application/json;as={};g=meta.k8s.io;v=v1"
_LIST = {"Accept": _METADATA.format("PartialObjectMetadataList")}
_WATCH = {"Accept": _METADATA.format("PartialObjectMetadata")}
_SERVER_TIMEOUT = 300
_SILENCE = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=_SERVER_TIMEOUT + 30)
_LONGEST_LINE = 8 * 1024 * 1024
"""Bytes: 256 KiB of annotations, each byte written as six, and more; aiohttp allows 512 KiB."""
_PAUSE = 1.0


class ConfigMaps:
    """Implements `ports.ConfigMaps`. `on_change` gets the key of every ConfigMap that changed."""

    def __init__(
        self, client: Client, session: Session, on_change: Callable[[ObjectKey], None]
    ) -> None:
        self._client = client
        self._session = session
        self._on_change = on_change
        self._watches: dict[str, asyncio.Task[None]] = {}
        self._versions: dict[str, dict[str, str]] = {}

    async def get(self, key: ObjectKey) -> dict[str, Any]:
        """The watch starts first: no change can fall between the reading and the watching."""
        self._watch(key.namespace)
        return await self._client.get(key)

    def keep(self, namespaces: Collection[str]) -> None:
        """Ends the watches of all other namespaces."""
        for namespace in self._watches.keys() - set(namespaces):
            self._watches.pop(namespace).cancel()
            self._versions.pop(namespace, None)

    async def close(self) -> None:
        tasks = list(self._watches.values())
        self.keep(())
        await asyncio.gather(*tasks, return_exceptions=True)

    def _watch(self, namespace: str) -> None:
        if namespace not in self._watches:
            name = f"ConfigMaps of {namespace}"
            self._watches[namespace] = asyncio.create_task(self._follow(namespace), name=name)

    async def _follow(self, namespace: str) -> None:
        """List, watch from there, and again when the watch ends: no change is missed."""
        while True:
            with contextlib.suppress(ClusterError):
                version = await self._list(namespace)
                async for event in self._events(namespace, version):
                    if event["type"] == "ERROR":
                        break
                    self._saw(namespace, event["object"]["metadata"], event["type"])
            await asyncio.sleep(_PAUSE)

    async def _list(self, namespace: str) -> str:
        url = self._session.server + collection(Kind.CONFIG_MAP, namespace)
        async with errors.mapped(), self._session.current.get(url, headers=_LIST) as response:
            await errors.check(response, f"list ConfigMaps of {namespace}")
            found = await response.json()
        items = [item["metadata"] for item in found["items"]]
        known = self._versions.setdefault(namespace, {})
        for name in known.keys() - {item["name"] for item in items}:
            self._saw(namespace, {"name": name}, "DELETED")
        for item in items:
            self._saw(namespace, item, "ADDED")
        return str(found["metadata"]["resourceVersion"])

    async def _events(self, namespace: str, version: str) -> AsyncIterator[dict[str, Any]]:
        url = self._session.server + collection(Kind.CONFIG_MAP, namespace)
        query = {
            "watch": "true",
            "resourceVersion": version,
            "timeoutSeconds": str(_SERVER_TIMEOUT),
        }
        async with (
            errors.mapped(),
            self._session.current.get(
                url, params=query, headers=_WATCH, timeout=_SILENCE, read_bufsize=_LONGEST_LINE
            ) as response,
        ):
            await errors.check(response, f"watch ConfigMaps of {namespace}")
            async for line in response.content:
                yield json.loads(line)

    def _saw(self, namespace: str, metadata: dict[str, Any], change: str) -> None:
        known = self._versions.setdefault(namespace, {})
        name = metadata["name"]
        version = "" if change == "DELETED" else metadata["resourceVersion"]
        if known.get(name, "") != version:
            known[name] = version
            self._on_change(ObjectKey(Kind.CONFIG_MAP, namespace, name))
        if not version:
            known.pop(name, None)
