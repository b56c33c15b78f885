"""How does a mail of ours reach one person?"""

import logging
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template import Context, engines
from django.template.backends.django import DjangoTemplates

from accounts.models import User
from core.context import facts

log = logging.getLogger(__name__)


def send_mail_to(person_or_address: User | str, *, template: str, context: Mapping[str, Any] | None = None) -> None:
    """Write a mail from `templates/mail/<template>.txt` and send it once the transaction has committed.

    The template extends `mail/base.txt`. A mail server that fails costs the mail, never the person's page. A closed
    account gets no mail.

    Args:
        person_or_address: Where there is an account, the account.
        context: What the template shows besides `site`, `site_url` and, for an account, `person`.
    """
    values = {"site": facts(), "site_url": settings.SITE_URL, **(context or {})}
    address = person_or_address
    if isinstance(address, User):
        if not address.is_active:
            return
        values["person"] = address
        address = address.email
    subject, body = _written(template, values)
    message = EmailMessage(subject, body, to=[address])
    transaction.on_commit(lambda: send(message, template), robust=True)


def send(message: EmailMessage, kind: str) -> None:
    """Hand a finished mail to the mail server; one that fails is a line in the log, without the address.

    Args:
        kind: Names the mail in the log.
    """
    if not (settings.HAS_MAIL_SERVER or settings.DEMO):
        log.warning("EMAIL_URL is not set: a mail of the kind %s was dropped.", kind)
    try:
        message.send()
    except (OSError, ValueError) as error:
        log.warning("A mail of the kind %s was not sent (%s).", kind, type(error).__name__)


def _written(template: str, values: dict[str, Any]) -> tuple[str, str]:
    """(subject, body); plain text, so nothing in it is escaped."""
    django_engine = engines["django"]
    assert isinstance(django_engine, DjangoTemplates)
    text = django_engine.engine.get_template(f"mail/{template}.txt").render(Context(values, autoescape=False))
    first, _, body = text.strip().partition("\n")
    return first.removeprefix("Subject:").strip(), body.strip() + "\n"
