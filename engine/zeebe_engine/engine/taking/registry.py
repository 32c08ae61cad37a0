"""Which function takes which event."""

from collections.abc import Callable
from typing import Any, Final

from zeebe_engine.engine.events import Event, ValueType
from zeebe_engine.engine.lookups import Lookups
from zeebe_engine.engine.state import State

Value = dict[str, Any]
Take = Callable[[State, Lookups, int, Value], None]
_TAKES: Final[dict[tuple[ValueType, str], Take]] = {}


def on(value_type: ValueType, *intents: str) -> Callable[[Take], Take]:
    """The function takes the events of that type and of these intents."""

    def register(taken: Take) -> Take:
        for intent in intents:
            _TAKES[value_type, intent] = taken
        return taken

    return register


def take(state: State, lookups: Lookups, event: Event) -> None:
    found = _TAKES.get((event.value_type, event.intent))
    if found is not None:
        found(state, lookups, event.key, event.value)
