"""Certificates: checked, and given to gRPC channels, or as a context to what speaks HTTPS."""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import grpc

from zeebe_operator.model.credentials import Pem, Tls
from zeebe_operator.model.errors import InvalidSpecError


def channel_credentials(tls: Tls) -> grpc.ChannelCredentials:
    """Without authorities of its own it trusts those that gRPC brings along."""
    return grpc.ssl_channel_credentials(_bytes(tls.ca), _bytes(tls.key), _bytes(tls.certificate))


def check(tls: Tls) -> None:
    """Raises InvalidSpecError for what is no certificate, no key, or no pair."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if tls.certificate:
        _trust(made, tls.certificate)  # is it one at all?
    _load(made, tls, show_certificate=True)


def context(tls: Tls, *, show_certificate: bool = True) -> ssl.SSLContext:
    """Trusts the authorities of the system and that of the connection besides.

    `show_certificate`: the client certificate is for the gateway, and nobody else.
    Raises InvalidSpecError as `check` does.
    """
    made = ssl.create_default_context()
    _load(made, tls, show_certificate=show_certificate)
    return made


def _load(made: ssl.SSLContext, tls: Tls, *, show_certificate: bool) -> None:
    if tls.ca:
        _trust(made, tls.ca)
    if tls.certificate and tls.key and show_certificate:
        _load_pair(made, tls.certificate, tls.key)


def _trust(made: ssl.SSLContext, authorities: Pem) -> None:
    try:
        made.load_verify_locations(cadata=authorities.content.decode("ascii"))
    except (ssl.SSLError, ValueError):
        text = f"{authorities.origin} holds no certificate in PEM form"
        raise InvalidSpecError(text) from None


def _load_pair(made: ssl.SSLContext, certificate: Pem, key: Pem) -> None:
    """A key with a passphrase is none that we can use: nobody may be asked for it."""
    try:
        with _file(certificate.content) as certificate_path, _file(key.content) as key_path:
            made.load_cert_chain(certificate_path, key_path, password="")
    except (ssl.SSLError, ValueError) as error:
        if getattr(error, "reason", "") == "KEY_VALUES_MISMATCH":
            text = f"{key.origin} does not belong to the certificate in {certificate.origin}"
        else:
            text = f"{key.origin} holds no private key in PEM form without a passphrase"
        raise InvalidSpecError(text) from None


@contextmanager
def _file(content: bytes) -> Iterator[str]:
    """In memory: Python reads certificates from files only, and a key belongs on no disk."""
    descriptor = os.memfd_create("pem")
    try:
        os.write(descriptor, content)
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)


def _bytes(pem: Pem | None) -> bytes | None:
    return pem.content if pem else None
