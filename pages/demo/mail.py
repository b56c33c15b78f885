"""Where do the demo's mails go? Into a table instead of the world, so that whoever tries it finds their code there."""

from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from pages.models import CaughtMail

KEPT = 500


class CatchingBackend(BaseEmailBackend):
    """The transport of mail, used when `DEMO` is on and neither `EMAIL_URL` nor a provider is given."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        CaughtMail.objects.bulk_create(
            CaughtMail(address=address, subject=str(message.subject), body=str(message.body), html=_html_of(message))
            for message in email_messages
            for address in message.recipients()
        )
        if oldest := CaughtMail.objects.order_by("-id").values_list("id", flat=True)[KEPT : KEPT + 1]:
            CaughtMail.objects.filter(id__lte=oldest[0]).delete()
        return len(email_messages)


def _html_of(message: EmailMessage) -> str:
    alternatives = message.alternatives if isinstance(message, EmailMultiAlternatives) else []
    return next((str(content) for content, kind in alternatives if kind == "text/html"), "")
