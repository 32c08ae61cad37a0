"""The HTTP server of an administrator's tools: /metrics, /healthz and /readyz."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from zeebe_operator.telemetry.health import Health
from zeebe_operator.telemetry.metrics import Metrics


class PortTakenError(Exception):
    """Somebody else listens on the port; the text says how to choose another."""


async def start(port: int, health: Health, metrics: Metrics) -> web.AppRunner:
    """Serves until `cleanup()` of what it returns. Raises PortTakenError."""
    application = web.Application()
    application.router.add_get("/metrics", _metrics(metrics))
    application.router.add_get("/healthz", _probe(health.sick, lambda: "ok"))
    application.router.add_get("/readyz", _probe(health.unready, health.role))
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, port=port).start()
    except OSError as error:
        await runner.cleanup()
        raise PortTakenError(
            f"cannot listen on port {port} ({error.strerror}); choose another with --metrics-port"
        ) from error
    return runner


Handler = Callable[[web.Request], Awaitable[web.Response]]


def _metrics(metrics: Metrics) -> Handler:
    async def serve(_request: web.Request) -> web.Response:
        return web.Response(body=metrics.text(), content_type="text/plain", charset="utf-8")

    return serve


def _probe(problem: Callable[[], str], good: Callable[[], str]) -> Handler:
    async def serve(_request: web.Request) -> web.Response:
        text = problem()
        return web.Response(text=f"{text or good()}\n", status=503 if text else 200)

    return serve
