"""What stands in a neighborhood's feed?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from posts.rules import FEED_PAGE_SIZE

# A card shows four lines; the rest is on the post's own page.
EXCERPT_LENGTH = 600


@dataclass(frozen=True, slots=True)
class FeedPost:
    """A police post as every reader of one neighborhood sees it: nothing in it depends on who reads.

    Attributes:
        feed_number: Its place in the feed; higher is newer, and the next page starts below the last one's.
        text: At most the first `EXCERPT_LENGTH` characters.
        neighborhood_count: How many neighborhoods got it.
        replies_open: As it stands now; it changes without a new feed number, so nothing that is kept may say it.
    """

    feed_number: int
    id: int
    version: int
    kind: str
    title: str
    text: str
    status: str
    what_was_wrong: str
    corrected_at: datetime | None
    published_at: datetime
    audience_scope: str
    neighborhood_count: int
    command_name: str
    command_slug: str
    command_letter: str
    replies_open: bool


_COLUMNS = f"""
    delivery.feed_number, post.id, post.version, post.kind, post.title, left(post.text, {EXCERPT_LENGTH}),
    post.status, post.what_was_wrong, post.corrected_at, post.published_at, post.audience_scope,
    post.neighborhood_count, command.name, command.slug, command.letter, post.replies_open
"""

_FROM = """
    posts_delivery AS delivery
    JOIN posts_post AS post ON post.id = delivery.post_id
    JOIN commands_policecommand AS command ON command.id = post.command_id
"""

_PAGE = f"""
SELECT {_COLUMNS} FROM {_FROM}
WHERE delivery.neighborhood_id = %s AND delivery.feed_number < %s
ORDER BY delivery.feed_number DESC LIMIT %s
"""

_NEWER = f"""
SELECT {_COLUMNS} FROM {_FROM}
WHERE delivery.neighborhood_id = %s AND delivery.feed_number > %s
ORDER BY delivery.feed_number DESC LIMIT %s
"""

NO_LIMIT = 2**62


def feed_page(neighborhood_id: int, *, before: int | None = None, size: int = FEED_PAGE_SIZE) -> list[FeedPost]:
    """One page of a feed, newest first, by keyset: one index range, however old the page. One query."""
    return _read(_PAGE, (neighborhood_id, NO_LIMIT if before is None else before, size))


def feed_newer(neighborhood_id: int, *, after: int, size: int = 50) -> list[FeedPost]:
    """What came after a feed number, newest first, at most `size`. One query."""
    return _read(_NEWER, (neighborhood_id, after, size))


def feed_number(neighborhood_id: int) -> int:
    """The neighborhood's current feed number; 0 when nothing was ever published there. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM posts_feed WHERE neighborhood_id = %s", [neighborhood_id])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


@dataclass(frozen=True, slots=True)
class Replies:
    """What a feed says about the replies under a post: how many can be read, and whether more may come."""

    count: int
    are_open: bool


def replies_under(post_ids: Sequence[int]) -> dict[int, Replies]:
    """Visible replies of each post, hidden ones left out, and whether it takes more. One query over indexes by post."""
    if not post_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT post.id, (
                SELECT count(*) FROM posts_reply AS reply
                WHERE reply.post_id = post.id AND NOT EXISTS (
                    SELECT FROM posts_replyhiding AS hiding
                    WHERE hiding.reply_id = reply.id AND hiding.outcome <> 'overturned'
                )
            ), post.replies_open
            FROM posts_post AS post WHERE post.id = ANY(%s::bigint[])
            """,
            [list(post_ids)],
        )
        return {post_id: Replies(count, are_open) for post_id, count, are_open in cursor.fetchall()}


def count_replies(post_ids: Sequence[int]) -> dict[int, int]:
    """Replies of each post, hidden ones left out. One query over the index by post."""
    return {post_id: replies.count for post_id, replies in replies_under(post_ids).items()}


def _read(sql: str, parameters: tuple[int, int, int]) -> list[FeedPost]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [FeedPost(*row) for row in cursor.fetchall()]
