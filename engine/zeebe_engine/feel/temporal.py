"""Dates, times and durations: how they are read and written, computed, and their properties.

A duration of days and time is a `timedelta`, one of years and months is `Months`.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_MONTHS = re.compile(r"P(?=\d)(?:(\d{1,9})Y)?(?:(\d{1,9})M)?", re.ASCII)
_CLOCK = r"T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.(\d{1,6})\d*)?S)?"
_DURATION = re.compile(rf"P(?=.)(?:(\d{{1,9}})W)?(?:(\d{{1,9}})D)?(?:{_CLOCK})?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A duration of years and months."""

    months: int

    def __neg__(self) -> "Months":
        return Months(-self.months)


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
    """`P1Y2M` or `-P1DT2H3M4.5S`. Raises ValueError, OverflowError."""
    size = text.removeprefix("-")
    duration: timedelta | Months
    if found := _MONTHS.fullmatch(size):
        years, months = map(int, found.groups(default="0"))
        duration = Months(years * 12 + months)
    elif found := _DURATION.fullmatch(size):
        *whole, fraction = found.groups(default="0")
        weeks, days, hours, minutes, seconds = map(int, whole)
        micros = int(fraction.ljust(6, "0"))
        duration = timedelta(days, seconds, micros, 0, minutes, hours, weeks)
    else:
        raise ValueError(f"'{text}' is no duration")
    return duration if size == text else -duration


def parse(text: str) -> date | time | timedelta | Months:
    """What a literal such as `@"2026-01-31"` means. Raises ValueError, OverflowError."""
    if text.startswith(("P", "-P")):
        return parse_duration(text)
    if "T" in text:
        return parse_date_time(text)
    return parse_time(text) if ":" in text else parse_date(text)


def to_text(value: date | time | timedelta | Months) -> str:
    """The text from which `parse` makes the same value; a duration has whole seconds."""
    match value:
        case Months():
            years, months = divmod(abs(value.months), 12)
            return f"{'-' * (value.months < 0)}P{_units(Y=years, M=months) or '0Y'}"
        case timedelta():
            size = abs(value)
            minutes, seconds = divmod(size.seconds, 60)
            clock = _units(H=minutes // 60, M=minutes % 60, S=seconds)
            parts = _units(D=size.days) + (clock and f"T{clock}")
            return f"{'-' * (value < timedelta())}P{parts or '0D'}"
        case datetime(tzinfo=ZoneInfo(key=key)) | time(tzinfo=ZoneInfo(key=key)):
            return f"{value.replace(tzinfo=None).isoformat()}@{key}"
    return value.isoformat().replace("+00:00", "Z")


def _units(**units: int) -> str:
    return "".join(f"{number}{unit}" for unit, number in units.items() if number)


def properties(value: Any) -> dict[str, Any]:
    """What can be read of it with a dot. Of what is no time, nothing."""
    match value:
        case date():
            day = {"year": value.year, "month": value.month, "day": value.day}
            clock = _clock(value) if isinstance(value, datetime) else {}
            return day | {"weekday": value.isoweekday()} | clock
        case time():
            return _clock(value)
        case timedelta():
            size, sign = abs(value), -1 if value < timedelta() else 1
            minutes = size.seconds // 60
            parts = {"days": size.days, "hours": minutes // 60, "minutes": minutes % 60}
            parts["seconds"] = size.seconds % 60
            return {name: sign * number for name, number in parts.items()}
        case Months():
            years, sign = abs(value.months) // 12, -1 if value.months < 0 else 1
            return {"years": sign * years, "months": value.months - sign * years * 12}
    return {}


def _clock(value: datetime | time) -> dict[str, Any]:
    clock = {"hour": value.hour, "minute": value.minute, "second": value.second}
    key = value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None
    return clock | {"time offset": value.utcoffset(), "timezone": key}


def later(moment: Any, duration: Any) -> Any:
    """Through UTC where there is a zone: its clocks jump. Raises ValueError, OverflowError."""
    if isinstance(duration, Months):
        return _months_later(moment, duration.months)
    if isinstance(moment, time):
        return (datetime.combine(date(2000, 1, 1), moment) + duration).timetz()
    if isinstance(moment, datetime) and moment.tzinfo:
        return (moment.astimezone(UTC) + duration).astimezone(moment.tzinfo)
    return moment + duration


def _months_later(day: date, months: int) -> date:
    """The last day of the month where that has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    first = day.replace(day=1, month=month + 1, year=day.year + years)
    return first.replace(day=min(day.day, calendar.monthrange(first.year, first.month)[1]))


def between(end: Any, start: Any) -> Any:
    """Raises TypeError if one has a zone and the other has none."""
    if isinstance(end, time):
        end, start = (datetime.combine(date(2000, 1, 1), moment) for moment in (end, start))
    if isinstance(end, datetime) and end.tzinfo and start.tzinfo:
        end, start = end.astimezone(UTC), start.astimezone(UTC)
    return end - start
