"""Whom does the room tell by mail, and where does the mail lead? No mail has a neighbor's words in it."""

from collections.abc import Iterable

from django.urls import reverse

from accounts.mails import send_mail_to
from accounts.models import User


def tell(person: User, template: str, route: str) -> None:
    """Tell one person that there is something to read on a page of theirs."""
    send_mail_to(person, template=template, context={"path": reverse(route)})


def tell_keepers(people: Iterable[User], template: str) -> None:
    """Tell leads, or the community moderator, that something waits where they decide."""
    for person in people:
        tell(person, template, "community:moderation" if person.is_police_or_civic_staff else "community:lead")
