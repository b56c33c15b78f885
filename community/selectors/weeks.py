"""How much do neighbors write? Numbers of places, never of people."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from community.models import WeekCount
from core.counts import PeopleCount, people_count


@dataclass(frozen=True, slots=True)
class WeekOfPlace:
    """What was written in a neighborhood within a week that began on a Monday (UTC); small numbers are hidden."""

    neighborhood_id: int
    week_on: date
    posts: PeopleCount
    comments: PeopleCount


def posts_per_week(
    *, until: date, week_count: int = 1, neighborhood_ids: Collection[int] | None = None
) -> list[WeekOfPlace]:
    """Posts and comments of each neighborhood in whole weeks, the latest week first, then by id. One query.

    A week without a row had none. There are no sums over weeks or places: hidden numbers could be told from them.

    Args:
        until: Only weeks that were over by this day; the running week would change with each post.
        week_count: How many weeks back.
        neighborhood_ids: Only these; all if not given.
    """
    this_monday = until - timedelta(days=until.weekday())
    weeks = WeekCount.objects.filter(week_on__lt=this_monday, week_on__gte=this_monday - timedelta(weeks=week_count))
    if neighborhood_ids is not None:
        weeks = weeks.filter(neighborhood_id__in=neighborhood_ids)
    return [
        WeekOfPlace(week.neighborhood_id, week.week_on, people_count(week.post_count), people_count(week.comment_count))
        for week in weeks.order_by("-week_on", "neighborhood_id")
    ]
