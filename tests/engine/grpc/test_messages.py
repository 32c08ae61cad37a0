"""Every field of every request and answer that means something, from one side to the other."""

from typing import Any

import pytest
from google.protobuf.message import Message

from zeebe_engine.engine import answers, commands
from zeebe_engine.engine.refusals import Refusal, Status
from zeebe_engine.grpc.surface import ROWS
from zeebe_operator.zeebe.pb import gateway_pb2 as pb

MODIFY: Any = pb.ModifyProcessInstanceRequest
MIGRATE: Any = pb.MigrateProcessInstanceRequest
A = {"a": 1}
TEXT = '{"a": 1}'

MEANT = [
    (
        pb.DeployResourceRequest(resources=[pb.Resource(name="n", content=b"c")], tenantId="t"),
        commands.Deploy(tenant_id="t", resources=[commands.Resource("n", b"c")]),
    ),
    (
        pb.DeleteResourceRequest(resourceKey=1, deleteHistory=True),
        commands.DeleteResource(key=1, delete_history=True),
    ),
    (
        pb.CreateProcessInstanceRequest(
            processDefinitionKey=1,
            bpmnProcessId="p",
            version=2,
            variables=TEXT,
            startInstructions=[pb.ProcessInstanceCreationStartInstruction(elementId="s")],
            tenantId="t",
            runtimeInstructions=[
                pb.ProcessInstanceCreationRuntimeInstruction(
                    terminate=pb.TerminateProcessInstanceInstruction(afterElementId="e")
                )
            ],
            tags=["x"],
            businessId="b",
        ),
        commands.CreateInstance(
            tenant_id="t",
            process_definition_key=1,
            bpmn_process_id="p",
            version=2,
            variables=A,
            start_element_ids=["s"],
            terminate_after=["e"],
            tags=["x"],
            business_id="b",
        ),
    ),
    (pb.CancelProcessInstanceRequest(processInstanceKey=1), commands.CancelInstance(key=1)),
    (
        MODIFY(
            processInstanceKey=1,
            activateInstructions=[
                MODIFY.ActivateInstruction(
                    elementId="e",
                    ancestorElementInstanceKey=2,
                    variableInstructions=[
                        MODIFY.VariableInstruction(variables=TEXT, scopeId="s"),
                        MODIFY.VariableInstruction(),
                    ],
                ),
                MODIFY.ActivateInstruction(elementId="f"),
            ],
            terminateInstructions=[
                MODIFY.TerminateInstruction(elementInstanceKey=3),
                MODIFY.TerminateInstruction(elementId="g"),
            ],
            moveInstructions=[
                MODIFY.MoveInstruction(
                    sourceElementInstanceKey=4,
                    targetElementId="i",
                    variableInstructions=[MODIFY.VariableInstruction(variables=TEXT)],
                    ancestorElementInstanceKey=5,
                ),
                MODIFY.MoveInstruction(sourceElementId="h", targetElementId="i"),
            ],
        ),
        commands.ModifyInstance(
            key=1,
            activate=[
                commands.ActivateInstruction(
                    "e",
                    2,
                    [commands.VariableInstruction(A, "s"), commands.VariableInstruction({})],
                ),
                commands.ActivateInstruction("f", -1, []),
            ],
            terminate_keys=[3],
            terminate_ids=["g"],
            move=[
                commands.MoveInstruction("i", "", 4, [commands.VariableInstruction(A)], 5),
                commands.MoveInstruction("i", "h", 0, [], -1),
            ],
        ),
    ),
    (
        MIGRATE(
            processInstanceKey=1,
            migrationPlan=MIGRATE.MigrationPlan(
                targetProcessDefinitionKey=2,
                mappingInstructions=[
                    MIGRATE.MappingInstruction(sourceElementId="a", targetElementId="b")
                ],
            ),
        ),
        commands.MigrateInstance(key=1, target_key=2, mapping=[("a", "b")]),
    ),
    (
        pb.SetVariablesRequest(elementInstanceKey=1, variables=TEXT, local=True),
        commands.SetVariables(element_instance_key=1, variables=A, local=True),
    ),
    (pb.ResolveIncidentRequest(incidentKey=1), commands.ResolveIncident(key=1)),
    (
        pb.PublishMessageRequest(
            name="n",
            correlationKey="c",
            timeToLive=1,
            messageId="m",
            variables=TEXT,
            tenantId="t",
        ),
        commands.PublishMessage(
            tenant_id="t",
            name="n",
            correlation_key="c",
            time_to_live=1,
            message_id="m",
            variables=A,
        ),
    ),
    (
        pb.BroadcastSignalRequest(signalName="n", variables=TEXT, tenantId="t"),
        commands.BroadcastSignal(tenant_id="t", name="n", variables=A),
    ),
    (
        pb.EvaluateDecisionRequest(decisionKey=1, decisionId="d", variables=TEXT, tenantId="t"),
        commands.EvaluateDecision(tenant_id="t", decision_key=1, decision_id="d", variables=A),
    ),
    (pb.CompleteJobRequest(jobKey=1, variables=TEXT), commands.CompleteJob(key=1, variables=A)),
    (
        pb.FailJobRequest(jobKey=1, retries=2, errorMessage="m", retryBackOff=3, variables=TEXT),
        commands.FailJob(key=1, retries=2, message="m", back_off=3, variables=A),
    ),
    (
        pb.ThrowErrorRequest(jobKey=1, errorCode="c", errorMessage="m", variables=TEXT),
        commands.ThrowError(key=1, error_code="c", message="m", variables=A),
    ),
    (pb.UpdateJobRetriesRequest(jobKey=1, retries=0), commands.UpdateJob(key=1, retries=0)),
    (pb.UpdateJobTimeoutRequest(jobKey=1, timeout=0), commands.UpdateJob(key=1, timeout=0)),
]


