"""The other half of the engine in memory: jobs, variables, and what else a command is about.

As seen on a broker 8.6.0, and checked against one by `tests/zeebe/test_commands_contract.py`.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tests.fakes.zeebe_engine import Deployed, Engine, Executed, Instance, Rejection, State
from tests.fakes.zeebe_resources import Kind
from zeebe_operator.zeebe.pb import gateway_pb2 as pb

TENANT = "<default>"


class JobState(StrEnum):
    ACTIVATABLE = "ACTIVATABLE"
    ACTIVATED = "ACTIVATED"
    FAILED = "FAILED"
    ERROR_THROWN = "ERROR_THROWN"


@dataclass(slots=True)
class Job:
    key: int
    instance: Instance
    element_instance_key: int
    type: str
    state: JobState = JobState.ACTIVATABLE
    retries: int = 3
    deadline: int = -1
    worker: str = ""


@dataclass(slots=True)
class Commands:
    """An instance has one job: that of its first service task."""

    engine: Engine
    jobs: dict[int, Job] = field(default_factory=dict)
    incidents: dict[int, Job] = field(default_factory=dict)

    def set_variables(self, request: pb.SetVariablesRequest) -> pb.SetVariablesResponse:
        variables = self.engine._variables(request.variables)
        key = request.elementInstanceKey
        found = [one for one in self.engine.active() if key in self._scopes(one)]
        if not found:
            reason = (
                f"Expected to update variables for element with key '{key}',"
                " but no such element was found"
            )
            raise Rejection("NOT_FOUND", "UPDATE", reason)
        found[0].variables.update(variables)
        return pb.SetVariablesResponse(key=self._did("SetVariables", self.engine.key(), request))

    def activate(self, request: pb.ActivateJobsRequest) -> Iterator[pb.ActivateJobsResponse]:
        for tenant in request.tenantIds:
            if tenant != TENANT:
                reason = (
                    f"Expected to handle gRPC request ActivateJobs with tenant identifier"
                    f" '{tenant}', but multi-tenancy is disabled"
                )
                raise Rejection(None, "", reason)
        expected = "Expected to activate job batch with"
        if not request.type:
            reason = f"{expected} type to be present, but it was blank"
            raise Rejection("INVALID_ARGUMENT", "ACTIVATE", reason)
        if request.timeout < 1:
            reason = f"{expected} timeout to be greater than zero, but it was '{request.timeout}'"
            raise Rejection("INVALID_ARGUMENT", "ACTIVATE", reason)
        found = [one for one in self._jobs().values() if self._is_free(one, request.type)]
        activated = [
            self._activate(job, request) for job in found[: max(request.maxJobsToActivate, 0)]
        ]
        if activated:
            yield pb.ActivateJobsResponse(jobs=activated)

    def complete(self, request: pb.CompleteJobRequest) -> pb.CompleteJobResponse:
        variables = self.engine._variables(request.variables)
        job = self._job(request.jobKey, "COMPLETE", "complete")
        self._leave(job, variables)
        self._did("CompleteJob", job.key, request)
        return pb.CompleteJobResponse()

    def fail(self, request: pb.FailJobRequest) -> pb.FailJobResponse:
        job = self._job(request.jobKey, "FAIL", "fail")
        job.retries = request.retries
        waits = job.retries < 1 or request.retryBackOff > 0
        job.state = JobState.FAILED if waits else JobState.ACTIVATABLE
        if job.retries < 1:
            self.incidents[self.engine.key()] = job
        self._did("FailJob", job.key, request)
        return pb.FailJobResponse()

    def throw(self, request: pb.ThrowErrorRequest) -> pb.ThrowErrorResponse:
        variables = self.engine._variables(request.variables)
        job = self._job(request.jobKey, "THROW_ERROR", "throw an error for")
        if request.errorCode in job.instance.process.definition.catches:
            self._leave(job, variables)
        else:
            job.state = JobState.ERROR_THROWN
            self.incidents[self.engine.key()] = job
        self._did("ThrowError", job.key, request)
        return pb.ThrowErrorResponse()

    def update_retries(self, request: pb.UpdateJobRetriesRequest) -> pb.UpdateJobRetriesResponse:
        intent = "UPDATE_RETRIES"
        job = self._existing(request.jobKey, intent, "update retries for")
        if request.retries < 1:
            reason = (
                f"Expected to update retries for job with key '{job.key}' with a positive amount"
                f" of retries, but the amount given was '{request.retries}'"
            )
            raise Rejection("INVALID_ARGUMENT", intent, reason)
        job.retries = request.retries
        self._did("UpdateJobRetries", job.key, request)
        return pb.UpdateJobRetriesResponse()

    def update_timeout(self, request: pb.UpdateJobTimeoutRequest) -> pb.UpdateJobTimeoutResponse:
        intent = "UPDATE_TIMEOUT"
        job = self._existing(request.jobKey, intent, "update the timeout of")
        if job.state is not JobState.ACTIVATED:
            reason = (
                f"Expected to update the timeout of job with key '{job.key}', but it is not active"
            )
            raise Rejection("INVALID_STATE", intent, reason)
        job.deadline = self._deadline(request.timeout)
        self._did("UpdateJobTimeout", job.key, request)
        return pb.UpdateJobTimeoutResponse()

    def resolve(self, request: pb.ResolveIncidentRequest) -> pb.ResolveIncidentResponse:
        job = self.incidents.pop(request.incidentKey, None)
        if job is None:
            reason = (
                f"Expected to resolve incident with key '{request.incidentKey}',"
                " but no such incident was found"
            )
            raise Rejection("NOT_FOUND", "RESOLVE", reason)
        job.state = JobState.ACTIVATABLE
        self._did("ResolveIncident", request.incidentKey, request)
        return pb.ResolveIncidentResponse()

    def migrate(
        self, request: pb.MigrateProcessInstanceRequest
    ) -> pb.MigrateProcessInstanceResponse:
        instance = self._instance(request.processInstanceKey, "MIGRATE", "migrate")
        target = self._deployed(request.migrationPlan.targetProcessDefinitionKey)
        mapped = [one.sourceElementId for one in request.migrationPlan.mappingInstructions]
        expected = f"Expected to migrate process instance '{instance.key}' but"
        for source in mapped:
            if source not in instance.process.definition.elements:
                reason = (
                    f"{expected} mapping instructions contain a non-existing source element id"
                    f" '{source}'. Elements provided in mapping instructions must exist in the"
                    " source process definition."
                )
                raise Rejection("INVALID_ARGUMENT", "MIGRATE", reason)
        active = instance.process.definition.task
        if active not in mapped:
            reason = (
                f"{expected} no mapping instruction defined for active element with id '{active}'."
                " Elements cannot be migrated without a mapping."
            )
            raise Rejection("INVALID_STATE", "MIGRATE", reason)
        instance.process = target
        self._did("MigrateProcessInstance", instance.key, request)
        return pb.MigrateProcessInstanceResponse()

    def modify(self, request: pb.ModifyProcessInstanceRequest) -> pb.ModifyProcessInstanceResponse:
        instance = self._instance(request.processInstanceKey, "MODIFY", "modify")
        definition = instance.process.definition
        expected = f"Expected to modify instance of process '{definition.id}' but it contains one"
        for activate in request.activateInstructions:
            if activate.elementId not in definition.elements:
                reason = (
                    f"{expected} or more activate instructions with an element that could not be"
                    f" found: '{activate.elementId}'"
                )
                raise Rejection("INVALID_ARGUMENT", "MODIFY", reason)
        for terminate in request.terminateInstructions:
            if terminate.elementInstanceKey not in self._scopes(instance):
                reason = (
                    f"{expected} or more terminate instructions with an element instance that could"
                    f" not be found: '{terminate.elementInstanceKey}'"
                )
                raise Rejection("INVALID_ARGUMENT", "MODIFY", reason)
        self._did("ModifyProcessInstance", instance.key, request)
        return pb.ModifyProcessInstanceResponse()

    def broadcast(self, request: pb.BroadcastSignalRequest) -> pb.BroadcastSignalResponse:
        self.engine._variables(request.variables)
        key = self._did("BroadcastSignal", self.engine.key(), request)
        return pb.BroadcastSignalResponse(key=key, tenantId=TENANT)

    def evaluate(self, request: pb.EvaluateDecisionRequest) -> pb.EvaluateDecisionResponse:
        self.engine._variables(request.variables)
        name, key = request.decisionId, request.decisionKey
        if name:
            found = self.engine._latest(Kind.DECISION, name)
        else:
            found = next((one for one in self.engine.deployed if one.key == key), None)
        if found is None:
            what = f"id '{name}'" if name else f"key '{key}'"
            reason = (
                f"Expected to evaluate decision '{name or key}', but no decision found for {what}"
            )
            raise Rejection("INVALID_ARGUMENT", "EVALUATE", reason)
        self._did("EvaluateDecision", found.key, request)
        told: dict[str, Any] = {
            "decisionKey": found.key,
            "decisionId": found.definition.id,
            "decisionName": found.definition.name,
            "decisionVersion": found.version,
            "decisionOutput": found.definition.output,
            "tenantId": TENANT,
        }
        step = pb.EvaluatedDecision(decisionType="LITERAL_EXPRESSION", **told)
        return pb.EvaluateDecisionResponse(
            **told,
            decisionRequirementsId=found.definition.parent,
            decisionInstanceKey=self.engine.key(),
            evaluatedDecisions=[step],
        )

    def _jobs(self) -> dict[int, Job]:
        """Of the running instances; those that are new get theirs now."""
        known = {job.instance.key for job in self.jobs.values()}
        for one in self.engine.active():
            definition = one.process.definition
            if definition.job_type and one.key not in known:
                element, key = self.engine.key(one.key >> 51), self.engine.key(one.key >> 51)
                self.jobs[key] = Job(key, one, element, definition.job_type)
        active = self.jobs.items()
        return {key: job for key, job in active if job.instance.state is State.ACTIVE}

    @staticmethod
    def _is_free(job: Job, job_type: str) -> bool:
        return job.type == job_type and job.state is JobState.ACTIVATABLE and job.retries > 0

    def _activate(self, job: Job, request: pb.ActivateJobsRequest) -> pb.ActivatedJob:
        job.state, job.worker = JobState.ACTIVATED, request.worker
        job.deadline = self._deadline(request.timeout)
        self._did("ActivateJobs", job.key, request)
        names = set(request.fetchVariable) or job.instance.variables.keys()
        fetched = {name: value for name, value in job.instance.variables.items() if name in names}
        process = job.instance.process
        return pb.ActivatedJob(
            key=job.key,
            type=job.type,
            processInstanceKey=job.instance.key,
            bpmnProcessId=process.definition.id,
            processDefinitionVersion=process.version,
            processDefinitionKey=process.key,
            elementId=process.definition.task,
            elementInstanceKey=job.element_instance_key,
            customHeaders="{}",
            worker=job.worker,
            retries=job.retries,
            deadline=job.deadline,
            variables=json.dumps(fetched, separators=(",", ":")),
            tenantId=TENANT,
        )

    def _deadline(self, timeout: int) -> int:
        return round(self.engine.now() * 1000) + timeout

    def _existing(self, key: int, intent: str, verb: str) -> Job:
        job = self._jobs().get(key)
        if job is None:
            reason = f"Expected to {verb} job with key '{key}', but no such job was found"
            raise Rejection("NOT_FOUND", intent, reason)
        return job

    def _job(self, key: int, intent: str, verb: str) -> Job:
        """One that a worker may still do something about, whether or not it has it."""
        job = self._existing(key, intent, verb)
        if job.state not in (JobState.ACTIVATABLE, JobState.ACTIVATED):
            reason = f"Expected to {verb} job with key '{key}', but it is in state '{job.state}'"
            raise Rejection("INVALID_STATE", intent, reason)
        return job

    def _leave(self, job: Job, variables: dict[str, object]) -> None:
        job.instance.variables.update(variables)
        del self.jobs[job.key]
        self.engine.complete(job.instance.key)

    def _instance(self, key: int, intent: str, verb: str) -> Instance:
        instance = self.engine.instances.get(key)
        if instance is None or instance.state is not State.ACTIVE:
            reason = (
                f"Expected to {verb} process instance but no process instance found with key"
                f" '{key}'"
            )
            raise Rejection("NOT_FOUND", intent, reason)
        return instance

    def _deployed(self, key: int) -> Deployed:
        found = next((one for one in self.engine.deployed if one.key == key), None)
        if found is None:
            reason = (
                "Expected to migrate process instance to process definition but no process"
                f" definition found with key '{key}'"
            )
            raise Rejection("NOT_FOUND", "MIGRATE", reason)
        return found

    def _scopes(self, instance: Instance) -> set[int]:
        jobs = self._jobs().values()
        return {instance.key, *(j.element_instance_key for j in jobs if j.instance is instance)}

    def _did(self, rpc: str, key: int, request: Any) -> int:
        self.engine.log.append(Executed(rpc, key, request))
        return key
