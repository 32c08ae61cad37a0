"""Dates, times and durations: how they are read and written, and their properties.

A duration of days and time is a `timedelta`, one of years and months is `Months`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_MONTHS = re.compile(r"(-)?P(?=\d)(?:(\d{1,9})Y)?(?:(\d{1,9})M)?", re.ASCII)
_DURATION = re.compile(
    r"(-)?P(?=.)(?:(\d{1,9})W)?(?:(\d{1,9})D)?"
    r"(?:T(?=.)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A duration of years and months."""

    months: int


def zone(name: str) -> ZoneInfo:
    """Raises ValueError."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # OSError: the name of a folder of zones
        raise ValueError(f"'{name}' is no time zone") from error


def parse_date(text: str) -> date:
    """`2026-01-31`. Raises ValueError."""
    if not _DATE.fullmatch(text):
        raise ValueError(f"'{text}' is no date")
    return date.fromisoformat(text)


def parse_time(text: str) -> time:
    """`10:00:00`, with `Z`, `+02:00` or `@Europe/Berlin`. Raises ValueError."""
    clock, at, name = text.partition("@")
    if not _TIME.fullmatch(clock):
        raise ValueError(f"'{text}' is no time")
    parsed = time.fromisoformat(clock)
    return parsed.replace(tzinfo=zone(name)) if at else parsed


def parse_date_time(text: str) -> datetime:
    """A date, `T` and a time; a date alone is its midnight. Raises ValueError."""
    day, with_time, clock = text.partition("T")
    return datetime.combine(parse_date(day), parse_time(clock) if with_time else time())


def parse_duration(text: str) -> timedelta | Months:
    """`P1Y2M` or `P1DT2H3M4.5S`. Raises ValueError, OverflowError."""
    if found := _MONTHS.fullmatch(text):
        sign, years, months = found.groups(default="0")
        total = int(years) * 12 + int(months)
        return Months(-total if sign == "-" else total)
    if found := _DURATION.fullmatch(text):
        sign, *parts = found.groups(default="0")
        weeks, days, hours, minutes = map(int, parts[:4])
        seconds, _, fraction = parts[4].partition(".")
        duration = timedelta(
            days, int(seconds), int(fraction[:6].ljust(6, "0")), 0, minutes, hours, weeks
        )
        return -duration if sign == "-" else duration
    raise ValueError(f"'{text}' is no duration")


def parse(text: str) -> date | time | datetime | timedelta | Months:
    """What a literal such as `@"2026-01-31"` means. Raises ValueError, OverflowError."""
    if text.lstrip("-").startswith("P"):
        return parse_duration(text)
    if "T" in text:
        return parse_date_time(text)
    return parse_time(text) if ":" in text else parse_date(text)


def to_text(value: date | time | datetime | timedelta | Months) -> str:
    """The text from which `parse` makes the same value."""
    match value:
        case Months():
            return _months_text(value.months)
        case timedelta():
            return _duration_text(value)
        case datetime(tzinfo=ZoneInfo(key=key)) | time(tzinfo=ZoneInfo(key=key)):
            return f"{value.replace(tzinfo=None).isoformat()}@{key}"
        case _:
            return value.isoformat().replace("+00:00", "Z")


def _months_text(months: int) -> str:
    years, rest = divmod(abs(months), 12)
    parts = (f"{years}Y" if years else "") + (f"{rest}M" if rest else "")
    return ("-" if months < 0 else "") + "P" + (parts or "0Y")


def _duration_text(duration: timedelta) -> str:
    size = abs(duration)
    minutes, seconds = divmod(size.seconds, 60)
    fraction = f".{size.microseconds:06}".rstrip("0") if size.microseconds else ""
    parts = ((f"{minutes // 60}", "H"), (f"{minutes % 60}", "M"), (f"{seconds}{fraction}", "S"))
    clock = "".join(number + unit for number, unit in parts if number != "0")
    days = f"{size.days}D" if size.days or not clock else ""
    return ("-" if duration < timedelta() else "") + "P" + days + (clock and f"T{clock}")


def _part(unit: int, size: int) -> Callable[[timedelta], int]:
    """So many whole `unit`s of seconds, beyond those that fill a larger unit of `size`."""

    def part(duration: timedelta) -> int:
        number = abs(duration) // timedelta(seconds=unit) % size
        return -number if duration < timedelta() else number

    return part


def _timezone(moment: datetime | time) -> str | None:
    return moment.tzinfo.key if isinstance(moment.tzinfo, ZoneInfo) else None


def _utc_offset(moment: datetime | time) -> timedelta | None:
    return moment.utcoffset()


_DAY: dict[str, Callable[[Any], Any]] = {
    "year": attrgetter("year"),
    "month": attrgetter("month"),
    "day": attrgetter("day"),
    "weekday": date.isoweekday,
}
_CLOCK: dict[str, Callable[[Any], Any]] = {
    "hour": attrgetter("hour"),
    "minute": attrgetter("minute"),
    "second": attrgetter("second"),
    "time offset": _utc_offset,
    "timezone": _timezone,
}
PROPERTIES: dict[type, dict[str, Callable[[Any], Any]]] = {
    date: _DAY,
    datetime: _DAY | _CLOCK,
    time: _CLOCK,
    timedelta: {
        "days": _part(86_400, 1_000_000_000),
        "hours": _part(3_600, 24),
        "minutes": _part(60, 60),
        "seconds": _part(1, 60),
    },
    Months: {
        "years": lambda value: abs(value.months) // 12 * (-1 if value.months < 0 else 1),
        "months": lambda value: abs(value.months) % 12 * (-1 if value.months < 0 else 1),
    },
}


def to_instant(moment: datetime) -> datetime:
    """In UTC if it has a zone: the clocks of a zone jump, and differences must not."""
    return moment.astimezone(UTC) if moment.tzinfo else moment
