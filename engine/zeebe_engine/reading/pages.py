"""Sorting and paging: a cursor says where the page ended by what was there, not by a number.

So a page that follows is right even if documents came or went in between.
"""

import base64
import binascii
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import total_ordering
from typing import Annotated, Any, Final, Literal, NamedTuple

import msgspec

from zeebe_engine.reading.fields import Collection, Document
from zeebe_engine.reading.filters import invalid

MOST_SORTS: Final = 20


class Sort(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    field: str
    order: Literal["ASC", "DESC"] = "ASC"


class PageRequest(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from"}
):
    """At most one of `start`, `after` and `before`."""

    limit: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 100
    start: Annotated[int, msgspec.Meta(ge=0)] | None = None
    after: str | None = None
    before: str | None = None


class Query(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a search."""

    filter: dict[str, Any] = {}
    sort: Annotated[list[Sort], msgspec.Meta(max_length=MOST_SORTS)] = []
    page: PageRequest = PageRequest()


class Page(NamedTuple):
    total: int
    documents: Sequence[Document]
    start_cursor: str | None
    end_cursor: str | None


@total_ordering
class _Descending:
    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Descending) and bool(self.value == other.value)

    def __lt__(self, other: "_Descending") -> bool:
        return bool(other.value < self.value)

    __hash__ = None  # type: ignore[assignment]


Place = tuple[tuple[bool, Any], ...]


class Order:
    """The order of a search; the document's key comes last, so that no two are equal."""

    def __init__(self, sorts: Sequence[Sort], of: Collection, minor: int) -> None:
        """Raises Refusal."""
        known = of.known(minor)
        for sort in sorts:
            if sort.field not in known or not known[sort.field].is_sorted:
                raise invalid(f"Request property [sort.{sort.field}] cannot be parsed: unknown.")
        self._sorts = [*sorts, Sort(of.key)]
        self._are_keys = [known[sort.field].kind == "key" for sort in sorts] + [True]

    def place(self, values: Sequence[Any]) -> Place:
        """What is not there comes last. Decimal keys of more digits are greater."""
        place = []
        for value, sort, is_key in zip(values, self._sorts, self._are_keys, strict=True):
            comparable = (len(value), value) if is_key and value is not None else value
            missing = value is None
            if not missing and sort.order == "DESC":
                comparable = _Descending(comparable)
            place.append((missing, comparable))
        return tuple(place)

    def values(self, document: Document) -> list[Any]:
        return [document[sort.field] for sort in self._sorts]

    def of(self, document: Document) -> Place:
        return self.place(self.values(document))

    def cursor(self, document: Document) -> str:
        data = msgspec.json.encode(self.values(document))
        return base64.b64encode(data).decode()

    def found(self, cursor: str, among: Sequence[Place]) -> tuple[int, int]:
        """Where it is: the first index that is not before it, and the first after it."""
        try:
            data = base64.b64decode(cursor, validate=True)
            place = self.place(msgspec.json.decode(data, type=list[str | int | bool | None]))
            return bisect_left(among, place), bisect_right(among, place)
        except (binascii.Error, msgspec.MsgspecError, TypeError, ValueError):
            raise invalid(f"Invalid cursor: {cursor[:100]!r} is none of this search.") from None


def paged(documents: Iterable[Document], order: Order, request: PageRequest) -> Page:
    """Raises Refusal."""
    if sum(one is not None for one in (request.start, request.after, request.before)) > 1:
        raise invalid("A page is asked for by one of from, after and before.")
    ordered = sorted(documents, key=order.of)
    start, end = _bounds(ordered, order, request)
    page = ordered[start:end]
    cursors = (order.cursor(page[0]), order.cursor(page[-1])) if page else (None, None)
    return Page(len(ordered), page, *cursors)


def _bounds(ordered: Sequence[Document], order: Order, request: PageRequest) -> tuple[int, int]:
    cursor = request.after if request.after is not None else request.before
    if cursor is None:
        start = request.start or 0
        return start, start + request.limit
    before, after = order.found(cursor, [order.of(one) for one in ordered])
    if request.after is not None:
        return after, after + request.limit
    return max(0, before - request.limit), before
