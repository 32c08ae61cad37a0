"""The rig of the scripts that run in an environment which has pyzeebe 4.7.0."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

UNKNOWN = (1 << 51) + 2**50


@dataclass(frozen=True)
class Gateway:
    channel: Any
    client: Any
    folder: Path

    @property
    def adapter(self) -> Any:
        """What the client and the worker are made of."""
        return self.client.zeebe_adapter

    def file(self, name: str) -> str:
        return str(self.folder / name)

    async def job(self, process: str, variables: dict[str, Any] | None = None) -> Any:
        """Of a new instance; its type is the name of the process."""
        await self.client.run_process(process, variables)
        (job,) = await self.activate(process)
        return job

    async def activate(self, job_type: str, most: int = 1, *fetch: str) -> list[Any]:
        jobs = self.adapter.activate_jobs(job_type, "tester", 60_000, most, fetch, 10_000)
        return [job async for job in jobs]


Case = Callable[[Gateway], Awaitable[Any]]
CASES: list[Case] = []


def case(function: Case) -> Case:
    CASES.append(function)
    return function


async def error_of(call: Awaitable[Any]) -> str:
    """The name of the class."""
    try:
        await call
    except Exception as error:  # noqa: BLE001 - what it is, is told
        return type(error).__name__
    return "none"
