"""When a timer is due: ISO 8601 dates, durations and cycles, and cron."""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

_DURATION: Final = re.compile(
    r"(?P<sign>[+-]?)P(?=.)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?"
    r"(?:(?P<days>\d+)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:[.,]\d+)?)S)?)?"
)
_ZONE: Final = re.compile(r"\[([\w/+-]+)\]$")
_MACROS: Final = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
FOR_EVER: Final = -1
MOST_REPETITIONS: Final = 2**31 - 1
LATEST: Final = 253_402_300_799_999
"""The end of the year 9999, in ms since 1970: nothing is due after it."""


class ScheduleError(ValueError):
    """The text is no such time; says what one looks like."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """`due`: ms since 1970. `repetitions`: how often it is to fire, FOR_EVER included."""

    due: int
    repetitions: int = 1
    cycle: str = ""


def at_date(text: str) -> Schedule:
    zone = _ZONE.search(text)
    try:
        moment = datetime.fromisoformat(_ZONE.sub("", text))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(zone[1]) if zone else UTC)
        return Schedule(round(moment.timestamp() * 1000))
    except (ValueError, KeyError, OverflowError) as error:
        raise ScheduleError(
            f"Invalid date-time format '{text}' for timer 'date' expression"
        ) from error


def after(text: str, now: int) -> Schedule:
    try:
        return Schedule(_plus(now, text))
    except (ValueError, OverflowError) as error:
        raise ScheduleError(
            f"Invalid duration format '{text}' for timer 'duration' expression"
        ) from error


def cycle(text: str, now: int) -> Schedule:
    """`R3/PT10S`, `R/2026-11-01T12:00:00Z/PT1H`, or cron of six fields, seconds first."""
    repeats, *rest = text.split("/")
    try:
        if not re.fullmatch(r"R(-1|\d*)", repeats):
            return Schedule(_next_of_cron(text, now), FOR_EVER, text)
        count = int(repeats[1:] or FOR_EVER) or 1
        if count > MOST_REPETITIONS:
            raise ValueError(count)
        *begin, interval = rest
        due = at_date("/".join(begin)).due if begin else _plus(now, interval)
        return Schedule(due, count, interval)
    except (ValueError, OverflowError) as error:
        raise ScheduleError(
            f"Invalid cycle format '{text}' for timer 'cycle' expression"
        ) from error


def again(interval: str, due: int) -> int:
    """When it fires next, after it was due then."""
    try:
        if _DURATION.fullmatch(interval):
            return _plus(due, interval)
        return _next_of_cron(interval, due)
    except (ValueError, OverflowError):
        return LATEST


def _plus(moment: int, duration: str) -> int:
    found = _DURATION.fullmatch(duration)
    if found is None:
        raise ValueError(duration)
    part = {name: value for name, value in found.groupdict().items() if name != "sign"}
    numbers = {name: float((value or "0").replace(",", ".")) for name, value in part.items()}
    sign = -1 if found["sign"] == "-" else 1
    start = datetime.fromtimestamp(moment / 1000, UTC)
    months = sign * int(numbers["years"] * 12 + numbers["months"])
    exact = timedelta(**{n: numbers[n] for n in ("weeks", "days", "hours", "minutes", "seconds")})
    return round((_months_later(start, months) + sign * exact).timestamp() * 1000)


def _months_later(start: datetime, months: int) -> datetime:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError(months)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return start.replace(year=year, month=month + 1, day=day)


def _next_of_cron(expression: str, now: int) -> int:
    begin = datetime.fromtimestamp(now / 1000, UTC)
    try:
        fields = _MACROS.get(expression, expression).replace("?", "*")
        return round(next(CronSim(fields, begin)).timestamp() * 1000)
    except (CronSimError, StopIteration) as error:
        raise ValueError(expression) from error
