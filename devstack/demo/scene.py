"""What the chapters of the demo share: the stage, the parts on it, and how a claim is checked."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from devstack.demo.operator_process import OperatorProcess
from devstack.demo.stage import Stage
from devstack.environment import Environment
from devstack.errors import DevstackError
from devstack.records import Record

Object = dict[str, Any]

ROOT: Final = Path(__file__).parents[2]
SAMPLES: Final = Path("manifests/samples")
OWN_NAMESPACE: Final = "zeebe-operator"
ACCOUNT: Final = "operator"
_PATIENCE = 60.0


class DemoError(DevstackError):
    """Something is not as the story says."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What every chapter needs."""

    stage: Stage
    env: Environment
    operator: OperatorProcess

    def kubectl(self, text: str) -> str:
        """Shows the command, runs it, returns what it printed."""
        self.stage.command(f"kubectl {text}")
        return self.env.kubectl(*text.split())

    def objects(self, plural: str) -> list[Object]:
        found: list[Object] = json.loads(self.env.kubectl("get", plural, "-o", "json"))["items"]
        return found

    def status(self, kind: str, name: str) -> Object:
        found = json.loads(self.env.kubectl("get", kind, name, "-o", "json"))
        status: Object = found["status"]
        return status

    def records(self, value_type: str, intent: str, **values: Any) -> list[Record]:
        """Events of the engine whose value has these members."""
        found = self.env.engine.records.all(value_type, intent, "EVENT")
        return [r for r in found if all(r.value.get(k) == v for k, v in values.items())]


def claim(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise DemoError(f"The story is not true: {otherwise}.")


def until(holds: Callable[[], bool], otherwise: str) -> None:
    ends = time.monotonic() + _PATIENCE
    while not holds():
        claim(time.monotonic() < ends, f"{otherwise} within a minute")
        time.sleep(0.1)
