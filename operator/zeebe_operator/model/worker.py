"""What a ZeebeJobWorker is told to do, what becomes of a job, and how a job is told to others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zeebe_operator.model import spec
from zeebe_operator.model.commands import ActivateJobs, CompleteJob, FailJob, ThrowError
from zeebe_operator.model.engine import GatewaySettings, Job, Variables
from zeebe_operator.model.errors import OperatorError
from zeebe_operator.model.names import ObjectKey

LONGEST_TEXT = 2000
"""Characters of an explanation that the engine is given; more helps nobody in Operate."""


@dataclass(frozen=True, slots=True)
class Http:
    """`headers` hold the values of Secrets. `timeout`: seconds for the whole exchange."""

    url: str
    method: str
    headers: Mapping[str, str] = field(repr=False)
    timeout: float


Handler = (
    spec.KubernetesJobHandler
    | Http
    | spec.CompleteHandler
    | spec.ThrowErrorHandler
    | spec.FailHandler
)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Everything that a worker does; an equal one changes nothing. Times are seconds."""

    key: ObjectKey
    uid: str
    settings: GatewaySettings
    job_type: str
    worker_name: str
    max_jobs_active: int
    timeout: float
    retry_back_off: float
    handler: Handler = field(repr=False)
    fetch_variables: Sequence[str] = ()
    tenant_id: str | None = None
    suspended: bool = False
    request: str | None = None
    """The value of the annotation that asks for another try now."""

    def activation(self, jobs: int) -> ActivateJobs:
        return ActivateJobs(
            type=self.job_type,
            max_jobs_to_activate=jobs,
            timeout=self.timeout,
            worker=self.worker_name,
            fetch_variables=self.fetch_variables,
            tenant_id=self.tenant_id,
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """`last_error` is in our own words: it holds no variables."""

    active: int = 0
    completed: int = 0
    failed: int = 0
    last_error: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """How a worker fares. `trouble`: why it gets no jobs; `prepared`: it has none, or asks."""

    progress: Progress
    prepared: bool
    trouble: OperatorError | None = None


@dataclass(frozen=True, slots=True)
class Completed:
    variables: Variables = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Thrown:
    """A BPMN error."""

    error_code: str
    error_message: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Failed:
    """`reason` is ours and safe to show; `detail` is a user's, and only the engine gets it."""

    reason: str
    detail: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Returned:
    """Given back: nothing was done, and no retry is used up."""

    reason: str


Result = Completed | Thrown | Failed | Returned


def command(job: Job, result: Result, retry_back_off: float) -> CompleteJob | ThrowError | FailJob:
    """What tells the engine. Each can be repeated: retries are set, not counted down."""
    match result:
        case Completed(variables):
            return CompleteJob(job.key, variables)
        case Thrown(code, message):
            return ThrowError(job.key, code, message[:LONGEST_TEXT])
        case Failed(reason, detail):
            text = f"{reason}: {detail}" if detail else reason
            retries = max(0, job.retries - 1)
            return FailJob(job.key, retries, retry_back_off, text[:LONGEST_TEXT])
        case Returned(reason):
            return FailJob(job.key, job.retries, 0.0, reason)


def document(job: Job) -> dict[str, Any]:
    """A job as JSON: names as in the gateway protocol, keys as strings."""
    return {
        "key": str(job.key),
        "type": job.type,
        "retries": job.retries,
        "processInstanceKey": str(job.process_instance_key),
        "bpmnProcessId": job.bpmn_process_id,
        "processDefinitionVersion": job.process_definition_version,
        "processDefinitionKey": str(job.process_definition_key),
        "elementId": job.element_id,
        "elementInstanceKey": str(job.element_instance_key),
        "customHeaders": job.custom_headers,
        "worker": job.worker,
        "deadline": job.deadline,
        "tenantId": job.tenant_id,
        "variables": job.variables,
    }
