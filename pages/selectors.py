"""What does the front page tell of the city, and which mails did the demo catch?"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Lower

from commands.rules import CommandKind
from commands.selectors import all_commands
from neighborhoods.models import Boundary
from pages.models import CaughtMail
from posts.models import Delivery, Post
from posts.rules import PostStatus


def find_newest_post_id() -> int | None:
    """The post published last. One query by index."""
    newest = Post.objects.filter(published_at__isnull=False).order_by("-published_at", "-pk")
    return newest.values_list("pk", flat=True).first()


def neighborhoods_that_heard_since(moment: datetime) -> set[int]:
    """Ids of the neighborhoods that got a police post since then, withdrawn ones left out. One query."""
    heard = Delivery.objects.filter(post__published_at__gte=moment, post__status=PostStatus.PUBLISHED)
    return set(heard.values_list("neighborhood_id", flat=True).distinct())


@dataclass(frozen=True, slots=True)
class ServingCommand:
    """A command with the number of neighborhoods it serves now; headquarters serves all without being counted."""

    name: str
    slug: str
    letter: str
    is_headquarters: bool
    neighborhood_count: int


def serving_commands() -> list[ServingCommand]:
    """Every command, headquarters first. One query."""
    is_served = Exists(Boundary.objects.filter(neighborhood=OuterRef("coverages__neighborhood"), ended_at=None))
    count = Count("coverages", filter=Q(is_served, coverages__ended_at=None))
    rows = all_commands().annotate(neighborhood_count=count)
    return [
        ServingCommand(name, slug, letter, kind == CommandKind.HEADQUARTERS, neighborhood_count)
        for name, slug, letter, kind, neighborhood_count in rows.values_list(
            "name", "slug", "letter", "kind", "neighborhood_count"
        )
    ]


def caught_mails(*, address: str = "", before: int | None = None, size: int) -> list[CaughtMail]:
    """Mails of the demo, newest first, by keyset. One query.

    Args:
        address: Only those to it, whatever the case of its letters; empty for all.
        before: Id of the last mail of the page before.
    """
    mails = CaughtMail.objects.order_by("-id")
    if address:
        mails = mails.annotate(lower=Lower("address")).filter(lower=address.lower())
    if before is not None:
        mails = mails.filter(id__lt=before)
    return list(mails[:size])


def find_caught_mail(mail_id: int) -> CaughtMail | None:
    """One query."""
    return CaughtMail.objects.filter(pk=mail_id).first()
