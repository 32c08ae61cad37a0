"""Jobs: activated for a time, completed, failed, or ended with an error."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

import msgspec

from zeebe_engine.bpmn.model import Error
from zeebe_engine.engine import incidents, lifecycle, throwing, values, variables
from zeebe_engine.engine.admission import LARGEST_RECORD
from zeebe_engine.engine.answers import ActivatedJob, ActivatedJobs, Done
from zeebe_engine.engine.commands import ActivateJobs, CompleteJob, FailJob, ThrowError, UpdateJob
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.state import Complete, Instance, Job
from zeebe_engine.engine.step import Failure, Step, invalid, not_found, tenant_of, wrong_state

_SURROUNDING: Final = 1_000
"""Bytes that an answer has for each job beyond its variables, roughly."""


def create(
    step: Step, instance: Instance, job_type: str, retries: int, headers: Mapping[str, str]
) -> None:
    told = {
        **values.of_instance(step.state, instance),
        "type": job_type,
        "retries": retries,
        "worker": "",
        "deadline": values.NOBODY,
        "customHeaders": dict(headers),
    }
    step.emit(ValueType.JOB, "CREATED", step.key_near(instance.key), told)
    step.job_types.add(job_type)


def activate(step: Step, command: ActivateJobs) -> ActivatedJobs:
    """Those first that could be activated first."""
    found = _batch(step, command)
    if not found:
        return ActivatedJobs(())
    lease = f"{step.chance:x}" if command.with_lease else ""
    given = {
        "worker": command.worker,
        "deadline": step.after(command.timeout),
        "lease": lease,
    }
    told = {
        "type": command.type,
        "worker": command.worker,
        "timeout": command.timeout,
        "maxJobsToActivate": command.max_jobs,
        "jobKeys": [job.key for job in found],
        "jobs": [values.of_job(step.state, job) | given for job in found],
    }
    step.emit(ValueType.JOB_BATCH, "ACTIVATED", step.key_near(found[0].key), told)
    return ActivatedJobs(tuple(_activated(step, job, command) for job in found))


def activatable(step: Step, command: ActivateJobs) -> Iterator[Job]:
    """A job that was ever leased is only for those who lease."""
    tenants = [tenant_of(one) for one in command.tenant_ids or [command.tenant_id]]
    for key in step.lookups.activatable.get(command.type, ()):
        job = step.state.jobs[key]
        tenant = step.definition(step.instance(job.process_key)).tenant_id
        if tenant in tenants and (command.with_lease or not job.lease):
            yield job


def _batch(step: Step, command: ActivateJobs) -> list[Job]:
    """As many as fit into one answer, but one in any case."""
    found: list[Job] = []
    size = 0
    for job in islice(activatable(step, command), command.max_jobs):
        size += _SURROUNDING + len(msgspec.json.encode(_fetched(step, job, command)))
        if found and size > LARGEST_RECORD:
            break
        found.append(job)
    return found


def _fetched(step: Step, job: Job, command: ActivateJobs) -> dict[str, Any]:
    seen = step.variables(job.element_key)
    return {name: seen[name] for name in command.fetch_variables or seen if name in seen}


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
        "recurringTime": step.after(command.back_off) if waits else 0,
        "errorMessage": command.message,
        "variables": command.variables,
    }
    step.emit(ValueType.JOB, "FAILED", job.key, told)
    if command.retries < 1:
        failure = Failure("JOB_NO_RETRIES", command.message or "No more retries left.")
        incidents.raise_(step, instance, failure, job.key)
    elif not waits:
        step.job_types.add(job.type)
    return Done(job.key)


def throw_error(step: Step, command: ThrowError) -> Done:
    job = _held(step, command.key, command.lease, "THROW_ERROR", "throw an error for")
    instance = step.instance(job.element_key)
    found = throwing.catcher(step, instance, Error, command.error_code)
    told = {
        **values.of_job(step.state, job),
        "errorCode": command.error_code,
        "errorMessage": command.message,
        "variables": command.variables,
        "isCaught": found is not None,
    }
    step.emit(ValueType.JOB, "ERROR_THROWN", job.key, told)
    if found is not None:
        throwing.catch(step, found, command.variables)
    else:
        failure = throwing.unhandled(command.error_code, command.message)
        incidents.raise_(step, instance, failure, job.key)
    return Done(job.key)


def update(step: Step, command: UpdateJob) -> Done:
    """Both or neither."""
    if command.retries is None:
        job = _existing(step, command.key, "UPDATE_TIMEOUT", "update the timeout of")
    else:
        job = _existing(step, command.key, "UPDATE_RETRIES", "update retries for")
    if command.retries is not None:
        _check_retries(job, command.retries)
    if command.timeout is not None:
        _check_is_active(job)
    told = values.of_job(step.state, job)
    if command.retries is not None:
        told["retries"] = command.retries
        step.emit(ValueType.JOB, "RETRIES_UPDATED", job.key, told)
    if command.timeout is not None:
        told = {**told, "deadline": step.after(command.timeout)}
        step.emit(ValueType.JOB, "TIMEOUT_UPDATED", job.key, told)
    return Done(job.key)


def _check_retries(job: Job, retries: int) -> None:
    if retries < 1:
        raise invalid(
            "UPDATE_RETRIES",
            f"Expected to update retries for job with key '{job.key}' with a positive amount of"
            f" retries, but the amount given was '{retries}'",
        )


def _check_is_active(job: Job) -> None:
    if job.state != "ACTIVATED":
        raise wrong_state(
            "UPDATE_TIMEOUT",
            f"Expected to update the timeout of job with key '{job.key}', but it is not active",
        )


def _existing(step: Step, key: int, intent: str, verb: str) -> Job:
    job = step.state.jobs.get(key)
    expected = f"Expected to {verb} job with key '{key}', but"
    if job is None:
        raise not_found(intent, f"{expected} no such job was found")
    if step.instance(job.process_key).is_suspended:
        raise wrong_state(intent, f"{expected} its process instance is suspended")
    return job


def _held(step: Step, key: int, lease: str, intent: str, verb: str) -> Job:
    """One that may still be ended, whether or not somebody has it (seen on 8.6.0)."""
    job = _existing(step, key, intent, verb)
    expected = f"Expected to {verb} job with key '{key}', but"
    if job.state not in ("ACTIVATABLE", "ACTIVATED"):
        raise wrong_state(intent, f"{expected} it is in state '{job.state}'")
    if job.lease and job.lease != lease:
        raise wrong_state(intent, f"{expected} it is leased, and the lease token is not its own")
    return job


def _activated(step: Step, job: Job, command: ActivateJobs) -> ActivatedJob:
    instance = step.instance(job.element_key)
    root = step.instance(job.process_key)
    definition = step.definition(instance)
    return ActivatedJob(
        job.key,
        job.type,
        job.process_key,
        definition.id,
        definition.version,
        definition.key,
        instance.element_id,
        instance.key,
        job.headers,
        job.worker,
        job.retries,
        job.due,
        _fetched(step, job, command),
        tuple(root.tags),
        root.business_id,
        root.root_key,
        job.lease,
        definition.tenant_id,
    )
