"""Random commands over a few processes, with time passing: what must hold holds after each."""

from collections.abc import Iterable
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.engine.machine import invariants
from tests.engine.machine.models import document
from tests.engine.machine.rig import Rig
from tests.engine.machine.zoo import BEFORE, PROCESSES
from zeebe_engine.bpmn.model import Process
from zeebe_engine.engine import commands
from zeebe_engine.engine.refusals import RejectionType
from zeebe_engine.engine.state import Instance, State
from zeebe_engine.settings import Settings

NUMBERS = st.integers(0, 30)
"""A number means one of those that are there."""
NAMES = st.sampled_from(sorted(PROCESSES))
LEASE = 15_000

_Thing = TypeVar("_Thing")


def one_of(found: Iterable[_Thing], number: int) -> _Thing:
    there = list(found)
    return there[number % len(there)]


class Commands(RuleBasedStateMachine):
    """`leases`: until when somebody has a job."""

    def __init__(self) -> None:
        super().__init__()
        Rig.made.clear()
        self.rig = Rig(Settings(partitions=2))
        self.leases: dict[int, int] = {}
        for name in PROCESSES:
            self.deploy(name, 0)
            self.create(name, 2, "A", "GOOD")

    @property
    def state(self) -> State:
        return self.rig.state

    def do(self, command: commands.AnyCommand) -> Any:
        """None: it was rejected, and so nothing has happened but what was due."""
        self.rig.do(commands.Tick())
        execution = self.rig.execute(command)
        if execution.rejection is not None:
            assert execution.rejection.kind != RejectionType.PROCESSING_ERROR
            assert not execution.events
        return execution.answer

    def process(self, number: int) -> Instance:
        found = self.state.instances.values()
        return one_of((one for one in found if one.type == "PROCESS"), number)

    def model(self, definition_key: int) -> Process:
        return self.rig.machine._models.process(self.state.definitions[definition_key])

    def job(self, number: int) -> dict[str, Any]:
        job = one_of(self.state.jobs.values(), number)
        return {"key": job.key, "lease": job.lease}

    @rule(name=NAMES, note=st.integers(0, 2))
    def deploy(self, name: str, note: int) -> None:
        content = document(PROCESSES[name], process_id=name, before=BEFORE, tag=f"t{note}")
        self.rig.deploy_files({f"{name}.bpmn": content})

    @precondition(lambda self: self.state.definitions)
    @rule(number=NUMBERS)
    def delete(self, number: int) -> None:
        self.do(commands.DeleteResource(key=one_of(self.state.definitions, number)))

    @rule(
        name=NAMES,
        n=st.integers(0, 2),
        order=st.sampled_from("AB"),
        sort=st.sampled_from(["GOOD", "BAD", "EMPTY"]),
    )
    def create(self, name: str, n: int, order: str, sort: str) -> None:
        """An empty one has no order id that a message could be correlated by, and no items."""
        more = {"orderId": order, "items": [1, 2, 3][:n], "bad": sort == "BAD"}
        variables = {"n": n} | (more if sort != "EMPTY" else {})
        self.do(commands.CreateInstance(bpmn_process_id=name, variables=variables))

    @precondition(lambda self: self.state.definitions)
    @rule(number=NUMBERS, element=NUMBERS)
    def create_inside(self, number: int, element: int) -> None:
        key = one_of(self.state.definitions, number)
        wanted = one_of(self.model(key).elements, element)
        self.do(
            commands.CreateInstance(
                process_definition_key=key,
                start_element_ids=[wanted],
                terminate_after=[one_of(self.model(key).elements, element + 1)],
                variables={"orderId": "A", "items": [1]},
            )
        )

    @rule(
        most=st.integers(1, 5), kind=st.sampled_from(["work", "rescue"]), with_lease=st.booleans()
    )
    def activate(self, most: int, kind: str, *, with_lease: bool) -> None:
        """A job that somebody has is nobody else's."""
        command = commands.ActivateJobs(
            type=kind, worker="w", timeout=LEASE, max_jobs=most, with_lease=with_lease
        )
        for job in self.do(command).jobs:
            assert self.leases.get(job.key, 0) <= self.rig.now
            self.leases[job.key] = job.deadline

    @precondition(lambda self: self.state.jobs)
    @rule(number=NUMBERS, result=st.integers(0, 3))
    def complete(self, number: int, result: int) -> None:
        self.do(commands.CompleteJob(**self.job(number), variables={"result": result}))

    @precondition(lambda self: self.state.jobs)
    @rule(number=NUMBERS, retries=st.integers(0, 1), back_off=st.sampled_from([0, 10_000]))
    def fail(self, number: int, retries: int, back_off: int) -> None:
        job = self.job(number)
        if self.do(commands.FailJob(**job, retries=retries, back_off=back_off)) is not None:
            self.leases.pop(job["key"], None)

    @precondition(lambda self: self.state.jobs)
    @rule(number=NUMBERS, code=st.sampled_from(["E", "F"]))
    def throw_error(self, number: int, code: str) -> None:
        job = self.job(number)
        if self.do(commands.ThrowError(**job, error_code=code)) is not None:
            self.leases.pop(job["key"], None)

    @precondition(lambda self: self.state.jobs)
    @rule(number=NUMBERS, timeout=st.sampled_from([None, 1, 30_000]))
    def update(self, number: int, timeout: int | None) -> None:
        key = one_of(self.state.jobs, number)
        if self.do(commands.UpdateJob(key=key, retries=2, timeout=timeout)) and timeout:
            self.leases[key] = self.rig.now + timeout

    @precondition(lambda self: self.state.user_tasks)
    @rule(number=NUMBERS)
    def complete_user_task(self, number: int) -> None:
        self.do(commands.CompleteUserTask(key=one_of(self.state.user_tasks, number)))

    @rule(
        name=st.sampled_from(["paid", "begin"]),
        key=st.sampled_from(["A", "B", ""]),
        ttl=st.sampled_from([0, 25_000]),
        message_id=st.sampled_from(["", "1"]),
    )
    def publish(self, name: str, key: str, ttl: int, message_id: str) -> None:
        self.do(
            commands.PublishMessage(
                name=name, correlation_key=key, time_to_live=ttl, message_id=message_id
            )
        )

    @rule()
    def broadcast(self) -> None:
        self.do(commands.BroadcastSignal(name="alarm", variables={"alarmed": True}))

    @rule(seconds=st.sampled_from([1, 15, 30, 200]))
    def pass_time(self, seconds: int) -> None:
        self.rig.wait(seconds * 1000)

    @precondition(lambda self: self.state.instances)
    @rule(number=NUMBERS, local=st.booleans())
    def set_variables(self, number: int, *, local: bool) -> None:
        key = one_of(self.state.instances, number)
        given = {"orderId": "B", "items": [1, 2]}
        self.do(commands.SetVariables(element_instance_key=key, variables=given, local=local))

    @precondition(lambda self: self.state.incidents)
    @rule(number=NUMBERS)
    def resolve(self, number: int) -> None:
        self.do(commands.ResolveIncident(key=one_of(self.state.incidents, number)))

    @precondition(lambda self: self.state.instances)
    @rule(number=NUMBERS)
    def cancel(self, number: int) -> None:
        self.do(commands.CancelInstance(key=self.process(number).key))

    @precondition(lambda self: self.state.instances)
    @rule(number=NUMBERS)
    def suspend_or_resume(self, number: int) -> None:
        process = self.process(number)
        kind = commands.ResumeInstance if process.is_suspended else commands.SuspendInstance
        self.do(kind(key=process.key))

    @precondition(lambda self: self.state.instances)
    @rule(
        number=NUMBERS,
        first=NUMBERS,
        second=NUMBERS,
        how=st.sampled_from(["activate", "terminate", "move"]),
    )
    def modify(self, number: int, first: int, second: int, how: str) -> None:
        process = self.process(number)
        element = one_of(self.model(process.definition_key).elements, first)
        active = (one for one in self.state.instances.values() if one.process_key == process.key)
        key = one_of(active, second).key
        instructions: dict[str, dict[str, Any]] = {
            "activate": {"activate": [commands.ActivateInstruction(element)]},
            "terminate": {"terminate_keys": [key]},
            "move": {"move": [commands.MoveInstruction(element, source_key=key)]},
        }
        self.do(commands.ModifyInstance(key=process.key, **instructions[how]))

    @precondition(lambda self: self.state.instances)
    @rule(number=NUMBERS, version=NUMBERS, left_out=NUMBERS)
    def migrate(self, number: int, version: int, left_out: int) -> None:
        """To a version of the same process, with all but one element mapped to themselves."""
        process = self.process(number)
        own = self.state.definitions[process.definition_key]
        same = (one.key for one in self.state.definitions.values() if one.id == own.id)
        names = [*self.model(own.key).elements, *self.model(own.key).flows]
        names.remove(one_of(names, left_out))
        self.do(
            commands.MigrateInstance(
                key=process.key,
                target_key=one_of(same, version),
                mapping=[(name, name) for name in names],
            )
        )

    @rule(part=st.integers(1, 4))
    def replay(self, part: int) -> None:
        invariants.check_replay(self.rig, len(self.rig.entries) * part // 4)

    @invariant()
    def what_must_hold_holds(self) -> None:
        invariants.check(self.rig)

    def teardown(self) -> None:
        invariants.check_ended(self.rig)
        invariants.check_replay(self.rig, len(self.rig.entries) // 2)


TestCommands = Commands.TestCase
TestCommands.settings = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
