"""A broker by itself, without a control plane, its gateway behind TLS."""

from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pytest

from devstack.broker import Broker
from devstack.certificates import Authority
from zeebe_operator.zeebe.pb import gateway_pb2, gateway_pb2_grpc


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def broker(authority: Authority) -> Iterator[Broker]:
    with Broker.alone(tls=authority.issue("localhost", "127.0.0.1")) as running:
        yield running


def _topology(channel: grpc.Channel) -> gateway_pb2.TopologyResponse:
    with channel:
        stub: Any = gateway_pb2_grpc.GatewayStub(channel)  # type: ignore[no-untyped-call]
        answer: gateway_pb2.TopologyResponse = stub.Topology(
            gateway_pb2.TopologyRequest(), timeout=30
        )
        return answer


def test_a_client_that_trusts_the_authority_is_answered(
    broker: Broker, authority: Authority
) -> None:
    credentials = grpc.ssl_channel_credentials(authority.certificate.read_bytes())
    answer = _topology(grpc.secure_channel(broker.gateway_address, credentials))
    assert answer.gatewayVersion == "8.6.0"


def test_a_client_that_does_not_is_refused(broker: Broker) -> None:
    with pytest.raises(grpc.RpcError, match="CERTIFICATE_VERIFY_FAILED"):
        _topology(grpc.secure_channel(broker.gateway_address, grpc.ssl_channel_credentials()))


def test_a_plaintext_client_is_refused(broker: Broker) -> None:
    with pytest.raises(grpc.RpcError, match="UNAVAILABLE"):
        _topology(grpc.insecure_channel(broker.gateway_address))


def test_its_records_are_its_own(broker: Broker, make_engine: Callable[[str], Any]) -> None:
    make_engine(broker.rest_address).deploy("alone")
    broker.records.settle()
    created = broker.records.all("PROCESS", "CREATED")
    assert [record.value["bpmnProcessId"] for record in created] == ["alone"]
