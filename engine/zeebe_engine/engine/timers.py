"""What becomes due: timers, leases and back-offs of jobs, and messages whose time is over."""

from zeebe_engine.engine import messages, processes, schedule, triggering, values
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.schedule import FOR_EVER
from zeebe_engine.engine.state import Job, Timer
from zeebe_engine.engine.step import Step


def next_due(step: Step) -> int:
    """The key of the first thing that is due by now, in the order of their times; 0: nothing."""
    first = step.lookups.next_due()
    if first is None or first[0] > step.time:
        return 0
    step.lookups.pop_due()
    return first[1]


def happen(step: Step, key: int) -> None:
    if (timer := step.state.timers.get(key)) is not None:
        _fire(step, timer)
    elif (job := step.state.jobs.get(key)) is not None:
        _free(step, job)
    else:
        messages.expire(step, step.state.messages[key])


def _free(step: Step, job: Job) -> None:
    """Whoever had it has not said in time that it is done; or it has waited long enough."""
    intent = "TIMED_OUT" if job.state == "ACTIVATED" else "RECURRED_AFTER_BACKOFF"
    step.emit(ValueType.JOB, intent, job.key, values.of_job(step.state, job))
    step.job_types.add(job.type)


def _fire(step: Step, timer: Timer) -> None:
    owner = step.state.instances.get(timer.owner_key)
    step.emit(ValueType.TIMER, "TRIGGERED", timer.key, values.of_timer(step.state, timer))
    _repeat(step, timer)
    if owner is not None:
        triggering.trigger(step, owner, timer.element_id, {})
    else:
        processes.start(step, timer.definition_key, timer.element_id, {})


def _repeat(step: Step, timer: Timer) -> None:
    """The next one of a cycle. What was missed while nobody was there is not made up for."""
    left = timer.repetitions if timer.repetitions == FOR_EVER else timer.repetitions - 1
    if not timer.cycle or not left:
        return
    due = schedule.again(timer.cycle, timer.due)
    if due <= step.time:
        due = max(schedule.again(timer.cycle, step.time), step.time + 1)
    told = values.of_timer(step.state, timer) | {"dueDate": due, "repetitions": left}
    step.emit(ValueType.TIMER, "CREATED", step.key_near(timer.key), told)
