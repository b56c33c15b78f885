"""What is new in each feed, and what of it does one digest hold?"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from posts.rules import TOPICS

# Whoever heard nothing for longer begins anew.
LOOKED_BACK = timedelta(days=31)
# Of a post's text; the rest is on its own page.
EXCERPT_LENGTH = 400

# A post counts where it was first put into a feed. Its corrections go at once to whoever's digest carried it, so that
# no later digest has to; a digest that is still to come carries it as it stands then.
FIRST_NUMBER = "coalesce(delivery.earlier_numbers[1], delivery.feed_number)"
_CAN_BE_TOLD = "post.status = 'published' AND post.stopped_at IS NULL"


@dataclass(frozen=True, slots=True)
class FeedNews:
    """What digests can find in one neighborhood's feed; numbers are feed numbers, and 0 is below all of them.

    Attributes:
        upto: Where the feed ends now.
        oldest: Where `LOOKED_BACK` began.
        day_back, week_back: Where the last day and the last week began.
        urgent, crime, tips, events: The newest post of the topic that can still be told.
        room: The neighbors' room's number, which rises with every change in it.
        people: How many live there.
    """

    neighborhood_id: int
    upto: int
    oldest: int
    day_back: int
    week_back: int
    urgent: int
    crime: int
    tips: int
    events: int
    room: int
    people: int


@dataclass(frozen=True, slots=True)
class DigestPost:
    """One police post as digests show it."""

    id: int
    version: int
    kind: str
    title: str
    text: str
    published_at: datetime
    audience_scope: str
    neighborhood_count: int
    command_name: str
    is_corrected: bool


@dataclass(frozen=True, slots=True)
class DigestPosts:
    """The newest posts of a digest.

    Attributes:
        total: How many there are, those that it does not show included.
        oldest_at: When the oldest of them all was published.
    """

    shown: tuple[DigestPost, ...]
    total: int
    oldest_at: datetime | None


def feed_news(*, at: datetime) -> list[FeedNews]:
    """What is new in every neighborhood, by id. One query, whose cost grows with a month's deliveries."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH recent AS (
                SELECT delivery.neighborhood_id,
                       min({FIRST_NUMBER}) - 1 AS oldest,
                       min({FIRST_NUMBER}) FILTER (WHERE post.published_at > %(week_back)s) - 1 AS week_back,
                       min({FIRST_NUMBER}) FILTER (WHERE post.published_at > %(day_back)s) - 1 AS day_back,
                       max({FIRST_NUMBER}) FILTER (WHERE {_CAN_BE_TOLD} AND kind.topic = 'urgent') AS urgent,
                       max({FIRST_NUMBER}) FILTER (WHERE {_CAN_BE_TOLD} AND kind.topic = 'crime') AS crime,
                       max({FIRST_NUMBER}) FILTER (WHERE {_CAN_BE_TOLD} AND kind.topic = 'tips') AS tips,
                       max({FIRST_NUMBER}) FILTER (WHERE {_CAN_BE_TOLD} AND kind.topic = 'events') AS events
                FROM posts_post AS post
                JOIN posts_delivery AS delivery ON delivery.post_id = post.id
                JOIN unnest(%(kinds)s::text[], %(topics)s::text[]) AS kind(name, topic) ON kind.name = post.kind
                WHERE post.published_at > %(oldest)s
                GROUP BY delivery.neighborhood_id
            )
            SELECT place.id, coalesce(feed.number, 0), coalesce(recent.oldest, feed.number, 0),
                   coalesce(recent.day_back, feed.number, 0), coalesce(recent.week_back, feed.number, 0),
                   coalesce(recent.urgent, 0), coalesce(recent.crime, 0), coalesce(recent.tips, 0),
                   coalesce(recent.events, 0), coalesce(room.number, 0), place.claimed_count + place.verified_count
            FROM neighborhoods_neighborhood AS place
            LEFT JOIN posts_feed AS feed ON feed.neighborhood_id = place.id
            LEFT JOIN community_room AS room ON room.neighborhood_id = place.id
            LEFT JOIN recent ON recent.neighborhood_id = place.id
            WHERE recent.neighborhood_id IS NOT NULL OR room.number > 0
            ORDER BY place.id
            """,
            {
                "oldest": at - LOOKED_BACK,
                "week_back": at - timedelta(days=7),
                "day_back": at - timedelta(days=1),
                "kinds": list(TOPICS),
                "topics": [topic.value for topic in TOPICS.values()],
            },
        )
        return [FeedNews(*row) for row in cursor.fetchall()]


def digest_posts(
    neighborhood_id: int,
    *,
    after: int,
    upto: int,
    topics: Collection[str],
    except_post_ids: Collection[int] = (),
    at_most: int,
) -> DigestPosts:
    """What a digest of a range of feed numbers holds, newest first. One query.

    Posts that were taken back or stopped are not in it.

    Args:
        except_post_ids: What its reader was told already.
    """
    kinds = [kind for kind, topic in TOPICS.items() if topic in topics]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT post.id, post.version, post.kind, post.title, left(post.text, {EXCERPT_LENGTH}), post.published_at,
                   post.audience_scope, post.neighborhood_count, command.name, post.corrected_at IS NOT NULL,
                   count(*) OVER (), min(post.published_at) OVER ()
            FROM posts_delivery AS delivery
            JOIN posts_post AS post ON post.id = delivery.post_id
            JOIN commands_policecommand AS command ON command.id = post.command_id
            WHERE delivery.neighborhood_id = %(neighborhood_id)s AND delivery.feed_number > %(after)s
              AND {FIRST_NUMBER} > %(after)s AND {FIRST_NUMBER} <= %(upto)s
              AND {_CAN_BE_TOLD} AND post.kind = ANY(%(kinds)s) AND post.id <> ALL(%(except)s::bigint[])
            ORDER BY {FIRST_NUMBER} DESC LIMIT %(at_most)s
            """,
            {
                "neighborhood_id": neighborhood_id,
                "after": after,
                "upto": upto,
                "kinds": kinds,
                "except": list(except_post_ids),
                "at_most": at_most,
            },
        )
        rows = cursor.fetchall()
    total, oldest_at = rows[0][-2:] if rows else (0, None)
    return DigestPosts(tuple(DigestPost(*row[:-2]) for row in rows), total, oldest_at)


