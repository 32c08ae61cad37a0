"""What becomes due: timers, leases and back-offs of jobs, and messages whose time is over."""

from zeebe_engine.engine import messages, processes, schedule, triggering, values
from zeebe_engine.engine.events import ValueType
from zeebe_engine.engine.schedule import FOR_EVER, Schedule
from zeebe_engine.engine.starts import of_timer
from zeebe_engine.engine.state import Job, Timer
from zeebe_engine.engine.step import Step


def fire_due(step: Step) -> None:
    """In the order of their times, whatever has been due by now."""
    while (due := step.lookups.next_due()) is not None and due[0] <= step.time:
        step.lookups.pop_due()
        when, key = due
        if (timer := step.state.timers.get(key)) is not None:
            if timer.due == when:
                _fire(step, timer)
        elif (job := step.state.jobs.get(key)) is not None:
            if job.due == when:
                _free(step, job)
        else:
            messages.expire_if_due(step, key)


def _free(step: Step, job: Job) -> None:
    """Whoever had it has not said in time that it is done; or it has waited long enough."""
    intent = "TIMED_OUT" if job.state == "ACTIVATED" else "RECURRED_AFTER_BACKOFF"
    step.emit(ValueType.JOB, intent, job.key, values.of_job(step.state, job))
    step.job_types.add(job.type)


def _fire(step: Step, timer: Timer) -> None:
    owner = step.state.instances.get(timer.owner_key)
    if owner is not None and not triggering.can_be_triggered(step, owner.key):
        return  # it has an incident, or is suspended and goes on when it is resumed
    told = {
        "targetElementId": timer.element_id,
        "elementInstanceKey": timer.owner_key,
        "processInstanceKey": timer.process_key,
        "processDefinitionKey": timer.definition_key,
        "dueDate": timer.due,
        "repetitions": timer.repetitions,
        "cycle": timer.cycle,
    }
    step.emit(ValueType.TIMER, "TRIGGERED", timer.key, told)
    _repeat(step, timer, told)
    if owner is not None:
        triggering.trigger(step, owner, timer.element_id, {})
        return
    definition = step.state.definitions[timer.definition_key]
    how = processes.Beginning(start_id=timer.element_id, brought={})
    processes.begin(step, definition, step.key_on(processes.next_partition(step)), how)


def _repeat(step: Step, timer: Timer, told: dict[str, object]) -> None:
    """The next one of a cycle. What was missed while nobody was there is not made up for."""
    left = timer.repetitions if timer.repetitions == FOR_EVER else timer.repetitions - 1
    if not timer.cycle or not left:
        return
    due = max(schedule.again(timer.cycle, timer.due), step.time + 1)
    repeated = of_timer(timer.element_id, Schedule(due, left, timer.cycle))
    step.emit(ValueType.TIMER, "CREATED", step.key_near(timer.key), {**told, **repeated})
