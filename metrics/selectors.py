"""Whom do we reach, and whom do we miss, neighborhood by neighborhood?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db import connection

from core.counts import PeopleCount, people_count
from metrics import rules
from metrics.rules import Shade

# The figures are read anew whenever something was counted; this only bounds how long old ones are kept.
KEPT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class NeighborhoodReach:
    """How far the police reach into one neighborhood.

    Attributes:
        commands: Names of the commands that serve it, area command first; headquarters serves all and is left out.
        posts: Police posts that stand in its feed.
        replies: Public replies its residents wrote and neighbors can read: hidden ones are left out.
        last_post_at: When something last changed in its feed.
    """

    id: int
    slug: str
    name: str
    commands: Sequence[str]
    claimed: PeopleCount
    verified: PeopleCount
    posts: int
    replies: int
    last_post_at: datetime | None
    last_reply_at: datetime | None

    @property
    def shade(self) -> Shade:
        return rules.shade_of(self.claimed, self.verified)

    @property
    def last_activity_at(self) -> datetime | None:
        """The last post or reply, whichever came later."""
        return max((at for at in (self.last_post_at, self.last_reply_at) if at is not None), default=None)


_REACH = """
SELECT place.id, place.slug, place.name, coalesce(served.commands, '{}'),
       place.claimed_count, place.verified_count,
       coalesce(delivered.posts, 0), coalesce(answered.replies, 0), newest.changed_at, answered.last_at
