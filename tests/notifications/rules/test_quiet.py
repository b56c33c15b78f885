"""Until when is it quiet, on ordinary nights and on those on which clocks are set?"""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from notifications.rules.quiet import due_at, is_paused

SACRAMENTO = ZoneInfo("America/Los_Angeles")


def at(text: str) -> datetime:
    """A moment, written in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-21 05:59", "2026-11-21 05:59"),  # 9:59 p.m.
        ("2026-11-21 06:00", "2026-11-21 15:00"),  # 10 p.m.
        ("2026-11-21 07:59", "2026-11-21 15:00"),  # before midnight
        ("2026-11-21 08:00", "2026-11-21 15:00"),  # midnight
        ("2026-11-21 14:59", "2026-11-21 15:00"),  # 6:59 a.m.
        ("2026-11-21 15:00", "2026-11-21 15:00"),  # 7 a.m.
        ("2026-11-21 20:00", "2026-11-21 20:00"),  # noon
    ],
)
def test_quiet_hours_go_over_midnight(now: str, due: str) -> None:
    assert due_at(at(now), time(22), time(7), SACRAMENTO) == at(due)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-20 20:59", "2026-11-20 20:59"),
        ("2026-11-20 21:00", "2026-11-20 23:30"),
        ("2026-11-20 23:30", "2026-11-20 23:30"),
    ],
)
def test_quiet_hours_within_a_day(now: str, due: str) -> None:
    assert due_at(at(now), time(13), time(15, 30), SACRAMENTO) == at(due)


def test_without_quiet_hours_or_with_none_between_them_it_is_now() -> None:
    assert due_at(at("2026-11-21 08:00"), None, None, SACRAMENTO) == at("2026-11-21 08:00")
    assert due_at(at("2026-11-21 08:00"), time(0), time(0), SACRAMENTO) == at("2026-11-21 08:00")


@pytest.mark.parametrize(
    ("now", "quiet_from", "quiet_until", "due"),
    [
        # March 8: at 2 a.m. (10:00 UTC) clocks go on to 3 a.m. There is no 2:30; what is meant is an hour after 1:30.
        ("2026-03-08 09:00", time(22), time(2, 30), "2026-03-08 10:30"),
        ("2026-03-08 10:29", time(22), time(2, 30), "2026-03-08 10:30"),
        ("2026-03-08 10:30", time(22), time(2, 30), "2026-03-08 10:30"),
        ("2026-03-08 10:29", time(2, 30), time(7), "2026-03-08 10:29"),
        ("2026-03-08 10:30", time(2, 30), time(7), "2026-03-08 14:00"),
        ("2026-03-08 08:00", time(22), time(7), "2026-03-08 14:00"),
        # A night of one skipped hour is no night.
        ("2026-03-08 10:15", time(2), time(3), "2026-03-08 10:15"),
        # November 1: at 2 a.m. (9:00 UTC) clocks go back to 1 a.m. 1:30 comes twice, and quiet lasts until the second.
        ("2026-11-01 08:29", time(22), time(1, 30), "2026-11-01 09:30"),
        ("2026-11-01 08:45", time(22), time(1, 30), "2026-11-01 09:30"),
        ("2026-11-01 09:30", time(22), time(1, 30), "2026-11-01 09:30"),
        ("2026-11-01 08:45", time(1, 30), time(7), "2026-11-01 08:45"),
        ("2026-11-01 09:30", time(1, 30), time(7), "2026-11-01 15:00"),
        ("2026-11-01 06:00", time(22), time(7), "2026-11-01 15:00"),
    ],
)
def test_nights_on_which_clocks_are_set(now: str, quiet_from: time, quiet_until: time, due: str) -> None:
    assert due_at(at(now), quiet_from, quiet_until, SACRAMENTO) == at(due)


def test_a_pause_ends_with_the_local_day() -> None:
    assert is_paused(at("2026-11-21 07:59"), date(2026, 11, 21), SACRAMENTO)
    assert not is_paused(at("2026-11-21 08:00"), date(2026, 11, 21), SACRAMENTO)
    assert not is_paused(at("2026-11-21 08:00"), None, SACRAMENTO)
