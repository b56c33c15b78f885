"""What does a command's staff see of its own work?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Q, QuerySet

from posts.models import Conversation, Delivery, Post, Reply
from posts.rules import PostStatus


def posts_in_status(command_id: int, status: str) -> QuerySet[Post]:
    """A command's posts in one status, newest first."""
    return Post.objects.filter(command_id=command_id, status=status).select_related("author").order_by("-id")


def get_post_of(command_id: int, post_id: int) -> Post:
    """Any post of the command, whatever its status. Raises Post.DoesNotExist for another command's."""
    return Post.objects.select_related("command", "author", "approver").get(pk=post_id, command_id=command_id)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a post's fan-out is, counted from its rows."""

    neighborhoods: int
    done: int
    people: int

    @property
    def is_done(self) -> bool:
        return self.done == self.neighborhoods


def progress_of(post_ids: Sequence[int]) -> dict[int, Progress]:
    """Progress of each post. One query."""
    rows = (
        Delivery.objects.filter(post_id__in=post_ids)
        .values("post_id")
        .annotate(neighborhoods=Count("pk"), done=Count("pk", filter=Q(done_at__isnull=False)))
    )
    people = dict(Post.objects.filter(pk__in=post_ids).values_list("pk", "resident_count"))
    return {
        row["post_id"]: Progress(row["neighborhoods"], row["done"], people[row["post_id"]]) for row in rows
    }


def deliveries_of(post: Post) -> QuerySet[Delivery]:
    """A post's deliveries by neighborhood name."""
    return Delivery.objects.filter(post=post).select_related("neighborhood").order_by("neighborhood__name")


def count_waiting(command_id: int) -> int:
    """Conversations in which a resident waits for an answer."""
    return Conversation.objects.filter(command_id=command_id, waiting_since__isnull=False).count()


def latest_replies_to(command_id: int, *, size: int = 10) -> list[Reply]:
    """The newest public replies by residents under a command's posts. One query."""
    return list(
        Reply.objects.filter(post__command_id=command_id, neighborhood__isnull=False)
        .select_related("post", "author", "neighborhood")
        .order_by("-pk")[:size]
    )


@dataclass(frozen=True, slots=True)
class LastHeard:
    """What a neighborhood last heard from a command, and when; None when nothing yet."""

    neighborhood_id: int
    name: str
    slug: str
    resident_count: int
    post_id: int | None
    title: str | None
    published_at: datetime | None


def last_heard(neighborhood_ids: Sequence[int]) -> list[LastHeard]:
    """What each neighborhood last heard from any command, longest silence first. One query.

    One backward step in the feed's own index per neighborhood.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT place.id, place.name, place.slug, place.claimed_count + place.verified_count,
                   newest.id, newest.title, newest.published_at
            FROM neighborhoods_neighborhood AS place
            LEFT JOIN LATERAL (
                SELECT post.id, post.title, post.published_at
                FROM posts_delivery AS delivery JOIN posts_post AS post ON post.id = delivery.post_id
                WHERE delivery.neighborhood_id = place.id
                ORDER BY delivery.feed_number DESC LIMIT 1
            ) AS newest ON true
            WHERE place.id = ANY(%s::bigint[])
            ORDER BY newest.published_at ASC NULLS FIRST, place.name
            """,
            [list(neighborhood_ids)],
        )
        return [LastHeard(*row) for row in cursor.fetchall()]
