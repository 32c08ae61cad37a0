"""A machine with a clock of its own, and what it did, in the words of its records."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tests.engine.machine.models import document
from zeebe_engine.engine import answers, commands, state
from zeebe_engine.engine.events import Event
from zeebe_engine.engine.machine import Execution, Machine
from zeebe_engine.generations import GENERATIONS
from zeebe_engine.settings import Settings

START = 1_800_000_000_000
MINUTE = 60_000


@dataclass
class Rig:
    """`entries` are all that was executed; another machine that executes them is the same.

    `made`: all rigs of the running test, which are checked after it.
    """

    made: ClassVar[list["Rig"]] = []

    settings: Settings = field(default_factory=lambda: Settings(partitions=1))
    now: int = START
    entries: list[commands.Entry] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    results: list[tuple[int, answers.Result]] = field(default_factory=list)
    job_types: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.machine = Machine(self.settings)
        self.made.append(self)

    @property
    def state(self) -> state.State:
        return self.machine.state

    def do(self, command: commands.AnyCommand) -> Any:
        """The answer. Raises Refusal."""
        self.machine.check(command)
        execution = self.execute(command)
        if execution.rejection is not None:
            raise execution.rejection
        return execution.answer

    def execute(self, command: commands.AnyCommand) -> Execution:
        position = len(self.entries) + 1
        self.entries.append(commands.Entry(position, self.now, 1000 + position, command))
        execution = self.machine.execute(self.entries[-1])
        self.events += execution.events
        self.results += execution.results
        self.job_types = execution.job_types
        return execution

    def deploy(self, *bodies: str, process_id: str = "p", before: str = "", tag: str = "") -> int:
        """The key of the (last) process."""
        content = document(*bodies, process_id=process_id, before=before, tag=tag)
        return self.deploy_files({f"{process_id}.bpmn": content}).deployed[-1].key

    def deploy_files(self, files: dict[str, str], tenant: str = "") -> answers.Deployment:
        resources = [commands.Resource(name, text.encode()) for name, text in files.items()]
        answer = self.do(commands.Deploy(resources=resources, tenant_id=tenant))
        assert isinstance(answer, answers.Deployment)
        return answer

    def start(self, process_id: str = "p", **variables: Any) -> int:
        """The key of the new instance."""
        command = commands.CreateInstance(bpmn_process_id=process_id, variables=variables)
        return int(self.do(command).process_instance_key)

    def run(self, body: str, *, before: str = "", **variables: Any) -> int:
        self.deploy(body, before=before)
        return self.start(**variables)

    def jobs(
        self, job_type: str = "work", most: int = 100, **more: Any
    ) -> Sequence[answers.ActivatedJob]:
        command = commands.ActivateJobs(
            type=job_type, worker="tester", timeout=MINUTE, max_jobs=most, **more
        )
        found = self.do(command)
        assert isinstance(found, answers.ActivatedJobs)
        return found.jobs

    def job(self, job_type: str = "work", **more: Any) -> answers.ActivatedJob:
        """The one job of that type."""
        (job,) = self.jobs(job_type, **more)
        return job

    def complete(self, job_type: str = "work", **variables: Any) -> None:
        """The one job of that type, whoever has it."""
        self.jobs(job_type)
        (key,) = [one.key for one in self.state.jobs.values() if one.type == job_type]
        self.do(commands.CompleteJob(key=key, variables=variables))

    def publish(self, name: str, key: str = "", ttl: int = 0, **variables: Any) -> int:
        command = commands.PublishMessage(
            name=name, correlation_key=key, time_to_live=ttl, variables=variables
        )
        return int(self.do(command).key)

    def wait(self, milliseconds: int) -> None:
        self.now += milliseconds
        self.do(commands.Tick())

    def happened(self, value_type: str, intent: str, **values: Any) -> list[Event]:
        return [
            one
            for one in self.events
            if (one.value_type, one.intent) == (value_type, intent)
            and values.items() <= one.value.items()
        ]

    def completed(self, key: int = 0) -> list[str]:
        """Ids of the elements that completed, in order, without processes; of one instance only,
        if its key is given."""
        return self._elements("ELEMENT_COMPLETED", key)

    def terminated(self, key: int = 0) -> list[str]:
        return self._elements("ELEMENT_TERMINATED", key)

    def _elements(self, intent: str, key: int) -> list[str]:
        return [
            one.value["elementId"]
            for one in self.happened("PROCESS_INSTANCE", intent)
            if one.value["bpmnElementType"] != "PROCESS"
            and key in (0, one.value["processInstanceKey"])
        ]

    def is_over(self, key: int) -> bool:
        """Whether the instance completed; that nothing is left of it is checked after each test."""
        done = self.happened("PROCESS_INSTANCE", "ELEMENT_COMPLETED", processInstanceKey=key)
        return bool(done) and done[-1].key == key and key not in self.state.instances

    def is_terminated(self, key: int) -> bool:
        done = self.happened("PROCESS_INSTANCE", "ELEMENT_TERMINATED", processInstanceKey=key)
        return bool(done) and done[-1].key == key and key not in self.state.instances

    def active(self, key: int) -> list[str]:
        """Ids of the active elements of an instance, without the process."""
        found = [one for one in self.state.instances.values() if one.process_key == key]
        return [one.element_id for one in found if one.type != "PROCESS"]

    def instance_of(self, element_id: str) -> int:
        """The key of the one active instance of an element."""
        found = self.state.instances.values()
        (key,) = [one.key for one in found if one.element_id == element_id]
        return key

    def instances(self, process_id: str = "p") -> list[int]:
        """Keys of all instances of a process that ever began."""
        began = self.happened(
            "PROCESS_INSTANCE",
            "ELEMENT_ACTIVATING",
            bpmnElementType="PROCESS",
            elementId=process_id,
        )
        return [one.key for one in began]

    def variables(self, key: int) -> dict[str, Any]:
        """The last value of each variable of that very scope."""
        return {
            one.value["name"]: json.loads(one.value["value"])
            for one in self.events
            if one.value_type == "VARIABLE" and one.value["scopeKey"] == key
        }

    def incident(self) -> Event:
        """The one incident that is open."""
        (key,) = self.state.incidents
        (event,) = [one for one in self.happened("INCIDENT", "CREATED") if one.key == key]
        return event

    def problem(self) -> tuple[str, str]:
        """Type and message of the one incident that is open."""
        value = self.incident().value
        return value["errorType"], value["errorMessage"]

    def resolve(self) -> None:
        self.do(commands.ResolveIncident(key=self.incident().key))

    def set_variables(self, key: int, *, local: bool = False, **variables: Any) -> None:
        self.do(commands.SetVariables(element_instance_key=key, variables=variables, local=local))


def generation(name: str, **settings: Any) -> Rig:
    return Rig(Settings(generation=GENERATIONS[name], **{"partitions": 1, **settings}))
