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
    jobs,
    lifecycle,
    messages,
    migrating,
    modifying,
    repairing,
    signals,
    tasks,
    timers,
    user_tasks,
)
from zeebe_engine.engine.answers import Answer, Done, Result
from zeebe_engine.engine.events import Event
from zeebe_engine.engine.lookups import Lookups
from zeebe_engine.engine.models import Models
from zeebe_engine.engine.refusals import Rejection, RejectionType
from zeebe_engine.engine.state import Activate, CatchUp, Complete, State, fresh
from zeebe_engine.engine.step import Step
from zeebe_engine.settings import Settings

_LOG = logging.getLogger(__name__)
_ACTIONS_AT_ONCE: Final = 2_000
"""Tokens of an endless loop go on with the next entry: others get their turn."""

_HANDLERS: Final[dict[type[commands.Command], Callable[[Step, Any], Answer]]] = {
    commands.Deploy: deploying.deploy,
    commands.DeleteResource: deleting.delete,
    commands.CreateInstance: creating.create,
    commands.CancelInstance: creating.cancel,
    commands.SuspendInstance: creating.suspend,
    commands.ResumeInstance: creating.resume,
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
        answer, rejection = None, None
        try:
            timers.fire_due(step)
            self._drain(step)
            admission.check_size(entry.command)
            answer = _HANDLERS[type(entry.command)](step, entry.command)
            self._drain(step)
        except Rejection as refused:
            rejection = refused
        except Exception as error:  # noqa: BLE001 - the engine goes on
            _LOG.exception("A command cannot be executed: %s", type(entry.command).__name__)
            rejection = _broken(entry.command, error)
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
        return bool(jobs.activatable(self._step(0), command))

    def digest(self) -> str:
        return self.state.digest()

    def _step(self, chance: int) -> Step:
        return Step(self._settings, self.state, self._lookups, self._models, chance)

    def _drain(self, step: Step) -> None:
        pending, done = self.state.pending, 0
        while done < len(pending) and done < _ACTIONS_AT_ONCE:
            action = pending[done]
            done += 1
            match action:
                case Activate():
                    lifecycle.activate(step, action)
                case Complete():
                    lifecycle.complete(step, action)
                case CatchUp():
                    messages.catch_up(step, action)
                case _:
                    messages.next_message(step, action)
        del pending[:done]


def _broken(command: commands.Command, error: Exception) -> Rejection:
    """A fault of the engine itself: the caller is told, without what the error quotes."""
    return Rejection(
        RejectionType.PROCESSING_ERROR,
        type(command).__name__,
        f"Expected to process command, but caught an exception: {type(error).__name__}."
        " This is a fault of the local engine.",
    )
