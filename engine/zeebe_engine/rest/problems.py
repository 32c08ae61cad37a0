"""Problem reports (RFC 9457): what a client is told instead of an answer."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import msgspec
from aiohttp import web

from zeebe_engine.engine.refusals import Refusal, Rejection, Status

_log: Final = logging.getLogger(__name__)
_CODES: Final[Mapping[Status, HTTPStatus]] = {
    Status.INVALID_ARGUMENT: HTTPStatus.BAD_REQUEST,
    Status.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    Status.PERMISSION_DENIED: HTTPStatus.FORBIDDEN,
    Status.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Status.ALREADY_EXISTS: HTTPStatus.CONFLICT,
    Status.FAILED_PRECONDITION: HTTPStatus.CONFLICT,
    Status.UNIMPLEMENTED: HTTPStatus.NOT_IMPLEMENTED,
    Status.RESOURCE_EXHAUSTED: HTTPStatus.SERVICE_UNAVAILABLE,
    Status.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    Status.DEADLINE_EXCEEDED: HTTPStatus.GATEWAY_TIMEOUT,
}


def of(error: Exception, request: web.Request) -> web.Response:
    """A refusal in its own words, an error of the engine's without them: it goes into the log."""
    if isinstance(error, Refusal):
        return _of_refusal(error, request.path)
    if isinstance(error, web.HTTPException):
        return report(HTTPStatus(error.status), error.reason, error.text or "", request.path)
    _log.error("%s %s", request.method, request.path, exc_info=error)
    text = "Unexpected error occurred during the request processing"
    return report(HTTPStatus.INTERNAL_SERVER_ERROR, "INTERNAL", text, request.path)


def report(code: HTTPStatus, title: str, detail: str, path: str) -> web.Response:
    problem = {
        "type": "about:blank",
        "title": title,
        "status": code.value,
        "detail": detail,
        "instance": path,
    }
    return web.Response(
        status=code.value,
        body=msgspec.json.encode(problem),
        content_type="application/problem+json",
    )


def _of_refusal(refusal: Refusal, path: str) -> web.Response:
    code = _CODES.get(refusal.status, HTTPStatus.INTERNAL_SERVER_ERROR)
    title = str(refusal.kind if isinstance(refusal, Rejection) else refusal.status)
    if refusal.status is Status.FAILED_PRECONDITION:
        title = "INVALID_STATE"
    return report(code, title, refusal.text, path)
