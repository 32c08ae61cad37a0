"""Every path: since which minor version it is there, and what it does."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import msgspec
from aiohttp import web

from zeebe_engine.access import check_tenant
from zeebe_engine.engine import answers, commands
from zeebe_engine.engine.answers import DEFAULT_TENANT
from zeebe_engine.rest import bodies, reads, requests, responses
from zeebe_engine.rest.surface import Handler, Surface, empty, json
from zeebe_engine.settings import BasicAuth

Tell = Callable[[Any, int], responses.Told | None]


class Route(NamedTuple):
    """`path`: below /v2, `{key}` is a decimal number. `since`: a minor version."""

    method: str
    path: str
    handler: Handler
    since: int = 0


def _nothing(_: answers.Answer, __: int) -> None:
    return None


def _command(kind: type[bodies.Body], tell: Tell = _nothing) -> Handler:
    """One body, one command, one answer."""

    async def handle(surface: Surface, request: web.Request) -> web.Response:
        body = await requests.body(request, kind, surface.minor)
        if isinstance(body, bodies.OfTenant):
            _check_tenants(surface, request, body.tenant_id)
        answer = await surface.gateway.submit(body.command(requests.key(request)))
        told = tell(answer, surface.minor)
        return empty() if told is None else json(told)

    return handle


def _check_tenants(surface: Surface, request: web.Request, *named: str) -> None:
    for tenant in named:
        check_tenant(f"request {request.method} {request.path}", tenant, surface.settings.tenants)


async def _deploy(surface: Surface, request: web.Request) -> web.Response:
    resources, tenant = await requests.deployment(request)
    _check_tenants(surface, request, tenant)
    command = commands.Deploy(tenant_id=bodies.tenant_name(tenant), resources=resources)
    answer = await surface.gateway.submit(command)
    assert isinstance(answer, answers.Deployment)
    return json(responses.deployment(answer, surface.minor))


async def _create(surface: Surface, request: web.Request) -> web.Response:
    body = await requests.body(request, bodies.Creation, surface.minor)
    _check_tenants(surface, request, body.tenant_id)
    command = body.command(0)
    if command.awaits:
        timeout = max(body.request_timeout, 0) / 1000
        result = await surface.gateway.create_with_result(command, timeout)
        return json(responses.result(result, surface.minor))
    answer = await surface.gateway.submit(command)
    assert isinstance(answer, answers.Created)
    return json(responses.created(answer, surface.minor))


async def _activate(surface: Surface, request: web.Request) -> web.Response:
    """Waits until there are jobs; a client that goes away ends that."""
    body = await requests.body(request, bodies.JobsActivation, surface.minor)
    command = body.command(0)
    tenants = sorted(surface.settings.tenants)
    if body.tenant_filter == "PROVIDED":
        tenants = body.tenant_ids
        _check_tenants(surface, request, *(tenants or [""]))
    named = [bodies.tenant_name(one) for one in tenants]
    command = msgspec.structs.replace(command, tenant_ids=named)
    found = await surface.gateway.activate_jobs(command, body.request_timeout / 1000)
    return json(responses.activated(found, surface.minor))


async def _topology(surface: Surface, _: web.Request) -> web.Response:
    return json(responses.topology(surface.settings, surface.gateway.partitions))


async def _status(_: Surface, __: web.Request) -> web.Response:
    return empty()


async def _license(_: Surface, __: web.Request) -> web.Response:
    told = {"validLicense": False, "licenseType": "unknown", "isCommercial": False}
    return json(told | {"expiresAt": None})


async def _me(surface: Surface, _: web.Request) -> web.Response:
    auth = surface.settings.auth
    tenants = sorted(surface.settings.tenants) or [DEFAULT_TENANT]
    return json(
        {
            "username": auth.username if isinstance(auth, BasicAuth) else "anonymous",
            "displayName": None,
            "email": None,
            "authorizedComponents": ["*"],
            "tenants": [{"tenantId": one, "name": one, "description": None} for one in tenants],
            "groups": [],
            "roles": [],
            "salesPlanType": None,
            "c8Links": {},
            "canLogout": False,
        }
    )


_INSTANCE: Final = "/process-instances/{key}"
_TASK: Final = "/user-tasks/{key}"
_COMMANDS: Final = (
    Route("POST", "/deployments", _deploy),
    Route("POST", "/resources/{key}/deletion", _command(bodies.Deletion, responses.deleted)),
    Route("POST", "/process-instances", _create),
    Route("POST", _INSTANCE + "/cancellation", _command(bodies.Cancellation)),
    Route("POST", _INSTANCE + "/modification", _command(bodies.Modification)),
    Route("POST", _INSTANCE + "/migration", _command(bodies.Migration)),
    Route("POST", _INSTANCE + "/suspension", _command(bodies.Suspension), 10),
    Route("POST", _INSTANCE + "/resumption", _command(bodies.Resumption), 10),
    Route("POST", _INSTANCE + "/business-id-assignment", _command(bodies.BusinessIdAssignment), 10),
    Route("PUT", "/element-instances/{key}/variables", _command(bodies.VariablesUpdate)),
    Route("POST", "/incidents/{key}/resolution", _command(bodies.IncidentResolution)),
    Route("POST", "/messages/publication", _command(bodies.Publication, responses.published)),
    Route("POST", "/messages/correlation", _command(bodies.Correlation, responses.correlated)),
    Route("POST", "/signals/broadcast", _command(bodies.Broadcast, responses.broadcast)),
    Route(
        "POST",
        "/decision-definitions/evaluation",
        _command(bodies.Evaluation, responses.evaluation),
    ),
    Route("POST", "/jobs/activation", _activate),
    Route("POST", "/jobs/{key}/completion", _command(bodies.Completion)),
    Route("POST", "/jobs/{key}/failure", _command(bodies.Failure)),
    Route("POST", "/jobs/{key}/error", _command(bodies.Error)),
    Route("PATCH", "/jobs/{key}", _command(bodies.JobUpdate)),
    Route("POST", _TASK + "/completion", _command(bodies.TaskCompletion)),
    Route("POST", _TASK + "/assignment", _command(bodies.Assignment)),
    Route("DELETE", _TASK + "/assignee", _command(bodies.Unassignment)),
)
_CLUSTER: Final = (
    Route("GET", "/topology", _topology),
    Route("GET", "/status", _status, 8),
    Route("GET", "/license", _license),
    Route("GET", "/authentication/me", _me, 8),
)
_GOTTEN: Final = (
    "process-instances",
    "element-instances",
    "process-definitions",
    "variables",
    "incidents",
    "user-tasks",
    "decision-definitions",
    "decision-requirements",
)
_SEARCHED: Final = (
    *_GOTTEN,
    "jobs",
    "message-subscriptions",
    "correlated-message-subscriptions",
)
_DRAWN: Final = ("process-definitions", "decision-definitions", "decision-requirements")
ROUTES: Final[tuple[Route, ...]] = (
    *_COMMANDS,
    *_CLUSTER,
    *(Route("POST", f"/{name}/search", reads.search(name), 8) for name in _SEARCHED),
    *(Route("GET", f"/{name}/{{key}}", reads.get(name), 8) for name in _GOTTEN),
    *(Route("GET", f"/{name}/{{key}}/xml", reads.xml(name), 8) for name in _DRAWN),
    Route("POST", _INSTANCE + "/incidents/search", reads.incidents_of, 8),
)
