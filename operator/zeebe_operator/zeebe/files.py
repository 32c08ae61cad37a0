"""Certificates and keys of the operator's own connection: files, which rotate while we run."""

from dataclasses import replace
from pathlib import Path

from zeebe_operator.model.credentials import Pem, TlsFiles
from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.model.errors import DependencyError
from zeebe_operator.zeebe import tls


def complete(settings: GatewaySettings, files: TlsFiles) -> GatewaySettings:
    """With what the files hold now.

    Raises DependencyError for one that cannot be read, InvalidSpecError for one that is no good.
    """
    found = replace(
        settings.tls, ca=_read(files.ca), certificate=_read(files.certificate), key=_read(files.key)
    )
    tls.check(found)
    return replace(settings, tls=found)


def _read(path: str | None) -> Pem | None:
    if path is None:
        return None
    try:
        return Pem(f"file {path}", Path(path).read_bytes())
    except OSError as error:
        raise DependencyError(f"file {path} cannot be read: {error.strerror}") from None
