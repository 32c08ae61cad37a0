"""A machine with a clock of its own, and what it did, in the words of its records."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.engine.machine.models import document
from zeebe_engine.engine import answers, commands
from zeebe_engine.engine.events import Event
from zeebe_engine.engine.machine import Machine
from zeebe_engine.generations import GENERATIONS
from zeebe_engine.settings import Settings

START = 1_800_000_000_000


@dataclass
class Rig:
    """`entries` are all that was executed; another machine that executes them is the same."""

    settings: Settings = field(default_factory=lambda: Settings(partitions=1))
    now: int = START
    entries: list[commands.Entry] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    results: list[tuple[int, answers.Result]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.machine = Machine(self.settings)

    def do(self, command: commands.AnyCommand) -> Any:
        """The answer. Raises Refusal."""
        self.machine.check(command)
        entry = commands.Entry(len(self.entries) + 1, self.now, 7, command)
        self.entries.append(entry)
        execution = self.machine.execute(entry)
        self.events += execution.events
        self.results += execution.results
        if execution.rejection is not None:
            raise execution.rejection
        return execution.answer

    def deploy(self, *bodies: str, process_id: str = "p", before: str = "") -> int:
        """The key of the (last) process."""
        content = document(*bodies, process_id=process_id, before=before).encode()
        resource = commands.Resource(f"{process_id}.bpmn", content)
        return int(self.do(commands.Deploy(resources=[resource])).deployed[-1].key)

    def start(self, process_id: str = "p", **variables: Any) -> int:
        """The key of the new instance."""
        command = commands.CreateInstance(bpmn_process_id=process_id, variables=variables)
        return int(self.do(command).process_instance_key)

    def run(self, body: str, *, before: str = "", **variables: Any) -> int:
        self.deploy(body, before=before)
        return self.start(**variables)

    def jobs(self, job_type: str = "work", most: int = 100) -> Sequence[answers.ActivatedJob]:
        command = commands.ActivateJobs(
            type=job_type, worker="tester", timeout=60_000, max_jobs=most
        )
        found = self.do(command)
        assert isinstance(found, answers.ActivatedJobs)
        return found.jobs

    def complete(self, job_type: str = "work", **variables: Any) -> None:
        """The one job of that type."""
        (job,) = self.jobs(job_type)
        self.do(commands.CompleteJob(key=job.key, variables=variables))

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

    def completed(self) -> list[str]:
        """Ids of the elements that completed, in order, without the process."""
        return [
            one.value["elementId"]
            for one in self.happened("PROCESS_INSTANCE", "ELEMENT_COMPLETED")
            if one.value["bpmnElementType"] != "PROCESS"
        ]

    def is_over(self, key: int) -> bool:
        """Whether the instance completed and left nothing."""
        done = self.happened("PROCESS_INSTANCE", "ELEMENT_COMPLETED", processInstanceKey=key)
        state = self.machine.state
        left = [one for one in state.instances.values() if one.process_key == key]
        jobs = [one for one in state.jobs.values() if one.process_key == key]
        return bool(done) and done[-1].key == key and not left and not jobs

    def variables(self, key: int) -> dict[str, Any]:
        """The last value of each variable of the instance's own scope."""
        import json

        return {
            one.value["name"]: json.loads(one.value["value"])
            for one in self.events
            if one.value_type == "VARIABLE" and one.value["scopeKey"] == key
        }

    def incident(self) -> Event:
        """The one incident that is open."""
        (key,) = self.machine.state.incidents
        return next(one for one in self.events if one.key == key and one.value_type == "INCIDENT")

    def replayed(self) -> Machine:
        machine = Machine(self.settings)
        for entry in self.entries:
            machine.execute(entry)
        return machine


def generation(name: str, **settings: Any) -> Rig:
    return Rig(Settings(generation=GENERATIONS[name], **{"partitions": 1, **settings}))
