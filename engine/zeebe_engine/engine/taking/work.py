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
    )
    state.jobs[key] = job
    state.instances[job.element_key].job_key = key
    lookups.add_job(job)


def _change(state: State, lookups: Lookups, job: states.Job, new: str, due: int = 0) -> None:
    """`new`: its state. Whoever becomes activatable is the last in the line."""
    job.state, job.due = new, due
    lookups.remove_job(job)
    if new == "ACTIVATABLE":
        state.jobs[job.key] = state.jobs.pop(job.key)
    lookups.add_job(job)


def _remove(state: State, lookups: Lookups, key: int) -> None:
    job = state.jobs.pop(key)
    state.instances[job.element_key].job_key = 0
    lookups.remove_job(job)


@on(ValueType.JOB_BATCH, "ACTIVATED")
def _jobs_activated(state: State, lookups: Lookups, key: int, value: Value) -> None:
    for number, told in zip(value["jobKeys"], value["jobs"], strict=True):
        job = state.jobs[number]
        job.worker = told["worker"]
        job.lease = told["lease"]
        _change(state, lookups, job, "ACTIVATED", told["deadline"])


@on(ValueType.JOB, "FAILED")
def _job_failed(state: State, lookups: Lookups, key: int, value: Value) -> None:
    job = state.jobs[key]
    job.retries = value["retries"]
    job.error_message = value["errorMessage"]
    due = value["recurringTime"]
    rests = job.retries < 1 or due
    _change(state, lookups, job, "FAILED" if rests else "ACTIVATABLE", due)


@on(ValueType.JOB, "TIMED_OUT", "RECURRED_AFTER_BACKOFF")
def _job_free_again(state: State, lookups: Lookups, key: int, value: Value) -> None:
    _change(state, lookups, state.jobs[key], "ACTIVATABLE")


@on(ValueType.JOB, "ERROR_THROWN")
def _error_thrown(state: State, lookups: Lookups, key: int, value: Value) -> None:
    job = state.jobs[key]
    job.error_code, job.error_message = value["errorCode"], value["errorMessage"]
    _change(state, lookups, job, "ERROR_THROWN")
    if value["isCaught"]:
        _remove(state, lookups, key)


@on(ValueType.JOB, "RETRIES_UPDATED")
def _retries_updated(state: State, lookups: Lookups, key: int, value: Value) -> None:
    state.jobs[key].retries = value["retries"]


@on(ValueType.JOB, "TIMEOUT_UPDATED")
def _timeout_updated(state: State, lookups: Lookups, key: int, value: Value) -> None:
    state.jobs[key].due = value["deadline"]
    lookups.add_due(value["deadline"], key)


@on(ValueType.JOB, "COMPLETED", "CANCELED")
def _job_over(state: State, lookups: Lookups, key: int, value: Value) -> None:
    _remove(state, lookups, key)


@on(ValueType.USER_TASK, "CREATED")
def _user_task_created(state: State, lookups: Lookups, key: int, value: Value) -> None:
    state.user_tasks[key] = states.UserTask(
        key=key,
        element_key=value["elementInstanceKey"],
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
        error_type=value["errorType"],
        message=value["errorMessage"],
        job_key=max(value["jobKey"], 0),
    )
    state.incidents[key] = incident
    lookups.add_incident(incident)


@on(ValueType.INCIDENT, "RESOLVED")
def _incident_resolved(state: State, lookups: Lookups, key: int, value: Value) -> None:
    incident = state.incidents.pop(key)
    lookups.remove_incident(incident)
    job = state.jobs.get(incident.job_key)
    if job is not None and job.retries > 0:
        _change(state, lookups, job, "ACTIVATABLE")
