"""Builtin functions that make a value of another type, and those on dates and times.

The time is that of the command: it is given, and no clock is read.
"""

import calendar
import json
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from zeebe_engine.feel import temporal, values
from zeebe_engine.feel.run import Run
from zeebe_engine.feel.temporal import Months
from zeebe_engine.feel.values import Value

_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,9})?")
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
_MONTHS = "January February March April May June July August September October November December"


def _number(value: Value, grouping: str | None = None, point: str | None = None) -> Value:
    if isinstance(value, Decimal):
        return value
    text = value.replace(grouping, "") if grouping else value
    text = text.replace(point, ".") if point else text
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"'{value}' is no number")
    return values.number(text)


def _date(value: Value, *rest: Decimal) -> date:
    if isinstance(value, Decimal):
        return date(int(value), *map(int, rest))
    if isinstance(value, datetime):
        return value.date()
    return temporal.parse_date(value) if isinstance(value, str) else value


def _time(value: Value, *rest: Value) -> time:
    if isinstance(value, Decimal):
        minute, second, offset = (*rest, None)[:3]
        zone = timezone(offset) if isinstance(offset, timedelta) else None
        return time(int(value), int(minute), int(second), tzinfo=zone)
    if isinstance(value, datetime):
        return value.timetz()
    return temporal.parse_time(value) if isinstance(value, str) else value


def _date_and_time(value: Value, other: Value = None) -> datetime:
    """With another time, or at the same instant in the zone of that name."""
    if isinstance(value, str):
        value = temporal.parse_date_time(value)
    if isinstance(other, time):
        return datetime.combine(value, other)
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    if other is None:
        return moment
    zone = temporal.zone(other)
    return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)


def _months_between(start: Value, end: Value) -> Months:
    """Whole ones."""
    if (start.year, start.month, start.day) > (end.year, end.month, end.day):
        return -_months_between(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    return Months(months - (end.day < start.day))


def _from_json(run: Run, text: str) -> Value:
    decoded = json.loads(text)
    json.dumps(decoded, ensure_ascii=False).encode()  # raises for half of a surrogate pair
    return values.from_json(decoded, run)


def _to_json(run: Run, value: Value) -> str:
    return json.dumps(values.to_json(value, run), ensure_ascii=False, separators=(",", ":"))


def _now(run: Run) -> datetime:
    if run.now is None:
        raise ValueError("the time is not known here")
    return run.now


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "string(run, from)": lambda run, value: values.text(value, run),
    "number(from:sn, grouping separator:s?, decimal separator:s?)": _number,
    "date(from:sdn, month:n?, day:n?)": _date,
    "time(from:sdtn, minute:n?, second:n?, offset:p?)": _time,
    "date and time(from:sd, time:ts?)": _date_and_time,
    "duration(from:sp)": lambda value: (
        temporal.parse_duration(value) if isinstance(value, str) else value
    ),
    "years and months duration(from:d, to:d)": _months_between,
    "from json(run, value:s)": _from_json,
    "to json(run, value)": _to_json,
    "now(run)": _now,
    "today(run)": lambda run: _now(run).date(),
    "day of year(date:d)": lambda day: day.timetuple().tm_yday,
    "day of week(date:d)": lambda day: _DAYS.split()[day.weekday()],
    "week of year(date:d)": lambda day: day.isocalendar().week,
    "month of year(date:d)": lambda day: _MONTHS.split()[day.month - 1],
    "last day of month(date:d)": lambda day: date(
        day.year, day.month, calendar.monthrange(day.year, day.month)[1]
    ),
}