def rpc(message: Message) -> str:
    return str(message.DESCRIPTOR.name).removesuffix("Request").removesuffix("Response")


@pytest.mark.parametrize(("request_", "command"), MEANT, ids=lambda one: type(one).__name__)
def test_a_request_is_a_command(request_: Message, command: commands.AnyCommand) -> None:
    assert ROWS[rpc(request_)].command(request_) == command


def test_every_command_is_tried() -> None:
    assert {rpc(request) for request, _ in MEANT} == set(ROWS)


@pytest.mark.parametrize(
    "wish", ["inferAncestorScopeFromSourceHierarchy", "useSourceParentKeyAsAncestorScopeKey"]
)
def test_an_ancestor_that_would_have_to_be_looked_for_is_refused(wish: str) -> None:
    request = MODIFY(moveInstructions=[MODIFY.MoveInstruction(**{wish: True})])
    with pytest.raises(Refusal, match="give 'ancestorElementInstanceKey'") as caught:
        ROWS["ModifyProcessInstance"].command(request)
    assert caught.value.status is Status.UNIMPLEMENTED


DEPLOYED = answers.Deployment(
    1,
    (
        answers.DeployedProcess("p", 2, 3, "p.bpmn"),
        answers.DeployedRequirements("r", "R", 4, 5, "r.dmn"),
        answers.DeployedDecision("d", "D", 6, 7, "r", 5),
        answers.DeployedForm("f", 8, 9, "f.form"),
    ),
)
EVALUATED = answers.DecisionEvaluation(
    key=1,
    decision_key=2,
    decision_id="d",
    decision_name="D",
    version=3,
    requirements_id="r",
    requirements_key=4,
    output={"x": None},
    evaluated=(
        answers.EvaluatedDecision(
            2,
            "d",
            "D",
            3,
            "DECISION_TABLE",
            "high",
            (answers.EvaluatedInput("i", "I", 1.5),),
            (answers.MatchedRule("u", 1, (answers.EvaluatedOutput("o", "O", "high"),)),),
            "1-1",
        ),
    ),
    failed_id="d",
    failure="why",
)
D = "<default>"
TOLD = [
    (
        DEPLOYED,
        pb.DeployResourceResponse(
            key=1,
            deployments=[
                pb.Deployment(
                    process=pb.ProcessMetadata(
                        bpmnProcessId="p",
                        version=2,
                        processDefinitionKey=3,
                        resourceName="p.bpmn",
                        tenantId=D,
                    )
                ),
                pb.Deployment(
                    decisionRequirements=pb.DecisionRequirementsMetadata(
                        dmnDecisionRequirementsId="r",
                        dmnDecisionRequirementsName="R",
                        version=4,
                        decisionRequirementsKey=5,
                        resourceName="r.dmn",
                        tenantId=D,
                    )
                ),
                pb.Deployment(
                    decision=pb.DecisionMetadata(
                        dmnDecisionId="d",
                        dmnDecisionName="D",
                        version=6,
                        decisionKey=7,
                        dmnDecisionRequirementsId="r",
                        decisionRequirementsKey=5,
                        tenantId=D,
                    )
                ),
                pb.Deployment(
                    form=pb.FormMetadata(
                        formId="f", version=8, formKey=9, resourceName="f.form", tenantId=D
                    )
                ),
            ],
            tenantId=D,
        ),
    ),
    (answers.Done(1), pb.DeleteResourceResponse(resourceKey="1")),
    (
        answers.Created(1, "p", 2, 3),
        pb.CreateProcessInstanceResponse(
            processDefinitionKey=1,
            bpmnProcessId="p",
            version=2,
            processInstanceKey=3,
            tenantId=D,
        ),
    ),
    (answers.Done(1), pb.SetVariablesResponse(key=1)),
    (answers.Done(1, "t"), pb.PublishMessageResponse(key=1, tenantId="t")),
    (answers.Done(1, "t"), pb.BroadcastSignalResponse(key=1, tenantId="t")),
    (
        EVALUATED,
        pb.EvaluateDecisionResponse(
            decisionKey=2,
            decisionId="d",
            decisionName="D",
            decisionVersion=3,
            decisionRequirementsId="r",
            decisionRequirementsKey=4,
            decisionOutput='{"x":null}',
            evaluatedDecisions=[
                pb.EvaluatedDecision(
                    decisionKey=2,
                    decisionId="d",
                    decisionName="D",
                    decisionVersion=3,
                    decisionType="DECISION_TABLE",
                    decisionOutput='"high"',
                    matchedRules=[
                        pb.MatchedDecisionRule(
                            ruleId="u",
                            ruleIndex=1,
                            evaluatedOutputs=[
                                pb.EvaluatedDecisionOutput(
                                    outputId="o", outputName="O", outputValue='"high"'
                                )
                            ],
                        )
                    ],
                    evaluatedInputs=[
                        pb.EvaluatedDecisionInput(inputId="i", inputName="I", inputValue="1.5")
                    ],
                    tenantId=D,
                    decisionEvaluationInstanceKey="1-1",
                )
            ],
            failedDecisionId="d",
            failureMessage="why",
            tenantId=D,
            decisionInstanceKey=1,
            decisionEvaluationKey=1,
        ),
    ),
    *(
        (answers.Done(), kind())
        for kind in (
            pb.CancelProcessInstanceResponse,
            pb.ModifyProcessInstanceResponse,
            pb.MigrateProcessInstanceResponse,
            pb.ResolveIncidentResponse,
            pb.CompleteJobResponse,
            pb.FailJobResponse,
            pb.ThrowErrorResponse,
            pb.UpdateJobRetriesResponse,
            pb.UpdateJobTimeoutResponse,
        )
    ),
]


@pytest.mark.parametrize(("answer", "response"), TOLD, ids=lambda one: type(one).__name__)
def test_an_answer_is_a_response(answer: answers.Answer, response: Message) -> None:
    assert ROWS[rpc(response)].response(answer) == response


def test_every_response_is_tried() -> None:
    assert {rpc(response) for _, response in TOLD} == set(ROWS)
