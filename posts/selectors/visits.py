"""Whose feed is this, and has anything in it changed since the last visit?"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from core.counts import people_in_places


@dataclass(frozen=True, slots=True)
class FeedVisit:
    """A resident's current residency together with the state of its feed: all that the feed page decides by.

    Attributes:
        neighborhood_id: None when a newer boundary file left the home in no neighborhood.
        feed_number: 0 when nothing was ever published there.
        room_number: Rises with every change in what neighbors there read; says nothing about what changed.
        command_name: The area command that serves it; empty where none does.
        moved_at: When a boundary moved over the home, until the resident was told; `asks_where_since` when one cut its
            block, until they said on which side it is.
        last_reply_id: The newest reply in the city: the cheapest thing that changes whenever a reply comes.
        last_hiding_id: The newest hiding of a reply.
        last_decision_at: When one was last decided on; these three change whenever a count of replies does.
    """

    is_verified: bool
    neighborhood_id: int | None
    name: str
    slug: str
    claimed_count: int
    verified_count: int
    feed_number: int
    room_number: int
    last_reply_id: int
    last_hiding_id: int
    last_decision_at: datetime | None
    command_name: str
    command_slug: str
    moved_at: datetime | None
    asks_where_since: datetime | None

    @property
    def people(self) -> str:
        """How many live there, in words that give no small number away."""
        return people_in_places([(self.claimed_count, self.verified_count)])


def find_feed_visit(person_id: int) -> FeedVisit | None:
    """Residency, neighborhood and feed number of a resident, None without a residency. One query.

    One query instead of one per table, because the feed is the page that everybody opens most.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT residency.standing = 'verified', place.id, coalesce(place.name, ''), coalesce(place.slug, ''),
                   coalesce(place.claimed_count, 0), coalesce(place.verified_count, 0), coalesce(feed.number, 0),
                   coalesce(room.number, 0),
                   coalesce((SELECT max(id) FROM posts_reply), 0),
                   coalesce((SELECT max(id) FROM posts_replyhiding), 0),
                   (SELECT max(decided_at) FROM posts_replyhiding),
                   coalesce(command.name, ''), coalesce(command.slug, ''),
                   residency.moved_at, residency.asks_where_since
            FROM neighborhoods_residency AS residency
            LEFT JOIN neighborhoods_neighborhood AS place ON place.id = residency.neighborhood_id
            LEFT JOIN posts_feed AS feed ON feed.neighborhood_id = place.id
            LEFT JOIN community_room AS room ON room.neighborhood_id = place.id
            LEFT JOIN LATERAL (
                SELECT serving.name, serving.slug
                FROM commands_coverage AS coverage
                JOIN commands_policecommand AS serving ON serving.id = coverage.command_id
                WHERE coverage.neighborhood_id = place.id AND coverage.ended_at IS NULL AND serving.kind = 'area'
                ORDER BY serving.id LIMIT 1
            ) AS command ON true
            WHERE residency.person_id = %s AND residency.standing <> 'ended'
            """,
            [person_id],
        )
        row = cursor.fetchone()
    return FeedVisit(*row) if row else None
