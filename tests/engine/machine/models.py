"""Small models as a modeler writes them, less the drawing."""

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="urn:test">
"""


def document(*bodies: str, process_id: str = "p", before: str = "") -> str:
    """One process for each body; the first has the given id, others one with a number."""
    processes = "".join(
        f'<bpmn:process id="{process_id}{number or ""}" isExecutable="true">{body}</bpmn:process>'
        for number, body in enumerate(bodies)
    )
    return f"{HEAD}{before}{processes}</bpmn:definitions>"


def flows(*pairs: str, **conditions: str) -> str:
    """`a>b` is a flow of that id; `conditions` are by the ids of their targets."""
    return "".join(_flow(*pair.split(">"), conditions) for pair in pairs)


def _flow(source: str, target: str, conditions: dict[str, str]) -> str:
    condition = conditions.get(target, "")
    inner = (
        f"<bpmn:conditionExpression>={condition}</bpmn:conditionExpression>" if condition else ""
    )
    return (
        f'<bpmn:sequenceFlow id="{source}-{target}" sourceRef="{source}" targetRef="{target}">'
        f"{inner}</bpmn:sequenceFlow>"
    )


def line(*elements: str) -> str:
    """Elements one after the other, between a start event and an end event. Each has an id that is
    its first attribute."""
    ids = [one.split('id="', 1)[1].split('"', 1)[0] for one in elements]
    path = ["start", *ids, "end"]
    pairs = [f"{a}>{b}" for a, b in zip(path, path[1:], strict=False)]
    return (
        f'<bpmn:startEvent id="start"/>{"".join(elements)}<bpmn:endEvent id="end"/>{flows(*pairs)}'
    )


def extended(tag: str, element_id: str, extensions: str = "", inner: str = "", **more: str) -> str:
    attributes = "".join(f' {name}="{value}"' for name, value in more.items())
    extension = (
        f"<bpmn:extensionElements>{extensions}</bpmn:extensionElements>" if extensions else ""
    )
    return f'<bpmn:{tag} id="{element_id}"{attributes}>{extension}{inner}</bpmn:{tag}>'


def work(element_id: str, job_type: str = "work", extensions: str = "", inner: str = "") -> str:
    task = f'<zeebe:taskDefinition type="{job_type}"/>{extensions}'
    return extended("serviceTask", element_id, task, inner)


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


def on(kind: str, reference: str = "") -> str:
    """An event definition: message, signal, error, escalation, ..."""
    ref = f' {kind}Ref="{reference}"' if reference else ""
    return f"<bpmn:{kind}EventDefinition{ref}/>"


def boundary(element_id: str, host: str, event: str, *, interrupting: bool = True) -> str:
    cancels = "" if interrupting else ' cancelActivity="false"'
    return (
        f'<bpmn:boundaryEvent id="{element_id}" attachedToRef="{host}"{cancels}>{event}'
        "</bpmn:boundaryEvent>"
    )
