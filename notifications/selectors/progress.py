"""How far is what was told about something: how many notices left, wait or failed, when, and why?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import connection

from notifications.rules import DEFAULT_CHOICES, Channel, Pace, Source, Topic
from notifications.rules.retries import MAX_ATTEMPTS

# What a worker has right now is on its way; whatever else waits is due or waits for its next try.
Standing = Literal["sent", "going", "waiting", "failed", "superseded"]

TROUBLES_SHOWN = 500

_OF_SOURCE = """
notifications_message AS message JOIN notifications_notice AS notice ON notice.message_id = message.id
WHERE message.source = %(source)s AND message.source_id = %(source_id)s
"""


@dataclass(frozen=True, slots=True)
class NoticeCount:
    """How many notices of one version, to one neighborhood over one channel, stand alike.

    Attributes:
        neighborhood_id: Where the people lived when they were written.
        retried_count: Those among them that wait for another try.
    """

    version: int
    neighborhood_id: int | None
    channel: Channel
    standing: Standing
    count: int
    retried_count: int


def count_notices(source: Source, source_id: int, *, at: datetime) -> list[NoticeCount]:
    """Every notice ever written about something, counted. One query over the index by message."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT message.version, notice.neighborhood_id, notice.channel,
                CASE
                    WHEN notice.state <> 'waiting' THEN notice.state
                    WHEN notice.lease_until > %(at)s THEN 'going'
                    WHEN message.ended_at IS NOT NULL THEN 'superseded'
                    ELSE 'waiting'
                END AS standing,
                count(*),
                count(*) FILTER (
                    WHERE notice.state = 'waiting' AND notice.attempts > 0 AND message.ended_at IS NULL
                )
            FROM {_OF_SOURCE} GROUP BY 1, 2, 3, 4
            """,
            {"source": source.value, "source_id": source_id, "at": at},
        )
        return [NoticeCount(row[0], row[1], Channel(row[2]), *row[3:]) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Moments:
    """When notices of one version left: the first, and those by which 50, 95 and 100 % had ended; None: not yet.

    Attributes:
        closed: From when on nothing more of it left: stopped, or the next version came.
    """

    closed: datetime | None
    first: datetime | None
    half: datetime | None
    most: datetime | None
    all: datetime | None


def moments_of(source: Source, source_id: int, *, at: datetime) -> dict[int, Moments]:
    """By version; what was superseded does not count. One query over the index by message."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT version, closed_at, first_sent_at,
                ARRAY(SELECT CASE WHEN isfinite(moment) THEN moment END FROM unnest(moments) AS moment)
            FROM (
                SELECT message.version, message.ended_at AS closed_at,
                    min(notice.ended_at) FILTER (WHERE notice.state = 'sent') AS first_sent_at,
                    percentile_disc(ARRAY[0.5, 0.95, 1.0])
                        WITHIN GROUP (ORDER BY coalesce(notice.ended_at, 'infinity')) AS moments
                FROM {_OF_SOURCE} AND notice.state <> 'superseded'
                    AND NOT (
                        notice.state = 'waiting' AND message.ended_at IS NOT NULL
                        AND (notice.lease_until IS NULL OR notice.lease_until <= %(at)s)
                    )
                GROUP BY 1, 2
            ) AS ended
            """,
            {"source": source.value, "source_id": source_id, "at": at},
        )
        return {row[0]: Moments(row[1], row[2], *row[3]) for row in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why notices did not leave, in the words of the other side.

    Attributes:
        is_permanent: Trying again would change nothing, as for an address that is gone.
        next_at: When the next of those that will be tried again is due; None when they have failed.
    """

    neighborhood_id: int | None
    channel: Channel
    reason: str
    is_permanent: bool
    next_at: datetime | None
    count: int


def troubles_of(source: Source, source_id: int, *, version: int) -> list[Trouble]:
    """What failed or is tried again of one version, most frequent first. One query over the index by message.

    Not all of it where mail servers put a number of their own into every answer; how many failed says `count_notices`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT notice.neighborhood_id, notice.channel, notice.reason,
                notice.state = 'failed' AND notice.attempts < %(max_attempts)s,
                min(notice.due_at) FILTER (WHERE notice.state = 'waiting'), count(*)
            FROM {_OF_SOURCE} AND message.version = %(version)s
                AND (
                    notice.state = 'failed'
                    OR (notice.state = 'waiting' AND notice.attempts > 0 AND message.ended_at IS NULL)
                )
            GROUP BY notice.neighborhood_id, notice.channel, notice.reason, 4, notice.state
            ORDER BY count(*) DESC, notice.reason LIMIT {TROUBLES_SHOWN}
            """,
            {"source": source.value, "source_id": source_id, "version": version, "max_attempts": MAX_ATTEMPTS},
        )
        return [Trouble(row[0], Channel(row[1]), *row[2:]) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class DigestCount:
    """How many people of a neighborhood got something in a digest, and how many will."""

    got_it: int
    will_get_it: int


def count_digests(topic: Topic, places: Mapping[int, int]) -> dict[int, DigestCount]:
    """Who reads about a topic in a digest, by neighborhood. One query.

    Args:
        topic: One that police posts are about.
        places: The feed number of what is counted, by neighborhood.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH place AS (
                SELECT * FROM unnest(%(neighborhood_ids)s::bigint[], %(numbers)s::bigint[]) AS place(id, number)
            ), carried AS (
                SELECT DISTINCT place.id, digest.person_id FROM place JOIN notifications_digest AS digest
                    ON digest.neighborhood_id = place.id AND digest.upto_number >= place.number
                    AND digest.after_number < place.number
                WHERE digest.state = 'sent' AND %(topic)s::text = ANY(digest.topics)
            ), wanted AS (
                SELECT residency.neighborhood_id AS id, count(*) AS people
                FROM place JOIN neighborhoods_residency AS residency
                    ON residency.neighborhood_id = place.id AND NOT (residency.standing = 'ended')
                JOIN accounts_user AS person ON person.id = residency.person_id AND person.is_active
                LEFT JOIN notifications_preferences AS chosen ON chosen.person_id = person.id
                WHERE coalesce(
                        CASE %(topic)s::text
                            WHEN 'urgent' THEN chosen.urgent_email
                            WHEN 'crime' THEN chosen.crime_email
                            WHEN 'tips' THEN chosen.tips_email
                            WHEN 'events' THEN chosen.events_email
                        END, %(default)s) = ANY(%(paces)s)
                    AND NOT EXISTS (
                        SELECT FROM notifications_suppression AS suppression
                        WHERE suppression.person_id = person.id AND lower(suppression.email) = lower(person.email)
                    )
                    AND NOT EXISTS (
                        SELECT FROM carried WHERE carried.id = place.id AND carried.person_id = person.id
                    )
                GROUP BY 1
            ), got AS (SELECT id, count(*) AS people FROM carried GROUP BY 1)
            SELECT place.id, coalesce(got.people, 0), coalesce(wanted.people, 0)
            FROM place LEFT JOIN got ON got.id = place.id LEFT JOIN wanted ON wanted.id = place.id
            """,
            {
                "neighborhood_ids": list(places.keys()),
                "numbers": list(places.values()),
                "topic": topic.value,
                "default": DEFAULT_CHOICES[topic].email.value,
                "paces": [Pace.DAILY.value, Pace.WEEKLY.value],
            },
        )
        return {neighborhood_id: DigestCount(got, wanted) for neighborhood_id, got, wanted in cursor.fetchall()}
