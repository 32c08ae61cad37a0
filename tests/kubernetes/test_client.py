"""The few requests of the operator: where they go, what they carry, what their answers mean."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from tests.kubernetes.api import ScriptedApi, failure
from zeebe_operator.kubernetes import client as clients
from zeebe_operator.kubernetes.client import Client
from zeebe_operator.kubernetes.session import Access, Session
from zeebe_operator.model.errors import (
    ClusterError,
    ClusterUnavailableError,
    ConflictError,
    ForbiddenError,
    ObjectNotFoundError,
    RefusedByClusterError,
)
from zeebe_operator.model.names import Kind, ObjectKey

KEY = ObjectKey(Kind.PROCESS, "shop", "order")
OURS = "/apis/zeebe-operator.dev/v1alpha1"
CANARY = "c4n4ry"

Call = Callable[[Client], Awaitable[Any]]


@pytest.fixture
def client(session: Session) -> Client:
    return Client(session)


@pytest.mark.parametrize(
    ("kind", "namespace", "path"),
    [
        (Kind.PROCESS, "shop", f"{OURS}/namespaces/shop/zeebeprocesses"),
        (Kind.PROCESS, None, f"{OURS}/zeebeprocesses"),
        (Kind.SECRET, "shop", "/api/v1/namespaces/shop/secrets"),
        (Kind.CONFIG_MAP, None, "/api/v1/configmaps"),
    ],
)
def test_every_kind_has_its_place(kind: Kind, namespace: str | None, path: str) -> None:
    assert clients.collection(kind, namespace) == path


@pytest.mark.parametrize(
    ("call", "method", "path", "content"),
    [
        pytest.param(
            lambda c: c.get(KEY),
            "GET",
            f"{OURS}/namespaces/shop/zeebeprocesses/order",
            "",
            id="get",
        ),
        pytest.param(
            lambda c: c.patch(KEY, {"metadata": {"finalizers": []}}),
            "PATCH",
            f"{OURS}/namespaces/shop/zeebeprocesses/order",
            "application/merge-patch+json",
            id="patch",
        ),
        pytest.param(
            lambda c: c.patch_status(KEY, {"status": {"version": None}}),
            "PATCH",
            f"{OURS}/namespaces/shop/zeebeprocesses/order/status",
            "application/merge-patch+json",
            id="patch_status",
        ),
        pytest.param(
            lambda c: c.create_event("shop", {"kind": "Event"}),
            "POST",
            "/api/v1/namespaces/shop/events",
            "application/json",
            id="create_event",
        ),
        pytest.param(
            lambda c: c.patch_event("shop", "order.1", {"count": 2}),
            "PATCH",
            "/api/v1/namespaces/shop/events/order.1",
            "application/merge-patch+json",
            id="patch_event",
        ),
    ],
)
async def test_a_request_goes_where_it_belongs(
    api: ScriptedApi, client: Client, call: Call, method: str, path: str, content: str
) -> None:
    api.answers = [{"metadata": {"name": "order"}}]
    await call(client)
    (request,) = api.requests
    assert (request.method, request.path) == (method, path)
    assert request.headers["Authorization"] == f"Bearer {CANARY}"
    if content:
        assert request.headers["Content-Type"] == content


async def test_a_patch_is_sent_as_it_is_and_the_answer_is_the_object(
    api: ScriptedApi, client: Client
) -> None:
    api.answers = [{"metadata": {"name": "order"}}]
    patch = {"status": {"version": None, "processDefinitionKey": "2251799813685249"}}
    assert await client.patch_status(KEY, patch) == {"metadata": {"name": "order"}}
    assert json.loads(api.requests[0].body) == patch


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, RefusedByClusterError),
        (401, ClusterUnavailableError),
        (403, ForbiddenError),
        (404, ObjectNotFoundError),
        (409, ConflictError),
        (410, ConflictError),
        (413, RefusedByClusterError),
        (422, RefusedByClusterError),
        (429, ClusterUnavailableError),
        (500, ClusterUnavailableError),
        (503, ClusterUnavailableError),
        (504, ClusterUnavailableError),
    ],
)
async def test_an_answer_means_an_error_of_the_model(
    api: ScriptedApi, client: Client, status: int, error: type[ClusterError]
) -> None:
    api.answers = [failure(status, "BecauseOfThis", f"the value {CANARY} is bad")]
    with pytest.raises(ClusterError) as raised:
        await client.patch(KEY, {"spec": {"x": CANARY}})
    assert type(raised.value) is error
    assert f": {status} BecauseOfThis" in str(raised.value)
    assert CANARY not in str(raised.value)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(web.Response(status=502, text=f"<html>{CANARY}"), id="an error page"),
        pytest.param(web.Response(status=200, text=f"<html>{CANARY}"), id="a login page"),
        pytest.param(web.Response(status=200), id="nothing"),
        pytest.param(web.json_response([CANARY]), id="another kind of JSON"),
    ],
)
async def test_an_answer_of_something_else_is_no_answer(
    api: ScriptedApi, client: Client, answer: web.Response
) -> None:
    api.answers = [answer]
    with pytest.raises(ClusterUnavailableError) as raised:
        await client.get(KEY)
    assert CANARY not in str(raised.value)


async def test_no_connection_is_no_answer() -> None:
    session = Session()
    session.open(Access("http://127.0.0.1:1", tls=False, headers={}))
    with pytest.raises(ClusterUnavailableError, match="no answer: Client"):
        await Client(session).get(KEY)
    await session.close()


async def test_before_the_login_there_is_no_answer() -> None:
    with pytest.raises(ClusterUnavailableError):
        await Client(Session()).get(KEY)


async def test_while_another_operator_may_lead_nothing_is_asked(api: ScriptedApi) -> None:
    session = Session(allowed=lambda: False)
    session.open(api.access)
    with pytest.raises(ClusterUnavailableError):
        await Client(session).get(KEY)
    assert api.requests == []
    await session.close()


async def test_after_the_end_there_is_no_answer(api: ScriptedApi, session: Session) -> None:
    await session.close()
    with pytest.raises(ClusterUnavailableError):
        await Client(session).get(KEY)
    assert api.requests == []


async def test_a_new_login_replaces_the_old_one(api: ScriptedApi, session: Session) -> None:
    api.answers = [{}]
    former = session.current
    session.open(Access(api.address, tls=False, headers={"Authorization": "Bearer new"}))
    await former.close()
    await Client(session).get(KEY)
    assert api.requests[-1].headers["Authorization"] == "Bearer new"


def test_an_access_does_not_show_its_token() -> None:
    assert CANARY not in repr(Access("http://x", tls=False, headers={"Authorization": CANARY}))


@pytest.mark.parametrize(
    ("answer", "kinds"),
    [
        pytest.param(
            {"resources": [{"name": "zeebeprocesses"}, {"name": "zeebeprocesses/status"}]},
            {"zeebeprocesses", "zeebeprocesses/status"},
            id="some",
        ),
        pytest.param(failure(404, "NotFound"), set(), id="the group is not installed"),
    ],
)
async def test_tells_which_kinds_are_served(
    api: ScriptedApi, client: Client, answer: Any, kinds: set[str]
) -> None:
    api.answers = [answer]
    assert await client.served_kinds() == kinds
    assert api.requests[0].path == OURS


@pytest.mark.parametrize(
    ("answer", "allowed"),
    [
        pytest.param({"items": []}, True, id="allowed"),
        pytest.param(failure(403, "Forbidden"), False, id="forbidden"),
    ],
)
async def test_asks_whether_a_kind_may_be_listed(
    api: ScriptedApi, client: Client, answer: Any, allowed: bool
) -> None:
    api.answers = [answer]
    assert await client.may_list(Kind.MESSAGE, "shop") is allowed
    (request,) = api.requests
    assert request.path == f"{OURS}/namespaces/shop/zeebemessages"
    assert request.query == {"limit": "1"}
