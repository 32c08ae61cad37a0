"""TLS in every combination of what a gateway wants and what it gets: it works, or says why not."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from devstack.certificates import Authority, Certificate
from tests.zeebe.gateway import LocalGateway
from tests.zeebe.rig import LONG, Rig, eventually
from zeebe_engine import settings as engine
from zeebe_operator.model.credentials import Pem, Tls
from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.model.errors import GatewayUnavailableError, InvalidSpecError, TlsError
from zeebe_operator.zeebe import tls

HOSTS = ("127.0.0.1", "localhost")


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def stranger(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "stranger")


def pem(path: Path) -> Pem:
    return Pem(f"key {path.suffix!r} of Secret 's'", path.read_bytes())


def trusting(authority: Authority | None, own: Certificate | None = None) -> Tls:
    return Tls(
        ca=pem(authority.certificate) if authority else None,
        certificate=pem(own.certificate) if own else None,
        key=pem(own.key) if own else None,
    )


def showing(own: Certificate, clients: Authority | None = None) -> engine.Tls:
    """`clients` signed what clients must show; None: nobody is asked for a certificate."""
    return engine.Tls(own.certificate, own.key, clients.certificate if clients else None)


def settings(gateway: LocalGateway, used: Tls) -> GatewaySettings:
    return GatewaySettings(gateway.address, request_timeout=LONG, tls=used)


async def refusal(rig: Rig, wanted: GatewaySettings) -> str:
    """What both the question before a command and a command itself end in, sooner or later."""
    client = rig.pool.get(wanted)
    await eventually(lambda: rig.pool._members[wanted].connection._trouble)
    texts = []
    for ask in (client.capabilities, client.topology):
        with pytest.raises(TlsError) as caught:
            await ask()
        texts.append(str(caught.value))
    assert len(set(texts)) == 1
    return texts[0]


async def test_a_private_authority_is_trusted_if_it_is_given(
    rig: Rig, authority: Authority
) -> None:
    async with LocalGateway(tls=showing(authority.issue(*HOSTS))) as gateway:
        client = rig.pool.get(settings(gateway, trusting(authority)))
        assert (await client.topology()).gateway_version == "8.6.0"


async def test_another_server_name_can_be_asked_for(rig: Rig, authority: Authority) -> None:
    async with LocalGateway(tls=showing(authority.issue("zeebe.example.com"))) as gateway:
        named = replace(trusting(authority), server_name="zeebe.example.com")
        await rig.pool.get(settings(gateway, named)).topology()


async def test_a_client_certificate_is_shown(rig: Rig, authority: Authority) -> None:
    wanted = showing(authority.issue(*HOSTS), clients=authority)
    async with LocalGateway(tls=wanted) as gateway:
        shown = trusting(authority, authority.issue(name="operator"))
        await rig.pool.get(settings(gateway, shown)).topology()


async def test_an_unknown_authority_is_said(
    rig: Rig, authority: Authority, stranger: Authority
) -> None:
    async with LocalGateway(tls=showing(authority.issue(*HOSTS))) as gateway:
        for trusted in (stranger, None):
            said = await refusal(rig, settings(gateway, trusting(trusted)))
            assert "not trusted: give that one in tls.caSecretRef" in said
            assert "CERTIFICATE_VERIFY_FAILED" in said


async def test_a_wrong_name_is_said(rig: Rig, authority: Authority) -> None:
    async with LocalGateway(tls=showing(authority.issue("other.example.com"))) as gateway:
        said = await refusal(rig, settings(gateway, trusting(authority)))
    assert "its certificate is for another name" in said
    assert "tls.serverName" in said


async def test_an_expired_certificate_is_said(rig: Rig, authority: Authority) -> None:
    async with LocalGateway(tls=showing(authority.issue(*HOSTS, lifetime=-60))) as gateway:
        said = await refusal(rig, settings(gateway, trusting(authority)))
    assert "its certificate has expired: renew it at the gateway" in said


async def test_a_missing_client_certificate_is_said(rig: Rig, authority: Authority) -> None:
    wanted = showing(authority.issue(*HOSTS), clients=authority)
    async with LocalGateway(tls=wanted) as gateway:
        said = await refusal(rig, settings(gateway, trusting(authority)))
    assert "it seems to ask for a client certificate: set tls.clientCertSecretRef" in said


async def test_a_refused_client_certificate_is_said(
    rig: Rig, authority: Authority, stranger: Authority
) -> None:
    wanted = showing(authority.issue(*HOSTS), clients=authority)
    async with LocalGateway(tls=wanted) as gateway:
        shown = trusting(authority, stranger.issue(name="operator"))
        said = await refusal(rig, settings(gateway, shown))
    assert "it seems to refuse the client certificate in key '.crt' of Secret 's'" in said


async def test_tls_at_a_port_without_it_is_said(rig: Rig, gateway: LocalGateway) -> None:
    said = await refusal(rig, settings(gateway, Tls()))
    assert "it does not speak TLS: set plaintext: true" in said


async def test_plaintext_at_a_port_with_tls_is_said(rig: Rig, authority: Authority) -> None:
    async with LocalGateway(tls=showing(authority.issue(*HOSTS))) as gateway:
        said = await refusal(rig, replace(settings(gateway, Tls()), plaintext=True))
    assert "it expects TLS: remove plaintext: true" in said


async def test_a_gateway_that_is_away_is_no_matter_of_certificates(
    rig: Rig, authority: Authority
) -> None:
    async with LocalGateway(tls=showing(authority.issue(*HOSTS))) as gateway:
        wanted = settings(gateway, trusting(authority))
        client = rig.pool.get(wanted)
        await client.topology()
        await gateway.stop()
        await eventually(lambda: rig.changes[-1] == (gateway.address, False))
        for ask in (client.capabilities, client.topology):
            with pytest.raises(GatewayUnavailableError):
                await ask()


async def test_a_renewed_certificate_is_noticed_without_a_call(
    rig: Rig, authority: Authority
) -> None:
    async with LocalGateway(tls=showing(authority.issue(*HOSTS, lifetime=-60))) as gateway:
        wanted = settings(gateway, trusting(authority))
        await refusal(rig, wanted)
        await gateway.stop()
        await gateway.start(tls=showing(authority.issue(*HOSTS)))
        await eventually(lambda: rig.changes == [(gateway.address, True)])
        await rig.pool.get(wanted).topology()


async def test_silence_after_the_handshake_is_no_finding(rig: Rig, authority: Authority) -> None:
    """A gateway that goes away in the middle of everything asks for nothing."""

    async def cut(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    server = await asyncio.start_server(cut, "127.0.0.1", 0)
    async with server:
        address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        for plaintext in (True, False):
            client = rig.pool.get(GatewaySettings(address, plaintext=plaintext))
            with pytest.raises(GatewayUnavailableError):
                await client.topology()


def broken(pair: Certificate, other: Certificate) -> Sequence[tuple[Tls, str]]:
    good, key = pem(pair.certificate), pem(pair.key)
    nonsense = Pem("key 'x' of Secret 's'", b"c4n4ry")
    return (
        (Tls(ca=nonsense), "key 'x' of Secret 's' holds no certificate"),
        (Tls(ca=Pem("o", b"")), "o holds no certificate"),
        (Tls(ca=Pem("o", "ä".encode())), "o holds no certificate"),
        (Tls(certificate=nonsense, key=key), "key 'x' of Secret 's' holds no certificate"),
        (Tls(certificate=good, key=nonsense), "key 'x' of Secret 's' holds no private key"),
        (
            Tls(certificate=good, key=pem(other.key)),
            "key '.key' of Secret 's' does not belong to the certificate in key '.crt'",
        ),
    )


async def test_what_is_no_certificate_or_key_is_named(rig: Rig, authority: Authority) -> None:
    pair, other = authority.issue(name="one"), authority.issue(name="other")
    rig.pool.check(GatewaySettings("zeebe:1", tls=trusting(authority, pair)))
    for used, words in broken(pair, other):
        with pytest.raises(InvalidSpecError, match=words) as caught:
            rig.pool.check(GatewaySettings("zeebe:1", tls=used))
        assert "c4n4ry" not in str(caught.value)


def test_the_client_certificate_is_for_the_gateway_alone(authority: Authority) -> None:
    broken_pair = Tls(certificate=Pem("o", b""), key=Pem("o", b""))
    tls.context(broken_pair, show_certificate=False)
    with pytest.raises(InvalidSpecError):
        tls.context(broken_pair)


def test_a_repr_shows_no_content() -> None:
    shown = repr(GatewaySettings("zeebe:1", tls=Tls(key=Pem("key 'tls.key'", b"c4n4ry"))))
    assert "c4n4ry" not in shown
    assert "tls.key" in shown
