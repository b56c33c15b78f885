"""How is a mail handed to whatever speaks Django's mail API: a provider by anymail, or the demo's catcher?"""

import email
import email.policy
from email.message import EmailMessage as ParsedMail
from email.message import MIMEPart
from typing import Any

import requests
from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from notifications.gateways.mail import MailConnection, MailRefused, MailUnavailable

# What a provider answers when it is us it has something against, and not this mail.
_ABOUT_US = frozenset({401, 402, 403, 429})
_SAID_OTHERWISE = frozenset({"subject", "from", "to", "mime-version", "content-type", "content-transfer-encoding"})


class BackendGateway:
    """Any e-mail backend of Django, by its dotted name."""

    def __init__(self, backend: str) -> None:
        self._backend = backend

    def open(self) -> MailConnection:
        connection = get_connection(self._backend)
        try:
            connection.open()
        except (OSError, AnymailError) as error:
            raise MailUnavailable(f"The mail provider could not be reached ({type(error).__name__}).") from None
        return BackendConnection(connection)


class BackendConnection:
    """An opened backend; of a provider it keeps the connection."""

    def __init__(self, backend: BaseEmailBackend) -> None:
        self._backend = backend
        self._is_open = True

    @property
    def is_open(self) -> bool:
        return self._is_open

    def send(self, *, sender: str, recipient: str, content: bytes) -> str:
        message = message_of(content, recipient=recipient)
        try:
            self._backend.send_messages([message])
        except AnymailRecipientsRefused as error:
            raise MailRefused(str(error), is_permanent=True) from None
        except AnymailAPIError as error:
            raise self._refused(error) from None
        except (OSError, requests.RequestException) as error:
            self.close()
            words = f"The mail provider could not be reached ({type(error).__name__})."
            raise MailRefused(words, is_permanent=False) from None
        except (AnymailError, ValueError) as error:
            words = f"The mail provider cannot take it ({type(error).__name__})."
            raise MailRefused(words, is_permanent=True) from None
        status = getattr(message, "anymail_status", None)
        return f"accepted as {status.message_id}" if status is not None else "accepted"

    def close(self) -> None:
        self._is_open = False
        self._backend.close()

    def _refused(self, error: AnymailAPIError) -> MailRefused | MailUnavailable:
        status = error.status_code
        words = str(error)
        if status in _ABOUT_US:
            self.close()
            return MailUnavailable(words)
        if status is None:
            # It never answered.
            self.close()
        return MailRefused(words, is_permanent=status is not None and 400 <= status < 500)


def message_of(content: bytes, *, recipient: str) -> EmailMultiAlternatives:
    """A finished mail as Django knows mails, with its text, its HTML and every line of its head."""
    parsed = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(parsed, ParsedMail)
    text, html = (parsed.get_body((kind,)) for kind in ("plain", "html"))
    message = EmailMultiAlternatives(
        subject=str(parsed["Subject"] or ""),
        body=_words(text) if text is not None else "",
        from_email=str(parsed["From"]),
        to=[recipient],
        headers={name: str(value) for name, value in parsed.items() if name.lower() not in _SAID_OTHERWISE},
    )
    if html is not None:
        message.attach_alternative(_words(html), "text/html")
    return message


def _words(part: "MIMEPart[Any, Any]") -> str:
    return str(part.get_content()).replace("\r\n", "\n")
