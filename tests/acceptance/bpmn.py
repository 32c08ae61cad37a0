"""Small processes, made to measure: what a modeler writes, less the drawing."""

from textwrap import dedent

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="defs" targetNamespace="urn:test">
"""


def straight(process_id: str, *, name: str = "Straight", executable: bool = True) -> str:
    """From start to end without a stop; `name` makes another version of it."""
    return _document(
        process_id,
        """
        <bpmn:startEvent id="start"/>
        <bpmn:endEvent id="end"/>
        <bpmn:sequenceFlow id="flow" sourceRef="start" targetRef="end"/>
        """,
        name=name,
        executable=executable,
    )


def working(process_id: str, job_type: str = "work") -> str:
    """Stays active at a service task."""
    return _document(
        process_id,
        f"""
        <bpmn:startEvent id="start"/>
        <bpmn:serviceTask id="task">
          <bpmn:extensionElements><zeebe:taskDefinition type="{job_type}"/></bpmn:extensionElements>
        </bpmn:serviceTask>
        <bpmn:endEvent id="end"/>
        <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="task"/>
        <bpmn:sequenceFlow id="f2" sourceRef="task" targetRef="end"/>
        """,
    )


def many(process_id: str, job_type: str, *, retries: int = 3) -> str:
    """One job for each item of the variable `items`, all at once; the results are collected in
    `results`. A BPMN error with the code NO_STOCK ends the instance at the event `sold-out`."""
    return _document(
        process_id,
        f"""
        <bpmn:startEvent id="start"/>
        <bpmn:serviceTask id="task">
          <bpmn:extensionElements>
            <zeebe:taskDefinition type="{job_type}" retries="{retries}"/>
            <zeebe:taskHeaders><zeebe:header key="unit" value="EUR"/></zeebe:taskHeaders>
          </bpmn:extensionElements>
          <bpmn:multiInstanceLoopCharacteristics>
            <bpmn:extensionElements>
              <zeebe:loopCharacteristics inputCollection="=items" inputElement="item"
                outputCollection="results" outputElement="=result"/>
            </bpmn:extensionElements>
          </bpmn:multiInstanceLoopCharacteristics>
        </bpmn:serviceTask>
        <bpmn:boundaryEvent id="catch" attachedToRef="task">
          <bpmn:outgoing>f3</bpmn:outgoing>
          <bpmn:errorEventDefinition id="e" errorRef="error"/>
        </bpmn:boundaryEvent>
        <bpmn:endEvent id="sold-out"/>
        <bpmn:endEvent id="end"/>
        <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="task"/>
        <bpmn:sequenceFlow id="f2" sourceRef="task" targetRef="end"/>
        <bpmn:sequenceFlow id="f3" sourceRef="catch" targetRef="sold-out"/>
        """,
        before='<bpmn:error id="error" errorCode="NO_STOCK"/>',
    )


def waiting(process_id: str, message: str) -> str:
    """Waits for a message whose correlation key is the variable `orderId`."""
    return _document(
        process_id,
        """
        <bpmn:startEvent id="start"/>
        <bpmn:intermediateCatchEvent id="catch">
          <bpmn:messageEventDefinition id="d" messageRef="message"/>
        </bpmn:intermediateCatchEvent>
        <bpmn:endEvent id="end"/>
        <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="catch"/>
        <bpmn:sequenceFlow id="f2" sourceRef="catch" targetRef="end"/>
        """,
        before=f"""
        <bpmn:message id="message" name="{message}">
          <bpmn:extensionElements>
            <zeebe:subscription correlationKey="=orderId"/>
          </bpmn:extensionElements>
        </bpmn:message>
        """,
    )


def sleeping(process_id: str, duration: str) -> str:
    """Waits for a timer; `duration` is ISO 8601, as PT1H."""
    return _document(
        process_id,
        f"""
        <bpmn:startEvent id="start"/>
        <bpmn:intermediateCatchEvent id="catch">
          <bpmn:timerEventDefinition id="d">
            <bpmn:timeDuration>{duration}</bpmn:timeDuration>
          </bpmn:timerEventDefinition>
        </bpmn:intermediateCatchEvent>
        <bpmn:endEvent id="end"/>
        <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="catch"/>
        <bpmn:sequenceFlow id="f2" sourceRef="catch" targetRef="end"/>
        """,
    )


def started_by_message(process_id: str, message: str) -> str:
    """Has no none start event: it cannot be started by hand."""
    return _document(
        process_id,
        """
        <bpmn:startEvent id="start">
          <bpmn:messageEventDefinition id="d" messageRef="message"/>
        </bpmn:startEvent>
        <bpmn:endEvent id="end"/>
        <bpmn:sequenceFlow id="flow" sourceRef="start" targetRef="end"/>
        """,
        before=f'<bpmn:message id="message" name="{message}"/>',
    )


def catching(process_id: str, job_type: str, error_code: str) -> str:
    """Its task has an event for that error, behind which it ends."""
    return _document(
        process_id,
        f"""
        <bpmn:startEvent id="start"/>
        <bpmn:serviceTask id="task">
          <bpmn:extensionElements><zeebe:taskDefinition type="{job_type}"/></bpmn:extensionElements>
        </bpmn:serviceTask>
        <bpmn:boundaryEvent id="caught" attachedToRef="task">
          <bpmn:outgoing>f3</bpmn:outgoing>
          <bpmn:errorEventDefinition id="d" errorRef="error"/>
        </bpmn:boundaryEvent>
        <bpmn:endEvent id="end"/>
        <bpmn:endEvent id="failed"/>
        <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="task"/>
        <bpmn:sequenceFlow id="f2" sourceRef="task" targetRef="end"/>
        <bpmn:sequenceFlow id="f3" sourceRef="caught" targetRef="failed"/>
        """,
        before=f'<bpmn:error id="error" errorCode="{error_code}"/>',
    )


def started_by_signal(process_id: str, signal: str) -> str:
    return _document(
        process_id,
        """
        <bpmn:startEvent id="start">
          <bpmn:signalEventDefinition id="d" signalRef="signal"/>
        </bpmn:startEvent>
        <bpmn:endEvent id="end"/>
        <bpmn:sequenceFlow id="flow" sourceRef="start" targetRef="end"/>
        """,
        before=f'<bpmn:signal id="signal" name="{signal}"/>',
    )


def decision(decision_id: str, *, output: str = '"yes"') -> str:
    """DMN: a table of which one rule may match; above an `amount` of 10 two do."""
    return dedent(f"""\
        <?xml version="1.0" encoding="UTF-8"?>
        <definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="rules-{decision_id}"
            name="Rules" namespace="urn:test">
          <decision id="{decision_id}" name="Decision">
            <decisionTable id="table" hitPolicy="UNIQUE">
              <input id="in"><inputExpression id="e"><text>amount</text></inputExpression></input>
              <output id="answer" name="answer"/>
              <rule id="some"><inputEntry id="i1"><text>&gt; 0</text></inputEntry>
                <outputEntry id="o1"><text>{output}</text></outputEntry></rule>
              <rule id="many"><inputEntry id="i2"><text>&gt; 10</text></inputEntry>
                <outputEntry id="o2"><text>{output}</text></outputEntry></rule>
            </decisionTable>
          </decision>
        </definitions>
        """)


def _document(
    process_id: str, body: str, *, before: str = "", name: str = "Test", executable: bool = True
) -> str:
    flag = "true" if executable else "false"
    head = f'<bpmn:process id="{process_id}" name="{name}" isExecutable="{flag}">'
    return f"{_HEAD}{dedent(before)}{head}{dedent(body)}</bpmn:process>\n</bpmn:definitions>\n"
