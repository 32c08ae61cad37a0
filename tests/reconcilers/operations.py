"""What the tests of ZeebeCommand share: an operation of each sort, and how it is asked for."""

from typing import Any

from tests.reconcilers.rig import Rig, bpmn
from tests.zeebe.processes import decision, working
from zeebe_engine.engine.commands import ActivateJobs, CreateInstance, Deploy, FailJob, Resource
from zeebe_operator.model.errors import OutcomeUnknownError
from zeebe_operator.model.names import Kind, ObjectKey

KEY = "2251799813685249"
"""Of what an operation is about, until there is something: see `operation`."""
LOST = OutcomeUnknownError("lost")

HARMLESS: dict[str, dict[str, Any]] = {
    "setVariables": {"elementInstanceKey": KEY, "variables": {"a": 1}},
    "updateJobRetries": {"jobKey": KEY, "retries": 2},
    "updateJobTimeout": {"jobKey": KEY, "timeout": "45s"},
    "evaluateDecision": {"decisionId": "d-discount"},
}
REFUSED = {
    "resolveIncident": {"incidentKey": KEY},
    "completeJob": {"jobKey": KEY},
    "throwError": {"jobKey": KEY, "errorCode": "E"},
    "cancelInstance": {"processInstanceKey": KEY},
    "deleteResource": {"resourceKey": KEY},
}
HAPPENS_AGAIN: dict[str, dict[str, Any]] = {
    "activateJobs": {"jobType": "work", "maxJobsToActivate": 1},
    "failJob": {"jobKey": KEY, "retries": 1},
    "migrateInstance": {
        "processInstanceKey": KEY,
        "targetProcessDefinitionKey": KEY,
        "mappingInstructions": [{"sourceElementId": "task", "targetElementId": "task"}],
    },
    "modifyInstance": {
        "processInstanceKey": KEY,
        "activateInstructions": [{"elementId": "task"}],
    },
    "broadcastSignal": {"signalName": "s"},
}
ALL: dict[str, dict[str, Any]] = {**HARMLESS, **REFUSED, **HAPPENS_AGAIN}
SIGNAL = {"broadcastSignal": {"signalName": "s"}}


def command(rig: Rig, **spec: Any) -> ObjectKey:
    return rig.cluster.create(Kind.COMMAND, "c", spec)


def operation(rig: Rig, name: str) -> dict[str, Any]:
    """With something in the engine for it to be about."""
    engine = rig.gateway.engine
    files = (working("p", "work", catches="E"), working("q", "work"), decision("d"))
    resources = [Resource(file.name, file.content) for file in files]
    process, other, *_ = engine.do(Deploy(resources=resources)).deployed
    instance = engine.do(CreateInstance(process_definition_key=process.key)).process_instance_key
    (job,) = engine.state.jobs
    if name == "updateJobTimeout":
        engine.do(ActivateJobs(type="work", worker="w", timeout=3_600_000, max_jobs=1))
    if name == "resolveIncident":
        engine.do(FailJob(key=job, retries=0))
    keys = {
        "elementInstanceKey": instance,
        "processInstanceKey": instance,
        "jobKey": job,
        "incidentKey": next(iter(engine.state.incidents), 0),
        "resourceKey": other.key,
        "targetProcessDefinitionKey": other.key,
    }
    return {
        field: str(keys[field]) if value == KEY else value for field, value in ALL[name].items()
    }


def start_many(rig: Rig, count: int, variables: dict[str, Any]) -> None:
    engine = rig.gateway.engine
    engine.do(Deploy(resources=[Resource("p.bpmn", bpmn("p").encode())]))
    for _ in range(count):
        engine.do(CreateInstance(bpmn_process_id="p", variables=variables))


def deploy_table(rig: Rig, hit_policy: str) -> None:
    """Two of its rules match, with 1 and with 2."""
    rules = "".join(
        f'<rule id="r{n}"><inputEntry id="i{n}"><text>-</text></inputEntry>'
        f'<outputEntry id="o{n}"><text>{n}</text></outputEntry></rule>'
        for n in (1, 2)
    )
    content = (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="r" name="R"'
        ' namespace="n"><decision id="d" name="D">'
        f'<decisionTable id="t" hitPolicy="{hit_policy}">'
        '<input id="in"><inputExpression id="e"><text>1</text></inputExpression></input>'
        f'<output id="out" name="out"/>{rules}</decisionTable></decision></definitions>'
    )
    rig.gateway.engine.do(Deploy(resources=[Resource("d.dmn", content.encode())]))


def one(rig: Rig, name: str, **more: Any) -> ObjectKey:
    return command(rig, **{name: operation(rig, name)}, **more)


def method(name: str) -> str:
    """What the gateway calls it."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
