"""How does a published post get from its delivery rows to everybody who is looking right now, or wants to be told?

The rows are the queue: workers claim them in chunks with `SKIP LOCKED` and a lease, hand the live events over, and
only then mark them done; `telling` writes the notices. A worker that dies leaves a lease that runs out; the sweeper
finds the rows again.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from core.queue import nudge
from notifications.channels import command_desk, neighborhood_police
from notifications.gateways import LiveEvent, LiveGateway, LiveUnavailable
from posts import rules
from posts.models import Delivery, Post
from posts.services.telling import tell_of_post

CHUNK_SIZE = 500
LEASE = timedelta(seconds=60)
# The sweeper leaves young rows to the nudge that was sent with them.
NUDGE_HEAD_START = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A delivery this worker has until its lease runs out."""

    delivery_id: int
    neighborhood_id: int
    neighborhood_name: str
    feed_number: int


# Renders the card of a post for one neighborhood; the words are the entry point's business.
CardRenderer = Callable[[Post, str], str]

_CLAIM = """
UPDATE posts_delivery AS delivery SET lease_until = %(lease_until)s, attempts = attempts + 1
FROM (
    SELECT id FROM posts_delivery
    WHERE post_id = %(post_id)s AND version = %(version)s AND done_at IS NULL
        AND (lease_until IS NULL OR lease_until < %(at)s)
    ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
) AS free, neighborhoods_neighborhood AS neighborhood
WHERE delivery.id = free.id AND neighborhood.id = delivery.neighborhood_id
RETURNING delivery.id, delivery.neighborhood_id, neighborhood.name, delivery.feed_number
"""


def fan_out_post(*, post_id: int, at: datetime, live: LiveGateway, render_card: CardRenderer) -> int:
    """Hand over the live event of every delivery of a post that nobody else is working on, then tell by notice.

    May run twice, at the same time or never: a row is claimed by one worker at a time, and a page that gets an event
    twice knows its number already. A post that is corrected meanwhile is handed over by the run that follows.

    Args:
        at: Now; leases are counted from it.
        live: Where events are handed over.
        render_card: Makes the HTML that the event carries, so that open pages need not come back for it.

    Returns:
        How many deliveries were done.

    Raises:
        LiveUnavailable: The claimed rows were given back and wait for the sweeper; people were told all the same.
    """
    post = Post.objects.select_related("command").get(pk=post_id)
    try:
        return _hand_over(post, at, live, render_card)
    finally:
        tell_of_post(post_id=post_id, at=at)


def _hand_over(post: Post, at: datetime, live: LiveGateway, render_card: CardRenderer) -> int:
    done = 0
    while chunk := _claim(post, at):
        events = [
            LiveEvent(
                channel=neighborhood_police(delivery.neighborhood_id),
                id=delivery.feed_number,
                kind="post",
                data={
                    "post": post.pk,
                    "version": post.version,
                    "html": render_card(post, delivery.neighborhood_name),
                },
            )
            for delivery in chunk
        ]
        delivery_ids = [delivery.delivery_id for delivery in chunk]
        try:
            live.publish(events)
        except LiveUnavailable:
            Delivery.objects.filter(pk__in=delivery_ids, done_at=None).update(lease_until=None)
            raise
        done += _mark_done(delivery_ids, post.version, at)
        # Whoever watches it go out at a desk looks again; without Redis their page shows it at the next reload.
        with suppress(LiveUnavailable):
            live.publish([LiveEvent(command_desk(post.command_id), None, "progress", {"post": post.pk})])
        if len(chunk) < CHUNK_SIZE:
            break
    return done


def sweep(*, lane: str, at: datetime) -> list[int]:
    """Nudge again for every published post of a lane that still has a delivery nobody is working on.

    Such a delivery lacks its live event, or its notices.

    Returns:
        Ids of the posts nudged, oldest first; at most 100 at a time, the rest at the next sweep.
    """
    # The partial index over unfinished deliveries keeps this cheap however many are done.
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT post.id FROM posts_post AS post
            WHERE post.id IN (
                SELECT post_id FROM posts_delivery
                WHERE (done_at IS NULL OR notices_at IS NULL) AND (lease_until IS NULL OR lease_until < %(at)s)
            ) AND post.published_at < %(before)s AND post.kind = ANY(%(kinds)s)
            ORDER BY post.published_at, post.id LIMIT 100
            """,
            {"at": at, "before": at - NUDGE_HEAD_START, "kinds": rules.kinds_in(lane)},
        )
        waiting = [int(post_id) for (post_id,) in cursor.fetchall()]
    for post_id in waiting:
        nudge("posts.fan_out_post", post_id, lane=lane)
    return waiting


def _claim(post: Post, at: datetime) -> Sequence[ClaimedDelivery]:
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {
                "post_id": post.pk,
                "version": post.version,
                "at": at,
                "lease_until": at + LEASE,
                "limit": CHUNK_SIZE,
            },
        )
        return [ClaimedDelivery(*row) for row in cursor.fetchall()]


def _mark_done(delivery_ids: Sequence[int], version: int, at: datetime) -> int:
    # One array, not a list of placeholders: the same prepared statement whatever the size of the chunk. In id order, as
    # a correction or a stop locks them; what was stopped on its way has left all the same.
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE posts_delivery AS delivery SET done_at = %s, lease_until = NULL, is_stopped = false
            FROM (
                SELECT id FROM posts_delivery WHERE id = ANY(%s::bigint[]) ORDER BY id FOR UPDATE
            ) AS handed_over
            WHERE delivery.id = handed_over.id AND delivery.version = %s
                AND (delivery.done_at IS NULL OR delivery.is_stopped)
            """,
            [at, list(delivery_ids), version],
        )
        return int(cursor.rowcount)
