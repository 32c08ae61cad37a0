"""From the settings of a connection to a gRPC channel. Nothing here talks to anybody."""

from collections.abc import Sequence
from typing import Final

import grpc.aio

from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.zeebe import tls

USER_AGENT: Final = "zeebe-operator"
LARGEST_ANSWER: Final = 64 * 1024 * 1024

Options = Sequence[tuple[str, str | int]]


def open_channel(settings: GatewaySettings) -> grpc.aio.Channel:
    """A channel that has not connected yet."""
    target = f"dns:///{settings.address}"
    if settings.plaintext:
        return grpc.aio.insecure_channel(target, options=options(settings))
    credentials = tls.channel_credentials(settings.tls)
    return grpc.aio.secure_channel(target, credentials, options=options(settings))


def options(settings: GatewaySettings) -> Options:
    return (
        *_names(settings.tls.server_name),
        ("grpc.primary_user_agent", USER_AGENT),
        ("grpc.max_receive_message_length", LARGEST_ANSWER),
        ("grpc.max_send_message_length", -1),  # the gateway knows its limit, and says so
        # A call that gRPC repeats by itself starts a second instance; nor may a service config
        # from DNS bring retries in.
        ("grpc.enable_retries", 0),
        ("grpc.service_config_disable_resolution", 1),
        # Pings only while a call is open: gateways count idle ones as abuse and cut us off.
        ("grpc.keepalive_time_ms", round(settings.keep_alive * 1000)),
        ("grpc.keepalive_timeout_ms", 10_000),
        ("grpc.keepalive_permit_without_calls", 0),
        # A broker that returns is noticed within two seconds. "min" is the time for one attempt.
        ("grpc.initial_reconnect_backoff_ms", 200),
        ("grpc.max_reconnect_backoff_ms", 2_000),
        ("grpc.min_reconnect_backoff_ms", 5_000),
        ("grpc.dns_min_time_between_resolutions_ms", 1_000),
        # Two channels to one address would share its connection, and the backoff of the first.
        ("grpc.use_local_subchannel_pool", 1),
    )


def _names(server_name: str | None) -> Options:
    """What the certificate must carry, and what the gateway is called, if not as its address."""
    if server_name is None:
        return ()
    return (
        ("grpc.ssl_target_name_override", server_name),
        ("grpc.default_authority", server_name),
    )
