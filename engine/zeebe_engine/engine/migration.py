"""Which element becomes which in a migration, and whether that can be: nothing happens here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from zeebe_engine.bpmn.model import Element, Process
from zeebe_engine.engine import joins, values, waiting
from zeebe_engine.engine.refusals import Rejection
from zeebe_engine.engine.state import Definition, Instance
from zeebe_engine.engine.step import Failure, Step, invalid, wrong_state


@dataclass(frozen=True, slots=True)
class Move:
    """Of one element instance. `kept`: keys of what it waits for, with the events that they will
    belong to; `closed`: keys of what it waits for no more; `opened`: what it waits for anew."""

    instance: Instance
    element: Element
    taken: Mapping[str, int]
    kept: Mapping[int, str]
    closed: Sequence[int]
    opened: Sequence[waiting.Wanted]


class Migration:
    """One plan for one process instance. Its methods raise Rejection."""

    def __init__(
        self, step: Step, process: Instance, target: Definition, mapping: Sequence[tuple[str, str]]
    ) -> None:
        self._step = step
        self._process = process
        self._source = step.process(process)
        self._target = step.models.process(target)
        self._mapping = self._checked(mapping) | {process.element_id: target.id}

    def moves(self) -> list[Move]:
        """Of all that is active, the process first."""
        return [self._move(one) for one in self._step.within(self._process.key)]

    def _checked(self, mapping: Sequence[tuple[str, str]]) -> dict[str, str]:
        """Elements, and flows whose tokens wait at a join."""
        checked: dict[str, str] = {}
        for source, target in mapping:
            self._check_known(self._source, source, "source")
            self._check_known(self._target, target, "target")
            if source in checked:
                raise self._invalid(
                    f"the mapping instructions contain duplicate source element ids '[{source}]'."
                )
            checked[source] = target
        return checked

    def _check_known(self, model: Process, element_id: str, side: str) -> None:
        if element_id not in model.elements and element_id not in model.flows:
            raise self._invalid(
                f"mapping instructions contain a non-existing {side} element id '{element_id}'."
                f" Elements provided in mapping instructions must exist in the {side} process"
                " definition."
            )

    def _move(self, instance: Instance) -> Move:
        if instance.element_id not in self._mapping:
            raise self._unfit(
                "no mapping instruction defined for active element with id"
                f" '{instance.element_id}'. Elements cannot be migrated without a mapping."
            )
        old = self._step.element(instance)
        new = self._new(self._mapping[instance.element_id])
        self._check_same_sort(old, new)
        if self._mapping.get(old.scope, "") != new.scope:
            raise self._unfit(
                f"the flow scope of active element with id '{old.id}' is changed."
                " The flow scope of the active element is expected to be the same."
            )
        kept = dict(self._kept(instance, new))
        if len(set(kept.values())) < len(kept):
            raise self._unfit(
                f"two events of active element with id '{old.id}' are mapped to the same event."
            )
        owned = self._step.lookups.owned(instance.key)
        closed = [key for key in owned if key not in kept]
        taken = {self._flow(flow): count for flow, count in instance.taken.items()}
        return Move(instance, new, taken, kept, closed, self._opened(instance, new))

    def _new(self, element_id: str) -> Element:
        if element_id not in self._target.elements:
            raise self._invalid(f"'{element_id}' is a sequence flow, and no element.")
        return self._target.elements[element_id]

    def _check_same_sort(self, old: Element, new: Element) -> None:
        for what, before, after in _sorts(old, new):
            if before != after:
                raise self._unfit(
                    f"active element with id '{old.id}' and {what} '{before}' is mapped to an"
                    f" element with id '{new.id}' and different {what} '{after}'. Elements must be"
                    f" mapped to elements of the same {what}."
                )

    def _kept(self, instance: Instance, new: Element) -> Iterator[tuple[int, str]]:
        """A mapped event must still be one of the element's."""
        possible = [one.id for one in waiting.events(self._target, instance, new)]
        for key in self._step.lookups.owned(instance.key):
            old = self._source.elements[waiting.owned(self._step, key).element_id]
            if old.id not in self._mapping:
                continue
            event = self._new(self._mapping[old.id])
            self._check_same_sort(old, event)
            if event.id not in possible:
                raise self._unfit(
                    f"active element with id '{instance.element_id}' waits for the event"
                    f" '{old.id}', which is mapped to '{event.id}', an event of another element."
                )
            yield key, event.id

    def _opened(self, instance: Instance, new: Element) -> list[waiting.Wanted]:
        """For events of the target that no mapping leads to."""
        if instance.state != "ACTIVATED":
            return []
        targets = set(self._mapping.values())
        found = [
            one for one in waiting.events(self._target, instance, new) if one.id not in targets
        ]
        try:
            variables = self._step.variables(instance.key)
            return waiting.wanted(self._step, instance, found, variables)
        except Failure as failure:
            raise self._unfit(
                f"the events of element with id '{new.id}' cannot be waited for: {failure.message}"
            ) from failure

    def _flow(self, flow_id: str) -> str:
        """Where a token waits at a join, which is mapped like an active element."""
        join = self._source.elements[self._source.flows[flow_id].target]
        new = self._target.flows.get(self._mapping.get(flow_id, flow_id))
        if (
            new is None
            or self._mapping.get(join.id) != new.target
            or not joins.is_join(self._target.elements[new.target])
        ):
            raise self._unfit(
                f"a token waits at the gateway '{join.id}'. Both the gateway and the sequence flow"
                f" '{flow_id}' must be mapped to a joining gateway and a flow that leads to it."
            )
        return new.id

    def _invalid(self, why: str) -> Rejection:
        return invalid("MIGRATE", f"{self._expected()} {why}")

    def _unfit(self, why: str) -> Rejection:
        return wrong_state("MIGRATE", f"{self._expected()} {why}")

    def _expected(self) -> str:
        return f"Expected to migrate process instance '{self._process.key}' but"


def _sorts(old: Element, new: Element) -> Iterator[tuple[str, str, str]]:
    """What must not change, before and after."""
    yield "type", old.type, new.type
    yield "event type", values.event_type(old), values.event_type(new)
    yield "implementation", _implementation(old), _implementation(new)
    yield "loop", _loop(old), _loop(new)


def _implementation(element: Element) -> str:
    return "job worker" if element.job else "engine"


def _loop(element: Element) -> str:
    if element.loop is None:
        return "none"
    return "sequential" if element.loop.is_sequential else "parallel"
