"""Jobs: activated for a time, completed, failed, or ended with an error."""

from typing import Any

from zeebe_engine.engine import incidents, lifecycle, throwing, values, variables
from zeebe_engine.engine.answers import ActivatedJob, ActivatedJobs, Done
from zeebe_engine.engine.commands import ActivateJobs, CompleteJob, FailJob, ThrowError, UpdateJob
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.state import Complete, Job
from zeebe_engine.engine.step import (
    Failure,
    Step,
    invalid,
    not_found,
    tenant_of,
    wrong_state,
)

NO_RETRIES = "No more retries left."


def activate(step: Step, command: ActivateJobs) -> ActivatedJobs:
    """The oldest first."""
    found = activatable(step, command)[: command.max_jobs]
    if not found:
        return ActivatedJobs(())
    lease = f"{step.chance:x}" if command.with_lease else ""
    told = {
        "type": command.type,
        "worker": command.worker,
        "timeout": command.timeout,
        "maxJobsToActivate": command.max_jobs,
        "jobKeys": [job.key for job in found],
        "jobs": [
            {
                **values.of_job(step.state, job),
                "worker": command.worker,
                "deadline": step.time + command.timeout,
                "lease": lease or job.lease,
            }
            for job in found
        ],
    }
    step.emit(ValueType.JOB_BATCH, "ACTIVATED", step.key_near(found[0].key), told)
    return ActivatedJobs(tuple(_activated(step, job, command) for job in found))


def activatable(step: Step, command: ActivateJobs) -> list[Job]:
    tenants = [tenant_of(one) for one in command.tenant_ids or [command.tenant_id]]
    keys = step.state.activatable.get(command.type, ())
    jobs = (step.state.jobs[key] for key in keys)
    return [
        job
        for job in jobs
        if job.tenant_id in tenants
        and not step.instance(job.process_key).is_suspended
        and (command.with_lease or not job.lease)
    ]


def complete(step: Step, command: CompleteJob) -> Done:
    job = _held(step, command.key, command.lease, "COMPLETE", "complete")
    told = {**values.of_job(step.state, job), "variables": command.variables}
    step.emit(ValueType.JOB, "COMPLETED", job.key, told)
    lifecycle.complete(step, Complete(job.element_key, command.variables))
    return Done(job.key)


def fail(step: Step, command: FailJob) -> Done:
    job = _held(step, command.key, command.lease, "FAIL", "fail")
    instance = step.instance(job.element_key)
    variables.set_local(step, instance, command.variables)
    waits = command.retries > 0 and command.back_off > 0
    told = {
        **values.of_job(step.state, job),
        "retries": command.retries,
        "retryBackoff": command.back_off,
        "recurringTime": step.time + command.back_off if waits else 0,
        "errorMessage": command.message,
        "variables": command.variables,
    }
    step.emit(ValueType.JOB, "FAILED", job.key, told)
    if command.retries < 1:
        failure = Failure("JOB_NO_RETRIES", command.message or NO_RETRIES)
        incidents.raise_(step, instance, failure, job.key)
    elif not waits:
        step.job_types.add(job.type)
    return Done(job.key)


def throw_error(step: Step, command: ThrowError) -> Done:
    job = _held(step, command.key, command.lease, "THROW_ERROR", "throw an error for")
    instance = step.instance(job.element_key)
    told = {
        **values.of_job(step.state, job),
        "errorCode": command.error_code,
        "errorMessage": command.message,
        "variables": command.variables,
    }
    step.emit(ValueType.JOB, "ERROR_THROWN", job.key, told)
    if not throwing.throw_error(step, instance, command.error_code, command.variables):
        failure = throwing.unhandled(command.error_code, command.message)
        incidents.raise_(step, instance, failure, job.key)
    return Done(job.key)


def update(step: Step, command: UpdateJob) -> Done:
    if command.retries is not None:
        _update_retries(step, command.key, command.retries)
    if command.timeout is not None:
        _update_timeout(step, command.key, command.timeout)
    return Done(command.key)


def _update_retries(step: Step, key: int, retries: int) -> None:
    job = _existing(step, key, "UPDATE_RETRIES", "update retries for")
    if retries < 1:
        raise invalid(
            "UPDATE_RETRIES",
            f"Expected to update retries for job with key '{key}' with a positive amount of"
            f" retries, but the amount given was '{retries}'",
        )
    told = {**values.of_job(step.state, job), "retries": retries}
    step.emit(ValueType.JOB, "RETRIES_UPDATED", key, told)


def _update_timeout(step: Step, key: int, timeout: int) -> None:
    job = _existing(step, key, "UPDATE_TIMEOUT", "update the timeout of")
    if job.state != "ACTIVATED":
        raise wrong_state(
            "UPDATE_TIMEOUT",
            f"Expected to update the timeout of job with key '{key}', but it is not active",
        )
    told = {**values.of_job(step.state, job), "deadline": step.time + timeout}
    step.emit(ValueType.JOB, "TIMEOUT_UPDATED", key, told)


def _existing(step: Step, key: int, intent: str, verb: str) -> Job:
    job = step.state.jobs.get(key)
    if job is None:
        raise not_found(
            intent, f"Expected to {verb} job with key '{key}', but no such job was found"
        )
    return job


def _held(step: Step, key: int, lease: str, intent: str, verb: str) -> Job:
    """One that may still be ended, whether or not somebody has it (seen on 8.6.0)."""
    job = _existing(step, key, intent, verb)
    expected = f"Expected to {verb} job with key '{key}', but"
    if job.state not in ("ACTIVATABLE", "ACTIVATED"):
        raise wrong_state(intent, f"{expected} it is in state '{job.state}'")
    if job.lease and job.lease != lease:
        raise wrong_state(intent, f"{expected} it is leased, and the lease token is not its own")
    if step.instance(job.process_key).is_suspended:
        raise wrong_state(intent, f"{expected} its process instance is suspended")
    return job


def _activated(step: Step, job: Job, command: ActivateJobs) -> ActivatedJob:
    instance = step.instance(job.element_key)
    root = step.instance(job.process_key)
    seen: dict[str, Any] = {}
    for scope in reversed(step.scopes(instance.key)):
        seen.update(scope.variables)
    if command.fetch_variables:
        seen = {name: value for name, value in seen.items() if name in command.fetch_variables}
    return ActivatedJob(
        job.key,
        job.type,
        job.process_key,
        root.bpmn_process_id,
        root.version,
        instance.definition_key,
        instance.element_id,
        instance.key,
        job.headers,
        job.worker,
        job.retries,
        job.due,
        seen,
        tuple(root.tags),
        root.business_id,
        root.root_key,
        job.lease,
        job.tenant_id,
    )
