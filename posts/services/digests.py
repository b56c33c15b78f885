"""For whom is a digest due, and which part of the feed does it hold?

A digest is due at the hour its reader chose, once a day or on one weekday. What is due is found by statements over many
people at once, so that a city's whole evening is a few of them; where there is nothing new there is no row.
"""

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from core import lanes
from core.queue import nudge
from notifications.models import Preferences, Pulse
from notifications.rules import DEFAULT_CHOICES, DIGEST_HOUR, DIGEST_WEEKDAY, Pace, Topic
from notifications.rules.quiet import IS_NOT_PAUSED_SQL
from posts.rules import TOPICS
from posts.selectors.digests import FIRST_NUMBER, LOOKED_BACK, FeedNews, feed_news

# About how many people one statement looks at, which is a transaction of its own: those of whole neighborhoods, so that
# digests of one feed stand in the queue behind each other and are made once.
CHUNK_SIZE = 20_000
# Up to when it is known for whom digests were due; without it, since the day began.
MARK = "digests"

LENGTHS: dict[Pace, timedelta] = {Pace.DAILY: timedelta(days=1), Pace.WEEKLY: timedelta(days=7)}

_AT_THEIR_HOUR = f"coalesce(chosen.digest_hour, {DIGEST_HOUR}) = ANY(%(hours)s::int[])"
# Whoever changed something today may have chosen an hour that was over by then.
_CHANGED_TODAY = "chosen.changed_at >= %(day_began_at)s AND chosen.digest_hour <= %(hour)s"


def schedule_digests(*, at: datetime, chunk_size: int = CHUNK_SIZE) -> int:
    """Write a digest for everybody whose hour has come since the last time, and for whom there is something new.

    Hours that were missed are made up on the same day; older days are in the range of the next digest. May run twice,
    at the same time or never: a person has one digest of a pace on a day, whatever the clock does. Each chunk of people
    commits by itself.

    Returns:
        How many digests were written.
    """
    local = at.astimezone(ZoneInfo(settings.CITY_TIME_ZONE))
    day_began_at = datetime.combine(local.date(), time(), local.tzinfo)
    hours = _hours_begun(local, Pulse.objects.filter(name=MARK).values_list("at", flat=True).first())
    has_changed_today = Preferences.objects.filter(changed_at__gte=day_began_at, digest_hour__lte=local.hour).exists()
    count = 0
    if hours or has_changed_today:
        parameters = {
            "at": at,
            "day": local.date(),
            "weekday": local.weekday(),
            "hours": hours,
            "hour": local.hour,
            "day_began_at": day_began_at,
            "oldest_at": at - LOOKED_BACK,
            "oldest_day": local.date() - LOOKED_BACK,
            "week_ago": local.date() - LENGTHS[Pace.WEEKLY],
            "time_zone": settings.CITY_TIME_ZONE,
        }
        asked = [_AT_THEIR_HOUR] * bool(hours) + [_CHANGED_TODAY] * has_changed_today
        statements = [_statement(pace, who) for pace in LENGTHS for who in asked]
        for chunk in _chunks(feed_news(at=at), chunk_size):
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement, {**parameters, **_columns(chunk)})
                    count += cursor.rowcount
    Pulse.objects.update_or_create(name=MARK, defaults={"at": at})
    if count:
        nudge("posts.send_digests", lane=lanes.MAIL)
    return count


def _hours_begun(local: datetime, last_at: datetime | None) -> list[int]:
    """Hours of today that have begun since the last time; where clocks are set back, each counts once."""
    last = last_at.astimezone(local.tzinfo) if last_at else None
    is_same_day = last is not None and last.date() == local.date() and last.timestamp() <= local.timestamp()
    first = last.hour + 1 if last is not None and is_same_day else 0
    return list(range(first, local.hour + 1))


def _chunks(news: list[FeedNews], size: int) -> Iterator[list[FeedNews]]:
    chunk: list[FeedNews] = []
    people = 0
    for of_place in news:
        chunk.append(of_place)
        people += of_place.people
        if people >= size:
            yield chunk
            chunk, people = [], 0
    if chunk:
        yield chunk


def _columns(news: list[FeedNews]) -> dict[str, list[int]]:
    return {field.name: [getattr(of_place, field.name) for of_place in news] for field in fields(FeedNews)}


