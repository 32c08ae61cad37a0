"""What does the work for a job; and those handlers that need nobody else."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from zeebe_operator.model.engine import Job
from zeebe_operator.model.worker import Result


class Handler(Protocol):
    """`outlives`: its work goes on when the operator ends, and the next one takes it over."""

    @property
    def outlives(self) -> bool: ...

    async def prepare(self) -> Sequence[Job]:
        """Before the first job. Returns what a former operator has left under way.

        Raises OperatorError: then no jobs are taken.
        """
        ...

    async def work(self, job: Job) -> Result:
        """Does it, or goes on with it.

        Raises OperatorError for what would befall every other job too: then it is given back.
        """
        ...

    async def settled(self, job: Job) -> None:
        """The engine knows the result."""
        ...

    async def abandoned(self, job: Job) -> None:
        """The engine has no such job any more."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """The same for every job."""

    result: Result = field(repr=False)
    outlives: bool = False

    async def prepare(self) -> Sequence[Job]:
        return ()

    async def work(self, job: Job) -> Result:  # noqa: ARG002 - whatever it is
        return self.result

    async def settled(self, job: Job) -> None:
        """Nothing is left."""

    async def abandoned(self, job: Job) -> None:
        """Nothing is left."""
