"""Values in, protobuf out, and back: nothing lost, nothing made up."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zeebe_operator.model import commands as model
from zeebe_operator.model import engine
from zeebe_operator.model.errors import RejectedError
from zeebe_operator.zeebe import commands, messages
from zeebe_operator.zeebe.pb import gateway_pb2 as pb

keys = st.integers(min_value=1, max_value=2**63 - 1)
int32 = st.integers(min_value=0, max_value=2**31 - 1)
words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)
documents = st.dictionaries(words, values, max_size=4)


@given(documents)
def test_variables_arrive_as_they_are(document: dict[str, Any]) -> None:
    assert json.loads(messages.variables_text(document)) == document


@given(keys, documents, st.lists(words, max_size=3), st.none() | words)
def test_a_create_request_says_all_of_it(
    key: int, document: dict[str, Any], elements: list[str], tenant: str | None
) -> None:
    request = messages.create_request(
        engine.CreateInstance(
            process_definition_key=key,
            variables=document,
            tenant_id=tenant,
            start_element_ids=elements,
            tags=elements,
            business_id=tenant,
        )
    )
    assert request.processDefinitionKey == key
    assert request.bpmnProcessId == ""
    assert json.loads(request.variables) == document
    assert [start.elementId for start in request.startInstructions] == elements
    assert list(request.tags) == elements
    assert request.tenantId == (tenant or "")
    assert request.HasField("businessId") is (tenant is not None)


@pytest.mark.parametrize(
    ("version", "sent"), [pytest.param(None, -1, id="latest"), pytest.param(3, 3, id="third")]
)
def test_the_version_of_a_process(version: int | None, sent: int) -> None:
    wanted = engine.CreateInstance(bpmn_process_id="order", version=version)
    request = messages.create_request(wanted)
    assert (request.bpmnProcessId, request.version) == ("order", sent)
    assert request.processDefinitionKey == 0
    assert request.variables == "{}"


@given(st.integers(min_value=0, max_value=10**9))
def test_a_time_to_live_is_sent_in_milliseconds(milliseconds: int) -> None:
    request = messages.publish_request(
        engine.PublishMessage("paid", "42", time_to_live=milliseconds / 1000, message_id="uid")
    )
    assert request.timeToLive == milliseconds
    assert (request.name, request.correlationKey, request.messageId) == ("paid", "42", "uid")


@given(st.lists(st.tuples(words, st.binary(max_size=50)), max_size=3), st.none() | words)
def test_files_are_deployed_byte_by_byte(
    files: list[tuple[str, bytes]], tenant: str | None
) -> None:
    request = messages.deploy_request([engine.File(*file) for file in files], tenant)
    assert [(one.name, one.content) for one in request.resources] == files
    assert request.tenantId == (tenant or "")


@given(keys)
def test_keys_keep_all_their_bits(key: int) -> None:
    assert commands.request(model.DeleteResource(key)).resourceKey == key
    assert commands.request(model.CancelInstance(key)).processInstanceKey == key


@pytest.mark.parametrize(
    "variables",
    [
        pytest.param({"x": math.nan}, id="not a number"),
        pytest.param({"x": math.inf}, id="infinity"),
        pytest.param({"x": {1, 2}}, id="a set"),
        pytest.param({"x": "\ud800"}, id="half a character"),
    ],
)
def test_what_is_not_json_is_refused_and_not_quoted(variables: dict[str, Any]) -> None:
    with pytest.raises(RejectedError) as caught:
        messages.create_request(engine.CreateInstance(1, variables=variables | {"pin": "1234"}))
    assert "1234" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("key", [2**63, -(2**63) - 1])
def test_a_key_that_is_too_large_is_refused(key: int) -> None:
    with pytest.raises(RejectedError):
        commands.request(model.DeleteResource(key))


@given(keys, int32)
def test_a_created_instance_is_read(key: int, version: int) -> None:
    response = pb.CreateProcessInstanceResponse(
        processDefinitionKey=1,
        bpmnProcessId="order",
        version=version,
        processInstanceKey=key,
        tenantId="<default>",
    )
    assert messages.created_instance(response) == engine.CreatedInstance(
        process_instance_key=key,
        process_definition_key=1,
        bpmn_process_id="order",
        version=version,
        tenant_id="<default>",
    )


def test_a_deployment_is_sorted_by_what_was_deployed() -> None:
    response = pb.DeployResourceResponse(
        key=9,
        deployments=[
            pb.Deployment(process=pb.ProcessMetadata(bpmnProcessId="p", version=1)),
            pb.Deployment(decision=pb.DecisionMetadata(dmnDecisionId="d", decisionKey=2)),
            pb.Deployment(
                decisionRequirements=pb.DecisionRequirementsMetadata(
                    dmnDecisionRequirementsId="r", resourceName="r.dmn"
                )
            ),
            pb.Deployment(form=pb.FormMetadata(formId="f", formKey=3)),
            pb.Deployment(),  # a kind that a newer gateway knows
        ],
    )
    assert messages.deployment(response) == engine.Deployment(
        key=9,
        processes=(engine.DeployedProcess("p", 1, 0, ""),),
        decisions=(engine.DeployedDecision("d", "", 0, 2, "", 0),),
        decision_requirements=(engine.DeployedDecisionRequirements("r", "", 0, 0, "r.dmn"),),
        forms=(engine.DeployedForm("f", 0, 3, ""),),
    )


def test_a_topology_names_roles_and_health() -> None:
    partitions = [
        pb.Partition(partitionId=1, role=pb.Partition.LEADER, health=pb.Partition.HEALTHY),
        pb.Partition(partitionId=2, role=pb.Partition.FOLLOWER, health=pb.Partition.DEAD),
    ]
    response = pb.TopologyResponse(
        brokers=[pb.BrokerInfo(nodeId=0, host="h", port=1, version="8.6.0", partitions=partitions)],
        clusterSize=1,
        partitionsCount=2,
        replicationFactor=1,
        gatewayVersion="8.6.1",
    )
    assert messages.topology(response) == engine.Topology(
        cluster_size=1,
        partitions_count=2,
        replication_factor=1,
        gateway_version="8.6.1",
        brokers=(
            engine.Broker(
                node_id=0,
                host="h",
                port=1,
                version="8.6.0",
                partitions=(
                    engine.Partition(1, "LEADER", "HEALTHY"),
                    engine.Partition(2, "FOLLOWER", "DEAD"),
                ),
            ),
        ),
    )


def test_a_role_of_a_newer_gateway_is_not_made_up() -> None:
    partition = pb.Partition.FromString(b"\x08\x01\x10\x09")  # partitionId 1, role 9
    response = pb.TopologyResponse(brokers=[pb.BrokerInfo(partitions=[partition])])
    assert messages.topology(response).brokers[0].partitions[0].role == "UNKNOWN_9"
