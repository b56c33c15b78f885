"""What does a command's staff see of its own work?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Left

from neighborhoods.models import Residency
from neighborhoods.rules import Standing
from posts.models import AudienceNeighborhood, Conversation, Delivery, Post, PrivateMessage, Reply
from posts.rules import PostStatus
from posts.selectors.replies import visible_replies

# What a row shows of a message; the rest is one click away.
EXCERPT_LENGTH = 240


def posts_in_status(command_id: int, status: str) -> QuerySet[Post]:
    """A command's posts in one status, newest first."""
    return Post.objects.filter(command_id=command_id, status=status).select_related("author").order_by("-id")


def unsent_posts(command_id: int, *, size: int = 20) -> list[Post]:
    """What is not out yet: returned drafts and posts that wait for a second person, newest first. One query."""
    return list(
        Post.objects.filter(command_id=command_id, status__in=(PostStatus.DRAFT, PostStatus.PENDING))
        .select_related("author", "returned_by")
        .order_by("-id")[:size]
    )


def chosen_neighborhood_ids(post: Post) -> list[int]:
    """The neighborhoods an author ticked; none when the scope is wider. One query."""
    return list(AudienceNeighborhood.objects.filter(post=post).values_list("neighborhood_id", flat=True))


def get_post_of(command_id: int, post_id: int) -> Post:
    """Any post of the command, whatever its status. Raises Post.DoesNotExist for another command's."""
    people = ("author", "approver", "returned_by", "replies_switched_by", "corrected_by", "stopped_by")
    return Post.objects.select_related("command", *people).get(pk=post_id, command_id=command_id)


def get_post_known_to(person_id: int, post_id: int) -> Post:
    """A post this staff member need know of: one that is out, or one of a command they work for. One query.

    Raises:
        Post.DoesNotExist: Not there, or another command's that is not out.
    """
    of_own_command = Q(command__assignments__person_id=person_id, command__assignments__ended_at=None)
    return Post.objects.filter(of_own_command | Q(published_at__isnull=False)).distinct().get(pk=post_id)


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
        .values_list("post_id", "post__resident_count")
        .annotate(neighborhoods=Count("pk"), done=Count("pk", filter=Q(done_at__isnull=False)))
    )
    return {post_id: Progress(neighborhoods, done, people) for post_id, people, neighborhoods, done in rows}


def deliveries_of(post: Post) -> QuerySet[Delivery]:
    """A post's deliveries by neighborhood name."""
    return Delivery.objects.filter(post=post).select_related("neighborhood").order_by("neighborhood__name")


def count_waiting(command_id: int) -> int:
    """Conversations in which a resident waits for an answer."""
    return Conversation.objects.filter(command_id=command_id, waiting_since__isnull=False).count()


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One private conversation as its command sees it in a list.

    Attributes:
        resident_name: "Maria L.", as others see this resident.
        neighborhood_name: Where the resident lives now; None after moving away.
        text: The beginning of what the resident wrote last.
    """

    conversation_id: int
    resident_name: str
    neighborhood_name: str | None
    about_title: str | None
    text: str
    waiting_since: datetime | None
    changed_at: datetime


def waiting_conversations(command_id: int, *, size: int) -> list[InboxRow]:
    """Conversations in which a resident waits, longest first. One query."""
    waiting = Conversation.objects.filter(command_id=command_id, waiting_since__isnull=False)
    return _inbox_rows(waiting.order_by("waiting_since", "pk")[:size])


def answered_conversations(command_id: int, *, size: int, before: tuple[datetime, int] | None = None) -> list[InboxRow]:
    """Conversations in which nobody waits, latest first, by keyset. One query.

    Args:
        before: (changed_at, id) of the last conversation of the page before.
    """
    answered = Conversation.objects.filter(command_id=command_id, waiting_since=None)
    if before is not None:
        at, conversation_id = before
        answered = answered.filter(changed_at__lte=at).exclude(changed_at=at, pk__gte=conversation_id)
    return _inbox_rows(answered.order_by("-changed_at", "-pk")[:size])


def _inbox_rows(conversations: QuerySet[Conversation]) -> list[InboxRow]:
    words = PrivateMessage.objects.filter(conversation=OuterRef("pk"), is_from_police=False).order_by("-pk")
    home = Residency.objects.filter(person=OuterRef("resident")).exclude(standing=Standing.ENDED)
    rows = conversations.select_related("resident").annotate(
        about_title=F("about_post__title"),
        place=Subquery(home.values("neighborhood__name")[:1]),
        beginning=Subquery(words.values(beginning=Left("text", EXCERPT_LENGTH))[:1]),
    )
    return [
        InboxRow(
            row.pk,
            row.resident.public_name,
            row.place,
            row.about_title,
            row.beginning,
            row.waiting_since,
            row.changed_at,
        )
        for row in rows
    ]


def latest_replies_to(command_id: int, *, size: int = 10) -> list[Reply]:
    """The newest public replies by residents under a command's posts. One query."""
    return list(
        visible_replies()
        .filter(post__command_id=command_id, neighborhood__isnull=False)
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
