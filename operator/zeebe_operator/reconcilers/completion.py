"""How a process instance is, and how it ended: looking at it, and what is told of it.

Where instances can be read (REST API, 8.8 and later), one that is to complete is started plainly
and looked at in growing intervals. Elsewhere only the awaiting create call tells the result; the
key comes with it, and not earlier.
"""

from collections.abc import Mapping
from typing import Any

from zeebe_operator.model import digest, duration, spec, variables
from zeebe_operator.model.commands import SetVariables
from zeebe_operator.model.engine import CompletedInstance, CreatedInstance
from zeebe_operator.model.errors import NotFoundError
from zeebe_operator.model.outcome import Fields, Outcome, Ready, Stalled, Waiting
from zeebe_operator.model.reasons import Reason
from zeebe_operator.model.resource import Resource
from zeebe_operator.ports import Gateway
from zeebe_operator.reconcilers import failures
from zeebe_operator.reconcilers.awaited import Call
from zeebe_operator.reconcilers.scope import Scope

SHORTEST, LONGEST = 1.0, 30.0
"""Seconds between two looks at an instance: a quarter of the time waited so far, within these."""

ENDS = {"COMPLETED": "Completed", "TERMINATED": "Terminated"}
"""The engine's words for what is over, and ours."""


async def state_of(gateway: Gateway, key: int, *, gone: bool = False) -> str:
    """Active, Completed, Terminated, or Ended where nobody says how.

    `gone`: the engine just said that it knows no such instance.
    """
    if (await gateway.capabilities()).reads:
        found = await gateway.find_instance(key)
        if found is None:  # not to be read yet, or no longer
            return "Ended" if gone else "Active"
        return ENDS.get(found.state, "Active")
    if not gone:
        try:
            await gateway.run(SetVariables(key, {}))  # the one question that gRPC has for it
        except NotFoundError:
            return "Ended"
        return "Active"
    return "Ended"


async def follow(scope: Scope, resource: Resource, wanted: spec.InstanceSpec) -> Outcome:
    """One look at an instance that is to complete."""
    key = int(resource.status["processInstanceKey"])
    gateway = scope.gateway(await scope.connection(wanted.connection_ref))
    state = await state_of(gateway, key)
    if state == "Active":
        return _still_running(scope, resource, wanted, key)
    scope.world.awaited.forget(resource.uid)
    return await end(scope, wanted, gateway, key, state)


async def end(
    scope: Scope, wanted: spec.InstanceSpec, gateway: Gateway, key: int, state: str
) -> Ready | Stalled:
    """What is told of an instance that was found to be over."""
    fields: Fields = {"state": state, "endedAt": scope.world.now()}
    if state == "Completed" and wanted.wait_for == "Completion":
        result = await gateway.variables_of(key, wanted.fetch_variables)
        return _completed(key, result, fields)
    return over(wanted, str(key), state, fields)


def started(scope: Scope, wanted: spec.InstanceSpec, created: CreatedInstance) -> Ready | Waiting:
    """It runs, and its key is known."""
    fields = {
        **_keys(created),
        "state": "Active",
        "startedAt": scope.world.now(),
        "variableDigests": digest.of_each(wanted.variables),
    }
    return running(wanted, str(created.process_instance_key), fields)


def running(
    wanted: spec.InstanceSpec, key: str, fields: Fields | None = None, note: str = ""
) -> Ready | Waiting:
    if wanted.wait_for == "Completion":
        text = f"process instance {key} is running{note}"
        return Waiting(Reason.WAITING_FOR_COMPLETION, text, fields or {}, after=0.0)
    return Ready(Reason.STARTED, f"process instance {key} is started{note}", fields or {})


def over(
    wanted: spec.InstanceSpec, key: str, state: str, fields: Fields | None = None, note: str = ""
) -> Ready | Stalled:
    """A pass follows at once, for the finalizer."""
    fields = fields or {}
    to_complete = wanted.wait_for == "Completion" and wanted.desired_state == "Running"
    match state:
        case "Completed":
            return _ready(Reason.COMPLETED, f"process instance {key} has completed{note}", fields)
        case "Cancelled":
            text = f"process instance {key} is cancelled{note}"
            return _ready(Reason.CANCELLED, text, fields, succeeded=False)
        case "Terminated" if to_complete:
            text = (
                f"process instance {key} was terminated by somebody else: it cannot complete any"
                f" more; to start another one, delete the resource and apply it again{note}"
            )
            return Stalled(Reason.TERMINATED, text, fields, after=0.0)
        case "Ended" if to_complete:
            text = (
                f"process instance {key} has ended, and this gateway does not say how, nor with"
                f" what result: look for it in Operate{note}"
            )
            return Stalled(Reason.OUTCOME_UNKNOWN, text, fields, after=0.0)
        case "Terminated":
            text = f"process instance {key} was terminated by somebody else{note}"
        case _:
            text = f"process instance {key} has ended; this gateway does not say how{note}"
    return _ready(Reason.ENDED, text, fields, succeeded=False)


