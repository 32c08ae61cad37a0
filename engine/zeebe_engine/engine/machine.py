"""The door of this room: a state, and entries that are executed one at a time."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from zeebe_engine.engine import (
    admission,
    commands,
    creating,
    decisions,
    deleting,
    deploying,
    elements,
    ending,
    jobs,
    lifecycle,
    messages,
    migrating,
    modifying,
    repairing,
    signals,
    suspending,
    tasks,
    timers,
    user_tasks,
)
from zeebe_engine.engine.answers import Answer, Done, Result
from zeebe_engine.engine.events import Event
from zeebe_engine.engine.lookups import Lookups
from zeebe_engine.engine.models import Models
from zeebe_engine.engine.refusals import Rejection, RejectionType
from zeebe_engine.engine.state import Action, Activate, CatchUp, Complete, End, State, fresh
from zeebe_engine.engine.step import Step
from zeebe_engine.settings import Settings

_LOG = logging.getLogger(__name__)
_AT_ONCE: Final = 2_000
"""Actions and timers: an endless loop goes on with the next entry, and others get their turn."""

_HANDLERS: Final[dict[type[commands.Command], Callable[[Step, Any], Answer]]] = {
    commands.Deploy: deploying.deploy,
    commands.DeleteResource: deleting.delete,
    commands.CreateInstance: creating.create,
    commands.CancelInstance: creating.cancel,
    commands.SuspendInstance: suspending.suspend,
    commands.ResumeInstance: suspending.resume,
    commands.AssignBusinessId: creating.assign_business_id,
    commands.ModifyInstance: modifying.modify,
    commands.MigrateInstance: migrating.migrate,
    commands.SetVariables: repairing.set_variables,
    commands.ResolveIncident: repairing.resolve,
    commands.PublishMessage: messages.publish,
    commands.CorrelateMessage: messages.correlate,
    commands.BroadcastSignal: signals.broadcast_command,
    commands.EvaluateDecision: decisions.evaluate,
    commands.ActivateJobs: jobs.activate,
    commands.CompleteJob: jobs.complete,
    commands.FailJob: jobs.fail,
    commands.ThrowError: jobs.throw_error,
    commands.UpdateJob: jobs.update,
    commands.CompleteUserTask: user_tasks.complete,
    commands.AssignUserTask: user_tasks.assign,
    commands.Tick: lambda _step, _command: Done(),
}
_BEHAVIOURS_OF: Final = (elements, tasks)
"""They fill the table of behaviours when they are imported."""


@dataclass(frozen=True, slots=True)
class Execution:
    """What one entry did. `results`: of the awaited instances that completed, by their keys.

    `job_types`: of which a job became activatable.
    """

    events: tuple[Event, ...]
    answer: Answer | None
    rejection: Rejection | None
    results: tuple[tuple[int, Result], ...]
    job_types: frozenset[str]


class Machine:
    """Deterministic: the same entries on the same state give the same state and the same keys."""

    def __init__(self, settings: Settings, state: State | None = None) -> None:
        self.state = fresh(settings.partitions) if state is None else state
        self._settings = settings
        self._lookups = Lookups(self.state)
        self._models = Models(self.state)

    def execute(self, entry: commands.Entry) -> Execution:
        """What has become due by the time of the entry comes first. Never raises."""
        self.state.position = entry.position
        self.state.time = max(self.state.time, entry.time)
        step = self._step(entry.chance)
        self._catch_up_with_time(step)
        self._drain(step)
        answer, rejection = self._handle(step, entry.command)
        self._drain(step)
        return Execution(
            tuple(step.events), answer, rejection, tuple(step.results), frozenset(step.job_types)
        )

    def next_due(self) -> int | None:
        """When something happens by itself, ms since 1970."""
        if self.state.pending:
            return self.state.time
        due = self._lookups.next_due()
        return None if due is None else due[0]

    def check(self, command: commands.AnyCommand) -> None:
        """Raises Refusal for what a gateway refuses without asking the engine."""
        admission.check(self._settings, command)

    def has_jobs(self, command: commands.ActivateJobs) -> bool:
        return next(jobs.activatable(self._step(0), command), None) is not None

    def digest(self) -> str:
        return self.state.digest()

    def _step(self, chance: int) -> Step:
        return Step(self._settings, self.state, self._lookups, self._models, chance)

    def _catch_up_with_time(self, step: Step) -> None:
        for _ in range(_AT_ONCE):
            key = timers.next_due(step)
            if not key:
                return
            _guarded(timers.happen, step, key)

    def _drain(self, step: Step) -> None:
        pending = self.state.pending
        done = 0
        while done < min(len(pending), _AT_ONCE):
            done += 1
            _guarded(_act, step, pending[done - 1])
        del pending[:done]

    def _handle(
        self, step: Step, command: commands.AnyCommand
    ) -> tuple[Answer | None, Rejection | None]:
        try:
            admission.check_size(command)
            return _HANDLERS[type(command)](step, command), None
        except Rejection as refused:
            return None, refused
        except Exception as error:  # noqa: BLE001 - the engine goes on
            return None, _broken(type(command).__name__, error)


def _act(step: Step, action: Action) -> None:
    if suspending.park(step, action):
        return
    match action:
        case Activate():
            lifecycle.activate(step, action)
        case Complete():
            lifecycle.complete(step, action)
        case End():
            ending.end(step, action)
        case CatchUp():
            messages.catch_up(step, action)
        case _:
            messages.next_message(step, action)


def _guarded(act: Callable[[Step, Any], None], step: Step, what: Any) -> None:
    """Nobody waits for it: a fault of the engine itself is logged, and everybody else goes on."""
    try:
        act(step, what)
    except Exception as error:  # noqa: BLE001
        _broken(type(what).__name__, error)


def _broken(what: str, error: Exception) -> Rejection:
    """A fault of the engine itself: the caller is told, without what the error quotes."""
    _LOG.error("%s cannot be executed", what, exc_info=error)
    return Rejection(
        RejectionType.PROCESSING_ERROR,
        what,
        f"Expected to process command, but caught an exception: {type(error).__name__}."
        " This is a fault of the local engine.",
    )
