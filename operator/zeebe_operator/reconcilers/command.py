"""ZeebeCommand: one operation of the engine, run once.

What a second time would do decides how it is sent (model/operations.py, decision 0006).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from zeebe_operator.model import command_spec, digest, names, operations, response, spec
from zeebe_operator.model.commands import Command
from zeebe_operator.model.errors import (
    DependencyError,
    GatewayError,
    GatewayUnavailableError,
    InvalidSpecError,
    NotFoundError,
    OperatorError,
    OutcomeUnknownError,
    RejectedError,
)
from zeebe_operator.model.names import Kind
from zeebe_operator.model.operations import Inputs, Operation, Twice
from zeebe_operator.model.outcome import (
    Fields,
    Outcome,
    Ready,
    Removed,
    Stalled,
    Unchanged,
    Waiting,
)
from zeebe_operator.model.reasons import Reason
from zeebe_operator.model.resource import Resource
from zeebe_operator.ports import Gateway
from zeebe_operator.reconcilers import failures, variables
from zeebe_operator.reconcilers.scope import Scope


async def reconcile(scope: Scope, resource: Resource) -> Outcome:
    """Runs it, unless the status says that it was run."""
    wanted = spec.read(resource.spec, command_spec.CommandSpec)
    operation = operations.of(wanted)
    if resource.status.get("executedAt"):
        return _settled(resource)
    try:
        outcome = await _execute(_Pass(scope, resource, wanted, operation))
    except OperatorError as error:
        outcome = failures.outcome_of(error)
    if isinstance(outcome, Ready | Waiting | Stalled):
        return replace(outcome, fields={**outcome.fields, "operation": operation.name})
    return outcome


async def remove(_scope: Scope, _resource: Resource) -> Outcome:
    """What was done cannot be taken back; there is nothing to clean up."""
    return Removed()


@dataclass(frozen=True, slots=True)
class _Pass:
    scope: Scope
    resource: Resource
    wanted: command_spec.CommandSpec
    operation: Operation

    @property
    def in_doubt(self) -> bool:
        """Whether it was sent before and nobody wrote down what became of it."""
        pending = self.resource.condition("Ready").get("reason") == Reason.OUTCOME_PENDING
        return pending or self.scope.world.intents.in_doubt(self.resource)

    @property
    def must_stop(self) -> bool:
        """Whether doubt ends it: it would happen a second time."""
        again = self.operation.twice is Twice.HAPPENS_AGAIN
        return again and self.wanted.on_uncertain == "Stop"


def _settled(resource: Resource) -> Outcome:
    if resource.observed and resource.is_true("Ready"):
        return Unchanged()
    return Ready(Reason.EXECUTED, resource.condition("Ready").get("message", "executed"))


async def _execute(run: _Pass) -> Outcome:
    if run.must_stop and run.in_doubt:
        return _uncertain()
    connection = await run.scope.connection(run.wanted.connection_ref)
    gathered = await _variables(run)
    inputs = digest.of_values(gathered.versions, str(connection), run.resource.request)
    if run.resource.is_true("Stalled") and run.resource.status.get("inputsDigest") == inputs:
        return failures.still_refused(run.resource, inputs)
    key = _instance_key(run)
    target = {"processInstanceKey": key}
    command = run.operation.request(
        Inputs(gathered.values, int(key) if key else None, run.wanted.tenant_id)
    )
    try:
        answer = await _send(run, run.scope.gateway(connection), command)
    except OutcomeUnknownError as error:
        return _uncertain(target) if run.must_stop else _pending(error, target)
    except GatewayUnavailableError as error:
        if not run.in_doubt:
            raise
        return _pending(error, target)
    except RejectedError as error:
        return _refused(run, error, inputs, target)
    return _executed(run, answer, inputs, target)


async def _send(run: _Pass, gateway: Gateway, command: Command) -> Mapping[str, Any]:
    """After an intent, unless a second time does no harm, or is known to be one."""
    await gateway.capabilities()
    twice = run.operation.twice
    if twice is Twice.HARMLESS or (twice is Twice.REFUSED and run.in_doubt):
        return await gateway.run(command)
    async with run.scope.world.intents.once(run.resource, run.resource.finalizers):
        return await gateway.run(command)


async def _variables(run: _Pass) -> variables.Gathered:
    asked = run.operation.asked
    if isinstance(asked, command_spec.WithVariables):
        return await variables.gather(run.scope, asked.variables, asked.variables_from)
    return variables.Gathered({}, ())


def _instance_key(run: _Pass) -> str | None:
    """Of the ZeebeInstance that is named; once something was sent, no other one is meant.

    Keys of two engines look alike, so it must be on the connection of the command.
    """
    asked = run.operation.asked
    if not isinstance(asked, command_spec.OnInstance) or asked.instance_ref is None:
        return None
    reference = asked.instance_ref
    if sent_to := run.resource.status.get("processInstanceKey"):
        return str(sent_to)
    found = run.scope.find(Kind.INSTANCE, reference.name)
    if found is None:
        raise DependencyError(f"ZeebeInstance {reference.name!r} does not exist")
    if found.deleting:
        raise DependencyError(f"ZeebeInstance {reference.name!r} is being deleted")
    if _connection_name(found.spec) != _connection_name(run.resource.spec):
        raise InvalidSpecError(
            f"spec.{run.operation.name}.instanceRef: ZeebeInstance {reference.name!r} is on another"
            " connection; delete this resource and apply it with the connectionRef of the instance"
        )
    if key := found.status.get("processInstanceKey"):
        return str(key)
    raise DependencyError(f"ZeebeInstance {reference.name!r} is not started")


def _connection_name(of: Mapping[str, Any]) -> str:
    return str((of.get("connectionRef") or {}).get("name") or names.DEFAULT_CONNECTION)


def _executed(run: _Pass, answer: Mapping[str, Any], inputs: str, target: Fields) -> Outcome:
    """A decision that could not be evaluated to its end is an answer too, but no success."""
    kept, truncated = response.fitted(answer, run.resource.spec)
    fields = {**target, "response": kept, "responseTruncated": truncated or None}
    if failure := answer.get("failureMessage"):
        text = f"the decision could not be evaluated: {failure}"
        return Stalled(Reason.REJECTED, text, {**fields, "inputsDigest": inputs})
    text = "executed; the answer was too large, texts in status.response are cut"
    return Ready(
        Reason.EXECUTED,
        text if truncated else "executed",
        {**fields, "executedAt": run.scope.world.now()},
    )


def _refused(run: _Pass, error: RejectedError, inputs: str, target: Fields) -> Outcome:
    if isinstance(error, NotFoundError):
        if run.in_doubt and run.operation.twice is Twice.REFUSED:
            text = "executed, or ended by somebody else: its answer was lost, and the engine knows"
            fields = {**target, "executedAt": run.scope.world.now()}
            return Ready(Reason.EXECUTED, f"{text} no longer what it is about", fields)
        asked = run.operation.asked
        if isinstance(asked, command_spec.EvaluateDecision) and asked.decision_id:
            return Waiting(Reason.DEPENDENCY_NOT_READY, f"the engine answers: {error}")
    sent_before = " when it was sent again after a lost answer" if run.in_doubt else ""
    return Stalled(
        Reason.REJECTED,
        f"the engine refused it{sent_before}: {error}; delete the resource and apply a correct one",
        {"inputsDigest": inputs, "processInstanceKey": None},
    )


def _pending(error: GatewayError, target: Fields) -> Waiting:
    return Waiting(Reason.OUTCOME_PENDING, f"no answer yet, sending it again: {error}", target)


def _uncertain(target: Fields | None = None) -> Stalled:
    return Stalled(
        Reason.OUTCOME_UNKNOWN,
        "the engine may or may not have executed it: its answer was lost, and sent again it would"
        " happen a second time; look into the engine; to send it (again) set spec.onUncertain:"
        " Retry, otherwise delete the resource",
        target or {},
    )
