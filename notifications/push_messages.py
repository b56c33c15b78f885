"""What does a push message show, and how do push services treat it?"""

import base64
import json

from django.utils.crypto import salted_hmac

from core.lanes import URGENT
from notifications.gateways.web_push import PushMessage
from notifications.models import Message
from notifications.rules import Act, Topic
from notifications.rules.wording import cut_at_word

TITLE_LENGTH = 120
# How long a service keeps a message for a phone that is off: later it is in the feed all the same.
KEPT_SECONDS_IF_URGENT = 24 * 3600
KEPT_SECONDS = 12 * 3600
# The most that RFC 8030 allows is 32 letters, which is what 24 bytes make.
TOPIC_BYTES = 24


def push_message(message: Message, *, place: str) -> PushMessage:
    """The few words on a locked screen: what, which kind of news, where, and from whom. Nothing private is in them.

    Args:
        place: The reader's neighborhood; empty where the message is for one person.
    """
    act = Act(message.act)
    parts = ("" if act == Act.NEWS else act.label, message.label, place, message.sender)
    urgent = "Urgent: " if message.topic == Topic.URGENT and act != Act.WITHDRAWAL else ""
    tag = topic_of(message.source, message.source_id)
    shown = {
        "title": cut_at_word(urgent + message.title, TITLE_LENGTH),
        "body": " · ".join(part for part in parts if part),
        "path": message.path,
        "tag": tag,
        # The phone rings again although it shows an earlier version of it.
        "renotify": act != Act.NEWS,
    }
    is_urgent = message.lane == URGENT
    return PushMessage(
        payload=json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode(),
        topic=tag,
        keep_seconds=KEPT_SECONDS_IF_URGENT if is_urgent else KEPT_SECONDS,
        is_urgent=is_urgent,
    )


def topic_of(source: str, source_id: int) -> str:
    """The same for every version, so that a later one takes the place of an earlier; tells push services nothing."""
    digest = salted_hmac("notifications.push", f"{source}:{source_id}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:TOPIC_BYTES]).decode()
