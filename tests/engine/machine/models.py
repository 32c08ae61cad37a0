"""Small models as a modeler writes them, less the drawing."""

from itertools import pairwise

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="urn:test">
"""
TERMINATE = "<bpmn:terminateEventDefinition/>"
SIGNAL = '<bpmn:signal id="s" name="alarm"/>'
ERROR = '<bpmn:error id="e" errorCode="E"/>'
ESCALATION = '<bpmn:escalation id="x" escalationCode="X"/>'


def document(*bodies: str, process_id: str = "p", before: str = "", tag: str = "") -> str:
    """One process for each body; the first has the given id, others one with a number."""
    extension = f'<zeebe:versionTag value="{tag}"/>' if tag else ""
    processes = "".join(
        extended("process", f"{process_id}{number or ''}", extension, body, isExecutable="true")
        for number, body in enumerate(bodies)
    )
    return f"{HEAD}{before}{processes}</bpmn:definitions>"


def flows(*pairs: str, **conditions: str) -> str:
    """`a>b` is a flow of that id; `conditions` are by the ids of their targets."""
    return "".join(_flow(pair, conditions) for pair in pairs)


def _flow(pair: str, conditions: dict[str, str]) -> str:
    source, target = pair.split(">")
    condition = conditions.get(target, "")
    inner = (
        f"<bpmn:conditionExpression>={condition}</bpmn:conditionExpression>" if condition else ""
    )
    return (
        f'<bpmn:sequenceFlow id="{source}-{target}" sourceRef="{source}" targetRef="{target}">'
        f"{inner}</bpmn:sequenceFlow>"
    )


def start(event: str = "", element_id: str = "start", **more: str) -> str:
    return extended("startEvent", element_id, "", event, **more)


def end(event: str = "", element_id: str = "end", extensions: str = "") -> str:
    return extended("endEvent", element_id, extensions, event)


def catch(event: str, element_id: str = "catch", extensions: str = "") -> str:
    return extended("intermediateCatchEvent", element_id, extensions, event)


def throw(event: str, element_id: str = "throw", extensions: str = "") -> str:
    return extended("intermediateThrowEvent", element_id, extensions, event)


def gateway(kind: str, element_id: str, default: str = "") -> str:
    """`kind`: exclusive, parallel, inclusive, eventBased."""
    more = {"default": f"{element_id}-{default}"} if default else {}
    return extended(f"{kind}Gateway", element_id, **more)


def line(*elements: str, last: str = "") -> str:
    """Elements one after the other, between a start event and an end event. Each has an id that is
    its first attribute."""
    path = [start(), *elements, last or end()]
    ids = [one.split('id="', 1)[1].split('"', 1)[0] for one in path]
    return "".join(path) + flows(*(f"{a}>{b}" for a, b in pairwise(ids)))


def extended(tag: str, element_id: str, extensions: str = "", inner: str = "", **more: str) -> str:
    attributes = "".join(f' {name}="{value}"' for name, value in more.items())
    extension = (
        f"<bpmn:extensionElements>{extensions}</bpmn:extensionElements>" if extensions else ""
    )
    return f'<bpmn:{tag} id="{element_id}"{attributes}>{extension}{inner}</bpmn:{tag}>'


def work(element_id: str, job_type: str = "work", extensions: str = "", inner: str = "") -> str:
    return extended("serviceTask", element_id, job(job_type) + extensions, inner)


def job(job_type: str = "work", retries: str = "") -> str:
    attribute = f' retries="{retries}"' if retries else ""
    return f'<zeebe:taskDefinition type="{job_type}"{attribute}/>'


def io(*, inputs: dict[str, str] | None = None, outputs: dict[str, str] | None = None) -> str:
    """Targets, and the expressions that they get."""
    told = "".join(f'<zeebe:input source="={s}" target="{t}"/>' for t, s in (inputs or {}).items())
    told += "".join(
        f'<zeebe:output source="={s}" target="{t}"/>' for t, s in (outputs or {}).items()
    )
    return f"<zeebe:ioMapping>{told}</zeebe:ioMapping>"


def timer(kind: str, text: str) -> str:
    tag = {"duration": "timeDuration", "date": "timeDate", "cycle": "timeCycle"}[kind]
    return f"<bpmn:timerEventDefinition><bpmn:{tag}>{text}</bpmn:{tag}></bpmn:timerEventDefinition>"


def message(element_id: str, name: str, key: str = "") -> str:
    subscription = f'<zeebe:subscription correlationKey="={key}"/>' if key else ""
    return extended("message", element_id, subscription, name=name)


PAID = message("m", "paid", "orderId")


def on(kind: str, reference: str = "") -> str:
    """An event definition: message, signal, error, escalation, ..."""
    ref = f' {kind}Ref="{reference}"' if reference else ""
    return f"<bpmn:{kind}EventDefinition{ref}/>"


def link(name: str) -> str:
    return f'<bpmn:linkEventDefinition name="{name}"/>'


def boundary(element_id: str, host: str, event: str, *, interrupting: bool = True) -> str:
    cancels = "" if interrupting else ' cancelActivity="false"'
    return (
        f'<bpmn:boundaryEvent id="{element_id}" attachedToRef="{host}"{cancels}>{event}'
        "</bpmn:boundaryEvent>"
    )


def with_boundary(event: str, *, interrupting: bool = True, task: str = "") -> str:
    """An activity `task`, and an event `edge` that leads to the end event `other`."""
    return (
        line(task or work("task"))
        + boundary("edge", "task", event, interrupting=interrupting)
        + end(element_id="other")
        + flows("edge>other")
    )


def subprocess(element_id: str, *inner: str, extensions: str = "", loop: str = "") -> str:
    return extended("subProcess", element_id, extensions, "".join(inner) + loop)


def inside(*elements: str, last: str = "") -> str:
    """The contents of a subprocess, between events `begin` and `done`."""
    path = [start(element_id="begin"), *elements, last or end(element_id="done")]
    ids = [one.split('id="', 1)[1].split('"', 1)[0] for one in path]
    return "".join(path) + flows(*(f"{a}>{b}" for a, b in pairwise(ids)))


def event_subprocess(event: str, *, interrupting: bool = True, element_id: str = "sub") -> str:
    """With a job of the type `rescue` in it."""
    begin = start(event, f"{element_id}-begin", isInterrupting=str(interrupting).lower())
    inner = begin + work(f"{element_id}-work", "rescue") + end(element_id=f"{element_id}-done")
    inner += flows(f"{element_id}-begin>{element_id}-work", f"{element_id}-work>{element_id}-done")
    return extended("subProcess", element_id, "", inner, triggeredByEvent="true")


def call(process_id: str = "called", element_id: str = "call", **more: str) -> str:
    """`more`: attributes of the called element."""
    told = "".join(f' {name}="{value}"' for name, value in more.items())
    called = f'<zeebe:calledElement processId="{process_id}"{told}/>'
    return extended("callActivity", element_id, called)


def loop(
    *, sequential: bool = False, done: str = "", items: str = "items", output: str = "result"
) -> str:
    """Collects `output` in `results`; `done`: its completion condition."""
    flag = ' isSequential="true"' if sequential else ""
    condition = f"<bpmn:completionCondition>={done}</bpmn:completionCondition>" if done else ""
    return (
        f"<bpmn:multiInstanceLoopCharacteristics{flag}><bpmn:extensionElements>"
        f'<zeebe:loopCharacteristics inputCollection="={items}" inputElement="item"'
        f' outputCollection="results" outputElement="={output}"/>'
        f"</bpmn:extensionElements>{condition}</bpmn:multiInstanceLoopCharacteristics>"
    )
