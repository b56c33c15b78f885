"""Which transport does the e-mail of this installation take?"""

from urllib.parse import urlsplit

from django.conf import settings

from notifications.gateways.backend import BackendGateway
from notifications.gateways.dropping import DroppingGateway
from notifications.gateways.mail import MailGateway
from notifications.gateways.smtp import SmtpGateway

SMTP = "django.core.mail.backends.smtp.EmailBackend"
DUMMY = "django.core.mail.backends.dummy.EmailBackend"


def mail_transport() -> MailGateway:
    """As `MAIL_TRANSPORT` names it: one of Django's e-mail backends, of which two are our own here."""
    if settings.MAIL_TRANSPORT == DUMMY:
        return DroppingGateway()
    if settings.MAIL_TRANSPORT != SMTP:
        return BackendGateway(settings.MAIL_TRANSPORT)
    return SmtpGateway(
        host=settings.EMAIL_HOST,
        port=settings.EMAIL_PORT,
        user=settings.EMAIL_HOST_USER or "",
        password=settings.EMAIL_HOST_PASSWORD or "",
        uses_starttls=settings.EMAIL_USE_TLS,
        uses_tls=settings.EMAIL_USE_SSL,
        timeout_seconds=settings.EMAIL_TIMEOUT,
        greeted_as=urlsplit(settings.SITE_URL).hostname or "localhost",
    )
