"""ConfigMaps on a real API server: changes wake at once, and their content stays where it is."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace

import aiohttp
import pytest
import yaml

from devstack.environment import Environment
from zeebe_operator.kubernetes.client import Client
from zeebe_operator.kubernetes.config_maps import ConfigMaps
from zeebe_operator.kubernetes.session import Access, Session
from zeebe_operator.model.errors import ObjectNotFoundError
from zeebe_operator.model.names import Kind, ObjectKey

CANARY = "c4n4ry"
PATIENCE = 30.0
"""Seconds; only a test that fails waits so long."""


class Watcher:
    """ConfigMaps, what they told, and everything that came over the wire."""

    def __init__(self) -> None:
        self.changes: list[str] = []
        self.accepted: list[str] = []
        self.received = bytearray()
        self.watches = 0
        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(self._asked)
        trace.on_request_end.append(self._answering)
        trace.on_response_chunk_received.append(self._answered)
        self.session = Session([trace])
        self.maps = ConfigMaps(Client(self.session), self.session, self._changed)
        self._something = asyncio.Event()

    def _changed(self, key: ObjectKey) -> None:
        assert key.kind is Kind.CONFIG_MAP
        if key.name != "kube-root-ca.crt":  # Kubernetes itself puts it into every namespace
            self.changes.append(key.name)
        self._something.set()

    async def _asked(
        self,
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        params: aiohttp.TraceRequestStartParams,
    ) -> None:
        self.accepted.append(params.headers.get("Accept", ""))

    async def _answering(
        self,
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        params: aiohttp.TraceRequestEndParams,
    ) -> None:
        self.watches += "watch" in params.url.query
        self._something.set()

    async def _answered(
        self,
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        params: aiohttp.TraceResponseChunkReceivedParams,
    ) -> None:
        self.received += params.chunk

    async def until(self, done: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not done():
                self._something.clear()
                await self._something.wait()

    async def until_watching(self) -> None:
        """From then on every change comes as an event."""
        await self.until(lambda: self.watches > 0)
        self.changes.clear()


def access(api_server: Environment) -> Access:
    user = yaml.safe_load(api_server.kubeconfig.read_text())["users"][0]["user"]
    return Access(
        server=api_server.server,
        tls=ssl.create_default_context(cafile=api_server.certificate_authority),
        headers={"Authorization": f"Bearer {user['token']}"},
    )


@pytest.fixture
async def watcher(api_server: Environment) -> AsyncIterator[Watcher]:
    watcher = Watcher()
    watcher.session.open(access(api_server))
    yield watcher
    await watcher.maps.close()
    await watcher.session.close()
    await asyncio.sleep(0.25)  # TLS says goodbye; aiohttp does not wait for it


def key(namespace: str, name: str = "rules") -> ObjectKey:
    return ObjectKey(Kind.CONFIG_MAP, namespace, name)


async def kubectl(
    api_server: Environment, namespace: str, *args: str, stdin: str | None = None
) -> None:
    """Beside the event loop, so that nothing is held up."""
    await asyncio.to_thread(api_server.kubectl, "-n", namespace, *args, input=stdin)


async def create(
    api_server: Environment, namespace: str, name: str = "rules", data: str = "1"
) -> None:
    literal = f"--from-literal=k={data}"
    await kubectl(api_server, namespace, "create", "configmap", name, literal)


async def change(api_server: Environment, namespace: str, data: str) -> None:
    patch = json.dumps({"data": {"k": data}})
    await kubectl(api_server, namespace, "patch", "configmap", "rules", "-p", patch)


async def test_reads_the_whole_object(
    api_server: Environment, namespace: str, watcher: Watcher
) -> None:
    await create(api_server, namespace)
    assert (await watcher.maps.get(key(namespace)))["data"] == {"k": "1"}


async def test_what_is_missing_is_told_when_it_comes_changes_and_goes(
    api_server: Environment, namespace: str, watcher: Watcher
) -> None:
    with pytest.raises(ObjectNotFoundError):
        await watcher.maps.get(key(namespace))
    await watcher.until_watching()
    await create(api_server, namespace)
    await watcher.until(lambda: watcher.changes == ["rules"])
    await change(api_server, namespace, "2")
    await watcher.until(lambda: watcher.changes == ["rules"] * 2)
    assert (await watcher.maps.get(key(namespace)))["data"] == {"k": "2"}
    await kubectl(api_server, namespace, "delete", "configmap", "rules")
    await watcher.until(lambda: watcher.changes == ["rules"] * 3)
    await create(api_server, namespace)
    await watcher.until(lambda: watcher.changes == ["rules"] * 4)


async def test_the_watch_transfers_metadata_only(
    api_server: Environment, namespace: str, watcher: Watcher
) -> None:
    await create(api_server, namespace, data=CANARY)
    with pytest.raises(ObjectNotFoundError):
        await watcher.maps.get(key(namespace, "another"))
    await watcher.until(lambda: "rules" in watcher.changes)
    await watcher.until_watching()
    await change(api_server, namespace, f"{CANARY} again")
    await watcher.until(lambda: "rules" in watcher.changes)
    metadata = "application/json;as={};g=meta.k8s.io;v=v1"
    assert set(watcher.accepted[1:]) == {
        metadata.format("PartialObjectMetadataList"),
        metadata.format("PartialObjectMetadata"),
    }
    assert b'"rules"' in watcher.received
    assert CANARY.encode() not in watcher.received


async def test_a_config_map_with_a_large_annotation_is_watched_like_any_other(
    api_server: Environment, namespace: str, watcher: Watcher
) -> None:
    with pytest.raises(ObjectNotFoundError):
        await watcher.maps.get(key(namespace))
    await watcher.until_watching()
    annotations = {"example.org/large": "\x01" * 250_000}  # six bytes each in JSON
    large = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "rules", "annotations": annotations},
    }
    await kubectl(api_server, namespace, "create", "-f", "-", stdin=json.dumps(large))
    await watcher.until(lambda: watcher.changes == ["rules"])
    await change(api_server, namespace, "2")
    await watcher.until(lambda: watcher.changes == ["rules"] * 2)
    await create(api_server, namespace, "small")
    await watcher.until(lambda: watcher.changes == ["rules", "rules", "small"])
    lists = [a for a in watcher.accepted if "MetadataList" in a]
    assert len(lists) == 1, "the watch went on"


async def test_one_watch_serves_all_readers_of_a_namespace(
    api_server: Environment, namespace: str, watcher: Watcher
) -> None:
    await create(api_server, namespace)
    since = api_server.audit.position()
    for _ in range(3):
        await watcher.maps.get(key(namespace))
    await watcher.until_watching()
    found = [e for e in api_server.audit.entries(since) if e.namespace == namespace]
    assert sum(e.verb == "watch" and e.resource == "configmaps" for e in found) == 1


async def test_what_nobody_needs_any_more_is_not_watched(
    api_server: Environment, namespace: str, watcher: Watcher
) -> None:
    await create(api_server, namespace)
    await watcher.maps.get(key(namespace))
    await watcher.until_watching()
    (task,) = watcher.maps._watches.tasks.values()
    watcher.maps.keep([namespace, "another"])
    assert list(watcher.maps._watches.tasks) == [namespace]
    watcher.maps.keep(["another"])
    await asyncio.wait([task], timeout=PATIENCE)
    assert task.cancelled()
    await change(api_server, namespace, "2")
    assert watcher.changes == []
    assert (await watcher.maps.get(key(namespace)))["data"] == {"k": "2"}
    await watcher.until(lambda: "rules" in watcher.changes)


async def test_closing_ends_all_watches(
    api_server: Environment, namespace: str, watcher: Watcher
) -> None:
    await create(api_server, namespace)
    await watcher.maps.get(key(namespace))
    tasks = list(watcher.maps._watches.tasks.values())
    await watcher.maps.close()
    assert [task.done() for task in tasks] == [True]
