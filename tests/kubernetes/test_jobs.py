"""Kubernetes Jobs: followed while somebody waits for their end, and no change is missed."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import web

from tests.kubernetes.api import Answer, Request, ScriptedApi, failure
from zeebe_operator.kubernetes.client import Client
from zeebe_operator.kubernetes.jobs import Jobs
from zeebe_operator.kubernetes.session import Session
from zeebe_operator.model.errors import RefusedByClusterError
from zeebe_operator.model.names import WORKER_UID


def job(name: str, version: int, *, ended: str = "") -> dict[str, Any]:
    conditions = [{"type": ended, "status": "True"}] if ended else []
    return {
        "metadata": {
            "name": name,
            "uid": f"uid-{name}",
            "resourceVersion": str(version),
            "labels": {WORKER_UID: "w"},
        },
        "status": {"conditions": conditions},
    }


def listed(version: int, *jobs: dict[str, Any]) -> Answer:
    return {"metadata": {"resourceVersion": str(version)}, "items": list(jobs)}


def watched(*events: tuple[str, dict[str, Any]]) -> Answer:
    lines = (json.dumps({"type": change, "object": each}) for change, each in events)
    return web.Response(text="".join(f"{line}\n" for line in lines))


class Script:
    """The lists and the watches in this order; afterwards the API server is in trouble."""

    def __init__(self, lists: list[Answer], watches: list[Answer]) -> None:
        self.lists, self.watches = lists, watches

    def __call__(self, request: Request) -> Answer:
        if request.method == "POST":
            return job("a", 10)
        answers = self.watches if "watch" in request.query else self.lists
        return answers.pop(0) if answers else failure(503)


async def end_of_a(api: ScriptedApi, session: Session, *script: list[Answer]) -> str | None:
    """How Job `a` ends, which was created as version 10."""
    api.choose = Script(*script)
    jobs = Jobs(Client(session), session)
    created = await jobs.create("shop", {"metadata": {"name": "a"}})
    seen = await asyncio.wait_for(jobs.finished("shop", "a", created.uid), 30)
    await jobs.close()
    return seen.finished if seen else None


async def test_the_end_is_seen_by_the_watch(api: ScriptedApi, session: Session) -> None:
    change = watched(("MODIFIED", job("a", 12)), ("MODIFIED", job("a", 13, ended="Complete")))
    assert await end_of_a(api, session, [listed(11, job("a", 10))], [change]) == "Complete"
    [query] = [r.query for r in api.requests if "watch" in r.query]
    assert (query["labelSelector"], query["resourceVersion"]) == (WORKER_UID, "11")


async def test_an_end_between_two_watches_is_seen_by_the_list(
    api: ScriptedApi, session: Session
) -> None:
    lists = [listed(11, job("a", 10)), listed(20, job("a", 15, ended="Failed"))]
    assert await end_of_a(api, session, lists, [watched()]) == "Failed"


async def test_a_deletion_is_seen_by_the_watch(api: ScriptedApi, session: Session) -> None:
    change = watched(("DELETED", job("a", 12)))
    assert await end_of_a(api, session, [listed(11, job("a", 10))], [change]) is None


async def test_a_deletion_between_two_watches_is_seen_by_the_list(
    api: ScriptedApi, session: Session
) -> None:
    assert await end_of_a(api, session, [listed(11, job("a", 10)), listed(20)], [watched()]) is None


async def test_a_list_that_is_older_than_the_job_says_nothing_about_it(
    api: ScriptedApi, session: Session
) -> None:
    change = watched(("ADDED", job("a", 10)), ("MODIFIED", job("a", 13, ended="Complete")))
    assert await end_of_a(api, session, [listed(9)], [change]) == "Complete"


async def test_an_older_event_changes_nothing(api: ScriptedApi, session: Session) -> None:
    change = watched(
        ("MODIFIED", job("a", 9, ended="Failed")), ("MODIFIED", job("a", 13, ended="Complete"))
    )
    assert await end_of_a(api, session, [listed(11, job("a", 10))], [change]) == "Complete"


async def test_a_refused_job_is_in_the_words_of_the_api_server(
    api: ScriptedApi, session: Session
) -> None:
    api.choose = lambda _: failure(422, "Invalid", "spec.template.spec.x: Invalid value")
    jobs = Jobs(Client(session), session)
    with pytest.raises(RefusedByClusterError, match=r"template\.spec\.x: Invalid value"):
        await jobs.check("shop", {})
    assert [r.query for r in api.requests] == [{"dryRun": "All"}]


async def test_a_refused_secret_is_not_quoted(api: ScriptedApi, session: Session) -> None:
    api.choose = lambda _: failure(422, "Invalid", "data: c4n4ry")
    jobs = Jobs(Client(session), session)
    with pytest.raises(RefusedByClusterError) as refused:
        await jobs.create_secret("shop", SECRET)
    assert "c4n4ry" not in str(refused.value)


SECRET = {"metadata": {"name": "a", "labels": {WORKER_UID: "w"}}}


async def test_a_secret_of_a_former_try_is_replaced(api: ScriptedApi, session: Session) -> None:
    there = {"metadata": {"uid": "u", "labels": {WORKER_UID: "w"}}}
    answers: Iterator[Answer] = iter([failure(409, "AlreadyExists"), there, {}, {}])
    api.choose = lambda _: next(answers)
    await Jobs(Client(session), session).create_secret("shop", SECRET)
    assert [r.method for r in api.requests] == ["POST", "GET", "DELETE", "POST"]
    assert json.loads(api.requests[2].body)["preconditions"] == {"uid": "u"}


@pytest.mark.parametrize("labels", [None, {WORKER_UID: "another"}])
async def test_a_secret_of_somebody_else_is_left_alone(
    api: ScriptedApi, session: Session, labels: dict[str, str] | None
) -> None:
    there = {"metadata": {"uid": "u", "labels": labels}}
    api.choose = lambda r: failure(409, "AlreadyExists") if r.method == "POST" else there
    jobs = Jobs(Client(session), session)
    with pytest.raises(RefusedByClusterError, match="belongs to somebody else"):
        await jobs.create_secret("shop", SECRET)
    assert not await jobs.delete_secret("shop", "a", "w")
    assert "DELETE" not in [r.method for r in api.requests]


async def test_what_is_gone_need_not_be_deleted(api: ScriptedApi, session: Session) -> None:
    api.choose = lambda _: failure(404, "NotFound")
    jobs = Jobs(Client(session), session)
    await jobs.delete("shop", "a", "uid-a")
    assert await jobs.delete_secret("shop", "a", "w")
    await jobs.annotate("shop", "a", {"x": "y"})


async def test_only_that_very_job_is_deleted_with_its_pods(
    api: ScriptedApi, session: Session
) -> None:
    api.choose = lambda _: {}
    await Jobs(Client(session), session).delete("shop", "a", "uid-a")
    [request] = api.requests
    assert json.loads(request.body) == {
        "propagationPolicy": "Background",
        "preconditions": {"uid": "uid-a"},
    }
