"""Jobs, user tasks and incidents."""

from zeebe_engine.engine import state as states
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.lookups import Lookups
from zeebe_engine.engine.state import State
from zeebe_engine.engine.taking.registry import Value, on


@on(ValueType.JOB, "CREATED")
def _job_created(state: State, lookups: Lookups, key: int, value: Value) -> None:
    job = states.Job(
        key=key,
        type=value["type"],
        element_key=value["elementInstanceKey"],
        process_key=value["processInstanceKey"],
        retries=value["retries"],
        headers=value["customHeaders"],
        tenant_id=value["tenantId"],
    )
    state.jobs[key] = job
    state.instances[job.element_key].job_key = key
    lookups.job_changed(job)


@on(ValueType.JOB_BATCH, "ACTIVATED")
def _jobs_activated(state: State, lookups: Lookups, key: int, value: Value) -> None:
    for number, told in zip(value["jobKeys"], value["jobs"], strict=True):
        job = state.jobs[number]
        job.state = "ACTIVATED"
        job.worker = told["worker"]
        job.due = told["deadline"]
        job.lease = told["lease"]
        lookups.job_changed(job)


@on(ValueType.JOB, "FAILED")
def _job_failed(state: State, lookups: Lookups, key: int, value: Value) -> None:
    job = state.jobs[key]
    job.retries = value["retries"]
    job.error_message = value["errorMessage"]
    job.due = value["recurringTime"]
    job.state = "FAILED" if job.retries < 1 or job.due else "ACTIVATABLE"
    lookups.job_changed(job)


@on(ValueType.JOB, "TIMED_OUT", "RECURRED_AFTER_BACKOFF")
def _job_free_again(state: State, lookups: Lookups, key: int, value: Value) -> None:
    job = state.jobs[key]
    job.state, job.due = "ACTIVATABLE", 0
    lookups.job_changed(job)


@on(ValueType.JOB, "ERROR_THROWN")
def _error_thrown(state: State, lookups: Lookups, key: int, value: Value) -> None:
    job = state.jobs[key]
    job.state, job.due = "ERROR_THROWN", 0
    job.error_code, job.error_message = value["errorCode"], value["errorMessage"]
    lookups.job_changed(job)


@on(ValueType.JOB, "RETRIES_UPDATED", "TIMEOUT_UPDATED")
def _job_updated(state: State, lookups: Lookups, key: int, value: Value) -> None:
    job = state.jobs[key]
    job.retries = value["retries"]
    job.due = value["deadline"] if job.state == "ACTIVATED" else job.due
    lookups.job_changed(job)


@on(ValueType.JOB, "COMPLETED", "CANCELED")
def _job_over(state: State, lookups: Lookups, key: int, value: Value) -> None:
    job = state.jobs.pop(key)
    state.instances[job.element_key].job_key = 0
    lookups.job_removed(job)


@on(ValueType.USER_TASK, "CREATED")
def _user_task_created(state: State, lookups: Lookups, key: int, value: Value) -> None:
    state.user_tasks[key] = states.UserTask(
        key=key,
        element_key=value["elementInstanceKey"],
        process_key=value["processInstanceKey"],
        assignee=value["assignee"],
    )
    state.instances[value["elementInstanceKey"]].job_key = key


@on(ValueType.USER_TASK, "ASSIGNED")
def _user_task_assigned(state: State, lookups: Lookups, key: int, value: Value) -> None:
    state.user_tasks[key].assignee = value["assignee"]


@on(ValueType.USER_TASK, "COMPLETED", "CANCELED")
def _user_task_over(state: State, lookups: Lookups, key: int, value: Value) -> None:
    task = state.user_tasks.pop(key)
    state.instances[task.element_key].job_key = 0


@on(ValueType.INCIDENT, "CREATED")
def _incident_created(state: State, lookups: Lookups, key: int, value: Value) -> None:
    incident = states.Incident(
        key=key,
        element_key=value["elementInstanceKey"],
        process_key=value["processInstanceKey"],
        error_type=value["errorType"],
        message=value["errorMessage"],
        job_key=max(value["jobKey"], 0),
    )
    state.incidents[key] = incident
    lookups.incidents.setdefault(incident.element_key, {})[key] = True


@on(ValueType.INCIDENT, "RESOLVED")
def _incident_resolved(state: State, lookups: Lookups, key: int, value: Value) -> None:
    incident = state.incidents.pop(key)
    keys = lookups.incidents[incident.element_key]
    del keys[key]
    if not keys:
        del lookups.incidents[incident.element_key]
    job = state.jobs.get(incident.job_key)
    if job is not None and job.state in ("FAILED", "ERROR_THROWN"):
        job.state, job.due = "ACTIVATABLE", 0
        lookups.job_changed(job)
