"""Every sample is applied as it is, and becomes Ready.

But for commands about something that a sample cannot know the key of: the engine must not find it.
"""

import json
from pathlib import Path

import pytest
import yaml

from tests.acceptance.cluster import Cluster, Object, ready
from tests.acceptance.operator_process import ROOT, Operator

MADE_UP = '"2251799813999001"'
SAMPLES = sorted((ROOT / "manifests" / "samples").glob("*.yaml"))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_the_sample_becomes_ready(cluster: Cluster, operator: Operator, sample: Path) -> None:
    objects: list[Object] = [each for each in yaml.safe_load_all(sample.read_text()) if each]
    for each in objects:
        if each["kind"] == "ZeebeConnection":  # the one thing that a sample cannot know
            each["spec"]["gatewayAddress"] = cluster.gateway_address
    cluster.apply(*objects)
    ours = [each for each in objects if each["apiVersion"].startswith("zeebe-operator.dev/")]
    assert ours
    _judge(cluster, ours)


def test_all_samples_together_become_ready(cluster: Cluster, operator: Operator) -> None:
    for sample in SAMPLES:
        text = sample.read_text().replace(
            "zeebe-gateway.camunda.svc:26500", cluster.gateway_address
        )
        cluster.kubectl("apply", "-f", "-", stdin=text)
    kinds = ("zconn", "zproc", "zmsg", "zinst", "zcmd", "zwork")
    _judge(cluster, [found for kind in kinds for found in cluster.all(kind)])
    table = cluster.kubectl("get", "zeebe")
    assert all(kind.lower() in table for kind in ("ZeebeConnection", "ZeebeMessage"))


def _judge(cluster: Cluster, objects: list[Object]) -> None:
    unknown = [each for each in objects if MADE_UP in json.dumps(each["spec"])]
    good = [each for each in objects if each not in unknown]
    if good:
        cluster.wait_ready(*(f"{each['kind']}/{each['metadata']['name']}" for each in good))
    for each in unknown:
        found = cluster.until_reason(each["kind"], each["metadata"]["name"], "Rejected")
        assert "NOT_FOUND" in ready(found)["message"]
