"""How do tests make messages and the notices that wait to be sent?"""

import itertools
from datetime import datetime

from accounts.models import User
from core.lanes import MAIL
from neighborhoods.models import Neighborhood
from notifications.models import Message, Notice
from notifications.rules import RANK_OF_NEWS, Act, Channel, Source, Topic

# No post comes so far: in the fault tests' database there are real ones and their messages, too.
_source_ids = itertools.count(1_000_000)


def make_message(
    at: datetime, *, title: str = "Bicycles taken from five garages", lane: str = MAIL, topic: Topic = Topic.CRIME
) -> Message:
    """News of a post that needs no post."""
    source_id = next(_source_ids)
    return Message.objects.create(
        source=Source.POST,
        source_id=source_id,
        act=Act.NEWS,
        topic=topic,
        lane=lane,
        label="Last night",
        title=title,
        text="Between two and four in the morning. Lock your side doors.",
        path=f"/posts/{source_id}/",
        sender="Central Command",
        to_whom="{place} and 3 more neighborhoods",
        said_at=at,
        made_at=at,
    )


def make_notice(
    message: Message,
    person: User,
    at: datetime,
    *,
    channel: Channel = Channel.EMAIL,
    neighborhood: Neighborhood | None = None,
    rank: int = RANK_OF_NEWS,
) -> Notice:
    """One that is due at `at`."""
    return Notice.objects.create(
        message=message,
        person=person,
        neighborhood=neighborhood,
        channel=channel,
        lane=message.lane,
        rank=rank,
        due_at=at,
    )
