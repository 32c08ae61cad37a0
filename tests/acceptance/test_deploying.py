"""A changed content is deployed once; anything else never deploys."""

from tests.acceptance import bpmn, engine
from tests.acceptance.cluster import Cluster, Object, config_map, process, resource
from tests.acceptance.operator_process import Operator


def _version(cluster: Cluster, name: str, version: int) -> Object:
    return cluster.until("zproc", name, lambda found: found["status"].get("version") == version)


def test_an_edit_of_the_content_deploys_one_version(cluster: Cluster, operator: Operator) -> None:
    process_id = f"edit-{cluster.namespace}"
    cluster.apply(process("edit", bpmn.straight(process_id)))
    cluster.wait_ready("zproc/edit")
    cluster.apply(process("edit", bpmn.straight(process_id, name="Changed")))
    status = _version(cluster, "edit", 2)["status"]
    versions = engine.deployed_versions(cluster.engine, process_id)
    assert [version for version, _ in versions] == [1, 2]
    assert status["processDefinitionKey"] == str(versions[1][1])
    assert engine.deployments(cluster.engine, "edit.bpmn") == 2


def test_labels_annotations_policies_and_restarts_deploy_nothing(
    cluster: Cluster, operator: Operator
) -> None:
    process_id = f"calm-{cluster.namespace}"
    cluster.apply(process("calm", bpmn.straight(process_id)))
    cluster.wait_ready("zproc/calm")
    cluster.kubectl("label", "zproc", "calm", "team=a")
    cluster.kubectl("annotate", "zproc", "calm", "note=b", "zeebe-operator.dev/requestedAt=now")
    cluster.until("zproc", "calm", lambda found: found["status"].get("lastHandledRequest") == "now")
    cluster.patch("zproc", "calm", {"spec": {"deletionPolicy": "Delete"}})
    cluster.until("zproc", "calm", lambda found: found["metadata"].get("finalizers"))
    cluster.patch("zproc", "calm", {"spec": {"deletionPolicy": "Retain"}})
    cluster.until("zproc", "calm", lambda found: not found["metadata"].get("finalizers"))
    operator.restart()
    cluster.apply(process("probe", bpmn.straight(f"probe-{cluster.namespace}")))
    cluster.wait_ready("zproc/probe")
    assert engine.deployments(cluster.engine, "calm.bpmn") == 1


def test_an_edit_of_a_config_map_deploys(cluster: Cluster, operator: Operator) -> None:
    process_id = f"mapped-{cluster.namespace}"
    cluster.apply(
        config_map("models", mapped_bpmn=bpmn.straight(process_id)),
        resource("ZeebeProcess", "mapped", resources=[{"configMapRef": {"name": "models"}}]),
    )
    cluster.wait_ready("zproc/mapped")
    cluster.kubectl("label", "configmap", "models", "team=a")
    cluster.apply(config_map("models", mapped_bpmn=bpmn.straight(process_id, name="Changed")))
    _version(cluster, "mapped", 2)
    assert [v for v, _ in engine.deployed_versions(cluster.engine, process_id)] == [1, 2]
    assert engine.deployments(cluster.engine, "mapped.bpmn") == 2


def test_going_back_to_older_content_deploys_a_new_version_once(
    cluster: Cluster, operator: Operator
) -> None:
    process_id = f"back-{cluster.namespace}"
    old, new = bpmn.straight(process_id), bpmn.straight(process_id, name="Changed")
    for version, content in enumerate((old, new, old), start=1):
        cluster.apply(process("back", content))
        _version(cluster, "back", version)
    operator.restart()
    assert [v for v, _ in engine.deployed_versions(cluster.engine, process_id)] == [1, 2, 3]
    assert engine.deployments(cluster.engine, "back.bpmn") == 3


def test_an_edit_there_and_back_while_the_operator_is_away_ends_with_what_is_asked_for(
    cluster: Cluster, operator: Operator
) -> None:
    process_id = f"away-{cluster.namespace}"
    old, new = bpmn.straight(process_id), bpmn.straight(process_id, name="Changed")
    cluster.apply(process("away", old))
    cluster.wait_ready("zproc/away")
    operator.kill()
    cluster.apply(process("away", new))
    engine.deploy(cluster.engine, "away.bpmn", new)  # as if killed before the status was written
    cluster.apply(process("away", old))
    operator.start()
    _version(cluster, "away", 3)


def test_several_files_go_into_one_deployment(cluster: Cluster, operator: Operator) -> None:
    first, second = f"one-{cluster.namespace}", f"two-{cluster.namespace}"
    cluster.apply(
        config_map("models", two_bpmn=bpmn.straight(second)),
        resource(
            "ZeebeProcess",
            "both",
            resources=[
                {"name": "one.bpmn", "content": bpmn.straight(first)},
                {"configMapRef": {"name": "models"}},
            ],
        ),
    )
    cluster.wait_ready("zproc/both")
    status = cluster.get("zproc", "both")["status"]
    assert [p["bpmnProcessId"] for p in status["processes"]] == [first, second]
    assert (status["bpmnProcessId"], status["resourceName"]) == (first, "one.bpmn")


def test_the_older_of_two_owns_a_process_id(cluster: Cluster, operator: Operator) -> None:
    process_id = f"shared-{cluster.namespace}"
    cluster.apply(process("z-older", bpmn.straight(process_id)))
    cluster.wait_ready("zproc/z-older")
    cluster.apply(process("a-younger", bpmn.straight(process_id, name="Other")))
    stalled = cluster.until_reason("zproc", "a-younger", "Conflict")
    assert "z-older" in stalled["status"]["conditions"][0]["message"]
    assert len(engine.deployed_versions(cluster.engine, process_id)) == 1
    operator.restart()  # the younger comes first in the list, and in the queue
    cluster.apply(process("probe", bpmn.straight(f"probe-{cluster.namespace}")))
    cluster.wait_ready("zproc/probe")
    assert len(engine.deployed_versions(cluster.engine, process_id)) == 1
    cluster.delete("zproc", "z-older")
    cluster.wait_ready("zproc/a-younger")
    assert len(engine.deployed_versions(cluster.engine, process_id)) == 2
