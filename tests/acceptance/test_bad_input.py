"""Bad input stalls at once with the engine's words, is not tried again, and harms nobody else."""

import secrets

import pytest

from devstack.errors import KubectlError
from tests.acceptance import bpmn, engine
from tests.acceptance.cluster import (
    Cluster,
    Object,
    condition,
    config_map,
    instance,
    message,
    process,
    ready,
    resource,
)
from tests.acceptance.operator_process import Operator

LARGE = 900_000
"""Bytes of one ConfigMap; five of them are more than the 4 MiB that the engine takes."""


def _stalled(cluster: Cluster, kind: str, name: str, words: str) -> Object:
    """Stalled with those words, and no longer Reconciling."""
    found = cluster.until(kind, name, lambda seen: bool(condition(seen, "Stalled")))
    assert condition(found, "Stalled")["status"] == "True"
    assert words in condition(found, "Stalled")["message"]
    assert ready(found)["status"] == "False"
    assert not condition(found, "Reconciling")
    assert found["status"]["observedGeneration"] == found["metadata"]["generation"]
    return found


def _prove_the_loop_went_on(cluster: Cluster) -> None:
    """Something else becomes Ready after it: whatever the loop would retry, it has retried."""
    name = f"bystander-{secrets.token_hex(3)}"
    cluster.apply(process(name, bpmn.straight(f"{name}-{cluster.namespace}")))
    cluster.wait_ready(f"zproc/{name}")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param("<definitions>", "broken.bpmn", id="broken XML"),
        pytest.param("no XML at all", "broken.bpmn", id="no XML"),
        pytest.param(
            bpmn.straight("idle", executable=False), "executable process", id="nothing executable"
        ),
        pytest.param(
            bpmn.working("untyped", job_type=""), "taskDefinition", id="a task without a type"
        ),
    ],
)
def test_a_broken_process_stalls_and_the_next_good_one_heals_it(
    cluster: Cluster, operator: Operator, content: str, words: str
) -> None:
    before = engine.rejected(cluster.engine, "DEPLOYMENT")
    cluster.apply(process("broken", content))
    _stalled(cluster, "zproc", "broken", words)
    operator.restart()
    _prove_the_loop_went_on(cluster)
    assert engine.rejected(cluster.engine, "DEPLOYMENT") == before + 1

    cluster.apply(process("broken", bpmn.straight(f"healed-{cluster.namespace}")))
    cluster.wait_ready("zproc/broken")
    assert not condition(cluster.get("zproc", "broken"), "Stalled")


def test_an_edit_that_breaks_a_process_leaves_the_deployed_one_alone(
    cluster: Cluster, operator: Operator
) -> None:
    process_id = f"firm-{cluster.namespace}"
    cluster.apply(process("firm", bpmn.straight(process_id)))
    cluster.wait_ready("zproc/firm")
    cluster.apply(process("firm", "<broken>"))
    stalled = _stalled(cluster, "zproc", "firm", "firm.bpmn")
    assert stalled["status"]["version"] == 1
    cluster.apply(process("firm", bpmn.straight(process_id)))
    cluster.wait_ready("zproc/firm")
    assert engine.deployments(cluster.engine, "firm.bpmn") == 1


def test_an_unknown_definition_key_stalls(cluster: Cluster, operator: Operator) -> None:
    cluster.apply(instance("lost", processDefinitionKey="2251799813999999"))
    found = _stalled(cluster, "zinst", "lost", "2251799813999999")
    assert "apply a correct one" in condition(found, "Stalled")["message"]
    assert found["status"]["state"] == "Pending"
    assert not found["metadata"].get("finalizers"), "nothing to clean up, so nothing to hold it"
    before = engine.rejected(cluster.engine, "PROCESS_INSTANCE_CREATION")
    operator.restart()
    _prove_the_loop_went_on(cluster)
    assert engine.rejected(cluster.engine, "PROCESS_INSTANCE_CREATION") == before


def test_a_process_without_a_none_start_event_stalls_its_instances(
    cluster: Cluster, operator: Operator
) -> None:
    process_id = f"by-message-{cluster.namespace}"
    cluster.apply(
        process("by-message", bpmn.started_by_message(process_id, "go")),
        instance("by-hand", processRef={"name": "by-message"}),
    )
    _stalled(cluster, "zinst", "by-hand", "none start event")

    cluster.apply(process("by-message", bpmn.straight(process_id)))
    cluster.wait_ready("zinst/by-hand")
    assert len(engine.instances(cluster.engine, process_id)) == 1


def test_five_megabytes_are_too_large_and_no_overload(cluster: Cluster, operator: Operator) -> None:
    padding = f"<!--{'x' * LARGE}-->"
    names = [f"part-{number}" for number in range(5)]
    for name in names:
        content = bpmn.straight(f"{name}-{cluster.namespace}") + padding
        cluster.apply(config_map(name, **{f"{name}_bpmn": content}))
    references = [{"configMapRef": {"name": name}} for name in names]
    cluster.apply(resource("ZeebeProcess", "large", resources=references))
    _stalled(cluster, "zproc", "large", "maximum size")
    _prove_the_loop_went_on(cluster)
    cluster.apply(resource("ZeebeProcess", "large", resources=references[:1]))
    cluster.wait_ready("zproc/large")


def test_variables_from_a_text_that_is_no_object_name_the_key(
    cluster: Cluster, operator: Operator
) -> None:
    cluster.apply(
        config_map("values", list="[1, 2]"),
        process("plain", bpmn.straight(f"plain-{cluster.namespace}")),
        instance(
            "plain",
            processRef={"name": "plain"},
            variablesFrom=[{"configMapKeyRef": {"name": "values", "key": "list"}}],
        ),
    )
    found = _stalled(cluster, "zinst", "plain", "key 'list' of ConfigMap 'values'")
    assert ready(found)["reason"] == "InvalidSpec"
    cluster.apply(config_map("values", list='{"a": 1}'))
    cluster.wait_ready("zinst/plain")


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        pytest.param(message("m", "name", variables=[1]), "variables", id="a list of variables"),
        pytest.param(
            resource("ZeebeMessage", "m", correlationKey="key"), "messageName", id="a nameless key"
        ),
        pytest.param(instance("i", bpmnProcessId="p", variables="text"), "variables", id="a text"),
        pytest.param(
            instance("i", bpmnProcessId="p", processDefinitionKey=1),
            "exactly one",
            id="two targets",
        ),
    ],
)
def test_what_the_schema_excludes_the_api_server_refuses(
    cluster: Cluster, manifest: Object, words: str
) -> None:
    with pytest.raises(KubectlError, match=words):
        cluster.apply(manifest)


def test_a_tenant_is_refused_in_the_words_of_a_gateway_without_multi_tenancy(
    cluster: Cluster, operator: Operator
) -> None:
    name = f"tenant-{cluster.namespace}"
    cluster.apply(
        process("t", bpmn.straight(name), tenantId="acme"),
        message("t", name, tenantId="acme"),
        instance("t", bpmnProcessId=name, tenantId="acme"),
        process("d", bpmn.straight(name), tenantId="<default>"),
    )
    for kind in ("zproc", "zmsg", "zinst"):
        words = "with tenant identifier 'acme', but multi-tenancy is disabled"
        assert ready(_stalled(cluster, kind, "t", words))["reason"] == "Rejected"
    cluster.wait_ready("zproc/d")
