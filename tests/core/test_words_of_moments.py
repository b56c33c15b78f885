"""Does a moment read the way people say it, in the city's zone?"""

from datetime import UTC, datetime, timedelta

import pytest

from core.templatetags.porchlight import dated, spoken, when

# Friday, 20 November 2026, 3:30 p.m. in Sacramento.
NOW = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(0), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 min ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=1), "Today, 2:30 p.m."),
        (timedelta(hours=15, minutes=30), "Today, midnight"),
        (timedelta(hours=15, minutes=31), "Yesterday, 11:59 p.m."),
        (timedelta(days=1, hours=3, minutes=30), "Yesterday, noon"),
        (timedelta(days=2, hours=7, minutes=20), "Wednesday, 8:10 a.m."),
        (timedelta(days=6, minutes=30), "Saturday, 3 p.m."),
        (timedelta(days=7), "Nov. 13, 3:30 p.m."),
        (timedelta(days=400), "Oct. 16, 2025"),
        (timedelta(hours=-2), "Today, 5:30 p.m."),
        (timedelta(days=-3), "Nov. 23, 3:30 p.m."),
    ],
)
def test_a_moment_is_said_as_people_say_it(ago: timedelta, words: str) -> None:
    assert spoken(NOW - ago, NOW) == words


def test_what_is_kept_says_the_date_because_it_stays_true() -> None:
    moment = datetime(2026, 11, 19, 7, 59, tzinfo=UTC)
    assert dated(moment) == "Nov. 18, 11:59 p.m."
    assert ">Nov. 18, 11:59 p.m.</time>" in when(moment, fixed=True)
    assert 'datetime="2026-11-19T07:59:00+00:00"' in when(moment, fixed=True)
