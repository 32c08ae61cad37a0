"""The commands of the engine that need no values of their own in return: each a frozen request.

Names of types and fields follow the gateway protocol. Keys are integers here, times are seconds.
`ports.Gateway.run` executes one and returns what the engine answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from zeebe_operator.model.engine import Variables


@dataclass(frozen=True, slots=True)
class SetVariables:
    """`local`: only in the scope of that very element, else in the nearest that has them."""

    element_instance_key: int
    variables: Variables = field(repr=False)
    local: bool = False


@dataclass(frozen=True, slots=True)
class ResolveIncident:
    incident_key: int


@dataclass(frozen=True, slots=True)
class ActivateJobs:
    """`timeout`: seconds for which the jobs belong to the worker."""

    type: str
    max_jobs_to_activate: int
    timeout: float
    worker: str
    fetch_variables: Sequence[str] = ()
    tenant_id: str | None = None


@dataclass(frozen=True, slots=True)
class CompleteJob:
    job_key: int
    variables: Variables = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class FailJob:
    """With no `retries` left the engine raises an incident. `retry_back_off`: seconds."""

    job_key: int
    retries: int
    retry_back_off: float = 0.0
    error_message: str = field(default="", repr=False)
    variables: Variables = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class UpdateJobRetries:
    job_key: int
    retries: int


@dataclass(frozen=True, slots=True)
class UpdateJobTimeout:
    """`timeout`: seconds from now on."""

    job_key: int
    timeout: float


@dataclass(frozen=True, slots=True)
class ThrowError:
    job_key: int
    error_code: str
    error_message: str = field(default="", repr=False)
    variables: Variables = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class CancelInstance:
    process_instance_key: int


@dataclass(frozen=True, slots=True)
class ElementMapping:
    source_element_id: str
    target_element_id: str


@dataclass(frozen=True, slots=True)
class MigrateInstance:
    process_instance_key: int
    target_process_definition_key: int
    mapping_instructions: Sequence[ElementMapping] = ()


@dataclass(frozen=True, slots=True)
class VariableInstruction:
    variables: Variables = field(repr=False)
    scope_id: str = ""


@dataclass(frozen=True, slots=True)
class Activate:
    """`ancestor_element_instance_key` None: the engine finds the ancestor."""

    element_id: str
    ancestor_element_instance_key: int | None = None
    variable_instructions: Sequence[VariableInstruction] = ()


@dataclass(frozen=True, slots=True)
class ModifyInstance:
    """Terminates these element instances, after activating those elements."""

    process_instance_key: int
    activate_instructions: Sequence[Activate] = ()
    terminate_element_instance_keys: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class BroadcastSignal:
    signal_name: str
    variables: Variables = field(default_factory=dict, repr=False)
    tenant_id: str | None = None


@dataclass(frozen=True, slots=True)
class EvaluateDecision:
    """Either a key, or an id (its latest version)."""

    decision_key: int | None = None
    decision_id: str | None = None
    variables: Variables = field(default_factory=dict, repr=False)
    tenant_id: str | None = None


@dataclass(frozen=True, slots=True)
class DeleteResource:
    resource_key: int


Command = (
    SetVariables
    | ResolveIncident
    | ActivateJobs
    | CompleteJob
    | FailJob
    | UpdateJobRetries
    | UpdateJobTimeout
    | ThrowError
    | CancelInstance
    | MigrateInstance
    | ModifyInstance
    | BroadcastSignal
    | EvaluateDecision
    | DeleteResource
)
