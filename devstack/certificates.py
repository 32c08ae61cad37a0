"""Certificate authorities of a test, and the certificates that they issue, as PEM files."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = 86_400.0
_BEFORE = 30 * DAY  # everything is valid since then
_USAGE = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
_SIGNS = x509.KeyUsage(
    key_cert_sign=True,
    crl_sign=True,
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    encipher_only=False,
    decipher_only=False,
)


@dataclass(frozen=True, slots=True)
class Certificate:
    """`certificate` is the chain without the authority, `key` its unencrypted PKCS#8."""

    certificate: Path
    key: Path


class Authority:
    """Writes into a directory; two in the same one need two names."""

    def __init__(self, directory: Path, name: str = "authority") -> None:
        self._directory = directory
        self._name = _name(name)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._issued = 0
        self.certificate = directory / f"{name}.crt"
        self._write(
            self.certificate,
            _subject(self._name, self._key, DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_SIGNS, critical=True),
        )

    def issue(self, *hosts: str, name: str = "server", lifetime: float = DAY) -> Certificate:
        """For servers at these DNS names and addresses, and for clients, who go by their name.

        `lifetime` is in seconds from now: a negative one has expired.
        """
        self._issued += 1
        stem = f"{self.certificate.stem}-{self._issued}-{name}"
        issued = Certificate(self._directory / f"{stem}.crt", self._directory / f"{stem}.key")
        key = ec.generate_private_key(ec.SECP256R1())
        built = _subject(_name(name), key, lifetime).add_extension(_USAGE, critical=False)
        if hosts:
            names = x509.SubjectAlternativeName([_general_name(host) for host in hosts])
            built = built.add_extension(names, critical=False)
        self._write(issued.certificate, built)
        _write_key(issued.key, key)
        return issued

    def _write(self, path: Path, unsigned: x509.CertificateBuilder) -> None:
        by = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        unsigned = unsigned.issuer_name(self._name).add_extension(by, critical=False)
        certificate = unsigned.sign(self._key, hashes.SHA256())
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _subject(
    name: x509.Name, key: ec.EllipticCurvePrivateKey, lifetime: float
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(seconds=_BEFORE))
        .not_valid_after(now + timedelta(seconds=lifetime))
        .add_extension(identifier, critical=False)
    )


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    path.touch(mode=0o600)
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
