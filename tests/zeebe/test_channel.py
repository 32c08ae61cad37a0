"""The options that matter, each for a reason."""

import pytest

from zeebe_operator.model.credentials import Tls
from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.zeebe import channel


@pytest.mark.parametrize("plaintext", [True, False])
async def test_a_channel_opens_without_a_word(plaintext: bool) -> None:
    opened = channel.open_channel(GatewaySettings("127.0.0.1:1", plaintext=plaintext))
    await opened.close()


def test_pings_keep_to_the_settings_and_never_disturb_an_idle_gateway() -> None:
    options = dict(channel.options(GatewaySettings("gateway:26500", keep_alive=45.0)))
    assert options["grpc.keepalive_time_ms"] == 45_000
    assert options["grpc.keepalive_permit_without_calls"] == 0


def test_grpc_repeats_nothing_by_itself() -> None:
    options = dict(channel.options(GatewaySettings("gateway:26500")))
    assert options["grpc.enable_retries"] == 0


def test_another_server_name_is_checked_and_asked_for() -> None:
    options = dict(channel.options(GatewaySettings("gateway:26500", tls=Tls(server_name="zeebe"))))
    assert options["grpc.ssl_target_name_override"] == "zeebe"
    assert options["grpc.default_authority"] == "zeebe"
    assert "grpc.default_authority" not in dict(channel.options(GatewaySettings("gateway:26500")))
