"""Small resources to deploy."""

from zeebe_operator.model.engine import File

NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="http://example.com"'
)

DMN = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="%(name)s-rules" name="Rules"
    namespace="http://camunda.org/schema/1.0/dmn">
  <decision id="%(name)s-discount" name="Discount">
    <variable id="v1" name="discount" typeRef="number"/>
    <literalExpression id="e1"><text>10</text></literalExpression>
  </decision>
</definitions>"""

BOUNDARY = b"""
    <bpmn:boundaryEvent id="caught" attachedToRef="task"><bpmn:outgoing>f3</bpmn:outgoing>
      <bpmn:errorEventDefinition id="e" errorRef="error"/></bpmn:boundaryEvent>
    <bpmn:endEvent id="failed"/>
    <bpmn:sequenceFlow id="f3" sourceRef="caught" targetRef="failed"/>"""


def working(process_id: str, job_type: str, task_id: str = "task", *, catches: str = "") -> File:
    """A process of one job; `catches`: the code of the error that a boundary event is for."""
    task = f'type="{process_id}"'.encode()
    content = bpmn(process_id).replace(task, f'type="{job_type}"'.encode())
    content = content.replace(b'"task"', f'"{task_id}"'.encode())
    if catches:
        error = f'<bpmn:error id="error" errorCode="{catches}"/><bpmn:process '
        content = content.replace(b"<bpmn:process ", error.encode())
        content = content.replace(b"</bpmn:process>", BOUNDARY + b"</bpmn:process>")
    return File(name=f"{process_id}.bpmn", content=content)


def bpmn(process_id: str, *, waits: bool = True, note: str = "", message: str = "") -> bytes:
    """A process of one step; `waits`: its instances stay, as no worker takes the job, whose type is
    the id of the process."""
    task = (
        '<bpmn:serviceTask id="task"><bpmn:extensionElements>'
        f'<zeebe:taskDefinition type="{process_id}"/></bpmn:extensionElements></bpmn:serviceTask>'
        if waits
        else '<bpmn:task id="task"/>'
    )
    event = '<bpmn:messageEventDefinition id="e" messageRef="m"/>' if message else ""
    known = f'<bpmn:message id="m" name="{message}"/>' if message else ""
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions {NAMESPACES} id="d">{known}
  <bpmn:process id="{process_id}" isExecutable="true">
    <bpmn:startEvent id="start">{event}</bpmn:startEvent>
    {task}
    <bpmn:endEvent id="end"/>
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="task"/>
    <bpmn:sequenceFlow id="f2" sourceRef="task" targetRef="end"/>
  </bpmn:process>
  <!-- {note} -->
</bpmn:definitions>"""
    return text.encode()


def process(process_id: str, *, waits: bool = True, note: str = "", message: str = "") -> File:
    content = bpmn(process_id, waits=waits, note=note, message=message)
    return File(name=f"{process_id}.bpmn", content=content)


def decision(name: str) -> File:
    return File(name=f"{name}.dmn", content=DMN.replace(b"%(name)s", name.encode()))


def form(name: str) -> File:
    content = f'{{"id": "{name}", "type": "default", "schemaVersion": 4, "components": []}}'
    return File(name=f"{name}.form", content=content.encode())
