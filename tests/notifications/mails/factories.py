"""How do tests make a message to be mailed, and read what became of it?"""

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

from notifications.mails.building import BuiltMail
from notifications.models import Message

SAID_AT = datetime(2026, 11, 21, 18, 24, tzinfo=UTC)
MARKS = {
    "place": "Oak & Elm",
    "unsubscribe_url": "https://city.test/unsubscribe/1:abc=def/",
    "manage_url": "https://city.test/accounts/hearing/",
    "why": "You get urgent posts at once as a neighbor of Oak & Elm.",
}


def a_message(**fields: Any) -> Message:
    """An urgent post to a few neighborhoods; not in the database."""
    return Message(
        **{
            "source": "post",
            "source_id": 7,
            "act": "news",
            "topic": "urgent",
            "lane": "urgent",
            "label": "Missing person",
            "title": "Have you seen Leo?",
            "text": "He wears a green hoodie.\n\nLast seen at 6th and T.",
            "path": "/posts/7/",
            "sender": "Police Headquarters",
            "approved_by": "Chief A. Okafor",
            "to_whom": "{place} and 3 more",
            "said_at": SAID_AT,
            "made_at": SAID_AT,
            **fields,
        }
    )


def read(content: bytes) -> EmailMessage:
    """As a mail program reads it."""
    parsed = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    assert parsed.defects == []
    return parsed


def for_maria(built: BuiltMail, **marks: str) -> EmailMessage:
    """The mail as one recipient reads it."""
    return read(
        built.for_recipient(message_id="<notice.9@city.test>", address="maria@example.test", marks={**MARKS, **marks})
    )


def text_of(mail: EmailMessage) -> str:
    return _body(mail, "plain")


def html_of(mail: EmailMessage) -> str:
    return _body(mail, "html")


def _body(mail: EmailMessage, subtype: str) -> str:
    body = mail.get_body((subtype,))
    assert body is not None
    return str(body.get_content())
