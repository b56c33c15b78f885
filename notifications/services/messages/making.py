"""How does news become a message, once, and what becomes of the versions before it?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction

from core import lanes
from core.queue import nudge
from notifications import rules
from notifications.models import Message
from notifications.rules import Act, Source, Topic
from notifications.rules.wording import cut_at_word, one_line


@dataclass(frozen=True, slots=True)
class News:
    """What is to be told, in the words of whoever has it; too long texts are cut at a word.

    Attributes:
        path: Where on this site it can be read.
        label: What kind of news it is: “Missing person”.
        to_whom: “the whole city”; {place} in it stands for the reader's neighborhood.
    """

    source: Source
    source_id: int
    topic: Topic
    lane: str
    label: str
    title: str
    path: str
    said_at: datetime
    version: int = 1
    act: Act = Act.NEWS
    text: str = ""
    sender: str = ""
    approved_by: str = ""
    to_whom: str = ""


@transaction.atomic
def make_message(*, news: News, at: datetime) -> Message:
    """Keep what is to be told; a second time gives the first one back. Earlier versions end in the same transaction."""
    Message.objects.bulk_create(
        [
            Message(
                source=news.source,
                source_id=news.source_id,
                version=news.version,
                act=news.act,
                topic=news.topic,
                lane=news.lane,
                label=_line("label", news.label),
                title=_line("title", news.title),
                text=cut_at_word(news.text.strip(), rules.TEXT_MAX_LENGTH),
                path=news.path,
                sender=_line("sender", news.sender),
                approved_by=_line("approved_by", news.approved_by),
                to_whom=_line("to_whom", news.to_whom),
                said_at=news.said_at,
                made_at=at,
                ended_at=at if _has_later_version(news) else None,
            )
        ],
        ignore_conflicts=True,
    )
    end_message(source=news.source, source_id=news.source_id, before_version=news.version, at=at)
    return Message.objects.get(source=news.source, source_id=news.source_id, version=news.version)


def end_message(*, source: Source, source_id: int, before_version: int, at: datetime) -> int:
    """Let nothing more leave of what was told about something, in versions below `before_version`.

    Belongs into the transaction that corrects, withdraws, stops or deletes what the message tells of. From its commit
    on no worker begins with a notice of it; those already claimed are looked at again every few messages. The rows are
    marked afterwards, by `finish_ended`.

    Returns:
        How many messages this ended; 0 when none was under way.
    """
    return end_messages(source=source, source_ids=[source_id], before_version=before_version, at=at)


def end_messages(*, source: Source, source_ids: Sequence[int], before_version: int, at: datetime) -> int:
    """As `end_message`, of several things of one kind."""
    count = Message.objects.filter(
        source=source, source_id__in=source_ids, version__lt=before_version, ended_at=None
    ).update(ended_at=at)
    if count:
        nudge("notifications.finish_ended", lane=lanes.UPKEEP)
    return count


def _has_later_version(news: News) -> bool:
    return Message.objects.filter(source=news.source, source_id=news.source_id, version__gt=news.version).exists()


def _line(name: str, text: str) -> str:
    field = Message._meta.get_field(name)
    assert isinstance(field, models.CharField)
    return cut_at_word(one_line(text), field.max_length or rules.TITLE_MAX_LENGTH)
