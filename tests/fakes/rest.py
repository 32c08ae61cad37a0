"""A REST API v2 on a real port: instances and variables as it tells them, with faults on request.

Shapes are those of Camunda's OpenAPI description (8.8): keys are strings, values are JSON text, a
search cuts long values and pages its answer.
"""

import json
from typing import Any, Self

from aiohttp import web
from aiohttp.test_utils import TestServer

LONGEST_VALUE = 100


class FakeRest:
    """`requests` are method and path, `headers` those of the last request."""

    def __init__(self) -> None:
        self.instances: dict[int, dict[str, Any]] = {}
        self.variables: list[dict[str, Any]] = []
        self.requests: list[str] = []
        self.headers: dict[str, str] = {}
        self.faults: list[tuple[int, object]] = []
        """Status and body; each meets one request."""
        routes = [
            web.get("/v2/process-instances/{key}", self._get_instance),
            web.post("/v2/process-instances/search", self._search_instances),
            web.get("/v2/variables/{key}", self._get_variable),
            web.post("/v2/variables/search", self._search_variables),
        ]
        app = web.Application(middlewares=[self._befall])
        app.add_routes(routes)
        self._server = TestServer(app)

    async def __aenter__(self) -> Self:
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.port}"

    def add(self, key: int, state: str = "ACTIVE", *tags: str, **variables: Any) -> None:
        self.instances[key] = {
            "processInstanceKey": str(key),
            "processDefinitionKey": "2251799813685249",
            "processDefinitionId": "order",
            "processDefinitionVersion": 3,
            "tenantId": "<default>",
            "state": state,
            "startDate": "2026-01-01T00:00:00.000Z",
            "endDate": None,
            "hasIncident": False,
            "tags": list(tags),
        }
        for name, value in variables.items():
            self.add_variable(key, key, name, value)

    def add_variable(self, instance: int, scope: int, name: str, value: object) -> None:
        self.variables.append(
            {
                "variableKey": str(len(self.variables) + 1),
                "processInstanceKey": str(instance),
                "scopeKey": str(scope),
                "name": name,
                "value": json.dumps(value),
            }
        )

    @web.middleware
    async def _befall(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.requests.append(f"{request.method} {request.path}")
        self.headers = dict(request.headers)
        if not self.faults:
            response: web.StreamResponse = await handler(request)
            return response
        status, body = self.faults.pop(0)
        if isinstance(body, str):
            return web.Response(status=status, text=body)
        return web.json_response(body, status=status)

    async def _get_instance(self, request: web.Request) -> web.Response:
        return _found(self.instances.get(int(request.match_info["key"])))

    async def _search_instances(self, request: web.Request) -> web.Response:
        wanted = set((await request.json())["filter"]["tags"])
        return await _page(
            request, [i for i in self.instances.values() if wanted <= set(i["tags"])]
        )

    async def _get_variable(self, request: web.Request) -> web.Response:
        found = (v for v in self.variables if v["variableKey"] == request.match_info["key"])
        return _found(next(found, None))

    async def _search_variables(self, request: web.Request) -> web.Response:
        filters = (await request.json())["filter"]
        names = filters.get("name", {}).get("$in")
        same = ("processInstanceKey", "scopeKey")
        found = [
            {
                **v,
                "value": v["value"][:LONGEST_VALUE],
                "isTruncated": len(v["value"]) > LONGEST_VALUE,
            }
            for v in self.variables
            if all(v[field] == filters[field] for field in same)
            and (names is None or v["name"] in names)
        ]
        return await _page(request, found)


def _found(item: object) -> web.Response:
    if item is None:
        problem = {"title": "NOT_FOUND", "detail": "not found", "status": 404}
        return web.json_response(problem, status=404)
    return web.json_response(item)


async def _page(request: web.Request, items: list[dict[str, Any]]) -> web.Response:
    """A cursor is opaque; here it is where the page ends."""
    page = (await request.json())["page"]
    start = int(page.get("after", 0))
    end = start + page["limit"]
    answer = {"totalItems": len(items), "endCursor": str(end)}
    return web.json_response({"items": items[start:end], "page": answer})
