"""Certificates of the operator's own connection, from files."""

from pathlib import Path

import pytest

from devstack.certificates import Authority
from zeebe_operator.model.credentials import Pem, TlsFiles
from zeebe_operator.model.engine import GatewaySettings
from zeebe_operator.model.errors import DependencyError, InvalidSpecError
from zeebe_operator.zeebe import files

BASE = GatewaySettings("zeebe:26500")


def test_without_files_nothing_is_added() -> None:
    assert files.complete(BASE, TlsFiles()) == BASE


def test_files_are_read_as_they_are_now(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    own = authority.issue(name="operator")
    named = TlsFiles(str(authority.certificate), str(own.certificate), str(own.key))
    found = files.complete(BASE, named).tls
    assert found.ca == Pem(f"file {authority.certificate}", authority.certificate.read_bytes())
    assert found.certificate == Pem(f"file {own.certificate}", own.certificate.read_bytes())
    assert found.key == Pem(f"file {own.key}", own.key.read_bytes())
    authority.certificate.write_bytes(Authority(tmp_path, "other").certificate.read_bytes())
    assert files.complete(BASE, named).tls != found


def test_a_file_that_is_missing_or_broken_is_named(tmp_path: Path) -> None:
    missing, broken = tmp_path / "missing", tmp_path / "broken"
    with pytest.raises(DependencyError, match=r"missing cannot be read: No such file"):
        files.complete(BASE, TlsFiles(ca=str(missing)))
    broken.write_text("c4n4ry")
    with pytest.raises(InvalidSpecError, match=r"broken holds no certificate") as caught:
        files.complete(BASE, TlsFiles(ca=str(broken)))
    assert "c4n4ry" not in str(caught.value)