def awaiting(scope: Scope, resource: Resource, wanted: spec.InstanceSpec, call: Call) -> Outcome:
    """The awaiting call is under way: nothing can be told to an instance without a key."""
    scope.look_at(call.attempt.settings)
    if wanted.desired_state == "Cancelled":
        return _unreachable("spec.desiredState")
    if "variableDigests" in resource.status and edited(resource, wanted):
        return _unreachable("spec.variables")
    return _waiting_for_the_answer({})


def edited(resource: Resource, wanted: spec.InstanceSpec) -> bool:
    """Whether spec.variables are others than those that the engine was sent last."""
    sent = resource.status.get("variableDigests", {})
    return bool(digest.of_each(wanted.variables) != sent)


def _unreachable(field: str) -> Stalled:
    return Stalled(
        Reason.NOT_SUPPORTED_BY_GATEWAY,
        f"{field}: this gateway tells the key of an instance with waitFor: Completion only when it"
        " has completed, so the edit cannot reach it: take it back, or do it by hand in Operate;"
        " the operator goes on waiting for the result",
    )


def sent(scope: Scope, wanted: spec.InstanceSpec) -> Waiting:
    """The awaiting call has just begun."""
    return _waiting_for_the_answer(
        {
            "state": "Active",
            "startedAt": scope.world.now(),
            "variableDigests": digest.of_each(wanted.variables),
        }
    )


def answered(scope: Scope, completed: CompletedInstance) -> Ready:
    """The awaiting call has brought the result."""
    fields = {**_keys(completed.created), "state": "Completed", "endedAt": scope.world.now()}
    return _completed(completed.created.process_instance_key, completed.variables, fields)


def never_answered(wanted: spec.InstanceSpec) -> Stalled:
    """The awaiting call has ended with the time for it."""
    return Stalled(
        Reason.TIMED_OUT,
        f"no result within {wanted.timeout}: the instance was most likely started, and goes on, or"
        " somebody has terminated it; this gateway tells its key only with the result, so look for"
        " it in Operate; to start another one, delete the resource and apply it again, perhaps with"
        " a longer spec.timeout",
        {"state": "Uncertain"},
    )


def _still_running(
    scope: Scope, resource: Resource, wanted: spec.InstanceSpec, key: int
) -> Waiting | Stalled:
    """Once told, a timeout stays told; each later pass looks again nevertheless."""
    before = resource.condition("Ready")
    waited = scope.world.awaited.waited(resource.uid)
    left = duration.seconds(wanted.timeout, "spec.timeout") - waited
    if left <= 0 or before.get("reason") == Reason.TIMED_OUT:
        return Stalled(
            Reason.TIMED_OUT,
            f"process instance {key} has not completed within {wanted.timeout}; it goes on, and is"
            " looked at again every ten minutes, or when you ask for it",
        )
    after = min(max(SHORTEST, waited / 4), LONGEST, left)
    told = before.get("reason") == Reason.WAITING_FOR_COMPLETION
    text = before["message"] if told else f"process instance {key} is running"
    return Waiting(Reason.WAITING_FOR_COMPLETION, text, after=after)


def _waiting_for_the_answer(fields: Fields) -> Waiting:
    return Waiting(
        Reason.WAITING_FOR_COMPLETION,
        "sent to the engine, which tells key and result when the instance has completed; if the"
        " operator or the connection goes away before, they are lost (OutcomeUnknown)",
        fields,
        after=failures.WATCHED,
    )


def _completed(key: int, result: Mapping[str, Any], fields: Fields) -> Ready:
    kept, left_out = variables.fitting(result)
    text = f"process instance {key} has completed"
    if left_out:
        text += (
            f"; too large for status.result and left out: {', '.join(left_out)}; name what you need"
            " in spec.fetchVariables"
        )
    return _ready(Reason.COMPLETED, text, {**fields, "result": kept})


def _ready(reason: Reason, text: str, fields: Fields, *, succeeded: bool = True) -> Ready:
    return Ready(reason, text, fields, after=0.0, succeeded=succeeded)


def _keys(created: CreatedInstance) -> Fields:
    return {
        "processInstanceKey": str(created.process_instance_key),
        "processDefinitionKey": str(created.process_definition_key),
        "bpmnProcessId": created.bpmn_process_id,
        "version": created.version,
        "tenantId": created.tenant_id or None,
    }
