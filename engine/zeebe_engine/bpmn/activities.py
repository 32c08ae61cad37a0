"""What a task does when it is reached: a job, a script, a decision, a call, work of a person."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from zeebe_engine.bpmn import model, timing, values
from zeebe_engine.bpmn.notation import Node, not_executed

_BINDINGS: Final[tuple[model.Binding, ...]] = ("latest", "deployment", "versionTag")
_USER_JOB: Final = "io.camunda.zeebe:userTask"
_HIGHEST_PRIORITY: Final = 100
_MOST_DIGITS: Final = 9


def equipped(element: model.Element, node: Node) -> model.Element:
    """The element with all that its `zeebe:` extensions say."""
    refuse_extensions(node)
    mapping = node.extension("ioMapping")
    element = replace(
        element,
        inputs=tuple(_mapped(one) for one in mapping.parts("input")),
        outputs=tuple(_mapped(one) for one in mapping.parts("output")),
        loop=_loop(node),
    )
    match node.kind:
        case "serviceTask" | "sendTask":
            return replace(element, job=job(node))
        case "scriptTask" if _is_own(node, "script"):
            return replace(element, script=_script(node.extension("script")))
        case "businessRuleTask" if _is_own(node, "calledDecision"):
            return replace(element, decision=_decision(node.extension("calledDecision")))
        case "scriptTask" | "businessRuleTask":
            return replace(element, job=job(node))
        case "userTask" if node.extensions("userTask"):
            return replace(element, user_task=_user_task(node))
        case "userTask":
            return replace(element, job=_user_job(node))
        case "callActivity":
            return replace(element, call=_call(node.only("calledElement")))
        case _:
            return element


def refuse_extensions(node: Node) -> None:
    """To ignore what would change the execution is to execute it half."""
    for kind in ("executionListeners", "taskListeners", "linkedResources"):
        if any(len(one.xml) for one in node.extensions(kind)):
            node.fault(not_executed(f"A zeebe:{kind}"))
    if node.claims("isForCompensation"):
        node.fault(not_executed("Compensation"))
    if node.children("standardLoopCharacteristics"):
        node.fault(not_executed("A bpmn:standardLoopCharacteristics"))
    if node.claims("instantiate"):
        node.fault(not_executed(f"A bpmn:{node.kind} that creates an instance"))


def job(node: Node) -> model.Job:
    definition = node.only("taskDefinition")
    retries = values.optional(definition, "retries", (_is_number, "a number of retries"))
    kind = values.required(definition, "type")
    return model.Job(kind, retries or model.Value("3"), _headers(node))


def _is_own(node: Node, kind: str) -> bool:
    """Whether the engine itself does it, and not a job. Both or neither is a fault."""
    own, jobs = node.extensions(kind), node.extensions("taskDefinition")
    if len(own) + len(jobs) != 1:
        node.fault(
            f"Must have either one 'zeebe:{kind}' or one 'zeebe:taskDefinition' extension element"
        )
    return not jobs


def _script(found: Node) -> model.Script:
    return model.Script(values.expression(found, "expression"), _variable(found, "resultVariable"))


def _decision(found: Node) -> model.CalledDecision:
    decision_id = values.required(found, "decisionId")
    result = _variable(found, "resultVariable")
    return model.CalledDecision(decision_id, result, _binding(found), found.attribute("versionTag"))


def _call(found: Node) -> model.CalledProcess:
    return model.CalledProcess(
        process_id=values.required(found, "processId"),
        binding=_binding(found),
        version_tag=found.attribute("versionTag"),
        propagate_all_parent_variables=found.claims("propagateAllParentVariables", default=True),
        propagate_all_child_variables=found.claims("propagateAllChildVariables", default=True),
    )


def _binding(found: Node) -> model.Binding:
    """Of what is called; a version tag must be there when it is asked for."""
    asked = found.attribute("bindingType") or _BINDINGS[0]
    if asked not in _BINDINGS:
        found.fault(f"Attribute 'bindingType' must be one of: {', '.join(_BINDINGS)}")
    if asked == "versionTag":
        found.required("versionTag")
    return next((one for one in _BINDINGS if one == asked), _BINDINGS[0])


def _variable(found: Node, name: str) -> str:
    return values.variable(found, name) or found.required(name)


def _headers(node: Node) -> Mapping[str, str]:
    """Those without a key or a value are left out, as in the engine."""
    headers = node.extension("taskHeaders").parts("header")
    told = {one.attribute("key"): one.attribute("value") for one in headers}
    return {key: value for key, value in told.items() if key and value}


def _mapped(node: Node) -> model.Mapped:
    """An input without a source gives null (since 8.8)."""
    source = node.attribute("source") or ("=null" if node.kind == "input" else "")
    if not source:
        node.required("source")
    return model.Mapped(values.parse(node, source), _variable(node, "target"))


def _loop(node: Node) -> model.Loop | None:
    found = next(iter(node.children("multiInstanceLoopCharacteristics")), None)
    if found is None:
        return None
    for kind in ("loopCardinality", "loopDataInputRef", "loopDataOutputRef"):
        if found.children(kind):
            found.fault(not_executed(f"A bpmn:{kind}"))
    own = found.only("loopCharacteristics")
    has_element = bool(own.attribute("outputElement"))
    if has_element != bool(own.attribute("outputCollection")):
        own.fault("Must have both 'outputCollection' and 'outputElement', or none of them")
    conditions = found.children("completionCondition")
    return model.Loop(
        is_sequential=found.claims("isSequential"),
        input_collection=values.expression(own, "inputCollection"),
        input_element=values.variable(own, "inputElement"),
        output_collection=values.variable(own, "outputCollection"),
        output_element=values.expression(own, "outputElement") if has_element else None,
        completion_condition=next((values.expression(one) for one in conditions), None),
    )


def _user_task(node: Node) -> model.UserTask:
    assignment, schedule = node.extension("assignmentDefinition"), node.extension("taskSchedule")
    form, priority = node.extension("formDefinition"), node.extension("priorityDefinition")
    priorities = (_is_priority, "a priority from 0 to 100")
    return model.UserTask(
        assignee=values.optional(assignment, "assignee"),
        candidate_groups=values.optional(assignment, "candidateGroups"),
        candidate_users=values.optional(assignment, "candidateUsers"),
        due_date=values.optional(schedule, "dueDate", timing.FORMS["date"]),
        follow_up_date=values.optional(schedule, "followUpDate", timing.FORMS["date"]),
        priority=values.optional(priority, "priority", priorities),
        form_id=form.attribute("formId"),
        binding=_binding(form),
        version_tag=form.attribute("versionTag"),
        external_form_reference=form.attribute("externalReference"),
        headers=_headers(node),
    )


def _user_job(node: Node) -> model.Job:
    """A person's work as a job: to whom it is assigned is told in headers, candidates as JSON."""
    headers = dict(_headers(node))
    for kind in ("assignmentDefinition", "taskSchedule"):
        for name, text in node.extension(kind).xml.attrib.items():
            if text.startswith("="):
                node.fault(not_executed("A user task with expressions and no 'zeebe:userTask'"))
            names = [one.strip() for one in text.split(",")]
            told = json.dumps(names) if name.startswith("candidate") else text
            headers[f"io.camunda.zeebe:{name}"] = told
    return model.Job(model.Value(_USER_JOB), model.Value("1"), headers)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS


def _is_priority(text: str) -> bool:
    return _is_number(text) and int(text) <= _HIGHEST_PRIORITY
