"""Builtin functions on dates and times. The time is that of the command: it is given."""

import calendar
import datetime
from decimal import Decimal

from zeebe_engine.feel.run import Run


def now(run: Run) -> datetime.datetime:
    if run.now is None:
        raise ValueError("the time is not known here")
    return run.now


def today(run: Run) -> datetime.date:
    return now(run).date()


def day_of_year(date: datetime.date | datetime.datetime) -> Decimal:
    return Decimal(date.timetuple().tm_yday)


def day_of_week(date: datetime.date | datetime.datetime) -> str:
    return calendar.day_name[date.weekday()]


def week_of_year(date: datetime.date | datetime.datetime) -> Decimal:
    return Decimal(date.isocalendar().week)


def month_of_year(date: datetime.date | datetime.datetime) -> str:
    return calendar.month_name[date.month]


def last_day_of_month(date: datetime.date | datetime.datetime) -> datetime.date:
    return datetime.date(date.year, date.month, calendar.monthrange(date.year, date.month)[1])
