"""ISO 8601 as timers use it, and cron: whether a fixed text is one. Nothing is computed here."""

import re
from datetime import datetime
from typing import Final, Literal

from zeebe_engine.bpmn.values import Form

_DURATION: Final = re.compile(
    r"[+-]?P(?=.)(#Y)?(#M)?(#W)?(#D)?(T(?=.)(#H)?(#M)?(#([.,]#)?S)?)?".replace("#", "[0-9]{1,9}")
)
_REPEATS: Final = re.compile(r"R(-1|[0-9]{0,9})")
_ZONE: Final = re.compile(r"\[[\w/+-]+\]$")
_CRON: Final = re.compile(r"@\w+|[\w*?,/#-]+( +[\w*?,/#-]+){5}")


def is_date(text: str) -> bool:
    """A date, a time and an offset: `2026-11-01T12:00:00Z`, and maybe `[Europe/Berlin]`."""
    try:
        return "T" in text and datetime.fromisoformat(_ZONE.sub("", text)).tzinfo is not None
    except ValueError:
        return False


def is_duration(text: str) -> bool:
    return bool(_DURATION.fullmatch(text))


def is_cycle(text: str) -> bool:
    """`R3/PT10S`, `R/<date>/PT10S`, or cron of six fields, seconds first."""
    repeats, *rest = text.split("/")
    if not _REPEATS.fullmatch(repeats):
        return bool(_CRON.fullmatch(text))
    *date, duration = rest or [""]
    return is_duration(duration) and (not date or is_date("/".join(date)))


FORMS: Final[dict[Literal["date", "duration", "cycle"], Form]] = {
    "date": (is_date, "a date and time like '2026-11-01T12:00:00Z'"),
    "duration": (is_duration, "a duration like 'PT10S'"),
    "cycle": (is_cycle, "a cycle like 'R3/PT10S', or a cron expression"),
}
