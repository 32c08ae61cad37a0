"""When nobody knows whether a process instance was started: look for it, then ask a person.

Where the engine has tags and can be read, each instance carries the uid of its resource.
"""

from collections.abc import Sequence

from zeebe_operator.model import names, spec
from zeebe_operator.model.engine import FoundInstance
from zeebe_operator.model.errors import (
    CredentialsRejectedError,
    DependencyError,
    GatewayError,
    NotSupportedByGatewayError,
)
from zeebe_operator.model.outcome import Outcome, Stalled, Unchanged, Waiting
from zeebe_operator.model.reasons import Reason
from zeebe_operator.model.resource import Resource
from zeebe_operator.reconcilers import completion
from zeebe_operator.reconcilers.scope import Scope

GRACE = 30.0
"""Seconds for which an instance that cannot be found may just not be readable yet."""

LOOK = 2.0
"""Seconds between two looks in that time."""


async def settle(scope: Scope, resource: Resource, wanted: spec.InstanceSpec) -> Outcome | None:
    """None: it is to be started again, says the spec."""
    told = _told(resource)
    try:
        found = await find(scope, resource, wanted)
    except GatewayError:
        if told and resource.observed:
            return Unchanged()
        raise
    if found:
        return _adopted(scope, resource, wanted, found)
    if told is None and found is not None and may_be_unreadable(scope, resource):
        return looking()
    if told and told.reason is Reason.TIMED_OUT:
        return told
    if wanted.on_uncertain == "Retry":
        scope.world.awaited.forget(resource.uid)
        return None
    return told or uncertain(resource)


async def find(
    scope: Scope, resource: Resource, wanted: spec.InstanceSpec
) -> Sequence[FoundInstance] | None:
    """Whatever was started for the resource; None: this engine cannot be asked."""
    try:
        connection = await scope.connection(wanted.connection_ref)
    except DependencyError:
        return None
    if connection.settings.rest_address is None:
        return None
    gateway = scope.gateway(connection)
    if not (await gateway.capabilities()).reads:
        return None
    try:
        return await gateway.find_instances_by_tag(f"{names.UID_TAG}:{resource.uid}")
    except (CredentialsRejectedError, NotSupportedByGatewayError):
        return None


def may_be_unreadable(scope: Scope, resource: Resource) -> bool:
    """Whether it is too early to say that there is none."""
    return scope.world.awaited.waited(resource.uid) < GRACE


def looking() -> Waiting:
    text = "the answer of the engine was lost: looking for the instance by its tag"
    return Waiting(Reason.OUTCOME_PENDING, text, after=LOOK)


def uncertain(resource: Resource) -> Stalled:
    awaited = resource.condition("Ready").get("reason") == Reason.WAITING_FOR_COMPLETION
    return Stalled(
        Reason.OUTCOME_UNKNOWN,
        f"{_AWAITING_ENDED if awaited else _ANSWER_LOST}; look for it in Operate; to start it"
        " (again) set spec.onUncertain: Retry, otherwise delete the resource and cancel by hand"
        " what you found",
        {"state": "Uncertain"},
    )


_ANSWER_LOST = (
    "the process instance may or may not have been started: the answer of the engine was lost"
)
_AWAITING_ENDED = (
    "the operator or its connection went away while it waited for the completion, and this gateway"
    " tells key and result only once: the process instance was most likely started, and runs on or"
    " has ended since"
)


def _told(resource: Resource) -> Stalled | None:
    """What a person was told before, word for word."""
    before = resource.condition("Stalled")
    if before.get("reason") not in (Reason.OUTCOME_UNKNOWN, Reason.TIMED_OUT):
        return None
    return Stalled(Reason(before["reason"]), before["message"], {"state": "Uncertain"})


def _adopted(
    scope: Scope, resource: Resource, wanted: spec.InstanceSpec, found: Sequence[FoundInstance]
) -> Outcome:
    """The first, if a person wanted it started again while it could not be read."""
    scope.world.awaited.forget(resource.uid)
    one = min(found, key=lambda each: each.created.process_instance_key)
    running = completion.started(scope, wanted, one.created)
    state = completion.ENDS.get(one.state)
    if state is None or wanted.wait_for == "Completion":
        return running
    fields = {**running.fields, "state": state, "endedAt": scope.world.now()}
    return completion.over(wanted, str(one.created.process_instance_key), state, fields)
