"""Watches that end: begun anew from a list, and no change falls in between."""

import asyncio
import json
from collections.abc import Iterable

from aiohttp import web

from tests.kubernetes.api import Answer, Request, ScriptedApi, failure
from zeebe_operator.kubernetes.client import Client
from zeebe_operator.kubernetes.config_maps import ConfigMaps
from zeebe_operator.kubernetes.session import Session
from zeebe_operator.model.names import Kind, ObjectKey

KEY = ObjectKey(Kind.CONFIG_MAP, "shop", "rules")


def listed(version: int, **versions: int) -> Answer:
    items = [{"metadata": {"name": n, "resourceVersion": str(v)}} for n, v in versions.items()]
    return {"metadata": {"resourceVersion": str(version)}, "items": items}


def watched(*events: tuple[str, str, int]) -> Answer:
    lines = (
        {"type": change, "object": {"metadata": {"name": name, "resourceVersion": str(version)}}}
        for change, name, version in events
    )
    return web.Response(text="".join(f"{json.dumps(line)}\n" for line in lines))


def script(api: ScriptedApi, lists: Iterable[Answer], watches: Iterable[Answer]) -> None:
    """In this order; afterwards the API server is in trouble."""
    lists, watches = iter(lists), iter(watches)

    def choose(request: Request) -> Answer:
        if request.path.endswith("/rules"):
            return {}
        return next(watches if "watch" in request.query else lists, failure(503))

    api.choose = choose


async def follow(session: Session, last: str) -> list[str]:
    """The names of what changed, up to and with the last one."""
    changes: list[str] = []
    done = asyncio.Event()

    def changed(key: ObjectKey) -> None:
        changes.append(key.name)
        if key.name == last:
            done.set()

    maps = ConfigMaps(Client(session), session, changed)
    await maps.get(KEY)
    await asyncio.wait_for(done.wait(), 30)
    await maps.close()
    return changes


async def test_what_happened_between_two_watches_is_told_once(
    api: ScriptedApi, session: Session
) -> None:
    error = ("ERROR", "", 0)
    script(
        api,
        [listed(10, a=1, b=2), listed(20, a=11, new=15)],
        [watched(("MODIFIED", "a", 11), ("BOOKMARK", "a", 11), error, ("ADDED", "z", 12))],
    )
    assert await follow(session, "new") == ["a", "b", "a", "b", "new"]
    versions = [r.query["resourceVersion"] for r in api.requests if "watch" in r.query]
    assert versions[0] == "10"


async def test_trouble_with_the_api_server_is_survived(api: ScriptedApi, session: Session) -> None:
    broken = web.Response(text='{"type": "ADDED", "obj')
    script(api, [listed(10), failure(500), listed(12, a=11), listed(13, a=11)], [broken, broken])
    assert await follow(session, "a") == ["a"]


async def test_an_event_that_tells_nothing_new_wakes_nobody(
    api: ScriptedApi, session: Session
) -> None:
    script(
        api,
        [listed(10, a=5)],
        [watched(("ADDED", "a", 5), ("DELETED", "never", 6), ("ADDED", "b", 7))],
    )
    assert await follow(session, "b") == ["a", "b"]
