"""Times as the API writes them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from zeebe_operator.model import times


def test_a_moment_of_any_zone_is_told_in_utc() -> None:
    there = timezone(timedelta(hours=2))
    assert times.text(datetime(2026, 1, 1, 1, 30, tzinfo=there)) == "2025-12-31T23:30:00Z"


def test_fractions_of_a_second_are_dropped() -> None:
    moment = datetime(2026, 1, 1, 1, 2, 3, 999_999, tzinfo=UTC)
    assert times.text(moment) == "2026-01-01T01:02:03Z"


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        pytest.param(0, "2025-12-31T23:59:30Z", id="the same"),
        pytest.param(45, "2026-01-01T00:00:15Z", id="into the next year"),
        pytest.param(86_400, "2026-01-01T23:59:30Z", id="a day"),
    ],
)
def test_later_adds_seconds_to_a_text(seconds: float, expected: str) -> None:
    assert times.later("2025-12-31T23:59:30Z", seconds) == expected
