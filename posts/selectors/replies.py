"""Who may read the replies under a post, and what do they read?"""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from commands.models import Assignment
from neighborhoods.models import Residency
from posts.models import Delivery, Post, Reply, ReplyHiding
from posts.rules import HidingOutcome


def may_read_replies(post: Post, residency: Residency | None, assignments: Iterable[Assignment]) -> bool:
    """Verified residents of a targeted neighborhood, the posting command, headquarters. At most one query.

    Args:
        residency: The reader's current one, if any.
        assignments: The reader's current ones, with their commands.
    """
    if any(a.command_id == post.command_id or a.command.is_headquarters for a in assignments):
        return True
    return residency is not None and residency.is_verified and is_targeted(post.pk, residency.neighborhood_id)


def is_targeted(post_id: int, neighborhood_id: int | None) -> bool:
    """Whether a post went to a neighborhood. One query, none without a neighborhood."""
    if neighborhood_id is None:
        return False
    return Delivery.objects.filter(post_id=post_id, neighborhood_id=neighborhood_id).exists()


def hidings_in_force() -> QuerySet[ReplyHiding]:
    """Every hiding that keeps a reply off the page now."""
    return ReplyHiding.objects.exclude(outcome=HidingOutcome.OVERTURNED)


def visible_replies(*, reader_id: int | None = None) -> QuerySet[Reply]:
    """Replies that nobody has hidden, with author, neighborhood and command. One query, with a reader two.

    Args:
        reader_id: Whose own replies are among them even when hidden, each with what hides it in `hidings_in_force`.
    """
    is_visible = Q(~Exists(hidings_in_force().filter(reply=OuterRef("pk"))))
    replies = Reply.objects.select_related("author", "neighborhood", "command")
    if reader_id is None:
        return replies.filter(is_visible)
    own = Prefetch("hidings", hidings_in_force().select_related("command"), to_attr="hidings_in_force")
    return replies.filter(is_visible | Q(author=reader_id)).prefetch_related(own)


def latest_replies(post: Post, *, before: int | None = None, size: int, reader_id: int | None = None) -> list[Reply]:
    """The newest replies, oldest of them first, by keyset. Queries as `visible_replies`.

    The caller asks `may_read_replies` first.
    """
    replies = visible_replies(reader_id=reader_id).filter(post=post)
    if before is not None:
        replies = replies.filter(pk__lt=before)
    return list(replies.order_by("-pk")[:size])[::-1]


def replies_to(post: Post, *, after: int = 0, size: int = 50) -> list[Reply]:
    """Visible replies in the order they were written, by keyset. One query.

    The caller asks `may_read_replies` first.
    """
    return list(visible_replies().filter(post=post, pk__gt=after).order_by("pk")[:size])
