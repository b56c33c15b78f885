"""Where does everything below this app put its mails? Into a table, sealed, in the transaction they belong to.

Accounts, neighborhoods and commands know Django's way to send mail and nothing of this one.
"""

from collections.abc import Sequence
from datetime import timedelta
from email.utils import parseaddr

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import utf8_charset_qp
from django.utils import timezone

from core.mails import KIND_HEADER, LASTS_HEADER
from notifications.services.account_mail import FinishedMail, keep_mails

# Of a mail that did not say how long it is worth sending.
LASTS = timedelta(days=3)


class OutboxBackend(BaseEmailBackend):
    """Django's way to send mail; each recipient of each mail becomes a row."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        mails = [mail for message in email_messages for mail in _finished(message)]
        if mails:
            keep_mails(mails=mails, at=timezone.now())
        return len(email_messages)


def _finished(message: EmailMessage) -> list[FinishedMail]:
    # Quoted-printable: no relay on the way has to take more than ASCII.
    message.encoding = utf8_charset_qp
    written = message.message()
    kind, lasts = written[KIND_HEADER], written[LASTS_HEADER]
    # The row's id makes the Message-ID, so that a mail handed over twice is known as the same.
    for name in (KIND_HEADER, LASTS_HEADER, "Message-ID"):
        del written[name]
    written["Auto-Submitted"] = "auto-generated"
    content = written.as_bytes().replace(b"\n", b"\r\n")
    return [
        FinishedMail(
            kind=str(kind or "account"),
            sender=parseaddr(message.from_email)[1],
            recipient=recipient,
            content=content,
            lasts=timedelta(seconds=int(lasts)) if lasts else LASTS,
        )
        for recipient in message.recipients()
    ]