def versions_that_can_be_told(post_ids: Collection[int]) -> dict[int, int]:
    """The current version of each of these posts that was neither taken back nor stopped. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, version FROM posts_post AS post WHERE id = ANY(%s::bigint[]) AND {_CAN_BE_TOLD}",
            [list(post_ids)],
        )
        return dict(cursor.fetchall())


def told_before(digest_ids: Sequence[int], *, at: datetime) -> dict[int, frozenset[int]]:
    """Posts in the ranges of digests that their readers were told of already, by digest; those with none are left out.

    Told means by e-mail at once, or by another digest: of another pace, or where the reader lived before. One query,
    none for no digests.
    """
    if not digest_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT digest.id, delivery.post_id
            FROM notifications_digest AS digest
            JOIN posts_delivery AS delivery
              ON delivery.neighborhood_id = digest.neighborhood_id AND delivery.feed_number > digest.after_number
             AND {FIRST_NUMBER} > digest.after_number AND {FIRST_NUMBER} <= digest.upto_number
            JOIN posts_post AS post ON post.id = delivery.post_id
            JOIN unnest(%(kinds)s::text[], %(topics)s::text[]) AS kind(name, topic) ON kind.name = post.kind
            WHERE digest.id = ANY(%(digest_ids)s::bigint[]) AND kind.topic = ANY(digest.topics) AND (
                EXISTS (
                    SELECT FROM notifications_message AS message
                    JOIN notifications_notice AS notice ON notice.message_id = message.id
                    WHERE message.source = 'post' AND message.source_id = post.id
                      AND notice.person_id = digest.person_id AND notice.channel = 'email'
                      AND (notice.state = 'sent' OR (notice.state = 'waiting' AND message.ended_at IS NULL))
                ) OR EXISTS (
                    SELECT FROM notifications_digest AS earlier
                    JOIN posts_delivery AS there
                      ON there.neighborhood_id = earlier.neighborhood_id AND there.post_id = post.id
                    WHERE earlier.person_id = digest.person_id AND earlier.id <> digest.id AND earlier.state = 'sent'
                      AND earlier.day > %(oldest)s AND kind.topic = ANY(earlier.topics)
                      AND coalesce(there.earlier_numbers[1], there.feed_number) > earlier.after_number
                      AND coalesce(there.earlier_numbers[1], there.feed_number) <= earlier.upto_number
                )
            )
            """,
            {
                "digest_ids": list(digest_ids),
                "kinds": list(TOPICS),
                "topics": [topic.value for topic in TOPICS.values()],
                "oldest": (at - 2 * LOOKED_BACK).date(),
            },
        )
        told: dict[int, set[int]] = {}
        for digest_id, post_id in cursor.fetchall():
            told.setdefault(digest_id, set()).add(post_id)
    return {digest_id: frozenset(post_ids) for digest_id, post_ids in told.items()}
