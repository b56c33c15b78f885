"""Do the numbers about a place tell nobody apart?"""

from datetime import date, timedelta

from community.models import WeekCount
from community.selectors.weeks import posts_per_week
from neighborhoods.models import Neighborhood

MONDAY = date(2026, 11, 16)


def count(place: Neighborhood, weeks_ago: int, posts: int, comments: int = 0) -> None:
    WeekCount.objects.create(
        neighborhood=place, week_on=MONDAY - timedelta(weeks=weeks_ago), post_count=posts, comment_count=comments
    )


def test_small_numbers_are_hidden_and_others_shown(oak: Neighborhood, elm: Neighborhood) -> None:
    count(oak, 1, 4, 1)
    count(elm, 1, 5, 0)
    weeks = posts_per_week(until=MONDAY)
    assert [(week.neighborhood_id, str(week.posts), str(week.comments)) for week in weeks] == [
        (oak.pk, "under 5", "under 5"),
        (elm.pk, "5", "0"),
    ]


def test_only_whole_weeks_count_the_latest_first(oak: Neighborhood) -> None:
    for weeks_ago in range(4):
        count(oak, weeks_ago, 10 + weeks_ago)
    sunday = MONDAY + timedelta(days=6)
    assert [(week.week_on, str(week.posts)) for week in posts_per_week(until=sunday, week_count=2)] == [
        (MONDAY - timedelta(weeks=1), "11"),
        (MONDAY - timedelta(weeks=2), "12"),
    ]
    # The week is over on the Monday after it.
    assert posts_per_week(until=MONDAY + timedelta(days=7))[0].week_on == MONDAY


def test_only_the_places_that_were_asked_for(oak: Neighborhood, elm: Neighborhood) -> None:
    count(oak, 1, 7)
    count(elm, 1, 8)
    assert [week.neighborhood_id for week in posts_per_week(until=MONDAY, neighborhood_ids=[elm.pk])] == [elm.pk]
