"""Runs commands as a person types them, against a cluster in memory."""

import io
from dataclasses import dataclass, field
from typing import Any

import pytest
import yaml

from tests.cli.cluster import NOW, FakeCluster
from zeebe_operator.cli import main, shell
from zeebe_operator.cli.terminal import Terminal


@dataclass
class Typed:
    """What came of the last command; `says` is what the person answers when asked."""

    cluster: FakeCluster
    colored: bool = False
    says: str | None = None
    out: str = ""
    err: str = ""
    asked: list[str] = field(default_factory=list)

    def __call__(self, *words: str) -> int:
        out, err = io.StringIO(), io.StringIO()
        ask = None if self.says is None else self._ask
        terminal = Terminal(out, err, colored=self.colored, ask=ask)
        code = main.run(words, terminal, lambda _: self.cluster, NOW_AND_NO_PAUSE)
        self.out, self.err = out.getvalue(), err.getvalue()
        return code

    def read(self, *words: str) -> Any:
        """The structured answer, which is YAML in either form."""
        assert self(*words) == 0, self.err
        return yaml.safe_load(self.out)

    def _ask(self, question: str) -> str:
        self.asked.append(question)
        assert self.says is not None
        return self.says


def _no_pause(seconds: float) -> None:
    assert seconds > 0


NOW_AND_NO_PAUSE = shell.Clock(now=lambda: NOW, pause=_no_pause)


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


@pytest.fixture
def zeebe(cluster: FakeCluster) -> Typed:
    return Typed(cluster)
