"""What may anybody read without an account?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from posts.models import Delivery, Post


def get_public_post(post_id: int) -> Post:
    """A post that was published, withdrawn ones included, with its command, author and approver. One query.

    Raises:
        Post.DoesNotExist: Never published, which nobody outside its command need know.
    """
    return Post.objects.select_related("command", "author", "approver").get(pk=post_id, published_at__isnull=False)


def latest_posts(*, size: int, before: tuple[datetime, int] | None = None, command_id: int | None = None) -> list[Post]:
    """Published posts of the city or of one command, newest first, by keyset. One query.

    Args:
        before: (published_at, id) of the last post of the page before.
    """
    posts: QuerySet[Post] = Post.objects.filter(published_at__isnull=False).select_related("command")
    if command_id is not None:
        posts = posts.filter(command_id=command_id)
    if before is not None:
        at, post_id = before
        posts = posts.filter(published_at__lte=at).exclude(published_at=at, pk__gte=post_id)
    return list(posts.order_by("-published_at", "-id")[:size])


@dataclass(frozen=True, slots=True)
class Reached:
    """A neighborhood a post went to, with its people at that moment."""

    neighborhood_id: int
    name: str
    slug: str
    claimed_count: int
    verified_count: int


def neighborhoods_reached(post_id: int) -> list[Reached]:
    """Where a post went, by name. One query."""
    rows = (
        Delivery.objects.filter(post_id=post_id)
        .order_by("neighborhood__name")
        .values_list("neighborhood_id", "neighborhood__name", "neighborhood__slug", "claimed_count", "verified_count")
    )
    return [Reached(*row) for row in rows]


def first_places(post_ids: Sequence[int]) -> dict[int, str]:
    """For each post the name of one neighborhood it went to, the first by name. One query."""
    rows = (
        Delivery.objects.filter(post_id__in=post_ids)
        .order_by("post_id", "neighborhood__name")
        .distinct("post_id")
        .values_list("post_id", "neighborhood__name")
    )
    return dict(rows)
