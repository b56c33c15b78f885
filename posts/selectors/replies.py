"""Who may read the replies under a post, and what do they read?"""

from collections.abc import Iterable

from commands.models import Assignment
from neighborhoods.models import Residency
from posts.models import Delivery, Post, Reply


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


def latest_replies(post: Post, *, before: int | None = None, size: int) -> list[Reply]:
    """The newest replies, oldest of them first, by keyset, with author, neighborhood and command. One query.

    The caller asks `may_read_replies` first.
    """
    replies = Reply.objects.filter(post=post).select_related("author", "neighborhood", "command")
    if before is not None:
        replies = replies.filter(pk__lt=before)
    return list(replies.order_by("-pk")[:size])[::-1]


def replies_to(post: Post, *, after: int = 0, size: int = 50) -> list[Reply]:
    """Replies in the order they were written, by keyset, with author, neighborhood and command. One query.

    The caller asks `may_read_replies` first.
    """
    return list(
        Reply.objects.filter(post=post, pk__gt=after)
        .select_related("author", "neighborhood", "command")
        .order_by("pk")[:size]
    )
