"""Asks a server of ours whether it is ready."""

import http.client
import ssl

from devstack import ports

_TIMEOUT = 5.0


def is_ok(port: int, path: str, *, tls: bool = False) -> bool:
    connection = _connection(port, tls=tls)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _connection(port: int, *, tls: bool) -> http.client.HTTPConnection:
    """The certificate is not checked: service.py has seen that the listener is our own process."""
    if not tls:
        return http.client.HTTPConnection(ports.HOST, port, timeout=_TIMEOUT)
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(ports.HOST, port, timeout=_TIMEOUT, context=context)
