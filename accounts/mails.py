"""How does a mail of ours reach one person, or everybody who decides about something?"""

import logging
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from accounts.models import User
from core import mails

log = logging.getLogger(__name__)

# A link that is mailed works so long, or longer; what comes later is no news.
LASTS = timedelta(days=3)


def send_mail_to(person_or_address: User | str, *, template: str, context: Mapping[str, Any] | None = None) -> None:
    """Write a mail from `templates/mail/<template>.txt` and put it into the outbox, in the current transaction.

    The template extends `mail/base.txt`. A closed account gets no mail.

    Args:
        person_or_address: Where there is an account, the account.
        context: What the template shows besides `site`, `site_url` and, for an account, `person`.
    """
    send_mail_to_all([person_or_address], template=template, context=context)


def send_mail_to_all(people: Iterable[User | str], *, template: str, context: Mapping[str, Any] | None = None) -> None:
    """The same mail to each of several people, under their own names; together they ask for a worker once."""
    messages = []
    for person in people:
        values = dict(context or {})
        address = person
        if isinstance(person, User):
            if not person.is_active:
                continue
            values["person"], address = person, person.email
        messages.append(finished(mails.write_plain(f"mail/{template}.txt", values), str(address)))
    send(messages, kind=template)


def finished(written: mails.WrittenMail, address: str) -> EmailMultiAlternatives:
    """The mail in text and HTML, addressed."""
    message = EmailMultiAlternatives(written.subject, written.text, to=[address])
    message.attach_alternative(written.html, "text/html")
    return message


def send(messages: list[EmailMultiAlternatives], *, kind: str, lasts: timedelta = LASTS) -> None:
    """Put finished mails into the outbox; from commit on they leave, whatever happens to this process.

    Args:
        kind: Names them in logs and counts.
        lasts: How long they are worth sending.
    """
    if not messages:
        return
    if not (settings.HAS_MAIL_SERVER or settings.DEMO):
        log.warning("EMAIL_URL is not set: a mail of the kind %s was dropped.", kind)
    for message in messages:
        message.extra_headers[mails.KIND_HEADER] = kind
        message.extra_headers[mails.LASTS_HEADER] = str(int(lasts.total_seconds()))
    get_connection().send_messages(messages)
