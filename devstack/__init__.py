"""devstack: a real Kubernetes API and a local Zeebe engine on this machine, for people and tests.

`python -m devstack up` for people, `Environment` and the pytest plugin for tests and benchmarks.
"""

from devstack.audit import AuditEntry, AuditLog
from devstack.environment import Environment
from devstack.errors import DevstackError, KubectlError
from devstack.records import Record, RecordLog

__all__ = [
    "AuditEntry",
    "AuditLog",
    "DevstackError",
    "Environment",
    "KubectlError",
    "Record",
    "RecordLog",
]
