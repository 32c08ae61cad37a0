"""Jobs in the local engine, numbered as they come: tests say 1 where it says 2251799813685256."""

from collections.abc import Sequence

from tests.fakes.memory_engine import MemoryEngine
from zeebe_engine.engine.commands import (
    CancelInstance,
    CreateInstance,
    Deploy,
    ResolveIncident,
    Resource,
    UpdateJob,
)
from zeebe_operator.model.engine import Job

_BPMN = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t">
 <process id="payment" isExecutable="true"><startEvent id="start"/>
  <serviceTask id="task"><extensionElements>
   <zeebe:taskDefinition type="pay" retries="%d"/></extensionElements></serviceTask>
  <sequenceFlow id="flow" sourceRef="start" targetRef="task"/></process></definitions>"""


class EngineJobs:
    def __init__(self, engine: MemoryEngine) -> None:
        self._engine = engine

    def offer(self, count: int, *, retries: int = 3, **variables: object) -> None:
        """So many, of the type "pay"."""
        self._engine.do(Deploy(resources=[Resource("p.bpmn", (_BPMN % retries).encode())]))
        for _ in range(count):
            self._engine.do(CreateInstance(bpmn_process_id="payment", variables=variables))

    def key(self, number: int) -> int:
        return self._keys()[number - 1]

    def numbers(self, keys: Sequence[int]) -> list[int]:
        return [self._keys().index(key) + 1 for key in keys]

    def happened(self, what: str) -> list[int]:
        """To which of them, in order."""
        return self.numbers([one.key for one in self._engine.happened("JOB", what)])

    def activated(self) -> list[int]:
        told = self._engine.happened("JOB_BATCH", "ACTIVATED")
        return self.numbers([key for one in told for key in one.value["jobKeys"]])

    def retries(self, number: int) -> int:
        return self._engine.state.jobs[self.key(number)].retries

    def left(self, number: int) -> Job:
        """As it is known from an earlier activation."""
        return Job(self.key(number), "", self.retries(number))

    def cancel(self, number: int) -> None:
        """With its process instance."""
        self._engine.do(CancelInstance(key=self._engine.state.jobs[self.key(number)].process_key))

    def resolve(self, number: int, *, retries: int) -> None:
        """Its incident, with new retries."""
        (incident,) = self._engine.state.incidents
        self._engine.do(UpdateJob(key=self.key(number), retries=retries))
        self._engine.do(ResolveIncident(key=incident))

    def _keys(self) -> list[int]:
        return [one.key for one in self._engine.happened("JOB", "CREATED")]
