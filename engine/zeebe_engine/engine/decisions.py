"""Evaluation of decisions: by a business rule task, or by a command."""

from collections.abc import Mapping
from typing import Any

from zeebe_engine import dmn
from zeebe_engine.bpmn.model import CalledDecision
from zeebe_engine.engine import definitions, documents, values
from zeebe_engine.engine.answers import (
    DecisionEvaluation,
    EvaluatedDecision,
    EvaluatedInput,
    EvaluatedOutput,
    MatchedRule,
)
from zeebe_engine.engine.commands import EvaluateDecision
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.state import Definition, Instance
from zeebe_engine.engine.step import Failure, Step, invalid, tenant_of


def evaluate_called(
    step: Step, instance: Instance, called: CalledDecision, variables: Mapping[str, Any]
) -> Any:
    """Its output. Raises Failure when there is no such decision, or it cannot be evaluated."""
    name = step.text(called.decision_id, variables)
    decision = definitions.bound(step, "DECISION", name, called, instance)
    if decision is None:
        raise Failure(
            "CALLED_DECISION_ERROR",
            f"Expected to evaluate decision '{name}', but no decision found for id '{name}'",
        )
    where = values.of_instance(step.state, instance)
    found = _evaluate(step, decision, variables, where, instance.key)
    if found.failed_id:
        raise Failure("DECISION_EVALUATION_ERROR", found.failure)
    return documents.fitting(found.output)


def evaluate(step: Step, command: EvaluateDecision) -> DecisionEvaluation:
    tenant = tenant_of(command.tenant_id)
    if command.decision_id:
        decision = definitions.latest(step, "DECISION", command.decision_id, tenant)
        asked, what = command.decision_id, f"id '{command.decision_id}'"
    else:
        decision = step.state.definitions.get(command.decision_key)
        asked, what = str(command.decision_key), f"key '{command.decision_key}'"
    if decision is None or (decision.kind, decision.tenant_id) != ("DECISION", tenant):
        raise invalid(
            "EVALUATE", f"Expected to evaluate decision '{asked}', but no decision found for {what}"
        )
    return _evaluate(step, decision, command.variables, {}, decision.key)


def _evaluate(
    step: Step,
    decision: Definition,
    variables: Mapping[str, Any],
    where: dict[str, Any],
    near: int,
) -> DecisionEvaluation:
    parent = step.state.definitions[decision.requirements_key]
    outcome = dmn.evaluate(step.models.requirements(parent), decision.id, variables, step.now)
    key = step.key_near(near)
    evaluated = tuple(
        _told(step, one, parent, f"{key}-{number}")
        for number, one in enumerate(outcome.evaluated, start=1)
    )
    found = DecisionEvaluation(
        key,
        decision.key,
        decision.id,
        decision.name,
        decision.version,
        parent.id,
        parent.key,
        outcome.output,
        evaluated,
        outcome.failed_id,
        outcome.failure,
        decision.tenant_id,
    )
    _record(step, found, where)
    return found


def _told(step: Step, one: dmn.Evaluated, parent: Definition, key: str) -> EvaluatedDecision:
    versions = definitions.versions(step, "DECISION", one.id, parent.tenant_id)
    definition = next(found for found in versions if found.requirements_key == parent.key)
    return EvaluatedDecision(
        definition.key,
        definition.id,
        definition.name,
        definition.version,
        one.kind,
        one.output,
        tuple(EvaluatedInput(found.id, found.name, found.value) for found in one.inputs),
        tuple(
            MatchedRule(
                rule.id,
                rule.index,
                tuple(EvaluatedOutput(out.id, out.name, out.value) for out in rule.outputs),
            )
            for rule in one.rules
        ),
        key,
        definition.tenant_id,
    )


def _record(step: Step, found: DecisionEvaluation, where: dict[str, Any]) -> None:
    told = {
        **where,
        "decisionKey": found.decision_key,
        "decisionId": found.decision_id,
        "decisionName": found.decision_name,
        "decisionVersion": found.version,
        "decisionRequirementsId": found.requirements_id,
        "decisionRequirementsKey": found.requirements_key,
        "decisionOutput": found.output,
        "failedDecisionId": found.failed_id,
        "evaluationFailureMessage": found.failure,
        "tenantId": found.tenant_id,
    }
    intent = "FAILED" if found.failed_id else "EVALUATED"
    step.emit(ValueType.DECISION_EVALUATION, intent, found.key, told)
