"""How long is it kept what somebody was told, and what became of it?"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from accounts.retention import Holds, concerns, purge
from notifications.models import Alert, Digest, Mail, Message, Notice, ProviderEvent
from notifications.rules import Source


def _of_its_post(prefix: str = "") -> Callable[[Holds], Q]:
    """A hold of a post keeps what was told of that post; of what tells of something else it may be about the post."""

    def keeps(holds: Holds) -> Q:
        of_this = holds.filter(post_id=OuterRef(f"{prefix}source_id"))
        is_of_a_post = Q(**{f"{prefix}source": Source.POST})
        return (is_of_a_post & Q(Exists(of_this))) | (~is_of_a_post & Q(Exists(holds)))

    return keeps


def _any(holds: Holds) -> Q:
    """Which posts stood in a digest is not in its row, so a hold of any post keeps it."""
    return Q(Exists(holds))


concerns(Notice, people=("person_id",), post=_of_its_post("message__"))
concerns(Message, post=_of_its_post())
concerns(Digest, people=("person_id",), post=_any)
# Without anybody in them: only a hold of everything keeps these.
for nobodys in (Mail, Alert, ProviderEvent):
    concerns(nobodys)


def purge_old(*, at: datetime) -> dict[str, int]:
    """Delete for good what was told more than `NOTICES_KEPT_DAYS` ago, but for what a legal hold keeps.

    A message stays as long as a notice of it; of everybody's digests the newest of each pace: there the next begins.
    Browsers and choices are no record and go with their owner.

    Returns:
        How many of each, by name of the table.
    """
    before = at - timedelta(days=settings.NOTICES_KEPT_DAYS)
    later = Digest.objects.filter(person=OuterRef("person"), pace=OuterRef("pace"), day__gt=OuterRef("day"))
    over = {
        "notices": (Notice.objects.filter(ended_at__lt=before), "ended_at"),
        "messages": (
            Message.objects.filter(~Exists(Notice.objects.filter(message=OuterRef("pk"))), made_at__lt=before),
            "pk",
        ),
        "digests": (Digest.objects.filter(Exists(later), ended_at__lt=before), "ended_at"),
        "mails": (Mail.objects.filter(ended_at__lt=before), "ended_at"),
        "alerts": (Alert.objects.filter(closed_at__lt=before), "closed_at"),
        "provider_events": (ProviderEvent.objects.filter(at__lt=before), "pk"),
    }
    return {name: purge(rows, oldest_by=column) for name, (rows, column) in over.items()}
