"""Which addresses workers may call."""

from ipaddress import ip_network

import pytest

from zeebe_operator.model.addresses import may_call


@pytest.mark.parametrize(
    "address", ["10.96.0.10", "192.168.1.1", "172.16.0.1", "fd00::1", "93.184.216.34", "2606::1"]
)
def test_services_may_be_called(address: str) -> None:
    assert may_call(address, ())


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "::1",
        "0.0.0.0",
        "::",
        "169.254.169.254",
        "fe80::1",
        "::ffff:169.254.169.254",
        "::ffff:127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "fd00:ec2::254",
        "100.100.100.200",
        "224.0.0.1",
        "ff02::1",
    ],
)
def test_what_answers_to_the_pod_or_the_node_may_not(address: str) -> None:
    assert not may_call(address, ())


def test_an_administrator_can_allow_a_network() -> None:
    allowed = (ip_network("127.0.0.0/8"),)
    assert may_call("127.0.0.1", allowed)
    assert may_call("::ffff:127.0.0.1", allowed)
    assert not may_call("169.254.169.254", allowed)
