"""Builtin functions that make a value of another type."""

import datetime
import json
import re
from decimal import Decimal
from typing import Any

from zeebe_engine.feel import decimals, temporal, values
from zeebe_engine.feel.run import Run
from zeebe_engine.feel.temporal import Months
from zeebe_engine.feel.values import Value

_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,9})?")
_MONTHS_OF_A_YEAR = 12


def string(run: Run, from_: Any) -> str:
    return values.text(from_, run)


def number(
    from_: str | Decimal,
    grouping_separator: str | None = None,
    decimal_separator: str | None = None,
) -> Value:
    if isinstance(from_, Decimal):
        return from_
    text = from_.replace(grouping_separator, "") if grouping_separator else from_
    text = text.replace(decimal_separator, ".") if decimal_separator else text
    if not _NUMBER.fullmatch(text):
        raise ValueError("this is no number")
    return decimals.from_number(text)


def date(
    from_: str | datetime.date | datetime.datetime | Decimal,
    month: Decimal | None = None,
    day: Decimal | None = None,
) -> datetime.date:
    if isinstance(from_, Decimal):
        if month is None or day is None:
            raise TypeError("a year needs a month and a day")
        return datetime.date(int(from_), int(month), int(day))
    if isinstance(from_, datetime.datetime):
        return from_.date()
    return temporal.parse_date(from_) if isinstance(from_, str) else from_


def time(
    from_: str | datetime.time | datetime.datetime | Decimal,
    minute: Decimal | None = None,
    second: Decimal | None = None,
    offset: datetime.timedelta | None = None,
) -> datetime.time:
    if isinstance(from_, Decimal):
        if minute is None or second is None:
            raise TypeError("an hour needs a minute and a second")
        return datetime.time(
            int(from_),
            int(minute),
            int(second),
            tzinfo=None if offset is None else datetime.timezone(offset),
        )
    if isinstance(from_, datetime.datetime):
        return from_.timetz()
    return temporal.parse_time(from_) if isinstance(from_, str) else from_


def date_and_time(
    from_: str | datetime.date | datetime.datetime, time: datetime.time | str | None = None
) -> datetime.datetime:
    """With a time, or with the name of the zone to go to."""
    if isinstance(from_, str):
        moment = temporal.parse_date_time(from_)
    else:
        moment = (
            from_
            if isinstance(from_, datetime.datetime)
            else datetime.datetime.combine(from_, datetime.time())
        )
    if isinstance(time, datetime.time):
        return datetime.datetime.combine(moment.date(), time)
    if time is None:
        return moment
    zone = temporal.zone(time)
    return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)


def duration(from_: str | datetime.timedelta | Months) -> datetime.timedelta | Months:
    return temporal.parse_duration(from_) if isinstance(from_, str) else from_


def years_and_months_duration(
    from_: datetime.date | datetime.datetime, to: datetime.date | datetime.datetime
) -> Months:
    """Whole months between the two."""
    start, end = (from_, to) if _day(from_) <= _day(to) else (to, from_)
    months = (end.year - start.year) * _MONTHS_OF_A_YEAR + end.month - start.month
    months -= end.day < start.day
    return Months(months if start is from_ else -months)


def _day(moment: datetime.date | datetime.datetime) -> datetime.date:
    return moment.date() if isinstance(moment, datetime.datetime) else moment


def from_json(run: Run, value: str) -> Value:
    decoded = json.loads(value)
    json.dumps(decoded, ensure_ascii=False).encode()  # raises for half a pair of surrogates
    return values.from_json(decoded, run)


def to_json(run: Run, value: Any) -> str:
    return json.dumps(values.to_json(value, run), ensure_ascii=False, separators=(",", ":"))
