"""The rig of the scripts that run in an environment which has camunda-orchestration-sdk."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

UNKNOWN = str((1 << 51) + 2**50)


@dataclass(frozen=True)
class Camunda:
    """`models`: the client's own, by their names."""

    client: Any
    models: Any
    folder: Path
    minor: int

    def model(self, name: str, /, **value: Any) -> Any:
        """`filter_` is `filter`: names are those of JSON otherwise."""
        return getattr(self.models, name).from_dict({k.rstrip("_"): v for k, v in value.items()})

    def start(self, process: str, **more: Any) -> Any:
        """The key of a new instance."""
        wanted = self.model("ProcessCreationById", processDefinitionId=process, **more)
        return self.client.create_process_instance(data=wanted).process_instance_key

    def job(self, job_type: str, *, variables: Any = None, **more: Any) -> Any:
        """Of a new instance; its type is the name of the process."""
        self.start(job_type, variables=variables or {})
        (job,) = self.activate(job_type, **more)
        return job

    def activate(self, job_type: str, **more: Any) -> list[Any]:
        wish = {"type": job_type, "timeout": 60_000, "maxJobsToActivate": 1} | more
        wanted = self.models.JobActivationRequest.from_dict(wish)
        jobs: list[Any] = exact(self.client.activate_jobs(data=wanted)).jobs
        return jobs

    def cancel(self, key: Any) -> None:
        """The client cannot do it without `data`."""
        self.client.cancel_process_instance(key, data=None)

    def delete(self, key: Any) -> Any:
        return exact(self.client.delete_resource(key, data=None))

    def search(self, method: str, query: str, /, *more: Any, **value: Any) -> Any:
        """A page; `value`: filter_, sort, page."""
        asked = self.model(query, **value)
        return exact(getattr(self.client, method)(*more, data=asked))


Case = Callable[[Camunda], Any]
CASES: list[tuple[int, Case]] = []
"""With the minor versions since which they can be."""


def case(function: Case) -> Case:
    CASES.append((9, function))
    return function


def case_of_810(function: Case) -> Case:
    CASES.append((10, function))
    return function


def error_of(call: Callable[..., Any], *arguments: Any, **named: Any) -> str:
    """The class that the client has for it, and the problem's title; none: there was no error."""
    try:
        call(*arguments, **named)
    except Exception as error:  # noqa: BLE001 - what it is, is told
        content = getattr(error, "content", b"")
        title = json.loads(content)["title"] if content else str(error)
        return f"{type(error).__name__} {getattr(error, 'status_code', '')} {title}"
    return "none"


def exact(result: Any) -> Any:
    """The result, if it has no field that the client does not know."""
    strange = list(_strangers(result, type(result).__name__))
    assert not strange, strange
    return result


def _strangers(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _strangers(one, path)
    if not hasattr(value, "__attrs_attrs__"):
        return
    names = [one.name for one in value.__attrs_attrs__ if one.name != "additional_properties"]
    if names:  # else any field is welcome, as among variables
        yield from (f"{path}.{name}" for name in getattr(value, "additional_properties", ()))
    for name in names:
        yield from _strangers(getattr(value, name), f"{path}.{name}")
