"""One collection of one namespace, followed for ever: list, watch from there, and again."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from zeebe_operator.kubernetes import errors
from zeebe_operator.kubernetes.client import collection
from zeebe_operator.kubernetes.session import Session
from zeebe_operator.model.errors import ClusterError
from zeebe_operator.model.names import Kind

_SERVER_TIMEOUT = 300
_SILENCE = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=_SERVER_TIMEOUT + 30)
_LONGEST_LINE = 8 * 1024 * 1024
"""Bytes: 256 KiB of annotations, each byte written as six, and more; aiohttp allows 512 KiB."""
_PAUSE = 1.0
_METADATA = "application/json;as={};g=meta.k8s.io;v=v1"

Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Followed:
    """What to follow; `metadata_only`: no more of each object than its metadata."""

    kind: Kind
    namespace: str
    selector: str = ""
    metadata_only: bool = False

    @property
    def query(self) -> Mapping[str, str]:
        return {"labelSelector": self.selector} if self.selector else {}

    def accept(self, form: str) -> Mapping[str, str]:
        return {"Accept": _METADATA.format(form)} if self.metadata_only else {}


@dataclass(frozen=True, slots=True)
class Watch:
    """`listed` gets the objects of each list and its resource version, `saw` each event after it:
    its type and the object."""

    session: Session
    followed: Followed
    listed: Callable[[Sequence[Raw], str], None] = field(repr=False)
    saw: Callable[[str, Raw], None] = field(repr=False)

    async def follow(self) -> None:
        """Until it is cancelled. When a watch ends there is a new list: no change is missed."""
        while True:
            with contextlib.suppress(ClusterError):
                version = await self._list()
                async for event in self._events(version):
                    if event["type"] == "ERROR":
                        break
                    self.saw(event["type"], event["object"])
            await asyncio.sleep(_PAUSE)

    @property
    def _url(self) -> str:
        return self.session.server + collection(self.followed.kind, self.followed.namespace)

    async def _list(self) -> str:
        headers = self.followed.accept("PartialObjectMetadataList")
        async with (
            errors.mapped(),
            self.session.current.get(
                self._url, params=self.followed.query, headers=headers
            ) as response,
        ):
            await errors.check(response, f"list {self.followed.kind}s")
            found = await response.json()
        version = str(found["metadata"]["resourceVersion"])
        self.listed(found["items"], version)
        return version

    async def _events(self, version: str) -> AsyncIterator[Raw]:
        query = {
            **self.followed.query,
            "watch": "true",
            "resourceVersion": version,
            "timeoutSeconds": str(_SERVER_TIMEOUT),
        }
        async with (
            errors.mapped(),
            self.session.current.get(
                self._url,
                params=query,
                headers=self.followed.accept("PartialObjectMetadata"),
                timeout=_SILENCE,
                read_bufsize=_LONGEST_LINE,
            ) as response,
        ):
            await errors.check(response, f"watch {self.followed.kind}s")
            async for line in response.content:
                yield json.loads(line)


class Watches:
    """Of one kind, at most one for each namespace."""

    def __init__(self) -> None:
        self.tasks: dict[str, asyncio.Task[None]] = {}

    def start(self, watch: Watch) -> None:
        """Unless there is one already."""
        kind, namespace = watch.followed.kind, watch.followed.namespace
        if namespace not in self.tasks:
            name = f"watch {kind.plural} of {namespace}"
            self.tasks[namespace] = asyncio.create_task(watch.follow(), name=name)

    def keep(self, namespaces: Collection[str]) -> Collection[str]:
        """Ends the watches of all other namespaces, and names those."""
        ended = self.tasks.keys() - set(namespaces)
        for namespace in ended:
            self.tasks.pop(namespace).cancel()
        return ended

    async def close(self) -> None:
        tasks = list(self.tasks.values())
        self.keep(())
        await asyncio.gather(*tasks, return_exceptions=True)
