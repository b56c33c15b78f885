"""When may a person be told? Quiet hours and the pause, as Python reads them and as PostgreSQL works them out.

A night of quiet hours begins on one local day and ends on that day or the next; both ends are moments in the city's
time zone. Where clocks are set, an hour that is skipped counts as the hour after, and one that comes twice as its
second, in Python as in PostgreSQL.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def is_paused(at: datetime, paused_until: date | None, zone: ZoneInfo) -> bool:
    """Whether nothing but what concerns the account goes to the person now."""
    return paused_until is not None and at.astimezone(zone).date() < paused_until


def after_pause(paused_until: date, zone: ZoneInfo) -> datetime:
    """The beginning of the day on which a pause ends."""
    return _moment(paused_until, time.min, zone)


def due_at(at: datetime, quiet_from: time | None, quiet_until: time | None, zone: ZoneInfo) -> datetime:
    """The first moment from `at` on that lies outside the quiet hours; the same hour twice means none."""
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return at
    today = at.astimezone(zone).date()
    for starts_at, ends_at in _nights((today - timedelta(days=1), today), quiet_from, quiet_until, zone):
        if starts_at <= at < ends_at:
            return ends_at
    return at


def _nights(
    days: tuple[date, ...], quiet_from: time, quiet_until: time, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    length = timedelta(days=1) if quiet_until < quiet_from else timedelta(0)
    for day in days:
        yield _moment(day, quiet_from, zone), _moment(day + length, quiet_until, zone)


def _moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    first, second = (datetime.combine(day, clock.replace(fold=fold), zone).astimezone(UTC) for fold in (0, 1))
    # In a skipped hour the first reading is the later one; in an hour that comes twice it is the second.
    return max(first, second)


# In these, `chosen` is a row of notifications_preferences or nothing; parameters: at, time_zone.
IS_NOT_PAUSED_SQL = """(
    chosen.paused_until IS NULL OR chosen.paused_until <= (%(at)s::timestamptz AT TIME ZONE %(time_zone)s::text)::date
)"""
# Now, or the beginning of the day on which the pause ends.
AFTER_PAUSE_SQL = "greatest(%(at)s::timestamptz, chosen.paused_until::timestamp AT TIME ZONE %(time_zone)s::text)"


def due_at_sql(may_break: str, moment: str = "%(at)s::timestamptz") -> str:
    """`due_at` as an expression.

    Args:
        may_break: A condition: whether this message is one that may come in quiet hours, if the person agrees.
        moment: An expression: from when on the person may be told, quiet hours aside.
    """
    return f"""CASE
        WHEN chosen.quiet_from IS NULL OR chosen.quiet_from = chosen.quiet_until
          OR ({may_break} AND chosen.urgent_breaks_quiet) THEN {moment}
        ELSE coalesce((
            SELECT min(night.ends_at)
            FROM (SELECT {moment} AS at) AS asked,
                 LATERAL (SELECT (asked.at AT TIME ZONE %(time_zone)s::text)::date AS day) AS today,
                 LATERAL (VALUES (today.day - 1), (today.day)) AS evening(day),
                 LATERAL (
                     SELECT (evening.day + chosen.quiet_from) AT TIME ZONE %(time_zone)s::text AS starts_at,
                            (evening.day + (chosen.quiet_until < chosen.quiet_from)::int + chosen.quiet_until)
                                AT TIME ZONE %(time_zone)s::text AS ends_at
                 ) AS night
            WHERE night.starts_at <= asked.at AND asked.at < night.ends_at
        ), {moment})
    END"""