FROM neighborhoods_neighborhood AS place
JOIN neighborhoods_boundary AS current ON current.neighborhood_id = place.id AND current.ended_at IS NULL
LEFT JOIN (
    SELECT coverage.neighborhood_id, array_agg(command.name ORDER BY command.kind <> 'area', command.name) AS commands
    FROM commands_coverage AS coverage JOIN commands_policecommand AS command ON command.id = coverage.command_id
    WHERE coverage.ended_at IS NULL GROUP BY coverage.neighborhood_id
) AS served ON served.neighborhood_id = place.id
LEFT JOIN (
    SELECT neighborhood_id, count(*) AS posts FROM posts_delivery GROUP BY neighborhood_id
) AS delivered ON delivered.neighborhood_id = place.id
LEFT JOIN (
    SELECT neighborhood_id, count(*) AS replies, max(created_at) AS last_at
    FROM posts_reply AS reply
    WHERE neighborhood_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM posts_replyhiding AS hiding WHERE hiding.reply_id = reply.id AND hiding.outcome <> 'overturned'
    )
    GROUP BY neighborhood_id
) AS answered ON answered.neighborhood_id = place.id
LEFT JOIN LATERAL (
    SELECT post.changed_at
    FROM posts_delivery AS delivery JOIN posts_post AS post ON post.id = delivery.post_id
    WHERE delivery.neighborhood_id = place.id ORDER BY delivery.feed_number DESC LIMIT 1
) AS newest ON true
ORDER BY place.name, place.id
"""

# Everything the figures are made of, as short as it can be told: rows of places and coverage, and a number each for
# feeds, boundaries, replies and what of them is hidden.
_VERSION = """
SELECT md5(concat_ws('|',
    (SELECT string_agg(concat_ws(':', id, slug, name, claimed_count, verified_count), ',' ORDER BY id)
     FROM neighborhoods_neighborhood),
    (SELECT string_agg(concat_ws(':', coverage.id, command.name), ',' ORDER BY coverage.id)
     FROM commands_coverage AS coverage JOIN commands_policecommand AS command ON command.id = coverage.command_id
     WHERE coverage.ended_at IS NULL),
    (SELECT concat_ws(':', max(id), count(*) FILTER (WHERE ended_at IS NULL)) FROM neighborhoods_boundary),
    (SELECT sum(number) FROM posts_feed),
    (SELECT max(id) FROM posts_reply),
    (SELECT concat_ws(':', max(id), count(*) FILTER (WHERE outcome = 'overturned')) FROM posts_replyhiding)
))
"""


def reach_by_neighborhood() -> list[NeighborhoodReach]:
    """The figures of every current neighborhood, by name.

    Two queries, or one cheap one while nothing has changed: counting deliveries takes longer the more there are.
    """
    with connection.cursor() as cursor:
        cursor.execute(_VERSION)
        key = f"metrics:reach:{cursor.fetchone()[0]}"
        kept: list[NeighborhoodReach] | None = cache.get(key)
        if kept is not None:
            return kept
        cursor.execute(_REACH)
        rows = [
            NeighborhoodReach(pk, slug, name, tuple(commands), people_count(claimed), people_count(verified), *figures)
            for pk, slug, name, commands, claimed, verified, *figures in cursor.fetchall()
        ]
    cache.set(key, rows, KEPT_SECONDS)
    return rows


@dataclass(frozen=True, slots=True)
class PrivateReach:
    """What passed in private between the residents of one neighborhood and the commands of the staff member who asks.

    Attributes:
        waiting: Conversations in which the resident waits for an answer.
    """

    conversations: int
    waiting: int


_PRIVATE_REACH = """
WITH served AS (
    SELECT current.neighborhood_id, command.id AS command_id
    FROM neighborhoods_boundary AS current CROSS JOIN commands_policecommand AS command
    WHERE current.ended_at IS NULL AND command.id = ANY(%(command_ids)s::bigint[])
      AND (command.kind = 'headquarters' OR EXISTS (
          SELECT FROM commands_coverage AS coverage
          WHERE coverage.command_id = command.id AND coverage.neighborhood_id = current.neighborhood_id
            AND coverage.ended_at IS NULL))
), talked AS (
    SELECT residency.neighborhood_id, conversation.command_id,
           count(*) AS conversations, count(conversation.waiting_since) AS waiting
    FROM posts_conversation AS conversation
    JOIN neighborhoods_residency AS residency
      ON residency.person_id = conversation.resident_id AND residency.ended_at IS NULL
    WHERE conversation.command_id = ANY(%(command_ids)s::bigint[])
    GROUP BY residency.neighborhood_id, conversation.command_id
)
SELECT served.neighborhood_id, coalesce(sum(talked.conversations), 0)::int, coalesce(sum(talked.waiting), 0)::int
FROM served LEFT JOIN talked USING (neighborhood_id, command_id)
GROUP BY served.neighborhood_id
"""


def private_reach(command_ids: Sequence[int]) -> dict[int, PrivateReach]:
    """For each neighborhood these commands serve, the private conversations they have with its residents. One query.

    A resident counts where they live now; who lives outside of what the command serves is not in here.
    """
    if not command_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_PRIVATE_REACH, {"command_ids": list(command_ids)})
        return {
            neighborhood_id: PrivateReach(conversations, waiting)
            for neighborhood_id, conversations, waiting in cursor.fetchall()
        }


# By what stands in the table, never by a hidden count: the order would tell which of two hidden counts is larger.
SORT_KEYS: dict[str, Callable[[NeighborhoodReach], Any]] = {
    "name": lambda row: row.name.casefold(),
    "command": lambda row: row.commands,
    "people": lambda row: row.claimed.at_least + row.verified.at_least,
    "claimed": lambda row: row.claimed.at_least,
    "verified": lambda row: row.verified.at_least,
    "posts": lambda row: row.posts,
    "replies": lambda row: row.replies,
    "activity": lambda row: row.last_activity_at.timestamp() if row.last_activity_at else float("-inf"),
}
DEFAULT_SORT = "name"


def in_order(rows: Sequence[NeighborhoodReach], sort: str) -> list[NeighborhoodReach]:
    """Rows by one of `SORT_KEYS`, the other way round with a "-" in front; equal ones stay by name."""
    return sorted(rows, key=SORT_KEYS[sort.removeprefix("-")], reverse=sort.startswith("-"))
