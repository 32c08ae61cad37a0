"""What an engine is started with."""

from dataclasses import dataclass, field
from pathlib import Path

from zeebe_engine.generations import NEWEST, Generation


@dataclass(frozen=True, slots=True)
class Tls:
    """PEM files of the server; `client_ca`: who signed the certificates that clients must show."""

    certificate: Path
    key: Path
    client_ca: Path | None = None


@dataclass(frozen=True, slots=True)
class BasicAuth:
    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class BearerAuth:
    """`tokens` are good as they are; others must be signed by `secret` (HS256), for `audience`."""

    tokens: frozenset[str] = field(default=frozenset(), repr=False)
    audience: str = ""
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """Ports of 0 are chosen by the system. `read_lag`: seconds. `data` None: in memory."""

    host: str = "127.0.0.1"
    grpc_port: int = 26500
    rest_port: int = 8080
    control_port: int | None = None
    data: Path | None = None
    generation: Generation = NEWEST
    partitions: int = 3
    read_lag: float = 0.0
    backpressure_limit: int = 0
    """How many commands may wait at once; 0: no limit."""
    business_id_uniqueness: bool = False
    tenants: frozenset[str] = frozenset()
    """Not empty: multi-tenancy is on, and these are the caller's."""
    tls: Tls | None = None
    auth: BasicAuth | BearerAuth | None = None
    records: Path | None = None
    snapshot_every: int = 10_000
    """After how many entries the journal begins anew with a snapshot."""
