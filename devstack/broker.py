"""How the Zeebe broker with its gateway is run, and how its records reach us."""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Self

from devstack import alone, cache, engine, http_probe, java, parts, ports
from devstack.certificates import Certificate
from devstack.listener import Listener
from devstack.processes import Command, Processes
from devstack.progress import Progress
from devstack.records import RecordLog
from devstack.service import Plan, Service

_EXPORTER = "ZEEBE_BROKER_EXPORTERS_RECORDS"
_SECURITY = "ZEEBE_BROKER_GATEWAY_SECURITY"
_EXPORTED = (
    "DECISION",
    "DECISIONEVALUATION",
    "DECISIONREQUIREMENTS",
    "DEPLOYMENT",
    "ERROR",
    "ESCALATION",
    "FORM",
    "INCIDENT",
    "JOB",
    "JOBBATCH",
    "MESSAGE",
    "MESSAGEBATCH",
    "MESSAGECORRELATION",
    "MESSAGESTARTEVENTSUBSCRIPTION",
    "MESSAGESUBSCRIPTION",
    "PROCESS",
    "PROCESSEVENT",
    "PROCESSINSTANCE",
    "PROCESSINSTANCEBATCH",
    "PROCESSINSTANCECREATION",
    "PROCESSINSTANCEMIGRATION",
    "PROCESSINSTANCEMODIFICATION",
    "PROCESSMESSAGESUBSCRIPTION",
    "RESOURCEDELETION",
    "SIGNAL",
    "SIGNALSUBSCRIPTION",
    "TIMER",
    "USERTASK",
    "VARIABLE",
    "VARIABLEDOCUMENT",
)


class Broker(Service):
    """The same ports and data after a restart. With `tls`, its gateway takes no plaintext."""

    def __init__(
        self,
        processes: Processes,
        program: Path,
        java_home: Path,
        directory: Path,
        records: RecordLog,
        *,
        tls: Certificate | None = None,
    ) -> None:
        self.records = records
        self._program = program
        self._java_home = java_home
        self._directory = directory
        self._tls = tls
        self._listener = Listener(records)
        records.marks_with(lambda name: engine.broadcast_signal(self.rest_address, name))
        super().__init__(
            "zeebe-broker",
            processes,
            Plan(
                ports_needed=5,
                command=self._broker_command,
                is_ready=lambda own: http_probe.is_ok(own[2], "/actuator/health/readiness"),
                deadline=240.0,
                patience=60.0,
            ),
        )

    @classmethod
    @contextmanager
    def alone(
        cls, *, tls: Certificate | None = None, progress: Progress | None = None
    ) -> Iterator[Self]:
        """One without a control plane, or beside that of an environment; fetched when missing."""
        progress = progress or Progress()
        java_home = java.ensure(progress)
        program = parts.broker_in(cache.ensure(parts.zeebe(), progress))
        with alone.place() as (processes, directory):
            broker = cls(processes, program, java_home, directory, RecordLog(), tls=tls)
            with closing(broker):
                broker.start()
                yield broker

    def close(self) -> None:
        """Takes no more records; harmless when repeated."""
        self._listener.stop()

    @property
    def gateway_address(self) -> str:
        return f"{ports.HOST}:{self.ports[0]}"

    @property
    def rest_address(self) -> str:
        return ports.url(self.ports[1])

    @property
    def management_address(self) -> str:
        return ports.url(self.ports[2])

    def _broker_command(self, own: tuple[int, ...]) -> Command:
        grpc, rest, management, command, internal = (str(port) for port in own)
        environ = {
            "JAVA_HOME": str(self._java_home),
            "JAVA_OPTS": "-Xms128m -Xmx1g -XX:+UseSerialGC",
            "ZEEBE_BROKER_DATA_DIRECTORY": str(self._directory / "data"),
            "ZEEBE_BROKER_CLUSTER_PARTITIONSCOUNT": "1",
            "ZEEBE_BROKER_NETWORK_HOST": ports.HOST,
            "ZEEBE_BROKER_NETWORK_COMMANDAPI_PORT": command,
            "ZEEBE_BROKER_NETWORK_INTERNALAPI_PORT": internal,
            "ZEEBE_BROKER_GATEWAY_NETWORK_HOST": ports.HOST,
            "ZEEBE_BROKER_GATEWAY_NETWORK_PORT": grpc,
            "SERVER_ADDRESS": ports.HOST,
            "SERVER_PORT": rest,
            "MANAGEMENT_SERVER_ADDRESS": ports.HOST,
            "MANAGEMENT_SERVER_PORT": management,
            # Small parts: several brokers share a developer's machine.
            "ZEEBE_BROKER_DATA_LOGSEGMENTSIZE": "32MB",
            "ZEEBE_BROKER_EXPERIMENTAL_ROCKSDB_MEMORYLIMIT": "128MB",
            "ZEEBE_BROKER_DATA_DISK_FREESPACE_PROCESSING": "256MB",
            "ZEEBE_BROKER_DATA_DISK_FREESPACE_REPLICATION": "128MB",
            **self._security(),
            **self._exporter(),
        }
        return Command(
            # Not run as a program: a copy that was just made may still count as being written to.
            argv=("sh", str(self._own_program())),
            environ=environ,
            directory=self._directory,
            log=self._directory / "zeebe-broker.log",
        )

    def _own_program(self) -> Path:
        """The start script takes its folder for its home and logs there: give it one of its own."""
        own = self._directory / "bin" / self._program.name
        if not own.exists():
            own.parent.mkdir()
            shutil.copy2(self._program, own)
            for part in ("config", "lib"):
                (self._directory / part).symlink_to(self._program.parent.parent / part)
        return own

    def _security(self) -> dict[str, str]:
        if self._tls is None:
            return {}
        return {
            f"{_SECURITY}_ENABLED": "true",
            f"{_SECURITY}_CERTIFICATECHAINPATH": str(self._tls.certificate),
            f"{_SECURITY}_PRIVATEKEYPATH": str(self._tls.key),
        }

    def _exporter(self) -> dict[str, str]:
        arguments = {
            "URL": self._listener.url,
            # With delay 0 a batch leaves as soon as the one before has been taken: a record is here
            # within half a second, and a burst costs a third less CPU than with batches of one.
            "BULK_SIZE": "500",
            "BULK_DELAY": "0",
            "INDEX_CREATETEMPLATE": "false",
            "INDEX_COMMAND": "true",
            "INDEX_EVENT": "true",
            "INDEX_REJECTION": "true",
            **{f"INDEX_{value_type}": "true" for value_type in _EXPORTED},
        }
        return {
            f"{_EXPORTER}_CLASSNAME": "io.camunda.zeebe.exporter.ElasticsearchExporter",
            **{f"{_EXPORTER}_ARGS_{name}": value for name, value in arguments.items()},
        }
