"""What does a mail provider tell us: which mail came back for good, and whose owner called it spam?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from anymail.webhooks.base import AnymailBaseWebhookView
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailersend import MailerSendTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


@dataclass(frozen=True, slots=True)
class _Provider:
    """How one provider tells.

    Attributes:
        key_argument: What the reader calls the key that the provider signs with; empty where it signs nothing.
        is_soft: Of a bounce as the provider wrote it, whether a later mail may well arrive.
    """

    reader: type[AnymailBaseWebhookView]
    key_argument: str
    is_soft: Callable[[Mapping[str, Any]], bool]


# Of Mailgun's the temporary ones are told apart by the reader.
PROVIDERS: dict[str, _Provider] = {
    "brevo": _Provider(BrevoTrackingWebhookView, "", lambda told: told.get("event") == "soft_bounce"),
    "mailersend": _Provider(
        MailerSendTrackingWebhookView, "signing_secret", lambda told: told["data"]["type"] == "soft_bounced"
    ),
    "mailgun": _Provider(MailgunTrackingWebhookView, "webhook_signing_key", lambda told: False),
    "postmark": _Provider(PostmarkTrackingWebhookView, "", lambda told: told.get("Type") == "SoftBounce"),
}

EVENT_ID_MAX_LENGTH = 200
# Of a refusal by the provider itself, which reasons are about the address.
_WRONG_ADDRESS = {RejectReason.INVALID, RejectReason.BOUNCED}


@dataclass(frozen=True, slots=True)
class MailEvent:
    """Mail to an address came back for good, or its owner called it spam."""

    provider: str
    event_id: str
    kind: str
    email: str
    is_complaint: bool
    words: str


class NotFromProvider(Exception):
    """The secret or the signature is wrong."""


class Unreadable(Exception):
    """Signed, but not in the provider's form."""


def listens_to(provider: str) -> bool:
    """Whether it is the provider of this installation, with every key it needs."""
    known = PROVIDERS.get(provider)
    has_key = known is not None and bool(settings.MAIL_EVENTS_KEY or not known.key_argument)
    return has_key and provider == settings.MAIL_EVENTS_PROVIDER and bool(settings.MAIL_EVENTS_SECRET)


def read_events(request: HttpRequest, provider: str) -> list[MailEvent]:
    """What a provider's request tells that concerns us; nothing for what arrived, was opened or is tried again.

    Args:
        provider: One that we listen to.

    Raises:
        NotFromProvider: Somebody else sent it.
        Unreadable: It is cut off, or something else.
    """
    reader = _reader(provider)
    try:
        reader.run_validators(request)
        told = reader.parse_events(request)
        return [read for event in told if (read := _read(provider, event)) is not None]
    except AnymailWebhookValidationFailure as error:
        raise NotFromProvider from error
    except (AnymailError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable from error


def _reader(provider: str) -> AnymailBaseWebhookView:
    known = PROVIDERS[provider]
    keys = {known.key_argument: settings.MAIL_EVENTS_KEY} if known.key_argument else {}
    return known.reader(webhook_secret=settings.MAIL_EVENTS_SECRET, **keys)


def _read(provider: str, event: AnymailTrackingEvent) -> MailEvent | None:
    kind, reason = event.event_type, event.reject_reason
    is_complaint = kind == EventType.COMPLAINED or (kind == EventType.REJECTED and reason == RejectReason.SPAM)
    came_back = kind == EventType.BOUNCED and (reason is None or reason in _WRONG_ADDRESS)
    is_refused = kind == EventType.REJECTED and reason in _WRONG_ADDRESS
    if not event.recipient or not (is_complaint or came_back or is_refused):
        return None
    if not is_complaint and PROVIDERS[provider].is_soft(event.esp_event):
        return None
    return MailEvent(
        provider=provider,
        event_id=(event.event_id or _own_id(provider, event))[:EVENT_ID_MAX_LENGTH],
        kind=kind,
        email=event.recipient,
        is_complaint=is_complaint,
        words=event.mta_response or event.description or "",
    )


def _own_id(provider: str, event: AnymailTrackingEvent) -> str:
    """For a provider that numbers nothing; keyed, because an address could be guessed from a bare digest."""
    parts = (provider, event.event_type, event.message_id, event.recipient, event.timestamp)
    return salted_hmac("notifications.mail_events", repr(parts), algorithm="sha256").hexdigest()
