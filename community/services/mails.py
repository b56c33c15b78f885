"""Whom does the room tell by mail, and where does the mail lead? No mail has a neighbor's words in it."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from accounts.mails import send_mail_to
from accounts.models import User
from core import lanes
from core.queue import nudge

# However long other upkeep takes, a mail that comes within the hour is still worth sending.
KEEPERS_TOLD_WITHIN_SECONDS = 3600


def tell(person: User, template: str, route: str, **context: Any) -> None:
    """Tell one person that there is something to read on a page of theirs."""
    send_mail_to(person, template=template, context={"path": reverse(route), **context})


def tell_keepers(people: Iterable[User], template: str) -> None:
    """Tell leads, or the community moderator, that something waits where they decide; a worker writes the mails.

    However many they are, whoever hands something in waits for none of them.
    """
    ids = [person.pk for person in people]
    if ids:
        nudge("community.mail_keepers", ids, template, lane=lanes.UPKEEP, expires_seconds=KEEPERS_TOLD_WITHIN_SECONDS)


def mail_keepers(*, person_ids: list[int], template: str) -> None:
    """Write to each of the people who decide, with a link to the page where they do."""
    for person in User.objects.filter(pk__in=person_ids).order_by("pk"):
        tell(person, template, "community:moderation" if person.is_police_or_civic_staff else "community:lead")
