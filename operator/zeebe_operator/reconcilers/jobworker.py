"""ZeebeJobWorker: the right worker runs, and its status tells how it fares."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from zeebe_operator.model import credentials, duration, spec
from zeebe_operator.model.errors import DependencyError, InvalidSpecError
from zeebe_operator.model.names import ObjectKey
from zeebe_operator.model.outcome import Outcome, Ready, Removed, Stalled, Unchanged, Waiting
from zeebe_operator.model.reasons import Reason
from zeebe_operator.model.resource import Resource
from zeebe_operator.model.worker import Assignment, Handler, Http, Progress, Report
from zeebe_operator.reconcilers import failures
from zeebe_operator.reconcilers.scope import Scope, World

LOOK_AGAIN = 10.0
"""Seconds between two looks at how the worker fares: it writes its status no more often."""

SHORTEST_TIMEOUT = 1.0


async def reconcile(scope: Scope, resource: Resource) -> Outcome:
    """Sees to it that the worker does what the spec says, and tells what came of it so far."""
    workers = scope.world.workers
    try:
        assignment = await _assignment(scope, resource)
    except (InvalidSpecError, DependencyError):
        workers.pause(resource.key)
        raise
    workers.assign(assignment, _counted(resource.status))
    scope.look_again = LOOK_AGAIN
    await scope.world.gateways.get(assignment.settings).capabilities()
    return _outcome(assignment, workers.report(resource.key))


async def remove(_scope: Scope, _resource: Resource) -> Outcome:
    """There is no finalizer: the worker ends with the resource, see `gone`."""
    return Removed()


def gone(world: World, key: ObjectKey) -> None:
    """The resource is deleted, or about to be."""
    world.workers.dismiss(key)


async def _assignment(scope: Scope, resource: Resource) -> Assignment:
    wanted = spec.read(resource.spec, spec.JobworkerSpec)
    timeout = duration.seconds(wanted.timeout, "spec.timeout")
    if timeout < SHORTEST_TIMEOUT:
        raise InvalidSpecError("spec.timeout: give the handler at least 1s")
    connection = await scope.connection(wanted.connection_ref)
    scope.look_at(connection.settings)
    return Assignment(
        key=resource.key,
        uid=resource.uid,
        settings=connection.settings,
        job_type=wanted.job_type,
        worker_name=wanted.worker_name or f"{resource.key.namespace}/{resource.key.name}",
        max_jobs_active=wanted.max_jobs_active,
        timeout=timeout,
        retry_back_off=duration.seconds(wanted.retry_back_off, "spec.retryBackOff"),
        handler=await _handler(scope, wanted.handler),
        fetch_variables=wanted.fetch_variables,
        tenant_id=wanted.tenant_id,
        suspended=wanted.suspend,
        request=resource.request,
    )


async def _handler(scope: Scope, wanted: spec.JobHandler) -> Handler:
    if wanted.http is not None:
        return await _http(scope, wanted.http)
    handler = wanted.kubernetes_job or wanted.complete or wanted.throw_error or wanted.fail
    if handler is None:
        raise InvalidSpecError("spec.handler: say what is to be done with a job")
    return handler


async def _http(scope: Scope, wanted: spec.HttpHandler) -> Http:
    return Http(
        url=wanted.url,
        method=wanted.method,
        headers={header.name: await _value(scope, header) for header in wanted.headers},
        timeout=duration.seconds(wanted.timeout, "spec.handler.http.timeout"),
    )


async def _value(scope: Scope, header: spec.Header) -> str:
    """What a file ends with does not belong to a header."""
    ref = header.secret_key_ref
    if ref is None:
        return header.value or ""
    raw = credentials.secret_value(await scope.secret(ref.name), ref.name, ref.key)
    text = raw.decode("ascii", errors="replace").strip()
    if not (text.isascii() and text.isprintable()):
        raise InvalidSpecError(
            f"spec.handler.http.headers: key {ref.key!r} of Secret {ref.name!r} is no value for a"
            " header: one line of printable ASCII"
        )
    return text


def _counted(status: Mapping[str, Any]) -> Progress:
    """What the last operator wrote down: the count goes on from there."""
    return Progress(
        active=0,
        completed=status.get("completed", 0),
        failed=status.get("failed", 0),
        last_error=status.get("lastError", ""),
    )


def _outcome(assignment: Assignment, report: Report | None) -> Outcome:
    if report is None or not (report.prepared or report.trouble):
        return Unchanged()  # it wakes the resource as soon as there is something to tell
    now = report.progress
    told = {
        "active": now.active,
        "completed": now.completed,
        "failed": now.failed,
        "lastError": now.last_error or None,
    }
    if report.trouble:
        outcome = failures.outcome_of(report.trouble)
        return replace(outcome, fields=told) if isinstance(outcome, Waiting | Stalled) else outcome
    if assignment.suspended:
        return Ready(Reason.SUSPENDED, "suspended: it takes no more jobs", told)
    return Ready(Reason.WORKING, f"works on jobs of type {assignment.job_type!r}", told)
