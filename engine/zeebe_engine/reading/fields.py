"""What a field of a document is: its kind, who is told of it, and how it may be searched by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, Final

Document = dict[str, Any]
FIRST: Final = 8
"""The minor version that reads first: 8.8."""
NEVER: Final = 1000
_EMPTY: Final[Mapping[str, Callable[[], Any]]] = {
    "text": str,
    "flag": bool,
    "integer": int,
    "texts": list,
    "headers": dict,
}


@dataclass(frozen=True, slots=True)
class Field:
    """`kind`: text, optional (a text or null), word (one of `words`, if there are any), key,
    integer, flag, date, texts, or headers.

    `since` and `until`: the minor versions that have it. `advanced`: the one since which a search
    may ask for it with objects such as `{"$in": [...]}` and not by a plain value alone.
    """

    kind: str
    since: int = FIRST
    until: int = NEVER
    advanced: int = FIRST
    is_told: bool = True
    is_filtered: bool = True
    is_sorted: bool = True
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Collection:
    """`key`: the field that identifies a document. `alternatives`: the minor version that has
    `$or`. `not_done`: filters of a real cluster that the local engine refuses."""

    name: str
    key: str
    fields: Mapping[str, Field]
    alternatives: int
    not_done: frozenset[str]

    def known(self, minor: int) -> Mapping[str, Field]:
        return _known(self, minor)

    def blank(self) -> Document:
        """Its lists and objects are nobody's to change."""
        return dict(_blank(self))

    def told(self, document: Document, minor: int) -> Document:
        """What a client of that minor version sees; 8.8 leaves out what is not there."""
        known = self.known(minor).items()
        answer = {name: document[name] for name, field in known if field.is_told}
        if minor > FIRST:
            return answer
        return {name: value for name, value in answer.items() if value is not None}


@cache
def _known(of: Collection, minor: int) -> Mapping[str, Field]:
    fields = of.fields.items()
    return {name: field for name, field in fields if field.since <= minor <= field.until}


@cache
def _blank(of: Collection) -> Document:
    return {name: _EMPTY.get(field.kind, _nothing)() for name, field in of.fields.items()}


def _nothing() -> None:
    return None


def converted(kind: str, value: Any) -> Any:
    """A value of a record as documents keep it: keys are decimal, times are texts of one length."""
    match kind:
        case "key":
            return str(value) if value and int(value) > 0 else None
        case "optional" | "word":
            return value or None
        case "texts":
            return value or []
        case "headers":
            return value or {}
        case "date" if isinstance(value, int):
            return moment(value) if value > 0 else None
        case "date":
            return _date(value)
        case _:
            return value


@lru_cache(maxsize=256)
def moment(milliseconds: int) -> str:
    """Since 1970; in UTC, such as 2026-01-31T12:00:00.000Z."""
    return _text(datetime.fromtimestamp(milliseconds / 1000, UTC))


def comparable(text: str) -> str:
    """A date from outside in the form of `moment`. Raises ValueError."""
    return _text(datetime.fromisoformat(text).astimezone(UTC))


def _date(text: str) -> str | None:
    """Of a user task: an expression's, perhaps with the name of a zone in brackets."""
    try:
        return comparable(text.partition("[")[0]) if text else None
    except ValueError:
        return None


def _text(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
