"""ZeebeMessage: one message, published once.

The engine refuses a message id twice, but only while the first message is buffered, which is its
time to live. A long one makes a repetition safe; with a short one a write-ahead intent does.
"""

import time

from zeebe_operator.model import digest, duration, spec, times
from zeebe_operator.model.engine import PublishMessage
from zeebe_operator.model.errors import (
    AlreadyExistsError,
    GatewayError,
    GatewayUnavailableError,
    OutcomeUnknownError,
    RejectedError,
)
from zeebe_operator.model.outcome import Outcome, Ready, Removed, Stalled, Unchanged, Waiting
from zeebe_operator.model.reasons import Reason
from zeebe_operator.model.resource import Resource
from zeebe_operator.ports import Gateway
from zeebe_operator.reconcilers import failures, variables
from zeebe_operator.reconcilers.scope import Scope

TRUSTED_WINDOW = 60.0
"""Seconds: from this time to live on, the engine's own deduplication outlasts a restart of the
operator, and the intent (one more write to the API) is left out."""

_MARGIN = 5.0
"""Seconds by which a repetition must arrive before the first message can leave the buffer."""


async def reconcile(scope: Scope, resource: Resource) -> Outcome:
    """Publishes it, unless the status says that it is published."""
    wanted = spec.read(resource.spec, spec.MessageSpec)
    if resource.status.get("publishedAt"):
        return _settled(resource)
    if wanted.on_uncertain == "Stop" and _in_doubt(scope, resource, wanted):
        return _uncertain()
    gathered = await variables.gather(scope, wanted.variables, wanted.variables_from)
    connection = await scope.connection(wanted.connection_ref)
    inputs = digest.of_values(gathered.versions, str(connection), resource.request)
    if resource.is_true("Stalled") and resource.status.get("inputsDigest") == inputs:
        return failures.still_refused(resource, inputs)
    message = _message(resource, wanted, gathered)
    try:
        return await _publish(scope, resource, scope.gateway(connection), message)
    except RejectedError as error:
        return Stalled(
            Reason.REJECTED,
            f"the engine refused it: {error}; delete the resource and apply a correct one",
            {"inputsDigest": inputs},
        )
    except OutcomeUnknownError as error:
        return _pending(error, message.message_id)
    except GatewayUnavailableError as error:
        if _was_pending(resource):
            return _pending(error, message.message_id)
        raise


async def remove(_scope: Scope, _resource: Resource) -> Outcome:
    """A published message cannot be taken back; there is nothing to clean up."""
    return Removed()


def _settled(resource: Resource) -> Outcome:
    if resource.observed and resource.is_true("Ready"):
        return Unchanged()
    return Ready(Reason.PUBLISHED, "published")


def _message(
    resource: Resource, wanted: spec.MessageSpec, gathered: variables.Gathered
) -> PublishMessage:
    return PublishMessage(
        name=wanted.message_name,
        correlation_key=wanted.correlation_key,
        time_to_live=duration.seconds(wanted.time_to_live, "spec.timeToLive"),
        message_id=wanted.message_id or resource.uid,
        variables=gathered.values,
        tenant_id=wanted.tenant_id,
    )


async def _publish(
    scope: Scope, resource: Resource, gateway: Gateway, message: PublishMessage
) -> Ready:
    await gateway.capabilities()
    now, started = scope.world.now(), time.monotonic()
    try:
        if message.time_to_live >= TRUSTED_WINDOW:
            key = str(await gateway.publish_message(message))
        else:
            async with scope.world.intents.once(resource, resource.finalizers):
                key = str(await gateway.publish_message(message))
    except AlreadyExistsError:
        return _published(message, None, now)
    except OutcomeUnknownError:
        scope.world.first_sent.setdefault(resource.uid, started)
        raise
    return _published(message, key, now)


def _published(message: PublishMessage, key: str | None, sent_at: str) -> Ready:
    text = "published" if key else "published before; the engine does not tell its key"
    return Ready(
        Reason.PUBLISHED,
        text,
        {
            "messageKey": key,
            "messageId": message.message_id,
            "publishedAt": sent_at,
            "expiresAt": times.later(sent_at, message.time_to_live),
        },
    )


def _in_doubt(scope: Scope, resource: Resource, wanted: spec.MessageSpec) -> bool:
    """Whether it may have been published and the engine may have forgotten it since."""
    if not (scope.world.intents.in_doubt(resource) or _was_pending(resource)):
        return False
    first_sent = scope.world.first_sent.get(resource.uid)
    if first_sent is None:
        return True
    window = duration.seconds(wanted.time_to_live, "spec.timeToLive") - _MARGIN
    return time.monotonic() - first_sent > window


def _was_pending(resource: Resource) -> bool:
    """Whether an earlier publication was left without an answer, whatever was told since."""
    return resource.status.get("messageId") is not None


def _pending(error: GatewayError, message_id: str) -> Waiting:
    text = f"no answer yet, publishing it again: {error}"
    return Waiting(Reason.OUTCOME_PENDING, text, {"messageId": message_id})


def _uncertain() -> Stalled:
    return Stalled(
        Reason.OUTCOME_UNKNOWN,
        "the message may or may not have been published: the answer of the engine was lost and it"
        " may have forgotten the message id since; to publish it (again) set spec.onUncertain:"
        " Retry, otherwise delete the resource",
    )
