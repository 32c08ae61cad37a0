"""What the engine answers. Keys are integers, variables JSON objects, times ms since 1970."""

from dataclasses import dataclass, field
from typing import Any, Literal

DEFAULT_TENANT = "<default>"


@dataclass(frozen=True, slots=True)
class DeployedProcess:
    bpmn_process_id: str
    version: int
    key: int
    resource_name: str
    tenant_id: str = DEFAULT_TENANT


@dataclass(frozen=True, slots=True)
class DeployedRequirements:
    id: str
    name: str
    version: int
    key: int
    resource_name: str
    tenant_id: str = DEFAULT_TENANT


@dataclass(frozen=True, slots=True)
class DeployedDecision:
    id: str
    name: str
    version: int
    key: int
    requirements_id: str
    requirements_key: int
    tenant_id: str = DEFAULT_TENANT


@dataclass(frozen=True, slots=True)
class DeployedForm:
    id: str
    version: int
    key: int
    resource_name: str
    tenant_id: str = DEFAULT_TENANT


Deployed = DeployedProcess | DeployedRequirements | DeployedDecision | DeployedForm


@dataclass(frozen=True, slots=True)
class Deployment:
    """In the order of the request's resources; a DMN gives its requirements, then its decisions."""

    key: int
    deployed: tuple[Deployed, ...]
    tenant_id: str = DEFAULT_TENANT


@dataclass(frozen=True, slots=True)
class Created:
    process_definition_key: int
    bpmn_process_id: str
    version: int
    process_instance_key: int
    tags: tuple[str, ...] = ()
    business_id: str = ""
    tenant_id: str = DEFAULT_TENANT


@dataclass(frozen=True, slots=True)
class Result:
    """Of an instance whose caller waited for its completion."""

    created: Created
    variables: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing to tell but that it is done, and the key of that (0: none)."""

    key: int = 0
    tenant_id: str = DEFAULT_TENANT


@dataclass(frozen=True, slots=True)
class Correlated:
    message_key: int
    process_instance_key: int
    tenant_id: str = DEFAULT_TENANT


@dataclass(frozen=True, slots=True)
class ActivatedJob:
    key: int
    type: str
    process_instance_key: int
    bpmn_process_id: str
    version: int
    process_definition_key: int
    element_id: str
    element_instance_key: int
    headers: dict[str, str]
    worker: str
    retries: int
    deadline: int
    variables: dict[str, Any] = field(repr=False)
    tags: tuple[str, ...] = ()
    business_id: str = ""
    root_process_instance_key: int = 0
    lease: str = ""
    tenant_id: str = DEFAULT_TENANT


@dataclass(frozen=True, slots=True)
class ActivatedJobs:
    jobs: tuple[ActivatedJob, ...]


@dataclass(frozen=True, slots=True)
class EvaluatedInput:
    id: str
    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class EvaluatedOutput:
    id: str
    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class MatchedRule:
    """`index` counts from 1."""

    id: str
    index: int
    outputs: tuple[EvaluatedOutput, ...]


@dataclass(frozen=True, slots=True)
class EvaluatedDecision:
    key: int
    id: str
    name: str
    version: int
    kind: Literal["DECISION_TABLE", "LITERAL_EXPRESSION"]
    output: Any
    inputs: tuple[EvaluatedInput, ...] = ()
    rules: tuple[MatchedRule, ...] = ()
    evaluation_key: str = ""
    tenant_id: str = DEFAULT_TENANT


@dataclass(frozen=True, slots=True)
class DecisionEvaluation:
    """`failed_id` and `failure`: which decision could not be evaluated, and why; else ""."""

    key: int
    decision_key: int
    decision_id: str
    decision_name: str
    version: int
    requirements_id: str
    requirements_key: int
    output: Any
    evaluated: tuple[EvaluatedDecision, ...]
    failed_id: str = ""
    failure: str = ""
    tenant_id: str = DEFAULT_TENANT


Answer = Deployment | Created | Result | Done | Correlated | ActivatedJobs | DecisionEvaluation
