"""What came of each contract test, as a table for whoever owns the cluster. A plugin of pytest."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Final

import pytest

from tests.zeebe.visitor import TARGET
from zeebe_operator.model.engine import GatewaySettings

RECORDED: Final = "8.6."
"""Beginning of the version that everything was recorded on."""
OF_VERSION: Final = "test_recorded_version"
"""The module of what a cluster of another version need not do."""
_LONGEST: Final = 400


class Verdict(StrEnum):
    SAME = "as recorded"
    DIFFERS = "DIFFERS"
    NOT_ASKED = "not asked"
    OTHER_VERSION = "of 8.6 alone"


@dataclass(frozen=True, slots=True)
class Row:
    """`about`: what the test's module is about; `sentence`: the name of the test; `told`: what was
    expected and what was seen, or why it was not asked."""

    about: str
    sentence: str
    verdict: Verdict
    told: str = ""


@dataclass
class Table:
    """`version`: what the gateway tells of itself."""

    target: GatewaySettings
    version: str
    rows: list[Row] = field(default_factory=list)

    @property
    def differences(self) -> int:
        return sum(row.verdict is Verdict.DIFFERS for row in self.rows)

    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[TARGET] = self.target

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Function, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if report.when == "call" or not report.passed:
            verdict = self._verdict(item, report)
            told = "" if call.excinfo is None else in_one_line(call.excinfo, item.path)
            self.rows.append(Row(_about(item), sentence(item.name), verdict, told))
        return report

    def _verdict(self, item: pytest.Function, report: pytest.TestReport) -> Verdict:
        if not report.failed:
            return Verdict.NOT_ASKED if report.skipped else Verdict.SAME
        is_other = not self.version.startswith(RECORDED)
        of_version = is_other and item.module.__name__.endswith(OF_VERSION)
        return Verdict.OTHER_VERSION if of_version else Verdict.DIFFERS

    def __str__(self) -> str:
        groups = groupby(self.rows, key=lambda row: row.about)
        parts = [_group(about, list(rows)) for about, rows in groups]
        return "\n\n".join([*parts, self._summary()])

    def _summary(self) -> str:
        counts = [(one, sum(row.verdict is one for row in self.rows)) for one in Verdict]
        told = ", ".join(f"{count} {verdict}" for verdict, count in counts if count)
        return f"{self.target.address}, version {self.version}: {told}."


def sentence(name: str) -> str:
    """`test_a_thing_happens[here]` as `a thing happens (here)`."""
    words, _, parameter = name.removeprefix("test_").removesuffix("]").partition("[")
    return words.replace("_", " ") + (f" ({parameter})" if parameter else "")


def in_one_line(found: pytest.ExceptionInfo[BaseException], test: Path) -> str:
    """An assertion tells what was expected; of any other error, what it was the answer to."""
    text = str(found.value)
    if text.startswith("assert "):
        text = text.splitlines()[0]
    if not isinstance(found.value, AssertionError | pytest.fail.Exception | pytest.skip.Exception):
        text = f"{_statement(found, test)} ended in {found.typename}: {text}"
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]} ..."


def _statement(found: pytest.ExceptionInfo[BaseException], test: Path) -> str:
    """The last one of the test that was executed."""
    entries = [one for one in found.traceback if Path(one.path) == test]
    return str((entries or found.traceback)[-1].statement)


def _about(item: pytest.Function) -> str:
    about: str = item.module.__doc__ or item.module.__name__
    return about.splitlines()[0]


def _group(about: str, rows: Sequence[Row]) -> str:
    width = max(map(len, Verdict)) + 2
    lines = [f"{row.verdict:<{width}}{row.sentence}{_indented(row, width)}" for row in rows]
    return "\n".join([about, *(f"  {line}" for line in lines)])


def _indented(row: Row, width: int) -> str:
    return f"\n  {'':<{width}}{row.told}" if row.told else ""
