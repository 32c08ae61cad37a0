"""Reading along with kopf's lists: told when one is complete, and what it holds."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.kubernetes.api import ScriptedApi, failure
from zeebe_operator.kubernetes.lists import ListTrace
from zeebe_operator.kubernetes.session import Access, Session
from zeebe_operator.model.names import Kind, ObjectKey

OURS = "/apis/zeebe-operator.dev/v1alpha1"
ALL = f"{OURS}/zeebeprocesses"
SHOP = f"{OURS}/namespaces/shop/zeebeprocesses"


class Reader:
    """Does what kopf does, and notes what the trace tells."""

    def __init__(self, api: ScriptedApi) -> None:
        self.told: list[tuple[Kind, str | None, set[str], str]] = []
        self.refused: list[Kind] = []
        self.reachable: list[bool] = []
        trace = ListTrace([Kind.PROCESS, Kind.MESSAGE])
        trace.on_listed = self._listed
        trace.on_refused = self.refused.append
        trace.on_reachable = lambda *, reachable: self.reachable.append(reachable)
        self.session = Session([trace.config], [trace.shield])
        self.session.open(api.access)

    def _listed(
        self, kind: Kind, namespace: str | None, keys: frozenset[ObjectKey], version: str
    ) -> None:
        assert {key.kind for key in keys} <= {kind}
        names = {f"{key.namespace}/{key.name}" for key in keys}
        self.told.append((kind, namespace, names, version))

    async def get(self, path: str, **query: str) -> Any:
        url = self.session.server + path
        async with self.session.current.get(url, params=query) as response:
            return await response.json()


@pytest.fixture
async def reader(api: ScriptedApi) -> AsyncIterator[Reader]:
    reader = Reader(api)
    yield reader
    await reader.session.close()


def page(*names: str, version: str = "7", more: str = "") -> dict[str, Any]:
    items = [{"metadata": {"namespace": "shop", "name": name}, "spec": {}} for name in names]
    metadata = {"resourceVersion": version, **({"continue": more} if more else {})}
    return {"kind": "ZeebeProcessList", "metadata": metadata, "items": items}


@pytest.mark.parametrize(
    ("path", "kind", "namespace"),
    [
        pytest.param(ALL, Kind.PROCESS, None, id="of all namespaces"),
        pytest.param(SHOP, Kind.PROCESS, "shop", id="of one"),
        pytest.param(f"{OURS}/zeebemessages", Kind.MESSAGE, None, id="of another kind"),
    ],
)
async def test_a_complete_list_is_told(
    api: ScriptedApi, reader: Reader, path: str, kind: Kind, namespace: str | None
) -> None:
    api.answers = [page("a", "b")]
    answer = await reader.get(path, limit="500")
    assert reader.told == [(kind, namespace, {"shop/a", "shop/b"}, "7")]
    assert len(answer["items"]) == 2


async def test_an_empty_list_is_told(api: ScriptedApi, reader: Reader) -> None:
    api.answers = [page()]
    await reader.get(ALL, limit="500")
    assert reader.told == [(Kind.PROCESS, None, set(), "7")]


async def test_pages_are_told_as_one_list(api: ScriptedApi, reader: Reader) -> None:
    api.answers = [page("a", more="p2"), page("b", more="p3"), page("c", version="9")]
    await reader.get(ALL, limit="1")
    await reader.get(ALL, **{"limit": "1", "continue": "p2"})
    assert reader.told == []
    await reader.get(ALL, **{"limit": "1", "continue": "p3"})
    assert reader.told == [(Kind.PROCESS, None, {"shop/a", "shop/b", "shop/c"}, "9")]


async def test_a_list_that_was_started_anew_forgets_its_first_pages(
    api: ScriptedApi, reader: Reader
) -> None:
    api.answers = [page("gone", more="p2"), failure(410, "Expired"), page("a")]
    await reader.get(ALL, limit="1")
    with pytest.raises(aiohttp.ClientConnectionError):
        await reader.get(ALL, **{"limit": "1", "continue": "p2"})
    await reader.get(ALL, limit="1")
    assert reader.told == [(Kind.PROCESS, None, {"shop/a"}, "7")]


async def test_lists_of_two_namespaces_do_not_mix(api: ScriptedApi, reader: Reader) -> None:
    api.answers = [page("a", more="p2"), page("b"), page("c")]
    await reader.get(SHOP, limit="1")
    await reader.get(f"{OURS}/namespaces/bank/zeebeprocesses", limit="1")
    await reader.get(SHOP, **{"limit": "1", "continue": "p2"})
    assert [told[1:3] for told in reader.told] == [
        ("bank", {"shop/b"}),
        ("shop", {"shop/a", "shop/c"}),
    ]


@pytest.mark.parametrize(
    ("path", "query"),
    [
        pytest.param(ALL, {"watch": "true", "limit": "1"}, id="a watch"),
        pytest.param(ALL, {}, id="not kopf's"),
        pytest.param(f"{SHOP}/a", {"limit": "1"}, id="one object"),
        pytest.param(f"{OURS}/zeebeinstances", {"limit": "1"}, id="a kind of no interest"),
        pytest.param("/apis/example.org/v1/zeebeprocesses", {"limit": "1"}, id="another group"),
        pytest.param("/api/v1/configmaps", {"limit": "1"}, id="the core group"),
    ],
)
async def test_other_requests_are_not_told(
    api: ScriptedApi, reader: Reader, path: str, query: dict[str, str]
) -> None:
    api.answers = [page("a"), failure(403)]
    await reader.get(path, **query)
    assert reader.told == []
    if path != ALL:
        await reader.get(path, **query)
        assert reader.refused == []


@pytest.mark.parametrize("status", [400, 403, 404, 410, 500, 503])
@pytest.mark.parametrize("query", [{"limit": "500"}, {"watch": "true"}])
async def test_a_refusal_is_a_lost_connection(
    api: ScriptedApi, reader: Reader, status: int, query: dict[str, str]
) -> None:
    """Which kopf tries to make again; of a refusal it would die."""
    api.answers = [failure(status, "Whatever")]
    with pytest.raises(aiohttp.ClientConnectionError):
        await reader.get(SHOP, **query)
    assert (reader.told, reader.refused, reader.reachable) == ([], [Kind.PROCESS], [True])


@pytest.mark.parametrize("status", [401, 429])
async def test_what_kopf_handles_is_left_to_it(
    api: ScriptedApi, reader: Reader, status: int
) -> None:
    api.answers = [failure(status, "Whatever")]
    assert (await reader.get(ALL, limit="500"))["code"] == status
    assert reader.refused == []


async def test_a_broken_answer_is_no_list(api: ScriptedApi, reader: Reader) -> None:
    api.answers = [web.Response(text='{"items": [', content_type="application/json")]
    with pytest.raises(ValueError, match="Expecting"):
        await reader.get(ALL, limit="500")
    assert reader.told == []


async def test_every_answer_says_that_the_server_is_there(api: ScriptedApi, reader: Reader) -> None:
    api.answers = [failure(404)]
    await reader.get("/anything")
    assert reader.reachable == [True]


async def test_no_answer_says_that_it_is_not(reader: Reader) -> None:
    await reader.session.close()
    reader.session.open(Access("http://127.0.0.1:1", tls=False, headers={}))
    with pytest.raises(aiohttp.ClientConnectionError):
        await reader.get(ALL, limit="500")
    assert reader.reachable == [False]
