"""The specs of all kinds as frozen types, and the one function that reads them.

The CRDs refuse what is malformed; this reads what is left, and names the field when something
slipped through (a CRD of another version, for instance).
"""

import re
from collections.abc import Mapping
from typing import Any, Literal, TypeVar

import msgspec

from zeebe_operator.model.errors import InvalidSpecError


class Struct(msgspec.Struct, frozen=True, rename="camel"):
    """Python writes snake_case, YAML camelCase: the names meet here and nowhere else."""


class Reference(Struct, frozen=True):
    name: str


class ConnectionReference(Struct, frozen=True):
    name: str | None = None
    """None: the same as no reference at all."""


class KeyReference(Struct, frozen=True):
    name: str
    key: str


class CaReference(Struct, frozen=True):
    name: str
    key: str = "ca.crt"


class TlsSpec(Struct, frozen=True):
    ca_secret_ref: CaReference | None = None
    client_cert_secret_ref: Reference | None = None
    server_name: str | None = None


class OAuthSpec(Struct, frozen=True):
    token_url: str
    secret_ref: Reference
    audience: str | None = None
    scope: str | None = None


class BasicSpec(Struct, frozen=True):
    secret_ref: Reference


class AuthSpec(Struct, frozen=True):
    oauth: OAuthSpec | None = None
    basic: BasicSpec | None = None


class ConnectionSpec(Struct, frozen=True):
    gateway_address: str
    plaintext: bool = False
    keep_alive: str = "45s"
    request_timeout: str = "15s"
    tls: TlsSpec | None = None
    auth: AuthSpec | None = None
    allow_plaintext_credentials: bool = False
    rest_address: str | None = None


class Source(Struct, frozen=True):
    name: str | None = None
    content: str | None = None
    config_map_key_ref: KeyReference | None = None
    config_map_ref: Reference | None = None


class ProcessSpec(Struct, frozen=True):
    bpmn: str | None = None
    resources: tuple[Source, ...] = ()
    deletion_policy: Literal["Retain", "Delete"] = "Retain"
    connection_ref: ConnectionReference | None = None
    tenant_id: str | None = None


class VariableSource(Struct, frozen=True):
    config_map_key_ref: KeyReference | None = None
    secret_key_ref: KeyReference | None = None
    target: str | None = msgspec.field(default=None, name="as")


class MessageSpec(Struct, frozen=True):
    message_name: str
    correlation_key: str = ""
    time_to_live: str = "60s"
    message_id: str | None = None
    variables: Mapping[str, Any] = {}
    variables_from: tuple[VariableSource, ...] = ()
    on_uncertain: Literal["Stop", "Retry"] = "Stop"
    connection_ref: ConnectionReference | None = None
    tenant_id: str | None = None


class ProcessReference(Struct, frozen=True):
    name: str
    bpmn_process_id: str | None = None


class StartInstruction(Struct, frozen=True):
    element_id: str


class InstanceSpec(Struct, frozen=True):
    process_ref: ProcessReference | None = None
    bpmn_process_id: str | None = None
    process_definition_key: str | int | None = None
    version: int | None = None
    variables: Mapping[str, Any] = {}
    variables_from: tuple[VariableSource, ...] = ()
    tags: tuple[str, ...] = ()
    business_id: str | None = None
    start_instructions: tuple[StartInstruction, ...] = ()
    wait_for: Literal["Started", "Completion"] = "Started"
    fetch_variables: tuple[str, ...] = ()
    timeout: str = "10m"
    desired_state: Literal["Running", "Cancelled"] = "Running"
    deletion_policy: Literal["Cancel", "Retain"] = "Cancel"
    on_uncertain: Literal["Stop", "Retry"] = "Stop"
    connection_ref: ConnectionReference | None = None
    tenant_id: str | None = None


class KubernetesJobHandler(Struct, frozen=True):
    template: Mapping[str, Any]
    result: Literal["TerminationMessage", "None"] = "None"
    bpmn_error_exit_codes: Mapping[str, str] = {}
    successful_jobs_history_limit: int = 3
    failed_jobs_history_limit: int = 1


class Header(Struct, frozen=True):
    name: str
    value: str | None = None
    secret_key_ref: KeyReference | None = None


class HttpHandler(Struct, frozen=True):
    url: str
    method: Literal["POST", "PUT", "PATCH"] = "POST"
    headers: tuple[Header, ...] = ()
    timeout: str = "30s"


class CompleteHandler(Struct, frozen=True):
    variables: Mapping[str, Any] = {}


class ThrowErrorHandler(Struct, frozen=True):
    error_code: str
    error_message: str = ""


class FailHandler(Struct, frozen=True):
    error_message: str = ""


class JobHandler(Struct, frozen=True):
    """The CRD sees to it that exactly one is set."""

    kubernetes_job: KubernetesJobHandler | None = None
    http: HttpHandler | None = None
    complete: CompleteHandler | None = None
    throw_error: ThrowErrorHandler | None = None
    fail: FailHandler | None = None


class JobworkerSpec(Struct, frozen=True):
    job_type: str
    handler: JobHandler
    worker_name: str | None = None
    max_jobs_active: int = 32
    timeout: str = "5m"
    fetch_variables: tuple[str, ...] = ()
    retry_back_off: str = "10s"
    suspend: bool = False
    connection_ref: ConnectionReference | None = None
    tenant_id: str | None = None


T = TypeVar("T", bound=Struct)

_ENUM_VALUE = re.compile(r"Invalid enum value .*(?= - at )", re.DOTALL)


def read(raw: Mapping[str, Any], into: type[T]) -> T:
    """Raises InvalidSpecError; its text names the field and never holds a value."""
    try:
        return msgspec.convert(raw, into)
    except msgspec.ValidationError as error:
        text = _ENUM_VALUE.sub("Unknown value", str(error)).replace("`$.", "`spec.")
        raise InvalidSpecError(f"spec: {text}") from None
