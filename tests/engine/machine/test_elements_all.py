"""A table of models in which each type of element, and each trigger in each place where it may be,
is run through. What may be where is taken from the reader: what it learns is missed here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest

from tests.engine.dmn import tables
from tests.engine.machine import test_attached as attached
from tests.engine.machine.models import (
    ERROR,
    ESCALATION,
    PAID,
    SIGNAL,
    TERMINATE,
    call,
    catch,
    document,
    end,
    extended,
    flows,
    gateway,
    inside,
    job,
    line,
    link,
    loop,
    message,
    on,
    start,
    subprocess,
    throw,
    timer,
    with_boundary,
    work,
)
from tests.engine.machine.rig import Rig
from zeebe_engine.bpmn.model import ElementType
from zeebe_engine.bpmn.triggers import EVENTS
from zeebe_engine.engine.commands import BroadcastSignal, CompleteUserTask

ROOTS = PAID + SIGNAL + ERROR + ESCALATION + message("b", "begin")
WITHOUT_TRIGGER = ["PROCESS", "SUB_PROCESS", "intermediateThrowEvent", "endEvent"]

Act = Callable[[Rig], object]
Run = tuple[str, str]
"""Where (a type of element; of a start event, that of its scope), and which type of event."""


@dataclass(frozen=True)
class Model:
    """`acts` bring it to its end. `is_created` False: one of them starts it."""

    body: str
    acts: list[Act] = field(default_factory=list)
    is_created: bool = True


def done(job_type: str = "work", **variables: Any) -> Act:
    return lambda rig: rig.complete(job_type, **variables)


def work_of_a_person(rig: Rig) -> None:
    (task,) = rig.state.user_tasks
    rig.do(CompleteUserTask(key=task))


def paid(rig: Rig) -> None:
    rig.publish("paid", "1")


def alarm(rig: Rig) -> None:
    rig.do(BroadcastSignal(name="alarm"))


def begun(rig: Rig) -> None:
    rig.publish("begin")


def later(rig: Rig) -> None:
    rig.wait(10_000)


TASKS = line(
    work("service"),
    extended("sendTask", "send", job()),
    extended("scriptTask", "script", '<zeebe:script expression="=1" resultVariable="a"/>'),
    extended("scriptTask", "script-job", job()),
    extended(
        "businessRuleTask", "rule", '<zeebe:calledDecision decisionId="d" resultVariable="r"/>'
    ),
    extended("businessRuleTask", "rule-job", job()),
    extended("userTask", "user", "<zeebe:userTask/>"),
    extended("userTask", "user-job"),
    extended("manualTask", "manual"),
    extended("task", "undefined"),
    extended("receiveTask", "receive", messageRef="m"),
    work("each", inner=loop()),
    call(),
    subprocess("sub", inside()),
)
GATEWAYS = (
    line(
        gateway("parallel", "fork"),
        gateway("parallel", "join"),
        gateway("inclusive", "any"),
        gateway("exclusive", "one"),
        last=gateway("eventBased", "first"),
    )
    + catch(on("message", "m"), "by-message")
    + catch(timer("duration", "PT10S"), "by-time")
    + catch(on("signal", "s"), "by-signal")
    + end()
    + flows("first>by-message", "first>by-time", "first>by-signal")
    + flows("by-message>end", "by-time>end", "by-signal>end")
)
CATCHES = line(
    catch(on("message", "m"), "a"),
    catch(timer("duration", "PT10S"), "b"),
    catch(on("signal", "s"), "c"),
)
THROWS = (
    line(
        throw("", "none"),
        throw(on("message", "m"), "told", job()),
        throw(on("signal", "s"), "called-out"),
        throw(on("escalation", "x"), "up"),
        last=throw(link("there"), "away"),
    )
    + catch(link("there"), "here")
    + end()
    + flows("here>end")
)
USER_JOB = "io.camunda.zeebe:userTask"
MODELS = {
    "tasks": Model(
        TASKS,
        [
            *[done()] * 4,
            work_of_a_person,
            done(USER_JOB),
            paid,
            done(result=1),
        ],
    ),
    "gateways by message": Model(GATEWAYS, [paid]),
    "gateways by timer": Model(GATEWAYS, [later]),
    "gateways by signal": Model(GATEWAYS, [alarm]),
    "catch events": Model(CATCHES, [paid, later, alarm]),
    "throw events": Model(THROWS, [done()]),
    "message start": Model(start(on("message", "b")) + end() + flows("start>end"), [begun], False),
    "signal start": Model(start(on("signal", "s")) + end() + flows("start>end"), [alarm], False),
    "timer start": Model(
        start(timer("cycle", "R1/PT10S")) + end() + flows("start>end"), [later], False
    ),
    "message end": Model(line(last=end(on("message", "m"), extensions=job())), [done()]),
    "signal end": Model(line(last=end(on("signal", "s")))),
    "escalation end": Model(line(last=end(on("escalation", "x")))),
    "terminate end": Model(line(last=end(TERMINATE))),
    "error end": Model(
        with_boundary(
            on("error", "e"), task=subprocess("task", inside(last=end(on("error", "e"), "bad")))
        )
    ),
}


def _attached(kind: str, *, interrupting: bool) -> dict[str, Model]:
    acts = [attached.CAUSES[kind], done("react")]
    if not interrupting:
        acts.append(lambda rig: attached.finish(rig, kind))
    how = "interrupting" if interrupting else "not interrupting"
    return {
        f"{kind} at the edge, {how}": Model(
            attached.on_the_edge(kind, interrupting=interrupting), acts
        ),
        f"{kind} within, {how}": Model(attached.within(kind, interrupting=interrupting), acts),
    }


for one in attached.EACH:
    MODELS |= _attached(one[0], interrupting=one[1])


def run(model: Model) -> Rig:
    rig = Rig()
    rules = tables.document(tables.decision(tables.literal("1"), result="r")).decode()
    rig.deploy_files({"rules.dmn": rules, "called.bpmn": document(line(), process_id="called")})
    rig.deploy(model.body, before=ROOTS)
    if model.is_created:
        rig.start(orderId="1", items=[1])
    for act in model.acts:
        act(rig)
    return rig


@pytest.mark.parametrize("name", MODELS)
def test_a_model_of_the_table_comes_to_its_end(name: str) -> None:
    rig = run(MODELS[name])
    (key,) = rig.instances()
    assert rig.is_over(key)
    assert not rig.state.incidents


@cache
def types_run() -> set[str]:
    return {
        str(one.value["bpmnElementType"])
        for rig in _runs()
        for intent in ("ELEMENT_COMPLETED", "SEQUENCE_FLOW_TAKEN")
        for one in rig.happened("PROCESS_INSTANCE", intent)
    }


@cache
def triggers_run() -> set[Run]:
    return {told for rig in _runs() for told in _events(rig)}


@cache
def _runs() -> list[Rig]:
    return [run(model) for model in MODELS.values()]


def _events(rig: Rig) -> set[Run]:
    active = rig.happened("PROCESS_INSTANCE", "ELEMENT_ACTIVATED")
    types = {one.key: one.value["bpmnElementType"] for one in active}
    found = set()
    for one in active:
        place = types[one.key]
        if place == ElementType.START_EVENT:
            place = types[one.value["flowScopeKey"]]
        found.add((str(place), str(one.value["bpmnEventType"])))
    return found


def _allowed() -> list[Run]:
    def named(place: str) -> str:
        of_bpmn = {one.replace("_", "").lower(): one for one in ElementType}
        return str(of_bpmn[place.replace("_", "").lower()])

    possible = [(named(place), kind.upper()) for place in EVENTS for kind in EVENTS[place].split()]
    return possible + [(named(place), "NONE") for place in WITHOUT_TRIGGER]


@pytest.mark.parametrize("element_type", ElementType)
def test_each_type_of_element_was_run_through(element_type: ElementType) -> None:
    assert element_type in types_run()


@pytest.mark.parametrize(("place", "kind"), _allowed())
def test_each_trigger_was_run_through_wherever_it_may_be(place: str, kind: str) -> None:
    assert (place, kind) in triggers_run()
