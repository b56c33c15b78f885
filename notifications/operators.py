"""How do those who run the site hear that it needs them, when every lane may stand still?"""

import logging
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from notifications.gateways.mail import MailGateway, MailRefused, MailUnavailable
from notifications.gateways.texting import TextGateway, TextNotSent

log = logging.getLogger(__name__)

# One typographic mark would make a text message one of 16-bit letters, and cost twice as much.
_PLAIN = str.maketrans({"“": '"', "”": '"', "’": "'", "–": "-", "…": "..."})


class OperatorsOfSettings:
    """Those whom OPERATOR_EMAILS and OPERATOR_PHONES name, reached past the queue."""

    def __init__(self, mail: MailGateway, texts: TextGateway | None) -> None:
        self._mail, self._texts = mail, texts

    def mail(self, subject: str, text: str) -> bool:
        if not settings.OPERATOR_EMAILS:
            return False
        body = (
            f"{text}\n\nHow everything runs: {settings.SITE_URL}/operations/\n"
            "What to do: docs/operations.md, “Alerts”, in the files of your installation.\n"
        )
        sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
        was_sent = False
        try:
            connection = self._mail.open()
        except MailUnavailable:
            log.warning("No mail to the operators: the transport is not available.")
            return False
        try:
            for recipient in settings.OPERATOR_EMAILS:
                try:
                    connection.send(
                        sender=sender, recipient=recipient, content=_content(f"Porchlight: {subject}", body, recipient)
                    )
                    was_sent = True
                except (MailRefused, MailUnavailable) as error:
                    log.warning("A mail to an operator was not taken (%s).", type(error).__name__)
        finally:
            connection.close()
        return was_sent

    def text(self, words: str) -> bool:
        if self._texts is None:
            return False
        was_sent = False
        for number in settings.OPERATOR_PHONES:
            try:
                self._texts.send(number, f"Porchlight: {words}".translate(_PLAIN))
                was_sent = True
            except TextNotSent as error:
                log.warning("A text to an operator was not taken: %s", error)
        return was_sent


def _content(subject: str, body: str, recipient: str) -> bytes:
    # A subject stays on one line: folded at its beginning some programs show none.
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit", max_line_length=200))
    message["Subject"], message["From"], message["To"] = subject, settings.DEFAULT_FROM_EMAIL, recipient
    message["Message-ID"] = make_msgid(domain=urlsplit(settings.SITE_URL).hostname)
    message["Date"] = format_datetime(timezone.now())
    # So that no holiday reply comes back.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    return message.as_bytes()
