"""Which addresses a ZeebeJobWorker may call: the services of the cluster, not the node's own.

Private addresses are allowed, they are what most workers call. What answers to whoever asks from
inside of the pod or the node is not: the operator itself and the metadata service of a cloud.
"""

from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_METADATA = (ip_network("fd00:ec2::/32"), ip_network("100.100.100.200/32"))
"""Metadata services that are not at a link-local address."""

_NAT64 = IPv6Network("64:ff9b::/96")


def may_call(text: str, allowed: Sequence[Network]) -> bool:
    """Whether an address, as text, may be called. `allowed` are exceptions of the administrator."""
    address = _unwrapped(ip_address(text))
    if any(address in network for network in allowed):
        return True
    own = address.is_loopback or address.is_link_local or address.is_unspecified
    return not (own or address.is_multicast or any(address in network for network in _METADATA))


def _unwrapped(address: Address) -> Address:
    """An IPv4 address inside of an IPv6 address is where the packets go."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