def _statement(pace: Pace, who: str) -> str:
    """The rule, for those who live in a chunk of neighborhoods."""
    topics = ", ".join(_wanted(topic, pace) for topic in Topic if topic != Topic.REPLIES)
    newest = ", ".join(
        f"CASE WHEN '{topic.value}' = ANY(reader.topics) THEN feed.{topic.value} END"
        for topic in sorted(set(TOPICS.values()))
    )
    other = Pace.WEEKLY if pace == Pace.DAILY else Pace.DAILY
    length = f"interval '{LENGTHS[pace].days} days'"
    length_back = "feed.day_back" if pace == Pace.DAILY else "feed.week_back"
    # Where the next digest goes on: behind what left, or once more at what did not.
    goes_on = "CASE WHEN digest.state = 'sent' THEN digest.upto_number ELSE digest.after_number END"
    weekday = f"coalesce(chosen.digest_weekday, {DIGEST_WEEKDAY}) = %(weekday)s"
    # All is found before the first row is written: what looks for earlier digests must not walk through new ones.
    return f"""
    WITH feed AS MATERIALIZED (
        SELECT * FROM unnest(
            %(neighborhood_id)s::bigint[], %(upto)s::bigint[], %(oldest)s::bigint[], %(day_back)s::bigint[],
            %(week_back)s::bigint[], %(urgent)s::bigint[], %(crime)s::bigint[], %(tips)s::bigint[],
            %(events)s::bigint[], %(room)s::bigint[]
        ) AS feed(neighborhood_id, upto, oldest, day_back, week_back, urgent, crime, tips, events, room)
    ), reader AS (
        SELECT home.person_id, home.neighborhood_id, home.claimed_at, chosen.changed_at,
               array_remove(ARRAY[{topics}], NULL) AS topics
        FROM neighborhoods_residency AS home
        JOIN accounts_user AS account ON account.id = home.person_id AND account.is_active
        LEFT JOIN notifications_preferences AS chosen ON chosen.person_id = home.person_id
        LEFT JOIN notifications_suppression AS suppression
          ON suppression.person_id = home.person_id AND lower(suppression.email) = lower(account.email)
        WHERE home.neighborhood_id = ANY(%(neighborhood_id)s::bigint[]) AND NOT (home.standing = 'ended')
          AND {who} AND {weekday if pace == Pace.WEEKLY else "true"}
          AND suppression.person_id IS NULL AND {IS_NOT_PAUSED_SQL}
    ), start AS (
        SELECT reader.*, feed.upto, feed.oldest, feed.room, {length_back} AS length_back,
               greatest({newest}) AS newest,
               'neighbors' = ANY(reader.topics) AND feed.room > coalesce(last.room_number, 0) AS room_is_new,
               last.goes_on, (
                   SELECT {goes_on} FROM notifications_digest AS digest
                   WHERE reader.changed_at > coalesce(last.due_at, '-infinity') AND digest.person_id = reader.person_id
                     AND digest.pace = '{other.value}' AND digest.day >= %(week_ago)s
                     AND digest.neighborhood_id = reader.neighborhood_id
                   ORDER BY digest.day DESC LIMIT 1
               ) AS other_goes_on,
               CASE
                   WHEN last.heard_elsewhere_at IS NOT NULL THEN greatest(last.heard_elsewhere_at, %(oldest_at)s)
                   WHEN reader.claimed_at > %(at)s::timestamptz - {length} THEN greatest(
                       %(at)s::timestamptz - {length}, (
                           SELECT min(any_home.claimed_at) FROM neighborhoods_residency AS any_home
                           WHERE any_home.person_id = reader.person_id
                       )
                   )
               END AS since
        FROM reader
        JOIN feed ON feed.neighborhood_id = reader.neighborhood_id
        LEFT JOIN LATERAL (
            SELECT digest.day, digest.state, digest.due_at,
                   CASE WHEN is_here THEN digest.room_number END AS room_number,
                   CASE WHEN is_here THEN {goes_on} END AS goes_on,
                   CASE
                       WHEN is_here THEN NULL WHEN digest.state = 'sent' THEN digest.due_at
                       ELSE digest.due_at - {length}
                   END AS heard_elsewhere_at
            FROM notifications_digest AS digest,
                 LATERAL (SELECT digest.neighborhood_id = reader.neighborhood_id AS is_here) AS place
            WHERE digest.person_id = reader.person_id AND digest.pace = '{pace.value}' AND digest.day > %(oldest_day)s
            ORDER BY digest.day DESC LIMIT 1
        ) AS last ON true
        WHERE reader.topics <> '{{}}' AND (last.day IS NULL OR (last.day < %(day)s AND last.state <> 'waiting'))
    ), ranged AS MATERIALIZED (
        SELECT start.*, least(start.other_goes_on, CASE
            WHEN start.goes_on IS NOT NULL THEN start.goes_on
            WHEN start.since IS NULL THEN start.length_back
            ELSE coalesce((
                SELECT min({FIRST_NUMBER}) - 1
                FROM posts_delivery AS delivery JOIN posts_post AS post ON post.id = delivery.post_id
                WHERE delivery.neighborhood_id = start.neighborhood_id AND delivery.feed_number > start.oldest
                  AND post.published_at > start.since
            ), start.upto)
        END) AS after_number
        FROM start
    )
    INSERT INTO notifications_digest
        (person_id, pace, day, neighborhood_id, after_number, upto_number, room_number, topics, state, due_at, attempts,
         reason)
    SELECT person_id, '{pace.value}', %(day)s::date, neighborhood_id, after_number, upto, room, topics, 'waiting',
           %(at)s::timestamptz, 0, ''
    FROM ranged WHERE newest > after_number OR room_is_new
    ORDER BY neighborhood_id, person_id
    ON CONFLICT (person_id, pace, day) DO NOTHING
    """


def _wanted(topic: Topic, pace: Pace) -> str:
    default = DEFAULT_CHOICES[topic].email
    only = "home.standing = 'verified' AND " if topic == Topic.NEIGHBORS else ""
    return (
        f"CASE WHEN {only}coalesce(chosen.{topic.value}_email, '{default.value}') = '{pace.value}'"
        f" THEN '{topic.value}' END"
    )
