"""Dates, times and durations."""

from typing import Any

import pytest

from tests.engine.feel.evaluating import value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('date("2026-01-31")', "2026-01-31"),
        ("date(2026, 1, 31)", "2026-01-31"),
        ('date(@"2026-01-31T10:00:00")', "2026-01-31"),
        ('date("2026-02-30")', None),
        ('date("20260131")', None),
        ('time("10:30")', "10:30:00"),
        ('time("10:30:00+02:00")', "10:30:00+02:00"),
        ('time("10:30:00@Europe/Berlin")', "10:30:00@Europe/Berlin"),
        ('time("10:30:00@Europe")', None),
        ('time(10, 30, 0, duration("PT1H"))', "10:30:00+01:00"),
        ("time(10, 30, 0)", "10:30:00"),
        ('time(@"2026-01-31T10:00:00Z")', "10:00:00Z"),
        ('date and time("2026-01-31T10:00:00Z")', "2026-01-31T10:00:00Z"),
        ('date and time("2026-01-31T10:00:00+00:00")', "2026-01-31T10:00:00Z"),
        ('date and time("2026-01-31T10:00:00.5")', "2026-01-31T10:00:00.500000"),
        ('date and time("2026-01-31")', "2026-01-31T00:00:00"),
        ('date and time(date("2026-01-31"), time("10:00:00Z"))', "2026-01-31T10:00:00Z"),
        (
            'date and time(@"2026-07-31T10:00:00Z", "Europe/Berlin")',
            "2026-07-31T12:00:00@Europe/Berlin",
        ),
        ('duration("P1DT2H3M4S")', "P1DT2H3M4S"),
        ('duration("-PT90M")', "-PT1H30M"),
        ('duration("P2W")', "P14D"),
        ('duration("PT0S")', "P0D"),
        ('duration("P14M")', "P1Y2M"),
        ('duration("P0M")', "P0Y"),
        ('duration("P")', None),
        ('duration("PT")', None),
        ('duration("P1Y2D")', None),
        ('duration("P999999999Y")', "P999999999Y"),
        ('years and months duration(@"2024-01-31", @"2026-03-30")', "P2Y1M"),
        ('years and months duration(@"2026-03-30", @"2024-01-31")', "-P2Y1M"),
        ("now()", "2026-03-04T05:06:07Z"),
        ("today()", "2026-03-04"),
    ],
)
def test_a_time_is_made_and_written(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('@"2026-01-31" + @"P1D"', "2026-02-01"),
        ('@"P1D" + @"2026-01-31"', "2026-02-01"),
        ('@"2026-01-31" + @"P1M"', "2026-02-28"),
        ('@"2024-02-29" - @"P1Y"', "2023-02-28"),
        ('@"2026-01-31T10:00:00Z" + @"PT15H"', "2026-02-01T01:00:00Z"),
        ('@"2026-01-31T10:00:00Z" - @"P1M"', "2025-12-31T10:00:00Z"),
        (
            '@"2026-03-28T12:00:00@Europe/Berlin" + @"PT24H"',
            "2026-03-29T13:00:00@Europe/Berlin",
        ),
        ('@"23:00:00" + @"PT2H"', "01:00:00"),
        ('@"2026-03-01" - @"2026-02-01"', "P28D"),
        ('@"2026-03-01T10:00:00Z" - @"2026-03-01T10:00:00+02:00"', "PT2H"),
        (
            '@"2026-03-30T00:00:00@Europe/Berlin" - @"2026-03-29T00:00:00@Europe/Berlin"',
            "PT23H",
        ),
        ('@"10:00:00" - @"09:30:00"', "PT30M"),
        ('@"P1D" + @"PT12H"', "P1DT12H"),
        ('@"P1Y" - @"P1M"', "P11M"),
        ('@"PT10M" * 3', "PT30M"),
        ('2 * @"P1M"', "P2M"),
        ('@"P1D" / 2', "PT12H"),
        ('@"P1D" / @"PT6H"', 4),
        ('@"P1Y" / @"P1M"', 12),
        ('-@"P1D"', "-P1D"),
        ('-@"P1M"', "-P1M"),
        ('@"9999-12-31" + @"P1D"', None),
        ('@"2026-01-31" + @"P999999999Y"', None),
        ('@"P999999999D" * 10', None),
        ('@"P1D" / 0', None),
        ('@"P1D" / @"PT0S"', None),
        ('@"10:00:00Z" - @"10:00:00"', None),
    ],
)
def test_times_are_reckoned_with(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('@"2026-01-31" < @"2026-02-01"', True),
        ('@"2026-01-31T10:00:00Z" = @"2026-01-31T12:00:00+02:00"', True),
        ('@"PT60M" = @"PT1H"', True),
        ('@"P12M" = @"P1Y"', True),
        ('@"P1M" < @"P1D"', None),
        ('@"10:00:00" < @"10:00:00Z"', None),
        ('@"2026-01-31T10:00:00" < @"2026-01-31T10:00:00Z"', None),
        ('@"2026-01-31" = @"2026-01-31T00:00:00"', None),
        ('@"2026-01-15" in [@"2026-01-01"..@"2026-01-31"]', True),
    ],
)
def test_times_are_compared_within_their_type(text: str, expected: Any) -> None:
    assert value(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("moment.year", 2026),
        ("moment.month", 2),
        ("moment.day", 1),
        ("moment.weekday", 7),
        ("moment.hour", 10),
        ("moment.minute", 20),
        ("moment.second", 30),
        ("moment.time offset", "PT1H"),
        ("moment.timezone", "Europe/Berlin"),
        ('@"10:00:00".time offset', None),
        ('@"10:00:00+02:00".time offset', "PT2H"),
        ('@"10:00:00+02:00".timezone', None),
        ('@"P1DT2H3M4S".days', 1),
        ('@"P1DT26H3M4S".hours', 2),
        ('@"-P1DT2H3M4S".minutes', -3),
        ('@"PT64S".seconds', 4),
        ('@"P14M".years', 1),
        ('@"-P14M".months', -2),
        ('[@"2026-01-31", @"2027-01-31"].year', [2026, 2027]),
        ("day of year(moment)", 32),
        ("day of week(moment)", "Sunday"),
        ("week of year(moment)", 5),
        ("month of year(moment)", "February"),
        ("last day of month(moment)", "2026-02-28"),
        ('abs(@"-P1D")', "P1D"),
        ('abs(@"-P1M")', "P1M"),
    ],
)
def test_a_time_has_its_parts(text: str, expected: Any) -> None:
    moment = 'date and time("2026-02-01T10:20:30@Europe/Berlin")'

    assert value(text.replace("moment", moment)) == expected
