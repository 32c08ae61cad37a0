"""ZeebeInstance: one process instance, started once, followed, and ended with the resource."""

from dataclasses import replace

from zeebe_operator.model import digest, spec
from zeebe_operator.model import variables as values
from zeebe_operator.model.commands import CancelInstance, SetVariables
from zeebe_operator.model.errors import NotFoundError, RejectedError
from zeebe_operator.model.outcome import Again, Outcome, Ready, Removed, Stalled, Unchanged
from zeebe_operator.model.reasons import Reason
from zeebe_operator.model.resource import Resource
from zeebe_operator.ports import Gateway
from zeebe_operator.reconcilers import completion, doubt, failures, starting
from zeebe_operator.reconcilers.intents import with_finalizer, without_finalizer
from zeebe_operator.reconcilers.scope import ConnectionGoneError, Scope


async def reconcile(scope: Scope, resource: Resource) -> Outcome:
    """Starts it if it was never started, else keeps what follows from the spec."""
    wanted = spec.read(resource.spec, spec.InstanceSpec)
    if resource.status.get("processInstanceKey"):
        return await _keep(scope, resource, wanted)
    if call := scope.world.awaited.of(resource.uid):
        return await starting.collect(scope, resource, wanted, call)
    if scope.world.intents.in_doubt(resource):
        outcome = await doubt.settle(scope, resource, wanted)
        if outcome is not None:
            return outcome
    if wanted.desired_state == "Cancelled" or resource.status.get("state") == "Cancelled":
        text = "cancelled before it was started"
        return Ready(Reason.CANCELLED, text, {"state": "Cancelled"}, succeeded=False)
    return await starting.start(scope, resource, wanted)


async def remove(scope: Scope, resource: Resource) -> Outcome:
    """With deletionPolicy Cancel a running instance is cancelled."""
    wanted = spec.read(resource.spec, spec.InstanceSpec)
    key = resource.status.get("processInstanceKey")
    if wanted.deletion_policy == "Retain":
        return Removed()
    if key is None:
        return await _remove_unknown(scope, resource, wanted)
    if resource.status.get("state", "Active") != "Active":
        return Removed()
    try:
        gateway = scope.gateway(await scope.connection(wanted.connection_ref))
    except ConnectionGoneError as error:
        return Removed(f"process instance {key} was not cancelled: {error}")
    await _end(gateway, int(key))
    return Removed()


async def _remove_unknown(scope: Scope, resource: Resource, wanted: spec.InstanceSpec) -> Outcome:
    """Without a key it can only be cancelled where it can be found by its tag."""
    if not scope.world.intents.in_doubt(resource):
        return Removed()
    found = await doubt.find(scope, resource, wanted)
    if found is not None and not found and doubt.may_be_unreadable(scope, resource):
        return doubt.looking()
    if not found:
        return Removed(_LEFT_IN_DOUBT, Reason.OUTCOME_UNKNOWN)
    gateway = scope.gateway(await scope.connection(wanted.connection_ref))
    for one in found:
        await _end(gateway, one.created.process_instance_key)
    return Removed()


async def _end(gateway: Gateway, key: int) -> None:
    """What is not there any more needs no end."""
    try:
        await gateway.run(CancelInstance(key))
    except NotFoundError:
        return


async def _keep(scope: Scope, resource: Resource, wanted: spec.InstanceSpec) -> Outcome:
    """What can still change once it is started."""
    active = resource.status.get("state") == "Active"
    if active and wanted.desired_state == "Cancelled":
        return await _cancel(scope, resource, wanted)
    clean_up = active and wanted.deletion_policy == "Cancel"
    finalizers = with_finalizer(resource) if clean_up else without_finalizer(resource)
    await scope.world.intents.set_finalizers(resource, finalizers)
    if not active:
        return _settled(resource, wanted)
    if completion.edited(resource, wanted):
        return await _set_variables(scope, resource, wanted)
    if wanted.wait_for == "Completion":
        return await completion.follow(scope, resource, wanted)
    asked = resource.status.get("lastHandledRequest") != resource.request
    if asked or resource.is_true("Reconciling"):
        return await _look(scope, resource, wanted)
    return _settled(resource, wanted)


def _settled(resource: Resource, wanted: spec.InstanceSpec) -> Outcome:
    if resource.observed and resource.is_true("Ready"):
        return Unchanged()
    key, state = resource.status["processInstanceKey"], resource.status.get("state")
    if state == "Active":
        return completion.running(wanted, key)
    note = (
        "; the edit of spec.variables has no effect" if completion.edited(resource, wanted) else ""
    )
    return replace(completion.over(wanted, key, str(state), note=note), after=None)


async def _look(scope: Scope, resource: Resource, wanted: spec.InstanceSpec) -> Outcome:
    """Somebody asks whether it still runs."""
    key = int(resource.status["processInstanceKey"])
    gateway = scope.gateway(await scope.connection(wanted.connection_ref))
    state = await completion.state_of(gateway, key)
    if state == "Active":
        return completion.running(wanted, str(key))
    return await completion.end(scope, wanted, gateway, key, state)


async def _cancel(scope: Scope, resource: Resource, wanted: spec.InstanceSpec) -> Outcome:
    """Written down first; the finalizer goes with the next pass, which follows at once."""
    key = resource.status["processInstanceKey"]
    gateway = scope.gateway(await scope.connection(wanted.connection_ref))
    try:
        await gateway.run(CancelInstance(int(key)))
    except NotFoundError:
        return await _gone(scope, wanted, gateway, int(key))
    fields = {"state": "Cancelled", "endedAt": scope.world.now()}
    return completion.over(wanted, key, "Cancelled", fields)


async def _set_variables(scope: Scope, resource: Resource, wanted: spec.InstanceSpec) -> Outcome:
    """The added and the changed ones. To repeat it changes nothing."""
    key, sent = resource.status["processInstanceKey"], resource.status.get("variableDigests", {})
    inputs = digest.of_values(wanted.variables, resource.request)
    if resource.is_true("Stalled") and resource.status.get("inputsDigest") == inputs:
        return failures.still_refused(resource, inputs)
    changed = values.changed(wanted.variables, sent)
    gateway = scope.gateway(await scope.connection(wanted.connection_ref))
    try:
        if changed:
            await gateway.run(SetVariables(int(key), changed))
    except NotFoundError:
        return await _gone(scope, wanted, gateway, int(key))
    except RejectedError as error:
        text = f"the engine refused the edit of spec.variables: {error}; correct them"
        return Stalled(Reason.REJECTED, text, {"inputsDigest": inputs})
    now = digest.of_each(wanted.variables)
    note = _of_edit(len(changed), len(sent.keys() - now.keys()))
    return completion.running(wanted, key, {"variableDigests": now}, note)


def _of_edit(changed: int, removed: int) -> str:
    """Numbers only: even the name of a variable can say too much."""
    note = f"; an edit of spec.variables set {changed}" if changed else ""
    if removed:
        note += f"; {removed} no longer in spec.variables: left in the instance as it was"
    return note


async def _gone(scope: Scope, wanted: spec.InstanceSpec, gateway: Gateway, key: int) -> Outcome:
    """The engine does not know it any more; what can be read may not know that yet."""
    state = await completion.state_of(gateway, key, gone=True)
    if state == "Active":
        return Again()
    return await completion.end(scope, wanted, gateway, key, state)


_LEFT_IN_DOUBT = (
    "it is unknown whether the process instance was started; if it was, it is still running"
)
