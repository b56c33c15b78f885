"""Whom does the room tell by mail, and where does the mail lead? No mail has a neighbor's words in it."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from accounts.mails import send_mail_to, send_mail_to_all
from accounts.models import User


def tell(person: User, template: str, route: str, **context: Any) -> None:
    """Tell one person that there is something to read on a page of theirs."""
    send_mail_to(person, template=template, context={"path": reverse(route), **context})


def tell_keepers(people: Iterable[User], template: str) -> None:
    """Tell leads, or the community moderator, that something waits on the page where they decide."""
    staff: list[User] = []
    leads: list[User] = []
    for person in people:
        (staff if person.is_police_or_civic_staff else leads).append(person)
    for keepers, route in ((leads, "community:lead"), (staff, "community:moderation")):
        send_mail_to_all(keepers, template=template, context={"path": reverse(route)})
