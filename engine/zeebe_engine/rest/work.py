"""Bodies of requests about what instances wait for: jobs, user tasks, messages, decisions."""

from typing import Annotated, Literal

import msgspec

from zeebe_engine.engine import commands
from zeebe_engine.engine.refusals import Refusal, Status
from zeebe_engine.rest.bodies import Body, Key, OfTenant, Operation, Variables, tenant_name

Positive = Annotated[int, msgspec.Meta(ge=1)]


class Publication(OfTenant, frozen=True, kw_only=True):
    """`time_to_live`: milliseconds."""

    later = {"businessId": 10}

    name: str
    correlation_key: str = ""
    time_to_live: int = 0
    message_id: str = ""
    variables: Variables = {}
    business_id: str = ""

    def command(self, key: int) -> commands.PublishMessage:
        return commands.PublishMessage(
            tenant_id=self.tenant,
            name=self.name,
            correlation_key=self.correlation_key,
            time_to_live=self.time_to_live,
            message_id=self.message_id,
            variables=self.variables,
            business_id=self.business_id,
        )


class Correlation(OfTenant, frozen=True, kw_only=True):
    later = {"businessId": 10}

    name: str
    correlation_key: str = ""
    variables: Variables = {}
    business_id: str = ""

    def command(self, key: int) -> commands.CorrelateMessage:
        return commands.CorrelateMessage(
            tenant_id=self.tenant,
            name=self.name,
            correlation_key=self.correlation_key,
            variables=self.variables,
            business_id=self.business_id,
        )


class Broadcast(OfTenant, frozen=True, kw_only=True):
    signal_name: str
    variables: Variables = {}

    def command(self, key: int) -> commands.BroadcastSignal:
        return commands.BroadcastSignal(
            tenant_id=self.tenant, name=self.signal_name, variables=self.variables
        )


class Evaluation(OfTenant, frozen=True, kw_only=True):
    """By id or by key."""

    decision_definition_id: str | None = None
    decision_definition_key: Key | None = None
    variables: Variables = {}

    def command(self, key: int) -> commands.EvaluateDecision:
        if (self.decision_definition_id is None) == (self.decision_definition_key is None):
            text = "Exactly one of decisionDefinitionId and decisionDefinitionKey is needed."
            raise Refusal(Status.INVALID_ARGUMENT, text)
        return commands.EvaluateDecision(
            tenant_id=self.tenant,
            decision_key=int(self.decision_definition_key or 0),
            decision_id=self.decision_definition_id or "",
            variables=self.variables,
        )


class Activation(Body, frozen=True, kw_only=True):
    """`timeout`: ms a job is the worker's; `request_timeout`: of the long poll, below 0: none."""

    later = {"tenantFilter": 9, "withLease": 10}

    type: str
    timeout: int
    max_jobs_to_activate: int
    worker: str = ""
    fetch_variable: list[str] = []
    request_timeout: int = 0
    tenant_ids: list[str] = []
    tenant_filter: Literal["PROVIDED", "ASSIGNED"] = "PROVIDED"
    with_lease: bool | None = None

    def command(self, key: int) -> commands.ActivateJobs:
        return commands.ActivateJobs(
            type=self.type,
            worker=self.worker,
            timeout=self.timeout,
            max_jobs=self.max_jobs_to_activate,
            fetch_variables=self.fetch_variable,
            tenant_ids=[tenant_name(one) for one in self.tenant_ids],
            with_lease=bool(self.with_lease),
        )


class OfJob(Body, frozen=True, kw_only=True):
    later = {"jobLeaseToken": 10}

    job_lease_token: str | None = None

    @property
    def lease(self) -> str:
        return self.job_lease_token or ""


class Completion(OfJob, frozen=True, kw_only=True):
    """There are no listeners here whose jobs could have a result."""

    variables: Variables | None = None
    result: None = None

    def command(self, key: int) -> commands.CompleteJob:
        return commands.CompleteJob(key=key, variables=self.variables or {}, lease=self.lease)


class Failure(OfJob, frozen=True, kw_only=True):
    """`retry_back_off`: milliseconds."""

    retries: int = 0
    error_message: str = ""
    retry_back_off: int = 0
    variables: Variables = {}

    def command(self, key: int) -> commands.FailJob:
        return commands.FailJob(
            key=key,
            retries=self.retries,
            message=self.error_message,
            back_off=self.retry_back_off,
            variables=self.variables,
            lease=self.lease,
        )


class Error(OfJob, frozen=True, kw_only=True):
    error_code: str
    error_message: str | None = None
    variables: Variables | None = None

    def command(self, key: int) -> commands.ThrowError:
        return commands.ThrowError(
            key=key,
            error_code=self.error_code,
            message=self.error_message or "",
            variables=self.variables or {},
            lease=self.lease,
        )


class Changes(Body, frozen=True, kw_only=True):
    retries: int | None = None
    timeout: int | None = None


class JobUpdate(Operation, frozen=True, kw_only=True):
    changeset: Changes

    def command(self, key: int) -> commands.UpdateJob:
        changes = self.changeset
        if changes.retries is None and changes.timeout is None:
            text = "At least one of retries and timeout is needed in the changeset."
            raise Refusal(Status.INVALID_ARGUMENT, text)
        return commands.UpdateJob(key=key, retries=changes.retries, timeout=changes.timeout)


class TaskCompletion(Body, frozen=True, kw_only=True):
    variables: Variables | None = None
    action: str | None = None

    def command(self, key: int) -> commands.CompleteUserTask:
        return commands.CompleteUserTask(key=key, variables=self.variables or {})


class Assignment(Body, frozen=True, kw_only=True):
    assignee: Annotated[str, msgspec.Meta(min_length=1)]
    allow_override: bool | None = None
    action: str | None = None

    def command(self, key: int) -> commands.AssignUserTask:
        allows = self.allow_override is not False
        return commands.AssignUserTask(key=key, assignee=self.assignee, allow_override=allows)


class Unassignment(Body, frozen=True, kw_only=True):
    def command(self, key: int) -> commands.AssignUserTask:
        return commands.AssignUserTask(key=key, assignee="")
