"""The compiled models of what is deployed: read once from their bytes, found by definition."""

from collections import OrderedDict
from typing import TypeVar

from zeebe_engine import bpmn, dmn
from zeebe_engine.bpmn.model import Process
from zeebe_engine.dmn.model import Requirements
from zeebe_engine.engine.state import Definition, State

_KEPT = 2_000
_Model = TypeVar("_Model")


class Models:
    """Never part of the state: after a restart they are read again."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._processes: OrderedDict[int, Process] = OrderedDict()
        self._requirements: OrderedDict[int, Requirements] = OrderedDict()

    def process(self, definition: Definition) -> Process:
        found = self._processes.get(definition.key)
        if found is None:
            content = self._state.contents[definition.checksum]
            read = bpmn.read(definition.resource_name, content)
            found = next(one for one in read if one.id == definition.id)
            self.keep(definition.key, found)
        return found

    def keep(self, key: int, process: Process) -> None:
        """One that was just read needs not be read again."""
        _keep(self._processes, key, process)

    def requirements(self, definition: Definition) -> Requirements:
        found = self._requirements.get(definition.key)
        if found is None:
            content = self._state.contents[definition.checksum]
            found = dmn.read(definition.resource_name, content)
            _keep(self._requirements, definition.key, found)
        return found


def _keep(models: OrderedDict[int, _Model], key: int, model: _Model) -> None:
    models[key] = model
    if len(models) > _KEPT:
        models.popitem(last=False)
